/**
 * One gzip member (RFC 1952), streamed: `1f 8b 08 FLG MTIME XFL OS [fields] deflate CRC32 ISIZE`. Platform readers join
 * several members into one text and ignore zeros after the last (node:zlib, zcat), so that a file could hold more than
 * its proof covers; here the first member is the content and whatever follows it is counted, never joined.
 */
import { constants, crc32 } from "node:zlib";

import { concatBytes } from "../encoding/bytes.ts";
import { GZIP_TRAILER_BYTES, parseGzipHeader, parseGzipTrailer } from "../encoding/gzip.ts";
import { Problem, quote } from "../model/problem.ts";
import { assertRatio } from "./container-limits.ts";
import { DeflateStream, type DeflateRest } from "./deflate-stream.ts";

/** A header without fields. */
const PLAIN_HEADER_BYTES = 10;

export interface GzipOptions {
  /** Named in problems. */
  readonly path: string;
  /**
   * `strict` (our own segments): no header fields, nothing after the member, trailer correct; anything else throws.
   * `named` (archives): as strict, but that the header may hold a file name, which gzip writes into it.
   * `lenient` (foreign files): fields are skipped, what follows is counted, a wrong trailer is told in the outcome.
   */
  readonly framing: "strict" | "named" | "lenient";
  readonly maxBytes: number;
  readonly maxRatio: number;
}

/** What the end of the file showed; known once the content was consumed to its end. */
export interface GzipOutcome {
  /** Bytes after the first member. */
  readonly trailingBytes: number;
  /** The trailer's checksum or length differs from the content. */
  readonly trailerDamaged: boolean;
}

/** Whether an error says that a gzip file is damaged, and not that the container or the machine is. */
export function isDamagedGzip(error: unknown): error is Problem {
  return error instanceof Problem && ["gzip-truncated", "gzip-damaged"].includes(error.code);
}

/**
 * The content of the first member. Throws `gzip-truncated`, `gzip-damaged`, `too-large` or `expansion-ratio` in either
 * framing, and `gzip-hidden-data` or `gzip-checksum-mismatch` in all but the lenient one.
 */
export async function* streamGzipMember(
  source: AsyncIterable<Uint8Array>,
  options: GzipOptions,
  onEnd?: (outcome: GzipOutcome) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = source[Symbol.asyncIterator]();
  try {
    const firstData = await skipHeader(input, options);
    const member = new DeflateStream(input, firstData);
    let checksum = 0;
    let byteLength = 0;
    for await (const chunk of readMember(member, options.path)) {
      checksum = crc32(chunk, checksum);
      byteLength += chunk.length;
      assertSize(byteLength, member.packedLength, options);
      yield chunk;
    }
    const outcome = judgeTrailer(await member.readRest(GZIP_TRAILER_BYTES), checksum, byteLength, options);
    if (options.framing !== "lenient") assertStrictEnd(outcome, options.path);
    onEnd?.(outcome);
  } finally {
    await input.return?.();
  }
}

async function* readMember(member: DeflateStream, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* member.read();
  } catch (error) {
    throw inflateProblem(error, path, member.packedLength);
  }
}

function assertSize(byteLength: number, packedLength: number, options: GzipOptions): void {
  if (byteLength > options.maxBytes) {
    throw new Problem("refused", "too-large", `${quote(options.path)} expands to more than is allowed`, {
      file: options.path,
      expected: `at most ${options.maxBytes} bytes`,
      found: "more",
    });
  }
  assertRatio(byteLength, packedLength, options, options.path);
}

/** Returns the bytes after the header that are already in memory. */
async function skipHeader(input: AsyncIterator<Uint8Array>, options: GzipOptions): Promise<Uint8Array> {
  let head = new Uint8Array(0);
  for (;;) {
    const parsed = parseGzipHeader(head);
    if (parsed.kind === "malformed") throw damagedProblem(options.path, parsed.offset, parsed.expected, "other bytes");
    if (parsed.kind === "header") {
      const { byteLength, fileName } = parsed.header;
      const nameBytes = options.framing === "named" && fileName ? fileName.length + 1 : 0;
      const fieldBytes = byteLength - PLAIN_HEADER_BYTES - nameBytes;
      if (options.framing !== "lenient" && fieldBytes > 0) {
        throw hiddenProblem(options.path, `${fieldBytes} bytes of header fields`, PLAIN_HEADER_BYTES);
      }
      return head.subarray(byteLength);
    }
    const next = await input.next();
    if (next.done === true) throw truncatedProblem(options.path, head.length);
    head = concatBytes(head, next.value);
  }
}

function judgeTrailer(
  { head, byteLength: restLength }: DeflateRest,
  checksum: number,
  byteLength: number,
  options: GzipOptions,
): GzipOutcome {
  if (head.length < GZIP_TRAILER_BYTES) throw truncatedProblem(options.path, undefined);
  const trailer = parseGzipTrailer(head);
  const trailerDamaged = trailer.crc32 !== checksum || trailer.sizeModulo32 !== byteLength % 2 ** 32;
  return { trailingBytes: restLength - GZIP_TRAILER_BYTES, trailerDamaged };
}

function assertStrictEnd(outcome: GzipOutcome, path: string): void {
  if (outcome.trailingBytes > 0) throw hiddenProblem(path, `${outcome.trailingBytes} bytes after the data`);
  if (!outcome.trailerDamaged) return;
  throw new Problem(
    "refused",
    "gzip-checksum-mismatch",
    `the gzip trailer of ${quote(path)} does not fit its content`,
    {
      file: path,
      expected: "the checksum and length of the content",
      found: "others",
    },
  );
}

function inflateProblem(error: unknown, path: string, offset: number): unknown {
  if (!(error instanceof Error) || !("errno" in error) || error instanceof Problem) return error;
  if (error.errno === constants.Z_BUF_ERROR) return truncatedProblem(path, undefined);
  if (error.errno === constants.Z_DATA_ERROR) return damagedProblem(path, offset, "deflate data", quote(error.message));
  return error;
}

function truncatedProblem(path: string, offset: number | undefined): Problem {
  return new Problem("refused", "gzip-truncated", `${quote(path)} is a gzip file that ends before its end`, {
    file: path,
    ...(offset === undefined ? {} : { offset }),
    expected: "compressed data with its checksum and length",
    found: "the end of the file",
  });
}

function damagedProblem(path: string, offset: number, expected: string, found: string): Problem {
  return new Problem("refused", "gzip-damaged", `the compressed data of ${quote(path)} is damaged`, {
    file: path,
    offset,
    expected,
    found,
  });
}

function hiddenProblem(path: string, found: string, offset?: number): Problem {
  return new Problem("refused", "gzip-hidden-data", `${quote(path)} contains hidden extra compressed data: ${found}`, {
    file: path,
    ...(offset === undefined ? {} : { offset }),
    expected: "one gzip member and nothing else",
    found,
  });
}
