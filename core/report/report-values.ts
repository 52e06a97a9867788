import { type FindingClass } from "../model/finding.ts";
import { type ReportBlock } from "../model/report.ts";
import { type Check, type CheckVerdict, type CustodyVerdict, type RowVerdict } from "../model/verdict.ts";
import { escapeInvisible } from "./printable.ts";
import { type SelfTestSummary } from "./report-input.ts";

/** What stands where a person gave nothing: visible, never an empty line. */
const NOT_GIVEN = "not given";

/** A text a person gave, or "not given". */
export function given(text: string): string {
  return text.trim() === "" ? NOT_GIVEN : text;
}

/** A text from evidence, with everything invisible written out, or "none" when the record says nothing. */
export function recorded(text: string | null): string {
  return text === null ? "none" : escapeInvisible(text);
}

/** A digest in groups of eight, as it is read out. */
export function grouped(hex: string): string {
  return hex.replace(/.{8}(?=.)/g, "$& ");
}

/** A count with thousands separators, the same in every locale. */
export function counted(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** The class of a finding, as it is printed. */
export function classWord(kind: FindingClass): string {
  return kind === "tool-result" ? "tool result" : kind;
}

/** The word for the verdict of a check. */
export function checkWord(verdict: CheckVerdict): string {
  switch (verdict) {
    case "verified":
      return "Verified";
    case "failed":
      return "Failed";
    case "not-verifiable":
      return "Not verifiable";
    case "not-attempted":
      return "Not attempted";
  }
}

/** The word for the verdict of a record. */
export function rowWord(verdict: RowVerdict): string {
  switch (verdict) {
    case "verified":
      return "Verified";
    case "with-limits":
      return "With limits";
    case "not-verifiable":
      return "Not verifiable";
    case "altered":
      return "Altered";
    case "withheld":
      return "Withheld";
    case "pending":
      return "Pending";
  }
}

/** The word for the verdict of the custody journal. */
export function custodyWord(verdict: CustodyVerdict): string {
  return verdict === "not-verifiable" ? "Not verifiable" : verdict === "verified" ? "Verified" : "Altered";
}

/** What sections about evidence say of a case without any. */
export const NO_EXHIBIT = "No evidence was received in this case, so there is nothing to report here.";

export function paragraph(text: string): ReportBlock {
  return { kind: "paragraph", text };
}

/** The sentence of a section that has nothing to show, and why. */
export function nothing(reason: string): readonly ReportBlock[] {
  return [{ kind: "paragraph", text: reason }];
}

/** How often the verifier was wrong on its own corpus, with the numbers it was counted over. */
export function selfTestText(selfTest: SelfTestSummary | null): string {
  if (selfTest === null) return "not run for this report";
  const { ranAt, missed, of, falseAlarms, ofGood } = selfTest;
  return `${ranAt}, this build: missed ${counted(missed)} of ${counted(of)} altered bundles; ${counted(falseAlarms)} false alarms on ${counted(ofGood)} unaltered ones`;
}

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

/** A length of time in seconds, to the millisecond: "1.5 s". */
export function secondsText(nanoseconds: bigint): string {
  return `${Number(nanoseconds / NANOSECONDS_PER_MILLISECOND) / 1_000} s`;
}

/** "225 / 0 / 0": checked, failed and skipped. What a check without an answer had before it is skipped, except what it found wrong. */
export function checkCounts({ verdict, checked, failed }: Check): string {
  const skipped = verdict === "not-attempted" || verdict === "not-verifiable" ? checked - failed : 0;
  return [checked - skipped, failed, skipped].map(counted).join(" / ");
}
