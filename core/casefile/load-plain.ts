import { inOrder } from "../bundle/in-order.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type RunningImport } from "./begin-import.ts";
import { type HashedFile } from "./hash-protocol.ts";
import { endRowOf } from "./load-group.ts";
import { type LoadQueue } from "./load-queue.ts";
import { type LogFile } from "./log-file.ts";
import { roomFor, stagedLog } from "./staged-log.ts";
import { stageFile } from "./stage-file.ts";
import { stagedPaths } from "./staged-paths.ts";

/** A file is unpacked while the one before it is hashed. */
const FILES_AHEAD = 2;

interface HashedLog {
  readonly index: number;
  readonly file: LogFile;
  readonly hashed: HashedFile;
  /** What is worth a note about how it is packed: codes. */
  readonly notes: readonly string[];
}

/** Stages and hashes the files of evidence that is not sealed, and gives each to the queue. */
export async function loadPlain(work: RunningImport, queue: LoadQueue): Promise<void> {
  const { log, loaded, files, digests, progress } = work;
  const onBytes = progress.onBytes(
    "loading",
    log.files.reduce((sum, file) => sum + file.byteLength, 0),
  );
  for (const { byteLength } of files.slice(0, loaded.length)) onBytes(byteLength);
  let firstRow = endRowOf(loaded);
  for await (const { index, file, hashed, notes } of hashInOrder(work)) {
    if (file.packing === "plain") digests.set(file.member, hashed.sha256);
    progress.onRecords(hashed.records);
    onBytes(file.byteLength);
    await queue.add(stagedLog(work, index, file, firstRow, hashed, notes));
    firstRow += hashed.records;
  }
}

async function* hashInOrder(work: RunningImport): AsyncGenerator<HashedLog, void, undefined> {
  const { folder, loaded, files, container, hasher, options } = work;
  const room = await roomFor(work, work.log.files.slice(loaded.length));
  const left = [...files.entries()].slice(loaded.length);
  yield* inOrder(left, FILES_AHEAD, async ([index, file]) => {
    throwIfCancelled(options.signal);
    const { staged, derived } = stagedPaths(folder, index);
    const outcome = await stageFile(container, file, staged, room, options.signal);
    const notes = [
      ...(outcome && outcome.trailingBytes > 0 ? [`${file.packing}-trailing-data`] : []),
      ...(outcome?.trailerDamaged ? ["gzip-trailer-damaged"] : []),
    ];
    const hashing = hasher.ask({ kind: "file", path: staged, derivedPath: derived, framing: file.framing });
    // Awaited in its turn; a failure meanwhile must not count as unhandled.
    hashing.catch(() => undefined);
    return async () => ({ index, file, hashed: await hashing, notes });
  });
}
