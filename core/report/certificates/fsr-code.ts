/** A draft declaration under the Forensic Science Regulator's statutory Code of Practice (England and Wales). */
import { type ReportInput } from "../report-input.ts";
import { counted } from "../report-values.ts";
import { completed, draftText, type CertificateDraft } from "./draft-text.ts";

/** Three ways to declare, none of them chosen: compliance is a matter of the organisation, which no record shows. */
export function fsrCode(input: ReportInput): CertificateDraft {
  const { details, selfTest, program } = input;
  const title = "Declaration under the Forensic Science Regulator's Code of Practice";
  return {
    file: "fsr-code.draft.txt",
    title,
    text: draftText(
      title,
      [
        `Practitioner: ${completed(details.examiner.name)}, ${completed(details.examiner.role)} at ${completed(details.examiner.employer)}. Activities carried out, by their number in the Code: [number and name of each forensic science activity, or that none of them is one].`,
        "Declare ONE of the following for each activity, and strike out the others. Nothing is chosen here.",
        "(a) Not in scope: the activity is not subject to the Code. [Say why.]",
        "(b) Compliant: the activity was carried out by a forensic unit that complies with the Code, version [number and date]. [Accreditation, schedule, and what the Code asks to be stated.]",
        "(c) Not compliant: the activity is subject to the Code and did not comply with it, as follows. [For each requirement that was not met:]",
        "Requirement | In what it was not met | What mitigates this, and what remains: [one line for each: competence of the practitioner; validity of the method; documentation, checking and review; preventing contamination of data; handling of conflicts of interest; environment and equipment].",
        `Facts of this case that may serve (c): technical review: ${details.reviewer.trim() === "" ? "none recorded" : completed(details.reviewer)}. Method: program Assay ${program.version}; ${selfTest === null ? "its self-test was not run for this report" : `its self-test missed ${counted(selfTest.missed)} of ${counted(selfTest.of)} altered bundles and raised ${counted(selfTest.falseAlarms)} false alarms on ${counted(selfTest.ofGood)} unaltered ones`}. No accreditation of the program is claimed.`,
        "[Compare with the version of the Code and of the Regulator's guidance on declarations that is in force on the day of signing.]",
      ],
      [],
    ),
  };
}
