/**
 * Exports the events of a query for other tools: complete, in the order shown, streamed. Beside the file stands its
 * manifest, `<file>.manifest.json`; events without a time go to `<file>.undated.jsonl` where the format cannot hold them.
 */
import { createHash } from "node:crypto";
import { basename } from "node:path";

import { type CaseFile } from "../casefile/case-file.ts";
import { type CustodyAct } from "../casefile/custody-journal.ts";
import { present } from "../model/assert.ts";
import { throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { instant, type Instant } from "../model/time.ts";
import { readClockOffsets } from "../triage/clock-offsets.ts";
import { ResultSets } from "../timeline/result-sets.ts";
import { type SavedResult } from "../timeline/saved-result.ts";
import { readRows } from "../timeline/rows.ts";
import { type DatedEvent } from "./export-format.ts";
import { type ExportedEvent } from "./exported-event.ts";
import { writeManifest } from "./export-manifest.ts";
import { type ExportOrder, type ExportResult, type ManifestFile } from "./export-order.ts";
import { Output } from "./output-file.ts";
import { jsonl } from "./plain-formats.ts";

const PAGE_ROWS = 1_000;

/** Writes the export and its manifest. Throws `file-exists` (usage), `cancelled`, and as the query and the reading of records do. */
export async function exportEvents(caseFile: CaseFile, order: ExportOrder): Promise<ExportResult> {
  const results = new ResultSets(caseFile);
  const { resultId, matching } = await results.query(order.question, order.work?.signal);
  const outputs = new Outputs(order);
  try {
    await outputs.write(order.format.header);
    for await (const page of exportedPages(caseFile, results.get(resultId), matching, order.work)) {
      for (const event of page) await outputs.event(event);
    }
    await outputs.write(order.format.footer ?? "");
    const files = await outputs.finish();
    const manifest = await writeManifest(order, caseFile, files);
    await order.journal.append(exportEntry(order, files));
    const { remark } = order.format;
    return {
      format: order.format.name,
      ...outputs.counts,
      files,
      manifest,
      ...(remark === undefined ? {} : { remark }),
    };
  } catch (error) {
    await outputs.discard();
    throw error;
  } finally {
    await results.clear();
  }
}

async function* exportedPages(
  caseFile: CaseFile,
  result: SavedResult,
  matching: number,
  work: LongWork | undefined,
): AsyncGenerator<readonly ExportedEvent[]> {
  const exhibits = new Map(caseFile.exhibits.map((exhibit) => [exhibit.id, exhibit]));
  const offsets = new Map((await readClockOffsets(caseFile)).map(({ exhibit, nanoseconds }) => [exhibit, nanoseconds]));
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (let start = 0; start < matching; start += PAGE_ROWS) {
    throwIfCancelled(work?.signal);
    work?.onProgress?.({ phase: "exporting", bytesDone: start, bytesTotal: matching, records: start });
    const rows = await readRows(caseFile, result, start, PAGE_ROWS);
    const records = await caseFile.readRecords(rows.map((row) => row.seq));
    yield rows.map((row, index) => {
      const record = present(records[index], "every row has its record");
      const exhibit = present(exhibits.get(row.exhibit), "every row belongs to an exhibit");
      return {
        row,
        shiftedTime: shifted(row.time, offsets.get(row.exhibit)),
        exhibitSha256: exhibit.sha256,
        recordIndex: row.seq - exhibit.firstSeq,
        recordSha256: createHash("sha256").update(record).digest("hex"),
        record: decoder.decode(record),
      };
    });
  }
}

function shifted(time: Instant | null, offset: bigint | undefined): Instant | null {
  return time === null || offset === undefined ? null : instant(time + offset);
}

/** The file of the export, and the one for events that it cannot hold, made when the first comes. */
class Outputs {
  readonly #order: ExportOrder;
  #main: Output | undefined;
  #undated: Output | undefined;
  #rows = 0;
  #undatedRows = 0;

  constructor(order: ExportOrder) {
    this.#order = order;
  }

  get counts(): { readonly rows: number; readonly undated: number } {
    return { rows: this.#rows, undated: this.#undatedRows };
  }

  async write(text: string): Promise<void> {
    this.#main ??= await Output.create(this.#order.out);
    await this.#main.write(text);
  }

  async event(event: ExportedEvent): Promise<void> {
    const { format } = this.#order;
    const line = isDated(event) ? format.line(event) : format.undatedLine?.(event);
    if (line !== undefined) {
      this.#rows += 1;
      return this.write(line);
    }
    this.#undatedRows += 1;
    this.#undated ??= await Output.create(`${this.#order.out}.undated.jsonl`);
    await this.#undated.write(present(jsonl.undatedLine, "JSON lines hold events without a time")(event));
  }

  async finish(): Promise<readonly ManifestFile[]> {
    const files: ManifestFile[] = [];
    for (const [output, rows] of [
      [this.#main, this.#rows],
      [this.#undated, this.#undatedRows],
    ] as const) {
      if (output) files.push({ name: basename(output.path), rows, ...(await output.finish()) });
    }
    return files;
  }

  async discard(): Promise<void> {
    await this.#main?.discard();
    await this.#undated?.discard();
  }
}

function isDated(event: ExportedEvent): event is DatedEvent {
  return event.row.time !== null;
}

function exportEntry(order: ExportOrder, files: readonly ManifestFile[]): CustodyAct {
  return {
    action: "events.exported",
    params: { format: order.format.name, query: order.question.query },
    result: { files: files.map(({ name, rows, sha256 }) => ({ name, rows, sha256 })) },
  };
}
