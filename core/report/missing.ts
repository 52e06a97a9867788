import { missingForFinal, wordingOfFinding } from "../findings/rules.ts";
import { quote } from "../model/problem.ts";
import { type MissingItem } from "../model/report.ts";
import { type ReportInput } from "./report-input.ts";

/** What a person must still give before a report can be final: empty required texts, and words to put differently. */
export function missingItems(input: ReportInput): readonly MissingItem[] {
  const standing = input.findings.filter((finding) => finding.withdrawn === null);
  return [
    ...missingDetails(input, standing.length),
    ...standing.flatMap((finding) => [
      ...missingForFinal(finding).map((what) => ({ section: "8 Findings", what: `${what} of ${finding.id}` })),
      ...wordingOfFinding(finding).map(({ phrase, field, instead }) => ({
        section: "8 Findings",
        what: `other words for ${quote(phrase)} in the ${field} of ${finding.id} (instead: ${instead})`,
      })),
    ]),
  ];
}

function missingDetails({ details, exhibits }: ReportInput, findings: number): MissingItem[] {
  const { examiner } = details;
  const required: readonly (readonly [string, string, boolean])[] = [
    ["1 Identification", "case id", isGiven(details.caseId)],
    ["1 Identification", "title", isGiven(details.title)],
    ["1 Identification", "classification", isGiven(details.classification)],
    ["2 Instruction and authority", "who asked", isGiven(details.requestedBy)],
    ["2 Instruction and authority", "the questions asked", details.questions.some(isGiven)],
    ["2 Instruction and authority", "legal authority or consent", isGiven(details.authority)],
    ["2 Instruction and authority", "what is in scope", isGiven(details.scopeIn)],
    ["2 Instruction and authority", "what is out of scope", isGiven(details.scopeOut)],
    ["3 Examiner", "name", isGiven(examiner.name)],
    ["3 Examiner", "role", isGiven(examiner.role)],
    ["3 Examiner", "employer", isGiven(examiner.employer)],
    ["3 Examiner", "qualifications", isGiven(examiner.qualifications)],
    ["3 Examiner", "conflict statement", isGiven(examiner.conflictStatement)],
    ["3 Examiner", "own part and the parts of others", isGiven(examiner.ownPart)],
    ["4 Evidence received", "at least one exhibit", exhibits.length > 0],
    ["8 Findings", "at least one finding", findings > 0],
  ];
  return required.filter(([, , given]) => !given).map(([section, what]) => ({ section, what }));
}

function isGiven(text: string): boolean {
  return text.trim() !== "";
}
