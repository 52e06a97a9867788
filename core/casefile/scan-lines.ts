import { closeSync, openSync, readSync } from "node:fs";
import { type Hash } from "node:crypto";

import { leafHashInPlace, startLeafHash } from "./leaf-hash.ts";

const READ_BYTES = 4 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** One line of a file. Its bytes are a view that is valid during the call; a line over the limit has none. */
export interface ScannedLine {
  readonly offset: number;
  readonly length: number;
  readonly bytes: Buffer | undefined;
  /** 32 Latin-1 characters. */
  readonly leaf: string;
}

/**
 * Walks the lines of a file in one pass and hashes each as a leaf; the last one counts whether a line feed ends it or
 * not. Memory is bounded by `maxHeldBytes`: longer lines are hashed in parts.
 */
export function scanLines(
  path: string,
  maxHeldBytes: number,
  onLine: (line: ScannedLine) => void,
  onChunk: (chunk: Buffer) => void = () => undefined,
): void {
  const file = openSync(path, "r");
  try {
    // Byte 0 is spare: the first line needs a byte before it for its leaf prefix.
    const buffer = Buffer.alloc(1 + maxHeldBytes + READ_BYTES);
    let held = 0;
    let offset = 0;
    let long: { readonly hash: Hash; length: number } | undefined;
    const finish = (start: number, end: number): void => {
      if (long) {
        const length = long.length + end - start;
        const leaf = long.hash.update(buffer.subarray(start, end)).digest("binary");
        onLine({ offset, length, bytes: undefined, leaf });
        offset += length + 1;
        long = undefined;
      } else {
        const leaf = leafHashInPlace(buffer, start, end);
        onLine({ offset, length: end - start, bytes: buffer.subarray(start, end), leaf });
        offset += end - start + 1;
      }
    };
    for (;;) {
      const read = readSync(file, buffer, 1 + held, READ_BYTES, null);
      if (read === 0) break;
      const end = 1 + held + read;
      onChunk(buffer.subarray(1 + held, end));
      let start = 1;
      let lineEnd = buffer.indexOf(LINE_FEED, 1 + held);
      while (lineEnd >= 0 && lineEnd < end) {
        finish(start, lineEnd);
        start = lineEnd + 1;
        lineEnd = buffer.indexOf(LINE_FEED, start);
      }
      held = end - start;
      if (long || held > maxHeldBytes) {
        long ??= { hash: startLeafHash(), length: 0 };
        long.hash.update(buffer.subarray(start, end));
        long.length += held;
        held = 0;
      } else {
        buffer.copy(buffer, 1, start, end);
      }
    }
    if (held > 0 || long) finish(1, 1 + held);
  } finally {
    closeSync(file);
  }
}
