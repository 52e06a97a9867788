/** A draft of the matters that CrimPR 19.4 asks an expert's report to hold, and of the declarations (England and Wales). */
import { notVerified } from "../limits.ts";
import { type ReportInput } from "../report-input.ts";
import { counted } from "../report-values.ts";
import { completed, draftText, type CertificateDraft } from "./draft-text.ts";

/** Matters (a) to (k) of rule 19.4 as far as the case states them; what it does not state is left to the expert. */
export function crimpr19(input: ReportInput): CertificateDraft {
  const { details, findings } = input;
  const opinions = findings.filter((finding) => finding.class === "opinion" && finding.withdrawn === null);
  const title = "Matters for an expert's report (CrimPR 19.4)";
  return {
    file: "crimpr-19-4.draft.txt",
    title,
    text: draftText(
      title,
      [
        `(a) Qualifications, experience and accreditation of ${completed(details.examiner.name)}: ${completed(details.examiner.qualifications)}`,
        "(b) Literature and other information relied on: RFC 6962 and RFC 9162 (Merkle trees), the C2SP formats for signed notes and checkpoints, FIPS 180-4, FIPS 186-5, RFC 5652. [Add what else was relied on.]",
        `(c) Facts given to me that are material to my opinions: ${completed(details.questions.join(" / "))}`,
        `(d) Facts within my own knowledge: ${completed(details.examiner.ownPart)}`,
        `(e) Examinations and measurements by others, whether under my supervision, and who: ${details.reviewer.trim() === "" ? "none recorded" : completed(details.reviewer)}. Records were read and checked by the program Assay ${input.program.version}.`,
        `(f) Where there is a range of opinion, a summary of it and reasons for mine: ${opinions.length === 0 ? "the report states no opinion." : `the report states ${counted(opinions.length)} opinions, each with the propositions weighed, the alternatives considered and a word of strength (section 8).`}`,
        `(g) Qualifications to my opinions: what was not verified is listed in section 11 of the report: ${notVerified(input).slice(0, 9).join("; ")}.`,
        `(h) Information for the court on the reliability of the opinion: ${input.selfTest === null ? "the program's self-test was not run for this report" : `the self-test of the version used missed ${counted(input.selfTest.missed)} of ${counted(input.selfTest.of)} altered bundles and raised ${counted(input.selfTest.falseAlarms)} false alarms on ${counted(input.selfTest.ofGood)} unaltered ones`}. [Add anything that undermines reliability: rule 19.3(3)(c).]`,
        "(i) Summary of conclusions: section 12 of the report. [Repeat or correct it in your own words.]",
        "(j) I understand my duty to the court, I have complied with it, and I will go on complying with it. [To be made by the expert.]",
        "(k) The declaration of truth that a witness statement carries. [To be made by the expert, in the words in force.]",
        "Compliance with the Forensic Science Regulator's Code: [not in scope / compliant / not compliant, with how that is mitigated].",
      ],
      [],
    ),
  };
}
