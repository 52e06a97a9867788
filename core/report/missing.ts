import { missingForFinal, wordingOfFinding, type FindingWordingHit } from "../findings/rules.ts";
import { lintWording } from "../findings/wording.ts";
import { type Finding } from "../model/finding.ts";
import { quote } from "../model/problem.ts";
import { sectionNumber, type CaseDetails, type SectionKey } from "../model/case-details.ts";
import { type MissingItem } from "../model/report.ts";
import { headingsOf } from "./headings.ts";
import { type ReportInput } from "./report-input.ts";

/** What a person must still give before a report can be final: empty required texts, and words to put differently. */
export function missingItems(input: ReportInput): readonly MissingItem[] {
  const section = sectionName(input.details, "findings");
  const standing = standingFindings(input);
  return [
    ...missingDetails(input, standing.length),
    ...standing.flatMap((finding) =>
      missingForFinal(finding).map((what) => ({ section, what: `${what} of ${finding.id}` })),
    ),
    ...(input.wordingKept === null ? wordingHits(input) : []).map(({ finding, phrase, field, instead }) => ({
      section,
      what: `other words for ${quote(phrase)} in the ${field} of ${finding} (instead: ${instead})`,
      wording: true as const,
    })),
  ];
}

/** Wording that says more than evidence can: of standing findings, of the case's own texts, and of names of acts. */
export function wordingHits(input: ReportInput): readonly (FindingWordingHit & { readonly finding: string })[] {
  const { details, storyboard } = input;
  const texts: readonly (readonly [finding: string, field: string, text: string])[] = [
    ["the case", "title", details.title],
    ["the case", "own part", details.examiner.ownPart],
    ...storyboard
      .filter(({ title }) => !FINDING_TITLE.test(title))
      .map(({ title }) => ["the storyboard", "chapter", title] as const),
  ];
  return [
    ...standingFindings(input).flatMap((finding) =>
      wordingOfFinding(finding).map((hit) => ({ ...hit, finding: finding.id })),
    ),
    ...texts.flatMap(([finding, field, text]) =>
      lintWording(text, "opinion").map((hit) => ({ ...hit, field, finding })),
    ),
  ];
}

/** A chapter that is named for a finding, whose title is looked at with it. */
const FINDING_TITLE = /^F-\d+ /;

function standingFindings({ findings }: ReportInput): readonly Finding[] {
  return findings.filter((finding) => finding.withdrawn === null);
}

function missingDetails({ details, exhibits }: ReportInput, findings: number): MissingItem[] {
  const { examiner } = details;
  const required: readonly (readonly [SectionKey, string, boolean])[] = [
    ["identification", "case id", isGiven(details.caseId)],
    ["identification", "title", isGiven(details.title)],
    ["identification", "classification", isGiven(details.classification)],
    ["instruction", "who asked", isGiven(details.requestedBy)],
    ["instruction", "the questions asked", details.questions.some(isGiven)],
    ["instruction", "legal authority or consent", isGiven(details.authority)],
    ["instruction", "what is in scope", isGiven(details.scopeIn)],
    ["instruction", "what is out of scope", isGiven(details.scopeOut)],
    ["examiner", "name", isGiven(examiner.name)],
    ["examiner", "role", isGiven(examiner.role)],
    ["examiner", "employer", isGiven(examiner.employer)],
    ["examiner", "qualifications", isGiven(examiner.qualifications)],
    ["examiner", "conflict statement", isGiven(examiner.conflictStatement)],
    ["examiner", "own part and the parts of others", isGiven(examiner.ownPart)],
    ["evidence", "at least one exhibit", exhibits.length > 0],
    ...exhibits.flatMap(({ id }) => {
      const stated = details.provenance.find((candidate) => candidate.exhibit === id);
      return [
        ["evidence", `from whom ${id} was received`, isGiven(stated?.receivedFrom ?? "")],
        ["evidence", `how ${id} was received`, isGiven(stated?.receivedHow ?? "")],
      ] as const;
    }),
    ["findings", "at least one finding", findings > 0],
  ];
  return required
    .filter(([, , given]) => !given)
    .map(([section, what]) => ({ section: sectionName(details, section), what }));
}

/** "3 Examiner", as the report heads it. */
function sectionName({ report }: CaseDetails, key: SectionKey): string {
  return `${sectionNumber(key)} ${headingsOf(report)[key]}`;
}

function isGiven(text: string): boolean {
  return text.trim() !== "";
}
