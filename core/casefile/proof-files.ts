/**
 * Files of an exhibit that prove others and hold no events: digests, and log files that could not be unpacked. They are
 * kept and listed like every file of the evidence, and have no rows.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { type Container } from "../bundle/container.ts";
import { type SqlSession } from "./database.ts";
import { stagedPathInCase, type StagedFile } from "./load-group.ts";
import { type KeptFile } from "./log-files.ts";
import { sql } from "./sql.ts";
import { stageFile, type StagingWatch } from "./stage-file.ts";
import { stagedPaths } from "./staged-paths.ts";

/** Where the files follow those that hold events. */
export interface ProofFilesTarget {
  readonly folder: string;
  readonly firstFile: number;
  /** Row behind the last one of the exhibit. */
  readonly endRow: number;
}

/** Writes working copies of files without events. Throws as `stageFile`. */
export async function stageProofFiles(
  container: Container,
  files: readonly KeptFile[],
  { folder, firstFile, endRow }: ProofFilesTarget,
  watch: StagingWatch,
): Promise<readonly StagedFile[]> {
  const all: StagedFile[] = [];
  for (const [index, source] of files.entries()) {
    const file = firstFile + index;
    const { staged } = stagedPaths(folder, file);
    await stageFile(container, source, staged, watch);
    const digest = createHash("sha256");
    let byteLength = 0;
    for await (const chunk of createReadStream(staged) as AsyncIterable<Buffer>) {
      digest.update(chunk);
      byteLength += chunk.length;
    }
    const sha256 = digest.digest("hex");
    const place = { file, path: source.member, stagedPath: staged, loadPath: staged, framing: source.framing };
    all.push({ ...place, firstRow: endRow, records: 0, byteLength, sha256 });
  }
  return all;
}

/** Lists the files in the case. Their verdicts follow with those of all files. */
export async function insertProofFiles(
  session: SqlSession,
  exhibit: number,
  files: readonly StagedFile[],
): Promise<void> {
  for (const { file, path, firstRow, stagedPath, sha256, byteLength } of files) {
    await session.run(sql`INSERT INTO evidence_file VALUES (${exhibit}, ${file}, ${path}, ${firstRow}, 0,
      ${stagedPathInCase(exhibit, stagedPath)}, ${sha256}, ${byteLength}, 'pending')`);
  }
}
