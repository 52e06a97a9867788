import { open, type FileHandle } from "node:fs/promises";

import { present } from "../model/assert.ts";
import { groupedBy } from "../model/grouped.ts";
import { Problem } from "../model/problem.ts";
import { leafHashOf } from "./leaf-hash.ts";
import { type RecordLocation } from "./record-locator.ts";

/** Bytes that one read of several records takes at most. */
const MAX_STRETCH = 1024 * 1024;
/** Bytes between two records that cost less to read than a second read would. */
const MAX_SKIPPED = 4_096;

/**
 * The records at these locations, in their order, each checked against the leaf hash taken at import. Each working copy is
 * opened once, and neighbours in it are read together. Throws `working-copy-altered` (refused) when one differs,
 * `working-copy-missing` (machine).
 */
export async function readWorkingCopies(locations: readonly RecordLocation[]): Promise<readonly Uint8Array[]> {
  const records = new Map<RecordLocation, Uint8Array>();
  const copies = groupedBy(locations, ({ stagedPath }) => stagedPath);
  for (const inCopy of copies.values()) await readCopy(inCopy, records);
  return locations.map((location) => present(records.get(location), "the record at every location was read"));
}

/** Reads records of one working copy into `records`. */
async function readCopy(locations: readonly RecordLocation[], records: Map<RecordLocation, Uint8Array>): Promise<void> {
  let copy: FileHandle | undefined;
  try {
    for (const stretch of stretchesOf(locations)) {
      const [first] = stretch;
      const last = stretch.at(-1) ?? first;
      copy ??= await open(first.stagedPath, "r").catch((error: unknown) => unreadable(first, error));
      const length = last.offset + last.length - first.offset;
      const buffer = Buffer.alloc(length);
      const read = copy.read(buffer, 0, length, first.offset);
      const { bytesRead } = await read.catch((error: unknown) => unreadable(first, error));
      for (const location of stretch) {
        const start = location.offset - first.offset;
        const record = buffer.subarray(start, Math.min(bytesRead, start + location.length));
        assertUnaltered(location, record);
        records.set(location, record);
      }
    }
  } finally {
    await copy?.close();
  }
}

/** Locations in one working copy of which all bytes are read at once. */
type Stretch = readonly [RecordLocation, ...RecordLocation[]];

/** Locations by offset, parted where much lies between two or where a read would grow too long. */
function stretchesOf(locations: readonly RecordLocation[]): readonly Stretch[] {
  const stretches: [RecordLocation, ...RecordLocation[]][] = [];
  let end = 0;
  for (const location of locations.toSorted((a, b) => a.offset - b.offset)) {
    const stretch = stretches.at(-1);
    const isNear = location.offset - end <= MAX_SKIPPED;
    end = location.offset + location.length;
    if (stretch && isNear && end - stretch[0].offset <= MAX_STRETCH) stretch.push(location);
    else stretches.push([location]);
  }
  return stretches;
}

function unreadable({ seq, file }: RecordLocation, cause: unknown): never {
  const message = `reading event ${seq}: its working copy cannot be read`;
  throw new Problem("machine", "working-copy-missing", message, { file }, { cause });
}

function assertUnaltered(location: RecordLocation, record: Uint8Array): void {
  const leafHash = leafHashOf(record);
  if (record.length === location.length && leafHash.equals(location.leafHash)) return;
  const { seq, file, line, offset } = location;
  const message = `the working copy of event ${seq} differs from the evidence that was imported`;
  const expected = Buffer.from(location.leafHash).toString("hex");
  const found = leafHash.toString("hex");
  throw new Problem("refused", "working-copy-altered", message, { file, line, offset, expected, found });
}
