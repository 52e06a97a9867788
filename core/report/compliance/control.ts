import { type Framework } from "../../model/case-details.ts";

/** What a bundle of records can say to a control. "Compliant" is no such word: a person judges a control, not a log. */
export type ComplianceWord = "supports" | "does not support" | "no evidence in this bundle" | "out of reach";

/** Names of what is measured. */
export type Fact =
  | "access-changes"
  | "configuration-changes"
  | "sign-ins"
  | "content-of-records"
  | "times-of-records"
  | "alteration-checks"
  | "signatures"
  | "span"
  | "span-of-a-year"
  | "failures"
  | "log-reads"
  | "logging-changes"
  | "object-changes"
  | "gaps"
  | "rule-hits"
  | "custody";

/** One line of a mapping. Titles are in our own words: those of the frameworks are their publishers'. */
export interface Control {
  readonly framework: Framework;
  readonly control: string;
  /** What the control asks of the records, in few words. */
  readonly claim: string;
  /** What is measured; null where no record could say anything. */
  readonly fact: Fact | null;
  /** What the measured fact cannot show, however good it is. */
  readonly ceiling: string;
}
