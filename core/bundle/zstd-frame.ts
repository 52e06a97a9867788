import { Decompress } from "fzstd";

import { parseZstdFrame } from "../encoding/zstd.ts";
import { Problem, quote } from "../model/problem.ts";
import { type ContainerLimits } from "./container.ts";
import { assertRatio } from "./container-limits.ts";

export interface ZstdLimits extends Pick<ContainerLimits, "maxRatio"> {
  /** Named in problems. */
  readonly path: string;
  /** Of the content, and of the window that a reader must keep. */
  readonly maxBytes: number;
}

/**
 * The content of a file that is one frame, written at byte `at` of a new buffer. Throws `zstd-hidden-data`, `zstd-damaged`,
 * `zstd-unsupported`, `too-large` and `expansion-ratio` (refused).
 */
export function unpackZstdFrame(bytes: Uint8Array, { path, maxBytes, maxRatio }: ZstdLimits, at = 0): Buffer {
  const reading = parseZstdFrame(bytes);
  if (reading.kind !== "frame") {
    const { offset, expected } = reading;
    const code = reading.kind === "damaged" ? "zstd-damaged" : "zstd-unsupported";
    throw problem(code, path, expected, "another frame", offset);
  }
  const { contentSize, windowSize, byteLength } = reading.frame;
  if (byteLength !== bytes.length) {
    throw problem("zstd-hidden-data", path, "one frame", `${bytes.length - byteLength} bytes after it`, byteLength);
  }
  if (contentSize > maxBytes || windowSize > maxBytes) {
    throw problem("too-large", path, `at most ${maxBytes} bytes`, `${Math.max(contentSize, windowSize)}`);
  }
  assertRatio(contentSize, byteLength, { maxRatio }, path);
  const target = Buffer.alloc(at + contentSize);
  const found = inflate(bytes, target.subarray(at));
  if (found !== contentSize) {
    throw problem(
      "zstd-damaged",
      path,
      `${contentSize} bytes of content`,
      found === undefined ? "damaged blocks" : `${found}`,
    );
  }
  return target;
}

/**
 * Writes the content to `target` and returns its length, or undefined when it is damaged or longer. The streaming reader is
 * used because the other one takes the stated length for the real one.
 */
function inflate(bytes: Uint8Array, target: Uint8Array): number | undefined {
  let length = 0;
  try {
    new Decompress((chunk) => {
      target.set(chunk, length);
      length += chunk.length;
    }).push(bytes, true);
    return length;
  } catch {
    // fzstd throws errors of several kinds on damaged blocks, and `set` a RangeError on content that is longer.
    return undefined;
  }
}

function problem(code: string, path: string, expected: string, found: string, offset?: number): Problem {
  const message = `zstd: expected ${expected} in ${quote(path)}, got ${found}`;
  const details = { file: path, expected, found, ...(offset !== undefined && { offset }) };
  return new Problem("refused", code, message, details);
}
