import { type VerifyResult } from "../model/verdict.ts";
import { escapeInvisible } from "./printable.ts";
import { counted } from "./report-values.ts";

/** Gaps that are told one by one; more are counted. */
const MAX_LISTED_GAPS = 10;

/** The period that proofs cover, and the gaps inside it: without them it would say more than was proven. */
export function periodOf(verification: VerifyResult): string {
  const { proven } = verification.window;
  if (proven === null) return "none: no proof covers a period";
  const period = `${proven.from ?? "open"} to ${proven.to ?? "open"}`;
  const gaps = gapsOf(verification);
  return gaps.length === 0 ? period : `${period}, but not the gaps inside it: ${listed(gaps)}`;
}

/** The gaps that the checks name: times between chains that nothing proves, and records that are missing. */
export function gapsText(verification: VerifyResult): string {
  const missing = verification.findings
    .filter(({ code }) => MISSING.has(code))
    .map(({ message }) => escapeInvisible(message));
  const gaps = [...gapsOf(verification), ...missing];
  return gaps.length === 0 ? "none reported by the checks" : listed(gaps);
}

const MISSING: ReadonlySet<string> = new Set([
  "records-missing",
  "records-absent",
  "head-missing",
  "tail-missing",
  "tail-cut",
  "digest-missing",
  "log-missing",
  "entries-pruned",
]);

function gapsOf({ chains }: VerifyResult): readonly string[] {
  return chains.flatMap(({ id, gaps }) =>
    gaps.map(({ from, to, reason }) => {
      const why = reason === undefined ? "" : ` (${escapeInvisible(reason)})`;
      return `${escapeInvisible(id)}, ${from} to ${to}${why}`;
    }),
  );
}

function listed(gaps: readonly string[]): string {
  const left = gaps.length - MAX_LISTED_GAPS;
  return [...gaps.slice(0, MAX_LISTED_GAPS), ...(left > 0 ? [`and ${counted(left)} more`] : [])].join("; ");
}
