import { type MissingItem } from "../model/report.ts";
import { type ReportInput } from "./report-input.ts";

/** Words that say more than evidence can, and what to write instead. Matched as whole words, in any case. */
const OVERSTATEMENTS: readonly { readonly words: readonly string[]; readonly instead: string }[] = [
  {
    words: [
      "tamper-proof",
      "tamperproof",
      "court-proof",
      "immutable",
      "unalterable",
      "forensically sound",
      "court-admissible",
      "certified",
      "military-grade",
      "guaranteed",
    ],
    instead: "name the checks that found no alteration",
  },
  { words: ["authentic"], instead: "say which key's signature verifies and why that key is trusted" },
  {
    words: ["proves", "confirms guilt", "clearly", "obviously", "hacker", "suspect"],
    instead: "say what it is consistent with, and what else it is consistent with",
  },
];

/** An overstatement in a text that a person wrote. */
export interface Overstatement {
  readonly word: string;
  readonly instead: string;
}

/** The overstatements in a text, each once, in the order of the list. */
export function overstatements(text: string): readonly Overstatement[] {
  const lower = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}-]+/gu, " ")} `;
  return OVERSTATEMENTS.flatMap(({ words, instead }) =>
    words.filter((word) => lower.includes(` ${word} `)).map((word) => ({ word, instead })),
  );
}

/** What a person must still give before a report can be final: empty required texts, and words to put differently. */
export function missingItems(input: ReportInput): readonly MissingItem[] {
  return [...missingDetails(input), ...missingOfFindings(input), ...wordingOfFindings(input)];
}

function missingDetails({ details, exhibits, findings }: ReportInput): MissingItem[] {
  const { examiner } = details;
  const required: readonly (readonly [string, string, string])[] = [
    ["1 Identification", "case id", details.caseId],
    ["1 Identification", "title", details.title],
    ["1 Identification", "classification", details.classification],
    ["2 Instruction and authority", "who asked", details.requestedBy],
    ["2 Instruction and authority", "the questions asked", details.questions.join("")],
    ["2 Instruction and authority", "legal authority or consent", details.authority],
    ["2 Instruction and authority", "what is in scope", details.scopeIn],
    ["2 Instruction and authority", "what is out of scope", details.scopeOut],
    ["3 Examiner", "name", examiner.name],
    ["3 Examiner", "role", examiner.role],
    ["3 Examiner", "employer", examiner.employer],
    ["3 Examiner", "qualifications", examiner.qualifications],
    ["3 Examiner", "conflict statement", examiner.conflictStatement],
    ["3 Examiner", "own part and the parts of others", examiner.ownPart],
    ["4 Evidence received", "at least one exhibit", exhibits.length === 0 ? "" : "given"],
    ["8 Findings", "at least one finding", findings.some((finding) => finding.withdrawn === null) ? "given" : ""],
  ];
  return required.filter(([, , text]) => text.trim() === "").map(([section, what]) => ({ section, what }));
}

function missingOfFindings({ findings }: ReportInput): MissingItem[] {
  return findings
    .filter((finding) => finding.withdrawn === null)
    .flatMap((finding) => {
      const lacks: string[] = [];
      if (finding.basis.trim() === "") lacks.push("basis");
      if (finding.uncertainty.trim() === "") lacks.push("uncertainty");
      if (finding.class === "opinion") {
        if (finding.propositions.length < 2) lacks.push("two propositions");
        if (finding.alternatives.length === 0) lacks.push("alternatives considered");
        if (finding.strength === "") lacks.push("strength");
      }
      return lacks.map((what) => ({ section: "8 Findings", what: `${what} of ${finding.id}` }));
    });
}

function wordingOfFindings({ findings }: ReportInput): MissingItem[] {
  return findings
    .filter((finding) => finding.withdrawn === null)
    .flatMap((finding) =>
      overstatements(`${finding.title}\n${finding.statement}\n${finding.basis}`).map(({ word, instead }) => ({
        section: "8 Findings",
        what: `other words for “${word}” in ${finding.id} (${instead})`,
      })),
    );
}
