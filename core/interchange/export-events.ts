/**
 * Exports the events of a query for other tools: complete, in the order shown, streamed. Beside the file stands its
 * manifest, `<file>.manifest.json`; events without a time go to `<file>.undated.jsonl` where the format cannot hold them.
 */
import { hash } from "node:crypto";

import { type CaseFile } from "../casefile/case-file.ts";
import { present } from "../model/assert.ts";
import { type EventRow } from "../model/event.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { instant, type Instant } from "../model/time.ts";
import { readClockOffsets } from "../triage/clock-offsets.ts";
import { ResultSets } from "../timeline/result-sets.ts";
import { type SavedResult } from "../timeline/saved-result.ts";
import { readRows } from "../timeline/rows.ts";
import { completeExport, type WrittenExport } from "./complete-export.ts";
import { type DatedEvent } from "./export-format.ts";
import { type ExportedEvent } from "./exported-event.ts";
import { assertNewExport } from "./export-manifest.ts";
import { exportProgress, type ExportOrder, type ExportResult } from "./export-order.ts";
import { Output } from "./output-file.ts";
import { jsonl } from "./plain-formats.ts";

/** Events that are asked for at once. */
const PAGE_ROWS = 4_000;
/** Bytes of records that are held at once, unless one alone is longer. */
const BATCH_BYTES = 1024 * 1024;

/** Writes the export and its manifest. Throws `file-exists` (usage), `cancelled`, and as the query and the reading of records do. */
export async function exportEvents(caseFile: CaseFile, order: ExportOrder): Promise<ExportResult> {
  await assertNewExport(order.out);
  const results = new ResultSets(caseFile);
  const outputs = await Outputs.create(order);
  try {
    const { resultId, matching } = await results.query(order.question, order.work?.signal);
    for await (const events of exportedEvents(caseFile, results.get(resultId), matching, order.work)) {
      await outputs.add(events);
    }
    return await completeExport(caseFile, order, await outputs.finish());
  } catch (error) {
    await outputs.discard();
    throw error;
  } finally {
    await results.clear();
  }
}

/** The events of a result in its order, as many at a time as are worth one write. */
async function* exportedEvents(
  caseFile: CaseFile,
  result: SavedResult,
  matching: number,
  work: LongWork | undefined,
): AsyncGenerator<readonly ExportedEvent[]> {
  const exhibits = new Map(caseFile.exhibits.map((exhibit) => [exhibit.id, exhibit]));
  const offsets = new Map((await readClockOffsets(caseFile)).map(({ exhibit, nanoseconds }) => [exhibit, nanoseconds]));
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let done = 0;
  for (let start = 0; start < matching; start += PAGE_ROWS) {
    for (const rows of batchesOf(await readRows(caseFile, result, start, PAGE_ROWS))) {
      throwIfCancelled(work?.signal);
      work?.onProgress?.(exportProgress(done, matching));
      const records = await caseFile.readRecords(rows.map((row) => row.seq));
      yield rows.map((row, index) => {
        const record = present(records[index], "every row has its record");
        const exhibit = present(exhibits.get(row.exhibit), "every row belongs to an exhibit");
        return {
          row,
          shiftedTime: shifted(row.time, offsets.get(row.exhibit)),
          exhibitSha256: exhibit.sha256,
          recordIndex: row.seq - exhibit.firstSeq,
          recordSha256: hash("sha256", record, "hex"),
          record: decoder.decode(record),
        };
      });
      done += rows.length;
    }
  }
}

/** Rows in their order, cut where their records together would grow too long to be held. */
function* batchesOf(rows: readonly EventRow[]): Generator<readonly EventRow[]> {
  let batch: EventRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (batch.length > 0 && bytes + row.length > BATCH_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += row.length;
  }
  if (batch.length > 0) yield batch;
}

function shifted(time: Instant | null, offset: bigint | undefined): Instant | null {
  return time === null || offset === undefined ? null : instant(time + offset);
}

/** The file of the export, and the one for events that it cannot hold, made when the first comes. */
class Outputs {
  readonly #order: ExportOrder;
  readonly #main: Output;
  #undated: Output | undefined;
  #rows = 0;
  #undatedRows = 0;

  private constructor(order: ExportOrder, main: Output) {
    this.#order = order;
    this.#main = main;
  }

  /** Begins the file of the export. Throws `file-exists` (usage). */
  static async create(order: ExportOrder): Promise<Outputs> {
    const main = await Output.create(order.out);
    await main.write(order.format.header);
    return new Outputs(order, main);
  }

  async add(events: readonly ExportedEvent[]): Promise<void> {
    const { format, out } = this.#order;
    const lines: string[] = [];
    const undated: string[] = [];
    for (const event of events) {
      const line = isDated(event) ? format.line(event) : format.undatedLine?.(event);
      if (line === undefined) undated.push(jsonl.undatedLine(event));
      else lines.push(line);
    }
    this.#rows += lines.length;
    this.#undatedRows += undated.length;
    await this.#main.write(lines.join(""));
    if (undated.length === 0) return;
    this.#undated ??= await Output.create(`${out}.undated.jsonl`);
    await this.#undated.write(undated.join(""));
  }

  async finish(): Promise<WrittenExport> {
    const { footer = "", remark } = this.#order.format;
    await this.#main.write(footer);
    const main = await this.#main.finish();
    const undated = await this.#undated?.finish();
    return {
      rows: this.#rows,
      undated: this.#undatedRows,
      files: [{ ...main, rows: this.#rows }, ...(undated ? [{ ...undated, rows: this.#undatedRows }] : [])],
      main,
      remark,
    };
  }

  async discard(): Promise<void> {
    await this.#main.discard();
    await this.#undated?.discard();
  }
}

function isDated(event: ExportedEvent): event is DatedEvent {
  return event.row.time !== null;
}
