import { parseStrictJson, type JsonValue, type StrictJson } from "../encoding/strict-json.ts";
import { quote } from "../model/problem.ts";
import { parseInstant } from "../model/time.ts";
import { mappingPaths } from "../sources/mapping-paths.ts";
import { type Mapping } from "../sources/source.ts";
import { valueAt } from "../sources/value-at.ts";
import { type CaseFolder } from "./case-folder.ts";
import { TIME_RANGE } from "./compile-mapping.ts";
import { type SqlSession } from "./database.ts";
import { MAX_MAPPED_RECORD_BYTES } from "./loadable-line.ts";
import { type LoadTarget, type StagedFile } from "./load-group.ts";
import { GroupReader } from "./group-reader.ts";
import { lineNumbers } from "./line-numbers.ts";
import { integerOf, textOf } from "./row.ts";
import { joinSql, sql, type Sql } from "./sql.ts";

/** What a record is that the reader found nothing in. */
type RecordJudgement =
  | { readonly kind: "event" }
  | { readonly kind: "withheld" }
  | { readonly kind: "unreadable"; readonly code: string; readonly message: string };

/** `~` and the base64 of a leaf hash: a record of a sealed log of which only the digest is given. */
const WITHHELD_RECORD = /^~[A-Za-z0-9+/]{43}=$/;

