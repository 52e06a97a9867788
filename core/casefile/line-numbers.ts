import { createReadStream } from "node:fs";

const LINE_FEED = 0x0a;
const READ_BYTES = 1024 * 1024;

/** The lines of a file, from 1, in which these offsets lie: one more than line feeds before them. Precondition: they ascend. */
export async function lineNumbers(path: string, offsets: readonly number[]): Promise<readonly number[]> {
  const lines: number[] = [];
  let line = 1;
  let start = 0;
  const chunks: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: READ_BYTES });
  for await (const chunk of chunks) {
    const end = start + chunk.length;
    let at = chunk.indexOf(LINE_FEED);
    for (let next = offsets[lines.length]; next !== undefined && next < end; next = offsets[lines.length]) {
      for (; at >= 0 && start + at < next; at = chunk.indexOf(LINE_FEED, at + 1)) line += 1;
      lines.push(line);
    }
    if (lines.length === offsets.length) return lines;
    for (; at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) line += 1;
    start = end;
  }
  return offsets.map((_, index) => lines[index] ?? line);
}
