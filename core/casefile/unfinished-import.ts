import { chmod, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { present } from "../model/assert.ts";
import { type Framing } from "../sources/framing.ts";
import { type CaseFile } from "./case-file.ts";
import { exhibitFolder } from "./case-folder.ts";
import { UNNUMBERED, type StagedFile } from "./load-group.ts";
import { integerOf, jsonOf, numberOf, textOf, textOrNull } from "./row.ts";
import { SIDECAR_ENTRY_BYTES, SIDECAR_HEADER_BYTES } from "./sidecar.ts";
import { sql } from "./sql.ts";
import { FILE_NUMBER_DIGITS } from "./staged-paths.ts";

/** What an import that was interrupted has committed, group by group. */
export interface UnfinishedImport {
  readonly exhibit: number;
  readonly firstSeq: number;
  readonly receivedAt: string;
  readonly label: string;
  /** Of the original, as far as it was known: the digest of a folder is taken while it is read, and empty before. */
  readonly byteLength: number;
  readonly sha256: string;
  readonly originalPath: string;
  readonly source: { readonly name: string; readonly score: number; readonly reason: string };
  /** Text of the mapping that the examiner wrote for it. */
  readonly mapping: string | undefined;
  /** Files of committed groups, in evidence order. */
  readonly files: readonly StagedFile[];
  readonly notes: ReadonlyMap<string, number>;
}

/** The import that was interrupted in this case, if there is one. */
export async function readUnfinished(caseFile: CaseFile): Promise<UnfinishedImport | undefined> {
  const [row] = await caseFile.query(sql`SELECT x.*, m.text AS mapping FROM exhibit x
    LEFT JOIN exhibit_mapping m ON m.exhibit = x.id WHERE x.state = 'importing' ORDER BY x.id LIMIT 1`);
  if (!row) return undefined;
  const exhibit = integerOf(row, "id");
  const folder = exhibitFolder(caseFile.folder, exhibit);
  const files = await caseFile.query(sql`SELECT f.*, r.framing FROM evidence_file f
    JOIN evidence_framing r ON r.exhibit = f.exhibit AND r.file = f.file
    WHERE f.exhibit = ${exhibit}
      AND f.file < (SELECT coalesce(max(first_file + files), 0) FROM ledger WHERE exhibit = ${exhibit}) ORDER BY f.file`);
  const groups = await caseFile.query(sql`SELECT notes FROM ledger WHERE exhibit = ${exhibit} ORDER BY first_file`);
  const notes = new Map<string, number>();
  for (const group of groups) {
    // Written by ourselves when the group was committed.
    for (const code of jsonOf(group, "notes") as readonly string[]) notes.set(code, (notes.get(code) ?? 0) + 1);
  }
  return {
    exhibit,
    firstSeq: integerOf(row, "first_seq"),
    receivedAt: textOf(row, "received_at"),
    label: textOf(row, "label"),
    byteLength: integerOf(row, "byte_length"),
    sha256: textOf(row, "sha256"),
    originalPath: textOf(row, "original_path"),
    source: {
      name: textOf(row, "source_name"),
      score: numberOf(row, "source_score"),
      reason: textOf(row, "source_reason"),
    },
    mapping: textOrNull(row, "mapping") ?? undefined,
    notes,
    files: files.map((file) => {
      const stagedPath = join(folder, present(textOf(file, "staged_path").split("/").at(-1), "a path has a last part"));
      return {
        file: integerOf(file, "file"),
        path: textOf(file, "path"),
        stagedPath,
        loadPath: stagedPath,
        // Written by ourselves with the file.
        framing: jsonOf(file, "framing") as Framing,
        firstRow: integerOf(file, "first_row"),
        records: integerOf(file, "records"),
        byteLength: integerOf(file, "byte_length"),
        sha256: textOf(file, "sha256"),
      };
    }),
  };
}

/** Removes what was staged after the last committed group, and rows of it; both are made again. */
export async function removeUncommitted(caseFile: CaseFile, { exhibit, files }: UnfinishedImport): Promise<void> {
  await caseFile.transaction(
    async (session) => {
      await session.run(sql`DELETE FROM event WHERE seq = ${UNNUMBERED}`);
      await session.run(sql`DELETE FROM evidence_file WHERE exhibit = ${exhibit} AND file >= ${files.length}`);
      await session.run(sql`DELETE FROM evidence_framing WHERE exhibit = ${exhibit} AND file >= ${files.length}`);
    },
    { announce: false },
  );
  await removeFilesAfter(exhibitFolder(caseFile.folder, exhibit), files.length);
}

/** Removes the working copies after the first `committed` of an exhibit's folder, and everything derived from any. */
export async function removeFilesAfter(folder: string, committed: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const number = Number(name.slice(0, FILE_NUMBER_DIGITS));
    if (name === "records.idx" || (number < committed && name.endsWith(".log"))) continue;
    await chmod(join(folder, name), 0o600);
    await rm(join(folder, name));
  }
}

/** Takes back whatever an import that did not finish left in the case and in its folder. */
export async function discardUnfinished(caseFile: CaseFile): Promise<void> {
  const unfinished = await caseFile.query(sql`SELECT id, first_seq FROM exhibit WHERE state = 'importing'`);
  for (const row of unfinished) {
    const id = integerOf(row, "id");
    const firstSeq = integerOf(row, "first_seq");
    await caseFile.transaction(
      async (session) => {
        await session.run(sql`DELETE FROM event WHERE exhibit = ${id}`);
        await session.run(sql`DELETE FROM record_problem WHERE seq >= ${firstSeq}`);
        await session.run(sql`DELETE FROM evidence_file WHERE exhibit = ${id}`);
        await session.run(sql`DELETE FROM evidence_framing WHERE exhibit = ${id}`);
        await session.run(sql`DELETE FROM exhibit_mapping WHERE exhibit = ${id}`);
        await session.run(sql`DELETE FROM ledger WHERE exhibit = ${id}`);
        await session.run(sql`DELETE FROM exhibit WHERE id = ${id}`);
      },
      { announce: false },
    );
    await removeFolder(exhibitFolder(caseFile.folder, id));
  }
}

/** Working copies are read-only, which some systems hold against deleting them. */
async function removeFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) await chmod(join(folder, name), 0o600);
  await rm(folder, { recursive: true, force: true });
}

/** Whether the sidecar and the working copies of committed files are there, as long as they were. */
export async function hasSidecarFor(folder: string, files: readonly StagedFile[]): Promise<boolean> {
  const records = files.reduce((sum, file) => sum + file.records, 0);
  const sidecar = await stat(join(folder, "records.idx")).catch(() => undefined);
  if (!sidecar || sidecar.size < SIDECAR_HEADER_BYTES + records * SIDECAR_ENTRY_BYTES) return false;
  for (const { stagedPath, byteLength } of files) {
    const staged = await stat(stagedPath).catch(() => undefined);
    if (staged?.size !== byteLength) return false;
  }
  return true;
}