/** Judges a record that gave an empty row, from its bytes alone. */
function judgeRecord(
  bytes: Uint8Array,
  parse: (bytes: Uint8Array) => StrictJson,
  target: { readonly sealed: boolean; readonly mapping: Mapping; readonly unmappedIsProblem: boolean },
): RecordJudgement {
  const unreadable = (code: string, message: string): RecordJudgement => ({ kind: "unreadable", code, message });
  if (target.sealed && bytes[0] === 0x7e && WITHHELD_RECORD.test(Buffer.from(bytes).toString("latin1"))) {
    return { kind: "withheld" };
  }
  if (bytes.every(isWhiteSpace)) return unreadable("blank-line", "expected a JSON object, got a blank line");
  const { value, problems } = parse(bytes);
  const last = problems.at(-1);
  if (value === undefined) {
    const code = last === undefined || last.code === "syntax" ? "malformed-json" : last.code;
    return unreadable(code, `${last?.message ?? "expected JSON"} (byte ${last?.offset ?? 0} of the record)`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return unreadable("not-an-object", `expected a JSON object, got ${quote(JSON.stringify(value))}`);
  }
  const surrogate = problems.find((problem) => problem.code === "lone-surrogate");
  if (surrogate) return unreadable(surrogate.code, surrogate.message);
  if (holdsMapped(value, target.mapping)) {
    return unreadable(
      "not-loaded",
      `the record is JSON that the database does not read${last ? `: ${last.message}` : ""}`,
    );
  }
  return target.unmappedIsProblem
    ? unreadable("record-unmapped", "expected a record of the source, got none of its members")
    : { kind: "event" };
}

function holdsMapped(value: JsonValue, mapping: Mapping): boolean {
  return mappingPaths(mapping).some((path) => (valueAt(value, path) ?? null) !== null);
}

function isWhiteSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

interface ProblemRow {
  readonly seq: number;
  readonly file: number;
  /** Row in the file, from 0. */
  readonly row: number;
  readonly offset: number;
  readonly code: string;
  readonly message: string;
}

const BATCH = 1_000;
const NO_END = "; where the member of an array ends cannot be told, so all behind it is in this record";

/**
 * Looks again at every row of a group that the reader found nothing in, and at every time that it could not read: reads
 * the record's bytes, says what they are, and lists a problem at its exact place.
 */
export async function judgeGroup(
  session: SqlSession,
  folder: CaseFolder,
  files: readonly StagedFile[],
  target: LoadTarget,
  rules: { readonly mapping: Mapping; readonly unmappedIsProblem: boolean },
): Promise<void> {
  const [first] = files;
  if (!first) return;
  const from = target.firstSeq + first.firstRow;
  const reader = new GroupReader(folder, target, files);
  const problems: ProblemRow[] = [];
  const events: number[] = [];
  const withheld: number[] = [];
  try {
    const empty = await session.query(
      sql`SELECT seq FROM event WHERE seq >= ${from} AND kind = 'unreadable' ORDER BY seq`,
    );
    for (const row of empty) {
      const { bytes: held, ...record } = reader.read(integerOf(row, "seq"));
      const judgement =
        held === undefined
          ? ({ kind: "unreadable", code: "record-too-large", message: tooLarge(record.length) } as const)
          : judgeRecord(held, (bytes) => reader.parse(record, bytes), { sealed: target.sealed, ...rules });
      if (judgement.kind === "event") events.push(record.seq);
      else if (judgement.kind === "withheld") withheld.push(record.seq);
      else {
        const message = judgement.message + (reader.hasNoEnd(record) ? NO_END : "");
        problems.push({ ...record, code: judgement.code, message });
      }
    }
    const untimed = await session.query(
      sql`SELECT seq, time_recorded FROM event
          WHERE seq >= ${from} AND kind = 'event' AND time IS NULL AND time_recorded IS NOT NULL ORDER BY seq`,
    );
    for (const row of untimed) {
      const place = reader.placeOf(integerOf(row, "seq"));
      problems.push({ ...place, ...judgeTime(textOf(row, "time_recorded")) });
    }
    const judged = new Set([...problems.map(({ seq }) => seq), ...withheld]);
    problems.push(...ambiguous(reader, files, target, judged));
  } finally {
    reader.close();
  }
  await setKind(session, "event", events);
  await setKind(session, "withheld", withheld);
  const byFile = new Map<number, ProblemRow[]>();
  for (const problem of problems.sort((a, b) => a.seq - b.seq)) {
    const own = byFile.get(problem.file);
    if (own) own.push(problem);
    else byFile.set(problem.file, [problem]);
  }
  for (const file of files) await insertProblems(session, target.exhibit, file, byFile.get(file.file) ?? []);
}

/**
 * Records of which tools may show different values: that name a member twice, are read by DuckDB though they are no JSON, or
 * have other cells than their table.
 */
function* ambiguous(
  reader: GroupReader,
  files: readonly StagedFile[],
  { firstSeq }: LoadTarget,
  judged: ReadonlySet<number>,
): Generator<ProblemRow> {
  for (const file of files) {
    for (const position of file.suspects ?? []) {
      const { bytes, ...record } = reader.read(firstSeq + file.firstRow + position);
      if (bytes === undefined || judged.has(record.seq)) continue;
      if (file.framing.kind === "table") {
        yield {
          ...record,
          code: "cells-differ",
          message: "the row has more or fewer cells than the table has columns",
        };
        continue;
      }
      const { value, problems } = parseStrictJson(bytes);
      const fault = value === undefined ? problems.at(-1) : problems.find(({ code }) => code === "duplicate-name");
      if (fault?.code === "duplicate-name") {
        yield { ...record, code: fault.code, message: `${fault.message}; tools may show either value` };
      } else if (fault) {
        const message = `${fault.message} (byte ${fault.offset} of the record); the row holds what DuckDB reads all the same`;
        yield { ...record, code: fault.code === "syntax" ? "malformed-json" : fault.code, message };
      }
    }
  }
}

function judgeTime(recorded: string): { readonly code: string; readonly message: string } {
  const isNumber = /^-?\d+(\.\d+)?$/.test(recorded);
  const isDate = parseInstant(recorded) !== undefined;
  const years = [TIME_RANGE.from, TIME_RANGE.to].map((bound) => new Date(Number(bound / 1_000_000n)).getUTCFullYear());
  return isNumber || isDate
    ? { code: "time-out-of-range", message: `expected a time from ${years.join(" to ")}, got ${quote(recorded)}` }
    : { code: "time-unreadable", message: `expected a time with its zone, got ${quote(recorded)}` };
}

function tooLarge(length: number): string {
  return `expected a record of at most ${MAX_MAPPED_RECORD_BYTES} bytes, got ${length}`;
}

async function setKind(session: SqlSession, kind: string, seqs: readonly number[]): Promise<void> {
  for (let start = 0; start < seqs.length; start += BATCH) {
    const list = joinSql(
      seqs.slice(start, start + BATCH).map((seq) => sql`${seq}`),
      sql`, `,
    );
    await session.run(sql`UPDATE event SET kind = ${kind} WHERE seq IN (${list})`);
  }
}

/** In order of the records. Where a record is no line, the file is read again for the lines of its problems. */
async function insertProblems(
  session: SqlSession,
  exhibit: number,
  { file, framing, stagedPath }: StagedFile,
  problems: readonly ProblemRow[],
): Promise<void> {
  if (problems.length === 0) return;
  const isNumbered = framing.kind === "lines" || framing.kind === "entries";
  const lines = isNumbered
    ? problems.map(({ row }) => row + 1)
    : await lineNumbers(
        stagedPath,
        problems.map(({ offset }) => offset),
      );
  for (let start = 0; start < problems.length; start += BATCH) {
    const rows = problems
      .slice(start, start + BATCH)
      .map(
        ({ seq, offset, code, message }, index): Sql =>
          sql`(${seq}, ${exhibit}, ${file}, ${lines[start + index] ?? 0}, ${offset}, ${code}, ${message})`,
      );
    await session.run(sql`INSERT INTO record_problem VALUES ${joinSql(rows, sql`, `)}`);
  }
}
