import { type ReportBlock } from "../model/report.ts";
import { recordsText } from "../model/record-ranges.ts";
import {
  type BundleVerdict,
  type Check,
  type EvidenceLocation,
  type KeyUse,
  type VerificationFinding,
  verdictWord,
  type VerifyResult,
} from "../model/verdict.ts";
import { printBlock, printSectionHeading } from "./print-blocks.ts";
import { INK, PAGE, SIZE, TEXT_WIDTH } from "./print-theme.ts";
import { escapeInvisible } from "./printable.ts";
import { periodOf } from "./proven-period.ts";
import { checkCounts, checkWord, counted } from "./report-values.ts";
import { Sheet } from "./sheet.ts";

/** Findings printed; the JSON has them all. */
const MAX_PRINTED_FINDINGS = 500;

/** A verification, of an exhibit or of evidence that is in no case. */
export interface VerificationReport {
  readonly label: string;
  /** What is known of the evidence as a file; absent for evidence that is in no case. */
  readonly exhibit?: {
    readonly id: string;
    readonly byteLength: number;
    readonly sha256: string;
    readonly receivedAt: string;
  };
  readonly verification: VerifyResult;
  /** When it was written, RFC 3339. */
  readonly writtenAt: string;
  /** Of the program. */
  readonly version: string;
}

