import { type Container, DEFAULT_LIMITS } from "../bundle/container.ts";
import { linesOf } from "../encoding/ndjson.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { type TableFraming } from "../sources/framing.ts";
import { assertDocumentSize, documentRecords } from "./frame-file.ts";
import { MAX_RECORD_BYTES } from "./loadable-line.ts";
import { openLogFile, type LogFile } from "./log-file.ts";
import { findLogFiles } from "./log-files.ts";
import { TableLines } from "./table-lines.ts";
import { unprovenResult } from "./unproven.ts";

const LINE_FEED = 0x0a;

/**
 * The result for evidence without a sealed log. Every file is read to its end, so that damage shows, and its records are
 * counted as an import would. Throws `no-evidence` and the `refused` problems of damaged files.
 */
export async function verifyUnsealed(container: Container, work: LongWork): Promise<VerifyResult> {
  const { files, recognition } = await findLogFiles(container, undefined);
  const bytesTotal = files.reduce((total, { byteLength }) => total + byteLength, 0);
  const { maxTotalBytes } = container.limits ?? DEFAULT_LIMITS;
  let bytesDone = 0;
  let records = 0;
  for (const file of files) {
    records += await countRecords(cancellable(openLogFile(container, file, maxTotalBytes), work), file);
    bytesDone += file.byteLength;
    work.onProgress?.({ phase: "verifying", bytesDone, bytesTotal, records });
  }
  return unprovenResult(recognition.source.name, records, files.length);
}

async function* cancellable(chunks: AsyncIterable<Uint8Array>, { signal }: LongWork): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    throwIfCancelled(signal);
    yield chunk;
  }
}

/** Lines are counted as they stream by; a document that is one JSON value is held, one at a time. */
async function countRecords(chunks: AsyncIterable<Uint8Array>, { member, framing }: LogFile): Promise<number> {
  if (framing.kind === "lines") return countLines(chunks);
  if (framing.kind === "table") return countTableRecords(chunks, framing);
  const parts: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of chunks) {
    byteLength += chunk.length;
    assertDocumentSize(byteLength, member);
    parts.push(chunk);
  }
  return documentRecords(Buffer.concat(parts), framing).length;
}

async function countTableRecords(chunks: AsyncIterable<Uint8Array>, framing: TableFraming): Promise<number> {
  let records = 0;
  const table = new TableLines(framing, () => (records += 1));
  for await (const { offset, bytes } of linesOf(chunks, MAX_RECORD_BYTES)) {
    table.push({ offset, length: bytes.length, bytes: Buffer.from(bytes) });
  }
  table.end();
  return records;
}

async function countLines(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let lines = 0;
  let unterminated = false;
  for await (const chunk of chunks) {
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) lines += 1;
    unterminated = chunk[chunk.length - 1] !== LINE_FEED;
  }
  return lines + (unterminated ? 1 : 0);
}
