import { encodeUtf8 } from "../encoding/utf8.ts";
import { SECTION_KEYS, sectionNumber, type SectionKey } from "../model/case-details.ts";
import { type ReportBlock, type ReportModel } from "../model/report.ts";
import { conclusions, limitations } from "./conclusions-section.ts";
import { custodySummary } from "./custody-section.ts";
import { bindAnnexes, type Bulk, type ReportAnnex, type WholeReport } from "./annexes.ts";
import { compliance } from "./compliance/compliance-section.ts";
import { completeness } from "./completeness-section.ts";
import { evidenceReceived } from "./evidence-section.ts";
import { exhibitIndex } from "./exhibit-section.ts";
import { findings } from "./finding-sections.ts";
import { examiner, identification, instruction } from "./front-sections.ts";
import { formatFindings, formatVerificationReport } from "./findings-json.ts";
import { headingsOf } from "./headings.ts";
import { howToVerify } from "./how-to-verify-section.ts";
import { identityLinks } from "./identity-section.ts";
import { method } from "./method-section.ts";
import { type ReportInput } from "./report-input.ts";
import { timeline } from "./timeline-section.ts";
import { missingItems } from "./missing.ts";
import { verificationResults } from "./verification-section.ts";

/** A report in its three forms: for people, and two files for machines. */
export interface AssembledReport {
  readonly model: ReportModel;
  /** What the model leaves out because it is long. */
  readonly annexes: readonly ReportAnnex[];
  /** findings.json */
  readonly findingsJson: Uint8Array<ArrayBuffer>;
  /** verification-report.json */
  readonly verificationJson: Uint8Array<ArrayBuffer>;
}

/** Assembles a report. The same input gives the same bytes; nothing is read and no clock is asked. */
export function assembleReport(input: ReportInput): AssembledReport {
  const missing = missingItems(input);
  const { details } = input;
  const findingsJson = encodeUtf8(formatFindings(input, missing));
  const blocks: Readonly<Record<SectionKey, readonly (ReportBlock | Bulk)[]>> = {
    identification: identification(input),
    instruction: instruction(input),
    examiner: examiner(input),
    evidence: evidenceReceived(input),
    verification: verificationResults(input),
    completeness: completeness(input),
    method: method(input),
    findings: findings(input),
    identities: identityLinks(input),
    timeline: timeline(input),
    limitations: limitations(input),
    conclusions: conclusions(input, missing),
    exhibits: exhibitIndex(input),
    custody: custodySummary(input),
    "how-to-verify": howToVerify(input, findingsJson),
    compliance: compliance(input),
  };
  const headings = headingsOf(details.report);
  const whole: WholeReport = {
    title: details.title.trim() === "" ? "Findings report" : `Findings report: ${details.title}`,
    caseId: details.caseId,
    reportId: `R${input.revision}`,
    revision: input.revision,
    issuedAt: input.issuedAt,
    classification: details.classification,
    organisation: details.report.organisation.trim() === "" ? details.examiner.employer : details.report.organisation,
    missing,
    sections: SECTION_KEYS.map((key) => ({ number: sectionNumber(key), heading: headings[key], blocks: blocks[key] })),
  };
  return {
    ...bindAnnexes(whole),
    findingsJson,
    verificationJson: encodeUtf8(formatVerificationReport(input)),
  };
}