/** The report as JSON, two spaces of indentation, ended by a line feed. */
export function formatVerificationReport(report: VerificationReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The report as a PDF, as {@link printVerdict} makes it. */
export function renderVerificationReport(report: VerificationReport): Promise<Uint8Array> {
  const { label, verification, writtenAt, version } = report;
  const title = `Verification of ${escapeInvisible(label)}`;
  return printVerdict({
    title,
    verdict: verification.verdict,
    sections: [
      ["Result", resultBlocks(report)],
      ["Checks", [checkTable(verification.checks)]],
      ["Findings", findingBlocks(verification.findings)],
      ["Keys", keyBlocks(verification.keys)],
      ["What a verification does not show", limitBlocks()],
    ],
    json: formatVerificationReport(report),
    writtenAt,
    version,
  });
}

/** A verdict with what it rests on, as it is printed. */
export interface PrintedVerdict {
  readonly title: string;
  readonly verdict: BundleVerdict;
  readonly sections: readonly (readonly [heading: string, blocks: readonly ReportBlock[]])[];
  /** Attached as verification.json. */
  readonly json: string;
  /** RFC 3339. */
  readonly writtenAt: string;
  /** Of the program. */
  readonly version: string;
}

/** A tagged PDF that embeds the JSON; the verdict stands in the head of every page. The same input gives the same bytes. */
export async function printVerdict(printed: PrintedVerdict): Promise<Uint8Array> {
  const { title, verdict, sections, json, writtenAt, version } = printed;
  const date = new Date(writtenAt);
  const sheet = new Sheet({ title, author: "", keywords: "", date, producer: `Assay ${version}` });
  sheet.flow("H1", sheet.type.lines(title, "strong", SIZE.title, TEXT_WIDTH), PAGE.left, SIZE.title, INK.text);
  sheet.y += 6;
  for (const [heading, blocks] of sections) {
    sheet.within("Sect", {}, () => {
      printSectionHeading(sheet, heading, blocks);
      for (const block of blocks) printBlock(sheet, block);
    });
  }
  sheet.attach("verification.json", Buffer.from(json), "This verification as JSON", date);
  return sheet.finish({ head: ["", verdictWord(verdict), ""], foot: [writtenAt, `Assay ${version}`] });
}

function resultBlocks({ label, exhibit, verification }: VerificationReport): readonly ReportBlock[] {
  const { verdict, findings, log, counts } = verification;
  const worst = findings
    .filter((finding) => finding.verdict === verdict)
    .map(({ message }) => escapeInvisible(message));
  return [
    { kind: "paragraph", verdict, text: worst[0] ?? "Every check that applies passed." },
    {
      kind: "fields",
      rows: [
        { label: "Evidence", value: escapeInvisible(label) },
        ...(exhibit === undefined
          ? []
          : [
              { label: "Exhibit", value: `${exhibit.id}, received ${exhibit.receivedAt}` },
              { label: "Size", value: `${counted(exhibit.byteLength)} bytes` },
              { label: "SHA-256", value: exhibit.sha256, mono: true },
            ]),
        { label: "Proof", value: verification.proof },
        ...(log === null
          ? []
          : [
              { label: "Log", value: `${escapeInvisible(log.origin)}, ${counted(log.treeSize)} records` },
              { label: "Root", value: log.rootHash, mono: true },
            ]),
        { label: "Proven period", value: periodOf(verification) },
        { label: "Records", value: counted(counts.records) },
        { label: "Withheld, absent", value: `${counted(counts.withheld)}, ${counted(counts.absent)}` },
      ],
    },
  ];
}

/** The table of the checks of one verification. */
export function checkTable(checks: readonly Check[]): ReportBlock {
  return {
    kind: "table",
    caption: "Every check, in the order in which it was made",
    columns: [
      { label: "Check", weight: 22 },
      { label: "Checked / failed / skipped", weight: 22, align: "right" },
      { label: "Verdict", weight: 20, verdict: true },
      { label: "Result or reason", weight: 46 },
    ],
    rows: checks.map((check) => [
      check.name,
      checkCounts(check),
      checkWord(check.verdict),
      escapeInvisible(check.note),
    ]),
  };
}

/** What the checks of one verification found. */
export function findingBlocks(findings: readonly VerificationFinding[]): readonly ReportBlock[] {
  if (findings.length === 0) return [{ kind: "paragraph", text: "No check came to a finding." }];
  const table: ReportBlock = {
    kind: "table",
    caption: "What the checks found; the codes are explained in the manual",
    columns: [
      { label: "Code", weight: 24 },
      { label: "Finding", weight: 56 },
      { label: "Place", weight: 28 },
    ],
    rows: findings
      .slice(0, MAX_PRINTED_FINDINGS)
      .map(({ code, message, where }) => [code, escapeInvisible(message), placeOf(where)]),
  };
  const left = findings.length - MAX_PRINTED_FINDINGS;
  if (left <= 0) return [table];
  return [
    table,
    { kind: "paragraph", text: `${counted(left)} further findings are in the attached verification.json.` },
  ];
}

/** The keys that signed, as results list them. */
export function keyBlocks(keys: readonly KeyUse[]): readonly ReportBlock[] {
  if (keys.length === 0) return [{ kind: "paragraph", text: "No signature was met." }];
  return [
    {
      kind: "table",
      caption: "Keys that signed, and how each was trusted",
      columns: [
        { label: "Key", weight: 30, mono: true },
        { label: "Name", weight: 50 },
        { label: "Trust", weight: 24 },
      ],
      rows: keys.map(({ id, name, trust }) => [id, escapeInvisible(name), trust]),
    },
  ];
}

/** What no verification shows. */
export function limitBlocks(): readonly ReportBlock[] {
  return [
    {
      kind: "list",
      items: [
        "Proof shows that the log was not changed after signing. It does not show that the system recorded everything or recorded it truthfully.",
        "Whether the log went on after its newest signed state, or showed another history to others, cannot be seen from one export; witnesses, time stamps and remembered states narrow it.",
        "A digest shows that something changed, and not what it said.",
        "Revocation of certificates is not checked: nothing is asked of a network.",
      ],
    },
  ];
}

function placeOf(where: EvidenceLocation): string {
  const { file, line, segment, index } = where;
  const place = [
    segment === undefined ? "" : `segment ${segment}`,
    index === undefined ? "" : `record ${recordsText(where)}`,
    file ?? "",
    line === undefined ? "" : `line ${line}`,
  ];
  return escapeInvisible(place.filter((part) => part !== "").join(", "));
}
