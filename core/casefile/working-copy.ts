import { open, type FileHandle } from "node:fs/promises";

import { Problem } from "../model/problem.ts";
import { leafHashOf } from "./leaf-hash.ts";
import { type RecordLocation } from "./record-locator.ts";

/**
 * The records at these locations, in their order, each checked against the leaf hash taken at import; each working copy is
 * opened once. Throws `working-copy-altered` (refused) when one differs, `working-copy-missing` (machine).
 */
export async function readWorkingCopies(locations: readonly RecordLocation[]): Promise<readonly Uint8Array[]> {
  const copies = new Map<string, FileHandle>();
  try {
    const records: Uint8Array[] = [];
    for (const location of locations) {
      const record = await readRange(copies, location);
      assertUnaltered(location, record);
      records.push(record);
    }
    return records;
  } finally {
    for (const copy of copies.values()) await copy.close();
  }
}

async function readRange(copies: Map<string, FileHandle>, location: RecordLocation): Promise<Uint8Array> {
  try {
    const copy = copies.get(location.stagedPath) ?? (await open(location.stagedPath, "r"));
    copies.set(location.stagedPath, copy);
    const buffer = Buffer.alloc(location.length);
    const { bytesRead } = await copy.read(buffer, 0, location.length, location.offset);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw new Problem(
      "machine",
      "working-copy-missing",
      `reading event ${location.seq}: its working copy cannot be read`,
      { file: location.file },
      { cause: error },
    );
  }
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
