import { frameEntries } from "../encoding/entry-bundle.ts";
import { frameJsonArray } from "../encoding/json-array.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { type Framing, type TableFraming } from "../sources/framing.ts";
import { genericMapping } from "../sources/generic-mapping.ts";
import { sourceOfRecord, SOURCES } from "../sources/registry.ts";
import { columnsIn, tableRecord } from "../sources/table.ts";
import { valueAt } from "../sources/value-at.ts";
import { recordBytes, TableLines, type TableLine } from "./table-lines.ts";

/** As much of a file as is looked at, unpacked. */
export interface FileHead {
  readonly text: string;
  /** The text is the whole file. */
  readonly complete: boolean;
}

/** Records that are looked at to tell what a file holds. */
const SAMPLED_RECORDS = 64;
const BYTE_ORDER_MARK = "\ufeff";
const COMMENT = "#";
const DELIMITERS = [",", "\t", ";", "|"];
/** Rows of a table that must have as many cells as it has columns. */
const CHECKED_ROWS = 8;
const COLUMN_NAME = /^[\p{L}_@#$*][\p{L}\p{N} _.:@()/#$*-]{0,63}$/u;

/** How the records lie in a file, by its head; undefined when it holds none that we know to read. */
export function framingOf(head: FileHead): Framing | undefined {
  const text = withoutMark(head.text);
  if (/^\s*\[/.test(text)) return { kind: "array", path: [] };
  // A withheld record of a sealed log begins with `~`.
  if (/^\s*~/.test(text)) return { kind: "lines" };
  return /^\s*\{/.test(text) ? objectFraming(text, head.complete) : tableFraming(text, head.complete);
}

/** The first records of a file, as a mapping reads them. */
export function sampleOf(head: FileHead, framing: Framing): readonly JsonValue[] {
  const text = withoutMark(head.text);
  switch (framing.kind) {
    case "document":
      return valuesOf([text.trim()]);
    case "entries":
      return sampleOfEntries(new TextEncoder().encode(head.text));
    case "lines":
      return valuesOf(text.split("\n", SAMPLED_RECORDS).filter((line) => !line.startsWith('{"_log"')));
    case "array":
      return membersOf(new TextEncoder().encode(text), framing.path).values;
    case "table":
      return tableSample(wholeLines(text, head.complete), framing);
  }
}

/** The first entries of an entry bundle that are JSON. */
export function sampleOfEntries(bytes: Uint8Array): readonly JsonValue[] {
  const entries = frameEntries(bytes).slice(0, SAMPLED_RECORDS);
  return entries.flatMap(({ start, end }) => parseStrictJson(bytes.subarray(start, end)).value ?? []);
}

/** Whether the columns of a table are known to hold a time, which makes it a log when nothing else does. */
export function hasKnownTime(sample: readonly JsonValue[]): boolean {
  return sample.some((record) => genericMapping.time.from.some((path) => valueAt(record, path) !== undefined));
}

/** Whether a table gives a column a name that no program does: a damaged one, or none. Its cells stay in the records. */
export function hasUnnamedColumn({ text }: FileHead, framing: Framing): boolean {
  if (framing.kind !== "table") return false;
  for (const line of withoutMark(text).split("\n")) {
    const columns = columnsIn(line, framing);
    if (columns) return !columns.every((name) => COLUMN_NAME.test(name));
  }
  return false;
}

function objectFraming(text: string, complete: boolean): Framing {
  const path = arrayPathIn(text, complete);
  if (path) return { kind: "array", path };
  const lineEnd = text.search(/[\r\n]/);
  const isWholeRecord = parse(lineEnd < 0 ? text : text.slice(0, lineEnd)) !== undefined;
  const isWholeDocument = complete && !isWholeRecord && parse(text.trim()) !== undefined;
  return isWholeDocument ? { kind: "document" } : { kind: "lines" };
}

/** The path of the array that holds the records, where the file is one document around it. */
function arrayPathIn(text: string, complete: boolean): readonly string[] | undefined {
  const paths = SOURCES.flatMap(({ arrays }) => arrays).filter((path) =>
    path.every((name) => text.includes(`"${name}"`)),
  );
  if (!paths.some((path) => path.length > 0)) return undefined;
  const bytes = new TextEncoder().encode(text);
  const found = paths.find((path) => {
    if (path.length === 0) return false;
    const { isWhole, values } = membersOf(bytes, path);
    const objects = values.filter(isObject).length;
    return isWhole ? objects > 0 || values.length === 0 : holdsMoreThanLines(objects, text);
  });
  // A single event may have a list of its own.
  const whole = found && complete ? parse(text.trim()) : undefined;
  return whole !== undefined && (sourceOfRecord(whole) || hasKnownTime([whole])) ? undefined : found;
}

/** Whether a damaged array holds more objects than there are lines that are one: lines may have lists of their own. */
function holdsMoreThanLines(objects: number, text: string): boolean {
  const [first, ...others] = text.split("\n", SAMPLED_RECORDS);
  if (first === undefined || parse(first) !== undefined) return false;
  return objects > valuesOf(others).filter(isObject).length;
}

function isObject(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first members of an array that are JSON, and whether nothing is wrong around them. */
function membersOf(
  bytes: Uint8Array,
  path: readonly string[],
): { readonly isWhole: boolean; readonly values: readonly JsonValue[] } {
  const { members, fault } = frameJsonArray(bytes, path);
  const values = members
    .slice(0, SAMPLED_RECORDS)
    .flatMap(({ start, end }) => parseStrictJson(bytes.subarray(start, end)).value ?? []);
  return { isWhole: fault === undefined, values };
}

function tableFraming(text: string, complete: boolean): TableFraming | undefined {
  if (text.startsWith("#separator")) return { kind: "table", delimiter: "\t", form: "zeek" };
  const lines = wholeLines(text, complete);
  const forms = DELIMITERS.map((delimiter): TableFraming => ({ kind: "table", delimiter, form: "csv" }));
  const plain = forms.find((framing) => namesColumns(lines, framing));
  if (plain !== undefined || !text.startsWith(COMMENT)) return plain;
  const lake = { kind: "table", delimiter: ",", form: "lake" } as const;
  return namesColumns(lines.slice(lines.findIndex((line) => !line.startsWith(COMMENT))), lake) ? lake : undefined;
}

/** Whether the first line names columns, most of them as columns are named, and one of those below has as many cells. */
function namesColumns([first = "", ...rows]: readonly string[], framing: TableFraming): boolean {
  const columns = columnsIn(first, framing) ?? [];
  const checked = rows.filter((row) => row.trim() !== "").slice(0, CHECKED_ROWS);
  return (
    columns.length > 1 &&
    columns.filter((name) => COLUMN_NAME.test(name)).length > columns.length / 2 &&
    new Set(columns).size === columns.length &&
    checked.some((row) => columnsIn(row, framing)?.length === columns.length)
  );
}

function tableSample(lines: readonly string[], framing: TableFraming): readonly JsonValue[] {
  const records: Buffer[] = [];
  const table = new TableLines<TableLine>(framing, (held) => {
    const bytes = recordBytes(held);
    if (bytes && bytes.toString().trim() !== "") records.push(bytes);
  });
  for (const line of lines) {
    if (records.length >= SAMPLED_RECORDS) break;
    const bytes = Buffer.from(line);
    table.push({ offset: 0, length: bytes.length, bytes });
  }
  table.end();
  return records.flatMap((record) => tableRecord(record, table.columns, framing) ?? []);
}

function wholeLines(text: string, complete: boolean): readonly string[] {
  const lines = text.split("\n");
  return complete ? lines : lines.slice(0, -1);
}

function valuesOf(texts: readonly string[]): readonly JsonValue[] {
  return texts.flatMap((text) => parse(text) ?? []);
}

function parse(text: string): JsonValue | undefined {
  return parseStrictJson(new TextEncoder().encode(text)).value;
}

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}
