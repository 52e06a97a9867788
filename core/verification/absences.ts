/**
 * Ranges of the log that are lawfully absent (format §8): the hashes that stand for them lead to the signed roots, the chain
 * goes on behind them, and the statement names a rule whose time was over.
 */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { STATEMENT_PATH } from "../bundle/layout.ts";
import { parseOpenRecord } from "../bundle/log-record.ts";
import { type BundleStatement, type Retention, type StatementAbsence } from "../bundle/statement.ts";
import { parseBase64 } from "../encoding/base64.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { rangeLevels } from "../merkle/compact-range.ts";
import { present } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { quote } from "../model/problem.ts";
import { parseInstant, toMillisLossy } from "../model/time.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { provenBy, type StatementOutcome } from "./export-statement.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { type AbsentRange } from "./signed-leaves.ts";

const DAY_MS = 86_400_000;

/** An absent range as the statement claims it. */
export interface Absence {
  readonly firstIndex: number;
  /** Exclusive. */
  readonly endIndex: number;
  /** Hashes of the perfect subtrees that cover it; null when they are not as many as its place demands. */
  readonly range: readonly Uint8Array[] | null;
  readonly stated: StatementAbsence;
}

/** The ranges that a statement names, but for those whose records are there after all. */
export function absencesOf(statement: BundleStatement | null, { segments }: BundleContents): readonly Absence[] {
  const counts = new Map(segments.map(({ firstIndex, content }) => [firstIndex, content?.count ?? 0]));
  const stillAbsent = (statement?.absent ?? []).filter(
    ({ firstIndex, endIndex }) => !covers(counts, firstIndex, endIndex),
  );
  return stillAbsent.map((stated) => {
    const { firstIndex, endIndex, compactRange } = stated;
    const range = compactRange.map(hashOf).filter((hash) => hash !== undefined);
    const isWhole = range.length === compactRange.length && range.length === rangeLevels(firstIndex, endIndex).length;
    return { firstIndex, endIndex, range: isWhole ? range : null, stated };
  });
}

/** Whether segments hold the range from its begin to its end. Their counts are by first index. */
function covers(counts: ReadonlyMap<number, number>, firstIndex: number, endIndex: number): boolean {
  let next = firstIndex;
  for (let count = counts.get(next); count && next < endIndex; count = counts.get(next)) next += count;
  return next === endIndex;
}

/** What stands for the ranges, ascending. Precondition: the tree bears them out. */
export function absentRanges(absences: readonly Absence[]): readonly AbsentRange[] {
  return absences
    .map(({ firstIndex, endIndex, range, stated }) => {
      const hashes = present(range, "ranges of a proven tree are whole");
      return { firstIndex, endIndex, range: hashes, chainAfter: hashOf(stated.chainAfter) ?? null };
    })
    .sort((a, b) => a.firstIndex - b.firstIndex);
}

/** Judges the ranges: `wrong` are those that the tree refuted. */
export function judgeAbsences(
  contents: BundleContents,
  { statement, described }: Pick<StatementOutcome, "statement" | "described">,
  absences: readonly Absence[],
  wrong: readonly Absence[],
): CheckOutcome {
  if (described === null || absences.length === 0) {
    return { checks: [notAttempted("absent-ranges", "no range is stated to be absent")], findings: [] };
  }
  const findings = absences.map((absence): VerificationFinding => {
    if (wrong.includes(absence) || !fitsChain(contents, absence)) return wrongAbsence(absence);
    const early = removedEarly(absence, described);
    return early === null ? lawfulAbsence(absence, described.retention, provenBy(statement)) : tooEarly(absence, early);
  });
  const failed = findings.filter(({ verdict }) => verdict === "altered").length;
  const records = absences.reduce((total, { firstIndex, endIndex }) => total + endIndex - firstIndex, 0);
  const note = `${countOf(records, "record")} absent; hashes stand for them in the tree`;
  return { findings, checks: [check("absent-ranges", absences.length, failed, note)] };
}

