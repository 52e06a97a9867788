/** Records of a zip of a known length, and the problems of archives that are not accepted. */
import { type FileHandle } from "node:fs/promises";

import { Problem, quote } from "../model/problem.ts";

/** In a field of 32 bits: the value is in a zip64 record. */
export const MAX_UINT32 = 0xffffffff;

/** So many bytes from `offset` on. Throws `zip-truncated`. */
export async function readExactly(file: FileHandle, offset: number, length: number, label: string): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  if (bytesRead === length) return buffer;
  throw new Problem("refused", "zip-truncated", `${quote(label)} ends inside one of its zip records`, {
    file: label,
    offset,
    expected: `${length} bytes`,
    found: `${bytesRead} bytes`,
  });
}

/** `zip-ambiguous`: different tools would show different content. */
export function ambiguous(label: string, offset: number, expected: string, found: string): Problem {
  return new Problem(
    "refused",
    "zip-ambiguous",
    `different tools would show different content of ${quote(label)}: expected ${expected}, found ${found} (byte ${offset})`,
    { file: label, offset, expected, found },
  );
}

/** `zip-unsupported`: a feature that we refuse rather than guess. */
export function unsupported(label: string, offset: number, found: string): Problem {
  return new Problem(
    "refused",
    "zip-unsupported",
    `${quote(label)} uses a zip feature that is not accepted: ${found}`,
    {
      file: label,
      offset,
      expected: "stored or deflated files, not encrypted, on one disk",
      found,
    },
  );
}
