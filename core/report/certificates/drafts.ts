import { type Jurisdiction } from "../../model/case-details.ts";
import { type ReportInput } from "../report-input.ts";
import { bsaPartA, bsaPartB } from "./bsa-63.ts";
import { crimpr19 } from "./crimpr-19.ts";
import { type CertificateDraft } from "./draft-text.ts";
import { fsrCode } from "./fsr-code.ts";
import { fre902Copy, fre902Process } from "./fre-902.ts";

const DRAFTS: Readonly<Record<Jurisdiction, readonly ((input: ReportInput) => CertificateDraft)[]>> = {
  "fre-902": [fre902Process, fre902Copy],
  "crimpr-19": [crimpr19],
  "fsr-code": [fsrCode],
  "bsa-63": [bsaPartA, bsaPartB],
};

/** The drafts that the examiner chose, in order. */
export function certificateDrafts(input: ReportInput): readonly CertificateDraft[] {
  return input.details.report.jurisdictions.flatMap((jurisdiction) =>
    DRAFTS[jurisdiction].map((draft) => draft(input)),
  );
}
