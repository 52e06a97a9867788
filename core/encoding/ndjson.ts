/**
 * Line framing of NDJSON evidence. A record is the bytes before a 0x0A; a CR before it belongs to the record, an empty
 * line is an empty record, and nothing is trimmed: hashes are over exactly these bytes.
 */

import { Problem } from "../model/problem.ts";
import { concatBytes } from "./bytes.ts";

const LINE_FEED = 0x0a;

export interface Line {
  /** Byte offset of the first byte in the stream. */
  readonly offset: number;
  /** Without the line feed. May be a view of the chunk it came from: copy it to keep it. */
  readonly bytes: Uint8Array;
  /** False only for a last line that no line feed ends. */
  readonly terminated: boolean;
}

/** Cuts a chunked stream into lines; memory is bounded by one chunk and one line. */
export class LineFramer {
  private readonly maxLineBytes: number;
  private pending: Uint8Array[] = [];
  private pendingLength = 0;
  private offset = 0;

  /** Lines longer than `maxLineBytes` are refused: a hostile file could be one endless line. */
  constructor(maxLineBytes: number) {
    this.maxLineBytes = maxLineBytes;
  }

  /** The lines that end in this chunk. The chunk may be reused after the iteration. Throws `line-too-long`. */
  *push(chunk: Uint8Array): Generator<Line> {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      const line = this.take(chunk.subarray(start, end), true);
      this.offset += 1;
      start = end + 1;
      yield line;
    }
    if (start < chunk.length) {
      this.checkLength(chunk.length - start);
      // A copy: `slice` of a Buffer would be a view of the reused chunk.
      this.pending.push(new Uint8Array(chunk.subarray(start)));
      this.pendingLength += chunk.length - start;
    }
  }

  /** The unterminated last line, or undefined when the stream ended with a line feed or was empty. */
  end(): Line | undefined {
    return this.pendingLength === 0 ? undefined : this.take(new Uint8Array(), false);
  }

  private take(last: Uint8Array, terminated: boolean): Line {
    this.checkLength(last.length);
    const bytes = this.pendingLength === 0 ? last : concatBytes(...this.pending, last);
    const line = { offset: this.offset, bytes, terminated };
    this.offset += bytes.length;
    this.pending = [];
    this.pendingLength = 0;
    return line;
  }

  private checkLength(more: number): void {
    if (this.pendingLength + more <= this.maxLineBytes) return;
    throw lineTooLong(this.maxLineBytes, this.offset, this.pendingLength + more);
  }
}

/** The problem of a line that is longer than allowed, which begins at `offset`. */
export function lineTooLong(maxLineBytes: number, offset: number, atLeast: number): Problem {
  return new Problem("refused", "line-too-long", `lines: expected at most ${maxLineBytes} bytes before a line feed`, {
    offset,
    expected: `at most ${maxLineBytes} bytes`,
    found: `at least ${atLeast} bytes`,
  });
}

/** The lines of a stream of chunks, in order, the unterminated one last. Throws `line-too-long`. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxLineBytes: number): AsyncGenerator<Line> {
  const framer = new LineFramer(maxLineBytes);
  for await (const chunk of chunks) yield* framer.push(chunk);
  const last = framer.end();
  if (last) yield last;
}
