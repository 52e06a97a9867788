import { throwIfCancelled } from "../model/problem.ts";
import { type RunningImport } from "./begin-import.ts";
import { endRowOf, type StagedLog } from "./load-group.ts";
import { type LoadQueue } from "./load-queue.ts";
import { roomFor, stagedLog } from "./staged-log.ts";
import { stageFile } from "./stage-file.ts";
import { stagedPaths } from "./staged-paths.ts";

/** Stages and hashes the files of evidence that is not sealed, and gives each to the queue. */
export async function loadPlain(work: RunningImport, queue: LoadQueue): Promise<void> {
  for await (const file of stageAll(work)) await queue.add(file);
}

async function* stageAll(work: RunningImport): AsyncGenerator<StagedLog> {
  const { log, folder, loaded, files, container, options, progress } = work;
  const onBytes = progress.onBytes(
    "loading",
    log.files.reduce((sum, file) => sum + file.byteLength, 0),
  );
  const room = await roomFor(work, log.files.slice(loaded.length));
  let firstRow = endRowOf(loaded);
  for (const [index, file] of files.entries()) {
    throwIfCancelled(options.signal);
    if (index < loaded.length) {
      onBytes(file.byteLength);
      continue;
    }
    const paths = stagedPaths(folder, index);
    const outcome = await stageFile(container, file, paths.staged, room, options.signal);
    const notes = [
      ...(outcome && outcome.trailingBytes > 0 ? [`${file.packing}-trailing-data`] : []),
      ...(outcome?.trailerDamaged ? ["gzip-trailer-damaged"] : []),
    ];
    const hashed = await work.hasher.ask({
      kind: "file",
      path: paths.staged,
      derivedPath: paths.derived,
      framing: file.framing,
    });
    if (file.packing === "plain") work.digests.set(file.member, hashed.sha256);
    progress.onRecords(hashed.records);
    onBytes(file.byteLength);
    yield stagedLog(work, index, file, firstRow, hashed, notes);
    firstRow += hashed.records;
  }
}
