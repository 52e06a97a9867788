/**
 * Files of an exhibit that prove others and hold no events: digests, and log files that could not be unpacked. They are
 * kept and listed like every file of the evidence, and have no rows.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { type RunningImport } from "./begin-import.ts";
import { endRowOf, stagedPathInCase, type StagedFile } from "./load-group.ts";
import { sql } from "./sql.ts";
import { settleWorkingCopy, stageFile } from "./stage-file.ts";
import { roomFor } from "./staged-log.ts";
import { stagedPaths } from "./staged-paths.ts";

/** Writes working copies of files without events, which follow those that hold `records`. Throws as `stageFile`. */
export async function stageProofFiles(
  work: RunningImport,
  records: readonly StagedFile[],
): Promise<readonly StagedFile[]> {
  const { container, folder, proofFiles, options } = work;
  if (proofFiles.length === 0) return [];
  const room = await roomFor(work, proofFiles);
  const endRow = endRowOf(records);
  const all: StagedFile[] = [];
  for (const [index, source] of proofFiles.entries()) {
    const file = records.length + index;
    const { staged } = stagedPaths(folder, file);
    await stageFile(container, source, staged, room, options.signal);
    await settleWorkingCopy(staged);
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
  { target: { caseFile }, exhibit }: RunningImport,
  files: readonly StagedFile[],
): Promise<void> {
  if (files.length === 0) return;
  await caseFile.transaction(
    async (session) => {
      for (const { file, path, firstRow, stagedPath, sha256, byteLength } of files) {
        await session.run(sql`INSERT INTO evidence_file VALUES (${exhibit}, ${file}, ${path}, ${firstRow}, 0,
          ${stagedPathInCase(exhibit, stagedPath)}, ${sha256}, ${byteLength}, 'pending')`);
      }
    },
    { announce: false },
  );
}
