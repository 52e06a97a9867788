import { encodeUtf8 } from "../encoding/utf8.ts";
import { type ReportModel, type ReportSection } from "../model/report.ts";
import { compliance, conclusions, custodySummary, howToVerify, limitations, method } from "./closing-sections.ts";
import { completeness, evidenceReceived, verificationResults } from "./evidence-sections.ts";
import { exhibitIndex, findings, identityLinks, timeline } from "./finding-sections.ts";
import { examiner, identification, instruction } from "./front-sections.ts";
import { formatFindings, formatVerificationReport } from "./findings-json.ts";
import { type ReportInput } from "./report-input.ts";
import { missingItems } from "./missing.ts";

/** A report in its three forms: for people, and two files for machines. */
export interface AssembledReport {
  readonly model: ReportModel;
  /** findings.json */
  readonly findingsJson: Uint8Array<ArrayBuffer>;
  /** verification-report.json */
  readonly verificationJson: Uint8Array<ArrayBuffer>;
}

/** Assembles a report. The same input gives the same bytes; nothing is read and no clock is asked. */
export function assembleReport(input: ReportInput): AssembledReport {
  const missing = missingItems(input);
  const { details } = input;
  const sections: readonly Omit<ReportSection, "number">[] = [
    { heading: "Identification", blocks: identification(input) },
    { heading: "Instruction and authority", blocks: instruction(input) },
    { heading: "Examiner", blocks: examiner(input) },
    { heading: "Evidence received", blocks: evidenceReceived(input) },
    { heading: "Verification results", blocks: verificationResults(input) },
    { heading: "Completeness", blocks: completeness(input) },
    { heading: "Method and tools", blocks: method(input) },
    { heading: "Findings", blocks: findings(input) },
    { heading: "Identity links", blocks: identityLinks(input) },
    { heading: "Timeline", blocks: timeline(input) },
    { heading: "Limitations, and what was not verified", blocks: limitations(input) },
    { heading: "Conclusions and declarations", blocks: conclusions(input, missing) },
    { heading: "Exhibit index", blocks: exhibitIndex(input) },
    { heading: "Custody", blocks: custodySummary(input) },
    { heading: "How to verify this report", blocks: howToVerify(input) },
    { heading: "Compliance mapping", blocks: compliance() },
  ];
  const model: ReportModel = {
    title: details.title.trim() === "" ? "Findings report" : `Findings report: ${details.title}`,
    caseId: details.caseId,
    reportId: `R${input.revision}`,
    revision: input.revision,
    issuedAt: input.issuedAt,
    classification: details.classification,
    missing,
    sections: sections.map((section, index) => ({ number: index + 1, ...section })),
  };
  return {
    model,
    findingsJson: encodeUtf8(formatFindings(input, missing)),
    verificationJson: encodeUtf8(formatVerificationReport(input)),
  };
}