/** The chain ends as stated before the range, and the next segment opens with the head behind it. */
function fitsChain({ segments }: BundleContents, { firstIndex, endIndex, stated }: Absence): boolean {
  const before = segments.find((segment) => segment.firstIndex + (segment.content?.count ?? 0) === firstIndex);
  const after = segments.find((segment) => segment.firstIndex === endIndex)?.content?.first;
  const [chainBefore, chainAfter] = [hashOf(stated.chainBefore), hashOf(stated.chainAfter)];
  const isSame = (stated: Uint8Array | undefined, found: Uint8Array | null | undefined): boolean =>
    stated !== undefined && (!found || equalBytes(stated, found));
  const opened = after ? parseOpenRecord(after)?.chain : null;
  return isSame(chainBefore, before?.content?.chain?.end) && isSame(chainAfter, opened);
}

/** Days by which records were removed before their time was over; null when they were not, or no rule can tell. */
function removedEarly(
  { stated: { policyRef, reason, lastTime } }: Absence,
  { createdAt, retention }: BundleStatement,
): number | null {
  const rule = retention?.rules.find((candidate) => candidate.class === policyRef);
  if (reason !== "retention-expired" || !rule?.period) return null;
  const times = [lastTime, retention?.expiredBefore].map((text) => millisOf(text)).filter((time) => time !== undefined);
  const removed = millisOf(createdAt);
  const due = times.length === 0 ? undefined : addPeriod(Math.max(...times), rule.period);
  if (due === undefined || removed === undefined || due <= removed) return null;
  return Math.ceil((due - removed) / DAY_MS);
}

/** ISO 8601 durations of years, months, weeks and days; undefined for any other. */
function addPeriod(ms: number, period: string): number | undefined {
  const match = /^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,6})D)?$/.exec(period);
  if (match === null || period === "P") return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0] = match.slice(1).map((digits) => Number(digits ?? 0));
  const date = new Date(ms);
  date.setUTCFullYear(date.getUTCFullYear() + years, date.getUTCMonth() + months, date.getUTCDate() + 7 * weeks + days);
  return date.getTime();
}

function millisOf(text: string | null | undefined): number | undefined {
  const time = typeof text === "string" ? parseInstant(text) : undefined;
  return time === undefined ? undefined : toMillisLossy(time);
}

function hashOf(text: string): Uint8Array | undefined {
  const hash = parseBase64(text);
  return hash?.length === HASH_BYTES ? hash : undefined;
}

function placeOf({ firstIndex, endIndex }: Absence): VerificationFinding["where"] {
  return { file: STATEMENT_PATH, index: firstIndex, endIndex: endIndex - 1 };
}

function rangeText({ firstIndex, endIndex }: Absence): string {
  return `${firstIndex}–${endIndex - 1}`;
}

function wrongAbsence(absence: Absence): VerificationFinding {
  const message = `The stated gap ${rangeText(absence)} does not fit the signed history.`;
  return finding("absent-range-wrong", "altered", message, placeOf(absence));
}

function lawfulAbsence(absence: Absence, retention: Retention | null, proven: string): VerificationFinding {
  const { reason, policyRef } = absence.stated;
  const rule = retention?.rules.some((candidate) => candidate.class === policyRef);
  const why =
    reason === "retention-expired"
      ? rule
        ? `under retention rule ${quote(policyRef)}`
        : "as expired; the statement names no rule for it"
      : reason === "lost"
        ? "as lost"
        : "as sealed by a court";
  const message = `Events ${rangeText(absence)} are absent ${why}. Their position and digest ${proven}, their content is not available.`;
  return finding("records-absent", "verified-with-limits", message, placeOf(absence));
}

function tooEarly(absence: Absence, days: number): VerificationFinding {
  const message = `Warning: events ${rangeText(absence)} were removed ${countOf(days, "day")} before the stated retention ended.`;
  return finding("removed-too-early", "verified-with-limits", message, placeOf(absence));
}
