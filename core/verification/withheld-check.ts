/** Records of which only the leaf hash is given (format §7): the tree proves their digests, the statement tells why. */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { quote } from "../model/problem.ts";
import { rangesOfIndexes } from "../model/record-ranges.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { provenBy, type StatementOutcome } from "./export-statement.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { type TreeOutcome } from "./log-tree.ts";

const MAX_RANGES = 1_000;

/** Judges the withheld lines: told with a reason or not. */
export function judgeWithheld(
  contents: BundleContents,
  { statement, described }: StatementOutcome,
  tree: TreeOutcome,
): CheckOutcome {
  const indexes = contents.segments.flatMap(({ firstIndex, content }) =>
    (content?.withheld ?? []).map((position) => firstIndex + position),
  );
  if (indexes.length === 0) return { checks: [notAttempted("withheld", "no event is withheld")], findings: [] };
  const wrong = tree.findings.filter(({ code }) => code === "withheld-digest-wrong").length;
  const reasons = new Map((described?.withheld ?? []).map(({ index, reason }) => [index, reason]));
  const listed = indexes.filter((index) => reasons.has(index));
  const unlisted = indexes.filter((index) => !reasons.has(index));
  const verb = (count: number): string => (count === 1 ? "is" : "are");
  const findings: VerificationFinding[] = [];
  if (listed.length > 0) {
    const told = [...new Set(listed.map((index) => quote(reasons.get(index) ?? "")))].slice(0, 10).join(", ");
    const message = `${countOf(listed.length, "event")} ${verb(listed.length)} withheld (${told}). Their number and order ${provenBy(statement)}.`;
    findings.push(finding("records-withheld", "verified-with-limits", message, placeOf(listed)));
  }
  if (unlisted.length > 0) {
    const message = `${countOf(unlisted.length, "event")} ${verb(unlisted.length)} withheld without a stated reason.`;
    findings.push(finding("withheld-unlisted", "verified-with-limits", message, placeOf(unlisted)));
  }
  return {
    checks: [check("withheld", indexes.length, wrong, "digests of withheld events stand in for them")],
    findings,
  };
}

function placeOf(indexes: readonly number[]): VerificationFinding["where"] {
  const ranges = rangesOfIndexes(indexes);
  const [index = 0] = indexes;
  const hull = { index, endIndex: indexes.at(-1) ?? index };
  return ranges.length > 1 ? { ...hull, ranges: ranges.slice(0, MAX_RANGES) } : hull;
}
