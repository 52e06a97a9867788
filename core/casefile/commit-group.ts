import { rm } from "node:fs/promises";

import { type RunningImport } from "./begin-import.ts";
import { insertFiles, settleFiles } from "./load-files.ts";
import { stagedPathInCase, type StagedLog } from "./load-group.ts";
import { leavePageCache } from "./page-cache.ts";
import { joinSql, sql } from "./sql.ts";

/**
 * Loads a group of staged files: inserts its rows, then numbers them and commits their files and the line of the ledger with
 * the numbers. Rows between the two are taken back by whoever goes on with the import or gives it up.
 */
export async function commitGroup(
  { target: { caseFile }, exhibit, firstSeq, log, inOrder, options: { signal, ...options } }: RunningImport,
  files: readonly StagedLog[],
): Promise<void> {
  const place = {
    exhibit,
    firstSeq,
    inOrder,
    sealed: log.bundlePrefix !== undefined,
    chosen: options.source !== undefined || options.mapping !== undefined,
  };
  const records = files.reduce((sum, file) => sum + file.records, 0);
  await caseFile.transaction((session) => insertFiles(session, files, place, signal), { announce: false });
  await caseFile.transaction(
    async (session) => {
      await settleFiles(session, caseFile.folder, files, place, signal);
      const rows = files.map(
        (file) => sql`(${exhibit}, ${file.file}, ${file.path}, ${file.firstRow}, ${file.records},
          ${stagedPathInCase(exhibit, file.stagedPath)}, ${file.sha256}, ${file.byteLength}, 'pending')`,
      );
      const framings = files.map(
        (file) =>
          sql`(${exhibit}, ${file.file}, ${JSON.stringify(file.framing)}, ${file.loadPath !== file.stagedPath})`,
      );
      await session.run(sql`INSERT INTO evidence_file VALUES ${joinSql(rows, sql`, `)}`);
      await session.run(sql`INSERT INTO evidence_framing VALUES ${joinSql(framings, sql`, `)}`);
      await session.run(sql`INSERT INTO ledger VALUES (${exhibit}, ${files[0]?.file ?? 0}, ${files.length},
        ${firstSeq + (files[0]?.firstRow ?? 0)}, ${records}, ${new Date().toISOString()},
        ${JSON.stringify(files.flatMap(({ notes }) => notes ?? []))})`);
    },
    { announce: false },
  );
  // DuckDB has read them, and the records are in the working copies.
  for (const file of files) if (file.loadPath !== file.stagedPath) await rm(file.loadPath, { force: true });
  for (const file of files) leavePageCache(file.stagedPath);
}
