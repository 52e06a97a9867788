/**
 * One Zstandard frame of a foreign file, streamed: the first frame is the content, with its length stated or not, and what
 * follows it is counted, never joined (as with gzip members). Blocks are unpacked one by one, so that little input cannot
 * become much output before anybody looks.
 */
import { Decompress } from "fzstd";

import { concatBytes } from "../encoding/bytes.ts";
import {
  parseZstdBlock,
  parseZstdHeader,
  ZSTD_BLOCK_HEADER_BYTES,
  ZSTD_CHECKSUM_BYTES,
  type ZstdHeader,
} from "../encoding/zstd.ts";
import { Problem, quote } from "../model/problem.ts";
import { assertRatio } from "./container-limits.ts";
import { type GzipOptions, type GzipOutcome } from "./gzip-member.ts";

/** What `zstd` itself unpacks without being told to take more memory. */
const MAX_WINDOW_BYTES = 128 * 2 ** 20;

type ZstdOptions = Omit<GzipOptions, "framing">;

/** The content of the first frame. Throws `zstd-damaged`, `zstd-unsupported`, `too-large` or `expansion-ratio` (refused). */
export async function* streamZstdFrame(
  source: AsyncIterable<Uint8Array>,
  options: ZstdOptions,
  onEnd?: (outcome: GzipOutcome) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = new ByteQueue(source);
  try {
    const { bytes: head, header } = await readHeader(input, options);
    let unpacked: Uint8Array[] = [];
    const inflater = new Decompress((chunk) => {
      if (chunk.length > 0) unpacked.push(chunk.slice());
    });
    let [packedLength, byteLength] = [0, 0];
    let block: Uint8Array = head;
    for (let isLast = false; ;) {
      push(inflater, block, isLast, { path: options.path, offset: packedLength });
      packedLength += block.length;
      for (const chunk of unpacked) {
        byteLength += chunk.length;
        assertSize(byteLength, packedLength, options);
        yield chunk;
      }
      unpacked = [];
      if (isLast) break;
      ({ bytes: block, isLast } = await readBlock(input, options.path, packedLength, header.hasChecksum));
    }
    const { contentSize } = header;
    if (contentSize !== undefined && contentSize !== byteLength) {
      throw damaged(options.path, packedLength, `${contentSize} bytes of content`, `${byteLength}`);
    }
    onEnd?.({ trailingBytes: await input.countRest(), trailerDamaged: false });
  } finally {
    await input.close();
  }
}

async function readHeader(
  input: ByteQueue,
  { path }: ZstdOptions,
): Promise<{ readonly bytes: Uint8Array; readonly header: ZstdHeader }> {
  let bytes = new Uint8Array();
  for (;;) {
    const reading = parseZstdHeader(bytes);
    switch (reading.kind) {
      case "header":
        if (reading.header.windowSize > MAX_WINDOW_BYTES) {
          throw refused("zstd-unsupported", path, 5, `a window of at most ${MAX_WINDOW_BYTES} bytes`, "a longer one");
        }
        return { bytes, header: reading.header };
      case "short": {
        const more = await input.take(reading.wanted - bytes.length);
        if (more === undefined) throw damaged(path, bytes.length, "a whole frame header", "the end of the file");
        bytes = concatBytes(bytes, more);
        break;
      }
      case "damaged":
      case "unsupported":
        throw refused(`zstd-${reading.kind}`, path, reading.offset, reading.expected, "another frame");
    }
  }
}

/** The next block with its header, and with the checksum when it is the last one. */
async function readBlock(
  input: ByteQueue,
  path: string,
  offset: number,
  hasChecksum: boolean,
): Promise<{ readonly bytes: Uint8Array; readonly isLast: boolean }> {
  const head = await input.take(ZSTD_BLOCK_HEADER_BYTES);
  const block = head && parseZstdBlock(head);
  if (!head || !block) {
    throw damaged(path, offset, "a block", head ? "none that the format has" : "the end of the file");
  }
  const checksum = block.isLast && hasChecksum ? ZSTD_CHECKSUM_BYTES : 0;
  const data = await input.take(block.byteLength - head.length + checksum);
  if (!data) throw damaged(path, offset, "a whole block", "the end of the file");
  return { bytes: concatBytes(head, data), isLast: block.isLast };
}

/** The reader throws errors of several kinds on damaged blocks. */
function push(
  inflater: Decompress,
  bytes: Uint8Array,
  isLast: boolean,
  { path, offset }: { readonly path: string; readonly offset: number },
): void {
  try {
    inflater.push(bytes, isLast);
  } catch {
    throw damaged(path, offset, "compressed data", "damaged blocks");
  }
}

function assertSize(byteLength: number, packedLength: number, options: ZstdOptions): void {
  if (byteLength > options.maxBytes) {
    throw refused("too-large", options.path, packedLength, `at most ${options.maxBytes} bytes`, "more");
  }
  assertRatio(byteLength, packedLength, options, options.path);
}

/** Bytes of a stream in pieces of the asked length. */
class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes; undefined when the stream ends before. */
  async take(byteLength: number): Promise<Uint8Array | undefined> {
    const parts = [this.#held];
    let found = this.#held.length;
    while (found < byteLength) {
      const next = await this.#source.next();
      if (next.done === true) return undefined;
      parts.push(next.value);
      found += next.value.length;
    }
    const bytes = parts.length === 1 ? this.#held : concatBytes(...parts);
    this.#held = bytes.subarray(byteLength);
    return bytes.subarray(0, byteLength);
  }

  async countRest(): Promise<number> {
    let count = this.#held.length;
    for (let next = await this.#source.next(); next.done !== true; next = await this.#source.next()) {
      count += next.value.length;
    }
    return count;
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }
}

function damaged(path: string, offset: number, expected: string, found: string): Problem {
  return refused("zstd-damaged", path, offset, expected, found);
}

function refused(code: string, path: string, offset: number, expected: string, found: string): Problem {
  const message = `zstd: expected ${expected} in ${quote(path)}, got ${found}`;
  return new Problem("refused", code, message, { file: path, offset, expected, found });
}
