import { textsOf } from "../model/check-texts.ts";
import { type Finding } from "../model/finding.ts";
import { quote } from "../model/problem.ts";
import { type MissingItem, type ReportBlock } from "../model/report.ts";
import { certificateDrafts } from "./certificates/drafts.ts";
import { beyondChecks, openChecks } from "./limits.ts";
import { wordingHits } from "./missing.ts";
import { escapeInvisible } from "./printable.ts";
import { type ReportInput } from "./report-input.ts";
import { checkWord, classWord, paragraph, selfTestText } from "./report-values.ts";

/** 11 Limitations. */
export function limitations(input: ReportInput): readonly ReportBlock[] {
  return [
    paragraph("The following was NOT verified:"),
    { kind: "list", items: beyondChecks(input) },
    openCheckTable(input),
  ];
}

function openCheckTable(input: ReportInput): ReportBlock {
  const open = openChecks(input);
  if (open.length === 0) return paragraph("Every check of every exhibit came to an answer.");
  return {
    kind: "table",
    caption: "Checks that came to no answer: what they would show is not verified, or there was nothing to check",
    columns: [
      { label: "Exhibit", weight: 11 },
      { label: "Check", weight: 28 },
      { label: "Verdict", weight: 22, verdict: true },
      { label: "Reason", weight: 76 },
    ],
    rows: open.map(({ exhibit, check: { name, verdict, note } }) => [
      exhibit,
      textsOf(name).label,
      checkWord(verdict),
      escapeInvisible(note),
    ]),
  };
}

/** 12 Conclusions and declarations. */
export function conclusions(input: ReportInput, missing: readonly MissingItem[]): readonly ReportBlock[] {
  const standing = input.findings.filter((finding) => finding.withdrawn === null);
  const of = (kind: string): number => standing.filter((finding) => finding.class === kind).length;
  return [
    paragraph(
      standing.length === 0
        ? "The case holds no standing finding; there is no conclusion to draw."
        : `The report makes ${standing.length === 1 ? "1 finding" : `${standing.length} findings`}: ${of("fact")} of fact, ${of("tool-result")} of tool results, ${of("opinion")} of opinion. Section 8 has each with its basis, its uncertainty and the records it cites.`,
    ),
    ...(standing.length === 0 ? [] : [findingList(standing)]),
    { kind: "heading", text: "Declarations" },
    paragraph(
      "No declaration of truth, statement of duty or declaration of compliance is made by this program. A person makes them, in the words that the forum asks for, over a signature of their own; a signature of this file does not replace it.",
    ),
    paragraph(
      `What may undermine reliability. Self-test of the program: ${selfTestText(input.selfTest)}. The report was ` +
        (input.details.reviewer.trim() === "" ? "not reviewed by a second person." : "reviewed as section 3 states."),
    ),
    ...keptWording(input),
    ...draftList(input),
    paragraph("Whether any of this is admitted is for a court to decide."),
    ...(missing.length === 0
      ? []
      : [
          { kind: "heading", text: "Still to be given" } satisfies ReportBlock,
          { kind: "list", items: missing.map((item) => `${item.section}: ${item.what}`) } satisfies ReportBlock,
        ]),
  ];
}

function findingList(findings: readonly Finding[]): ReportBlock {
  const items = findings.map(({ id, class: kind, statement }) => `${id}, ${classWord(kind)}: ${statement}`);
  return { kind: "list", items };
}

function keptWording(input: ReportInput): readonly ReportBlock[] {
  const hits = wordingHits(input);
  if (input.wordingKept === null || hits.length === 0) return [];
  return [
    paragraph(`Wording kept by the examiner where the program advised other words. Reason: ${input.wordingKept}`),
    { kind: "list", items: hits.map(({ finding, field, phrase }) => `${finding}, ${field}: ${quote(phrase)}`) },
  ];
}

function draftList(input: ReportInput): readonly ReportBlock[] {
  const drafts = certificateDrafts(input);
  if (drafts.length === 0) return [];
  return [
    paragraph("Drafts for a person to complete and sign are in certificates/ of the package:"),
    { kind: "list", items: drafts.map(({ title, file }) => `${title}: ${file}`) },
  ];
}
