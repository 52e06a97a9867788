import { textsOf } from "../model/check-texts.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { type ReportBlock } from "../model/report.ts";
import { recordsText } from "../model/record-ranges.ts";
import {
  type CheckVerdict,
  type EvidenceLocation,
  type VerificationFinding,
  type VerifyResult,
} from "../model/verdict.ts";
import { escapeInvisible } from "./printable.ts";
import { type ReportInput } from "./report-input.ts";
import { checkCounts, checkWord, counted, NO_EXHIBIT, nothing } from "./report-values.ts";

/** 5 Verification results. */
export function verificationResults(input: ReportInput): readonly ReportBlock[] {
  if (input.exhibits.length === 0) return nothing(NO_EXHIBIT);
  return [
    ...input.exhibits.flatMap((exhibit): ReportBlock[] => [
      { kind: "heading", text: `Exhibit ${exhibit.id}`, tag: "tool result" },
      { kind: "paragraph", verdict: exhibit.verdict, text: verdictSentence(exhibit) },
      checkTable(exhibit),
      ...findingTable(exhibit),
    ]),
    ruleTable(input.exhibits),
    {
      kind: "paragraph",
      emphasis: "note",
      text: "A passed check shows that the bytes agree with what the named keys signed. It does not show that what the records say is true; section 11 lists what no check shows. “You” and “your” in the words of a check mean the examiner who ran it.",
    },
  ];
}

/** Causes that the sentence beside the verdict tells; the table below has them all. */
const MAX_TOLD = 3;

const PROOFS: Readonly<Record<VerifyResult["proof"], string>> = {
  "sealed-log": "The exhibit is a log that was signed as a whole.",
  tiles: "The exhibit is a log that was signed as a whole.",
  "cloudtrail-digests": "The exhibit carries digest files that CloudTrail signed.",
  "cloudtrail-lake": "The exhibit carries a list of its files that CloudTrail signed.",
  none: "The exhibit carries no proof of its content.",
};

function verdictSentence({ verification, verdict }: Exhibit): string {
  const { checks, proof, findings } = verification;
  const words: readonly CheckVerdict[] = ["verified", "failed", "not-verifiable", "not-attempted"];
  const counts = words.flatMap((word) => {
    const count = checks.filter((check) => check.verdict === word).length;
    return count === 0 ? [] : [`${count} ${checkWord(word).toLowerCase()}`];
  });
  const causes = findings.filter((finding) => finding.verdict === verdict && verdict !== "verified");
  const told = causes.slice(0, MAX_TOLD).map(({ message }) => sentence(escapeInvisible(message)));
  const left = causes.length - told.length;
  const rest = left > 0 ? [`The table of causes has ${counted(left)} more.`] : [];
  return [...told, ...rest, PROOFS[proof], `Checks: ${counts.join(", ")}.`].join(" ");
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function checkTable(exhibit: Exhibit): ReportBlock {
  return {
    kind: "table",
    caption: `Checks of ${exhibit.id}`,
    columns: [
      { label: "No.", weight: 8 },
      { label: "Check", weight: 26 },
      { label: "Checked / failed / skipped", weight: 22, align: "right" },
      { label: "Verdict", weight: 20, verdict: true },
      { label: "Result or reason", weight: 56 },
    ],
    rows: exhibit.verification.checks.map((check, index) => [
      `${exhibit.id.replace("X-", "5.")}.${index + 1}`,
      textsOf(check.name).label,
      checkCounts(check),
      checkWord(check.verdict),
      escapeInvisible(check.note),
    ]),
  };
}

function findingTable(exhibit: Exhibit): ReportBlock[] {
  const { findings } = exhibit.verification;
  if (findings.length === 0) return [{ kind: "paragraph", text: "The checks named no cause." }];
  return [
    {
      kind: "table",
      caption: `Causes named by the checks of ${exhibit.id}`,
      columns: [
        { label: "Code", weight: 26 },
        { label: "Message", weight: 54 },
        { label: "Place", weight: 28 },
      ],
      rows: findings.map((finding) => [finding.code, causeOf(finding), placeOf(finding.where)]),
    },
  ];
}

function causeOf({ message, expected, found }: VerificationFinding): string {
  return [
    message,
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(found === undefined ? [] : [`found ${found}`]),
  ]
    .map((line) => escapeInvisible(line))
    .join("\n");
}

/** What each check is, once for all exhibits. */
function ruleTable(exhibits: readonly Exhibit[]): ReportBlock {
  const names = new Set(exhibits.flatMap(({ verification }) => verification.checks.map(({ name }) => name)));
  return {
    kind: "table",
    caption: "The rule of each check, and what a pass of it does not show",
    columns: [
      { label: "Check", weight: 24 },
      { label: "Rule", weight: 62 },
      { label: "A pass does not show", weight: 54 },
    ],
    rows: [...names].map((name) => {
      const { label, how, notShown } = textsOf(name);
      return [label, how, notShown];
    }),
  };
}

function placeOf(where: EvidenceLocation): string {
  const parts: string[] = [];
  if (where.file !== undefined) parts.push(escapeInvisible(where.file));
  if (where.segment !== undefined) parts.push(`segment ${where.segment}`);
  if (where.index !== undefined) {
    parts.push(`${where.endIndex === undefined ? "event" : "events"} ${recordsText(where)}`);
  }
  if (where.line !== undefined) parts.push(`line ${where.line}`);
  if (where.offset !== undefined) parts.push(`byte ${where.offset}`);
  return parts.length === 0 ? "the whole exhibit" : parts.join(", ");
}
