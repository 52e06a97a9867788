import { encodeUtf8 } from "../encoding/utf8.ts";
import { type ReportBlock, type ReportModel } from "../model/report.ts";
import { conclusions, custodySummary, howToVerify, limitations, method } from "./closing-sections.ts";
import { bindAnnexes, type ReportAnnex } from "./annexes.ts";
import { compliance } from "./compliance/compliance-section.ts";
import { completeness, evidenceReceived, verificationResults } from "./evidence-sections.ts";
import { exhibitIndex, findings, timeline } from "./finding-sections.ts";
import { examiner, identification, instruction } from "./front-sections.ts";
import { formatFindings, formatVerificationReport } from "./findings-json.ts";
import { HEADINGS, SECTION_KEYS, type SectionKey } from "./headings.ts";
import { identityLinks } from "./identity-section.ts";
import { type ReportInput } from "./report-input.ts";
import { clockOffsets, storyboard } from "./storyboard-section.ts";
import { missingItems } from "./missing.ts";

/** A report in its three forms: for people, and two files for machines. */
export interface AssembledReport {
  readonly model: ReportModel;
  /** Rows of long tables that the model leaves out. */
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
  const blocks: Readonly<Record<SectionKey, readonly ReportBlock[]>> = {
    identification: identification(input),
    instruction: instruction(input),
    examiner: examiner(input),
    evidence: evidenceReceived(input),
    verification: verificationResults(input),
    completeness: completeness(input),
    method: method(input),
    findings: findings(input),
    identities: identityLinks(input),
    timeline: [...timeline(input), ...clockOffsets(input), ...storyboard(input)],
    limitations: limitations(input),
    conclusions: conclusions(input, missing),
    exhibits: exhibitIndex(input),
    custody: custodySummary(input),
    "how-to-verify": howToVerify(input),
    compliance: compliance(input),
  };
  const headings = HEADINGS[details.report.headings];
  const whole: ReportModel = {
    title: details.title.trim() === "" ? "Findings report" : `Findings report: ${details.title}`,
    caseId: details.caseId,
    reportId: `R${input.revision}`,
    revision: input.revision,
    issuedAt: input.issuedAt,
    classification: details.classification,
    missing,
    sections: SECTION_KEYS.map((key, index) => ({ number: index + 1, heading: headings[key], blocks: blocks[key] })),
  };
  return {
    ...bindAnnexes(whole),
    findingsJson: encodeUtf8(formatFindings(input, missing)),
    verificationJson: encodeUtf8(formatVerificationReport(input)),
  };
}
