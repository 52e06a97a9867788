import { type Command } from "commander";

import { type CaseFile } from "../../casefile/case-file.ts";
import { openCase } from "../../casefile/open-case.ts";
import { parseExhibitLabel } from "../../casefile/exhibit-table.ts";
import { csvLine } from "../../interchange/csv.ts";
import { TIMELINE_COLUMNS, timelineRecord } from "../../interchange/timeline-columns.ts";
import { prepareTerms } from "../../identity/prepare.ts";
import { type EventRow } from "../../model/event.ts";
import { Problem, quote, throwIfCancelled } from "../../model/problem.ts";
import { formatInstant, instant } from "../../model/time.ts";
import { namedValues } from "../../timeline/named-values.ts";
import { ResultSets } from "../../timeline/result-sets.ts";
import { type SavedResult } from "../../timeline/saved-result.ts";
import { readRows } from "../../timeline/rows.ts";
import { runs, textOption, timeOption, type CommandIo } from "../command.ts";

type TimelineFormat = "table" | "jsonl" | "csv";

const TABLE_LIMIT = 200;
const PAGE_ROWS = 1_000;

/** `assay timeline`: the events of a case in order of time. */
export function registerTimeline(program: Command): void {
  const command = program
    .command("timeline")
    .description("list events of a case in order of recorded time")
    .requiredOption("--case <folder>", "the case")
    .option("--query <query>", "only events that match (docs/query-language.md)")
    .option("--from <time>", "only events at or after this time")
    .option("--to <time>", "only events before this time")
    .option("--limit <n>", `at most so many rows (${TABLE_LIMIT} for table, no limit for jsonl and csv)`)
    .option("--format <format>", "table, jsonl or csv", "table");
  runs(command, timeline);
}

async function timeline(io: CommandIo, options: Readonly<Record<string, unknown>>): Promise<void> {
  const format = formatOption(options["format"]);
  const limit = limitOption(options["limit"]) ?? (format === "table" && !io.json ? TABLE_LIMIT : Infinity);
  const from = timeOption("from", options["from"]) ?? null;
  const to = timeOption("to", options["to"]) ?? null;
  const caseFile = await openCase(io.path(textOption(options["case"]) ?? ""), { writable: false });
  try {
    const results = new ResultSets(caseFile);
    const query = textOption(options["query"]) ?? "";
    const parsed = await results.parse(query);
    const terms = {
      identity: namedValues(parsed, "identity"),
      evidence: namedValues(parsed, "evidence"),
      reach: namedValues(parsed, "reach"),
    };
    await prepareTerms(caseFile, terms, io.work);
    const { resultId } = await results.query({ query, from, to, logRecords: true, copies: true }, io.signal);
    const result = results.get(resultId);
    const shown = Math.min(limit, result.set.matching);
    if (io.json) await printDocument(io, caseFile, result, shown);
    else await printRows(io, caseFile, result, shown, format);
  } finally {
    await caseFile.close();
  }
}

/** One document, written as it is read: no list of all events is ever held. */
async function printDocument(io: CommandIo, caseFile: CaseFile, result: SavedResult, shown: number): Promise<void> {
  const { total, matching, undated } = result.set;
  await io.write(`${JSON.stringify({ total, matching, undated }).slice(0, -1)},"events":[`);
  let separator = "";
  for await (const page of pages(io, caseFile, result, shown)) {
    const text = page.map((row) => JSON.stringify(shownRecord(row, result))).join(",");
    await io.write(`${separator}${text}`);
    separator = ",";
  }
  await io.write("]}\n");
}

async function printRows(
  io: CommandIo,
  caseFile: CaseFile,
  result: SavedResult,
  shown: number,
  format: TimelineFormat,
): Promise<void> {
  const shifted = result.offsets.size > 0;
  if (format === "csv") await io.write(csvLine([...TIMELINE_COLUMNS, ...(shifted ? ["timeShown"] : [])]));
  for await (const page of pages(io, caseFile, result, shown)) {
    const lines = page.map((row) => LINES[format](row, result));
    await io.write(lines.join(""));
  }
  const { matching, total } = result.set;
  io.say(`${shown} of ${matching} matching events shown, ${total} in the case`);
}

async function* pages(
  io: CommandIo,
  caseFile: CaseFile,
  result: SavedResult,
  shown: number,
): AsyncGenerator<readonly EventRow[]> {
  for (let start = 0; start < shown; start += PAGE_ROWS) {
    throwIfCancelled(io.signal);
    yield await readRows(caseFile, result, start, Math.min(PAGE_ROWS, shown - start));
  }
}

/** A row as it is listed; where a clock offset stands in the case, with the time it is shown at beside the recorded one. */
function shownRecord(row: EventRow, { offsets }: SavedResult) {
  const record = timelineRecord(row);
  if (offsets.size === 0) return record;
  const offset = offsets.get(parseExhibitLabel(row.exhibit) ?? 0) ?? 0n;
  return { ...record, timeShown: row.time === null ? null : formatInstant(instant(row.time + offset)) };
}

const LINES: Readonly<Record<TimelineFormat, (row: EventRow, result: SavedResult) => string>> = {
  jsonl: (row, result) => `${JSON.stringify(shownRecord(row, result))}\n`,
  csv: (row, result) => csvLine(Object.values(shownRecord(row, result))),
  table: (row) =>
    `${[
      String(row.seq).padStart(8),
      (row.time === null ? "undated" : formatInstant(row.time)).padEnd(24),
      row.verdict.padEnd(14),
      cell(row.outcome, 8),
      cell(row.principal, 28),
      cell(row.action, 28),
      cell(row.address, 16),
      cell(row.resource, 40),
    ]
      .join("  ")
      .trimEnd()}\n`,
};

/** Text of fixed width for a terminal; controls and invisible characters are escaped. */
function cell(text: string | null, width: number): string {
  const safe = text === null ? "" : quote(text).slice(1, -1);
  return (safe.length > width ? `${safe.slice(0, width - 1)}…` : safe).padEnd(width);
}

function formatOption(value: unknown): TimelineFormat {
  if (value === "table" || value === "jsonl" || value === "csv") return value;
  throw new Problem(
    "usage",
    "bad-format",
    `--format expected table, jsonl or csv, got ${quote(textOption(value) ?? "")}`,
  );
}

function limitOption(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const limit = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : 0;
  if (limit > 0) return limit;
  throw new Problem(
    "usage",
    "bad-limit",
    `--limit expected a whole number above 0, got ${quote(textOption(value) ?? "")}`,
  );
}
