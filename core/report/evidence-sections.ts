import { type ExhibitProvenance } from "../model/case-details.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { type ReportBlock } from "../model/report.ts";
import { type EvidenceLocation, type KeyUse, type VerifyResult } from "../model/verdict.ts";
import { escapeInvisible } from "./printable.ts";
import { type ReportInput } from "./report-input.ts";
import { checkWord, counted, given, grouped, nothing } from "./report-values.ts";

const NO_EXHIBIT = "No evidence was received in this case, so there is nothing to report here.";

/** 4 Evidence received. */
export function evidenceReceived(input: ReportInput): readonly ReportBlock[] {
  if (input.exhibits.length === 0) return nothing(NO_EXHIBIT);
  return input.exhibits.flatMap((exhibit): ReportBlock[] => [
    { kind: "heading", text: `Exhibit ${exhibit.id}: ${escapeInvisible(exhibit.label)}` },
    {
      kind: "fields",
      rows: [
        { label: "File", value: `${escapeInvisible(exhibit.label)}, ${counted(exhibit.byteLength)} bytes` },
        { label: "SHA-256", value: grouped(exhibit.sha256), mono: true },
        { label: "Received", value: receiptOf(exhibit, input) },
        { label: "From", value: given(provenanceOf(exhibit, input)?.receivedFrom ?? "") },
        { label: "How", value: given(provenanceOf(exhibit, input)?.receivedHow ?? "") },
        { label: "Digest at source", value: digestAtSource(exhibit, input) },
        { label: "Format", value: `${exhibit.source.name} (${exhibit.source.reason})` },
        { label: "Origin as claimed", value: originOf(exhibit.verification) },
        { label: "Records", value: recordsOf(exhibit) },
        { label: "Period proven", value: periodOf(exhibit.verification) },
        { label: "Times", value: "as recorded, with the offset each record gives; shown in UTC where normalised" },
      ],
    },
    ...keyTable(exhibit.verification.keys, exhibit.id),
  ]);
}

function receiptOf(exhibit: Exhibit, { custody }: ReportInput): string {
  const entry = custody.entries.find((candidate) => candidate.object?.id === exhibit.id);
  const where = entry === undefined ? "no custody record names it" : `first custody record ${entry.seq}`;
  return `${exhibit.receivedAt}; ${where}`;
}

function provenanceOf(exhibit: Exhibit, { details }: ReportInput): ExhibitProvenance | undefined {
  return details.provenance.find((candidate) => candidate.exhibit === exhibit.id);
}

function digestAtSource(exhibit: Exhibit, input: ReportInput): string {
  const stated = provenanceOf(exhibit, input)?.digestAtSource ?? "";
  if (stated === "") return "none supplied: the digest above was taken on receipt";
  return stated === exhibit.sha256
    ? `${grouped(stated)}: equal to the digest taken on receipt`
    : `${grouped(stated)}: DIFFERS from the digest taken on receipt`;
}

function originOf({ log }: VerifyResult): string {
  return log === null ? "the evidence names none" : escapeInvisible(log.origin);
}

function recordsOf(exhibit: Exhibit): string {
  const parts = [
    `${counted(exhibit.records)} records, ${counted(exhibit.events)} events`,
    `${counted(exhibit.undated)} without a time`,
    `${counted(exhibit.problems)} that could not be read or mapped`,
  ];
  return parts.join("; ");
}

function periodOf({ window }: VerifyResult): string {
  if (window.proven === null) return "none: no proof covers a period";
  return `${window.proven.from ?? "open"} to ${window.proven.to ?? "open"}`;
}

function keyTable(keys: readonly KeyUse[], exhibit: string): ReportBlock[] {
  if (keys.length === 0) return [{ kind: "paragraph", text: "No signature key was met in this exhibit." }];
  return [
    {
      kind: "table",
      caption: `Keys met in ${exhibit}, and how each was trusted`,
      columns: [
        { label: "Key", weight: 46, mono: true },
        { label: "Name", weight: 30 },
        { label: "Trust", weight: 24 },
      ],
      rows: keys.map((key) => [key.id, escapeInvisible(key.name), trustOf(key)]),
    },
  ];
}

function trustOf(key: KeyUse): string {
  switch (key.trust) {
    case "pinned":
      return "pinned by the examiner";
    case "bundle":
      return "found in the evidence only: not trusted";
    case "unknown":
      return "no key material at hand";
  }
}

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
    {
      kind: "paragraph",
      emphasis: "note",
      text: "A passed check shows that the bytes agree with what the named keys signed. It does not show that what the records say is true; section 11 lists what no check shows.",
    },
  ];
}

function verdictSentence(exhibit: Exhibit): string {
  const { checks, proof } = exhibit.verification;
  const count = (verdict: string): number => checks.filter((check) => check.verdict === verdict).length;
  const summary = `${count("verified")} checks verified, ${count("failed")} failed, ${count("not-verifiable")} not verifiable, ${count("not-attempted")} not attempted.`;
  const nature = proof === "none" ? "The exhibit carries no proof of its content." : `Kind of proof: ${proof}.`;
  const worst = exhibit.verification.findings.find((finding) => finding.verdict === exhibit.verdict);
  return [nature, summary, worst === undefined ? "" : escapeInvisible(worst.message)].filter(Boolean).join(" ");
}

function checkTable(exhibit: Exhibit): ReportBlock {
  return {
    kind: "table",
    caption: `Checks of ${exhibit.id}`,
    columns: [
      { label: "No.", weight: 7 },
      { label: "Check", weight: 24 },
      { label: "Checked / failed", weight: 19, align: "right" },
      { label: "Verdict", weight: 20, verdict: true },
      { label: "Result or reason", weight: 45 },
    ],
    rows: exhibit.verification.checks.map((check, index) => [
      `${exhibit.id.replace("X-", "5.")}.${index + 1}`,
      check.name,
      `${counted(check.checked)} / ${counted(check.failed)}`,
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
      rows: findings.map((finding) => [finding.code, escapeInvisible(finding.message), placeOf(finding.where)]),
    },
  ];
}

function placeOf(where: EvidenceLocation): string {
  const parts: string[] = [];
  if (where.file !== undefined) parts.push(escapeInvisible(where.file));
  if (where.segment !== undefined) parts.push(`segment ${where.segment}`);
  if (where.index !== undefined) {
    parts.push(
      where.endIndex === undefined ? `event ${where.index}` : `events ${where.index} to ${where.endIndex - 1}`,
    );
  }
  if (where.line !== undefined) parts.push(`line ${where.line}`);
  if (where.offset !== undefined) parts.push(`byte ${where.offset}`);
  return parts.length === 0 ? "the whole exhibit" : parts.join(", ");
}

/** 6 Completeness. */
export function completeness(input: ReportInput): readonly ReportBlock[] {
  if (input.exhibits.length === 0) return nothing(NO_EXHIBIT);
  return input.exhibits.flatMap((exhibit): ReportBlock[] => {
    const { counts, log, chains } = exhibit.verification;
    const gaps = chains.flatMap((chain) => chain.gaps.map((gap) => `${chain.id}: ${gap.from} to ${gap.to}`));
    return [
      { kind: "heading", text: `Exhibit ${exhibit.id}` },
      {
        kind: "fields",
        rows: [
          {
            label: "Sequence",
            value: exhibit.records === 0 ? "no record" : `records 0 to ${counted(exhibit.records - 1)}`,
          },
          {
            label: "Signed state",
            value:
              log === null
                ? "none: a cut at the end of the records would not be noticed"
                : `${counted(log.treeSize)} records, root ${log.rootHash}`,
          },
          { label: "Unanchored", value: unanchored(exhibit) },
          { label: "Withheld", value: `${counted(counts.withheld)} records` },
          { label: "Absent", value: `${counted(counts.absent)} records` },
          { label: "Gaps", value: gaps.length === 0 ? "none reported by the checks" : gaps.join("; ") },
        ],
      },
    ];
  });
}

function unanchored(exhibit: Exhibit): string {
  const { log } = exhibit.verification;
  if (log === null) return `all ${counted(exhibit.records)} records`;
  const beyond = exhibit.records - log.treeSize;
  return beyond <= 0
    ? "no record after the last signed state"
    : `${counted(beyond)} records after the last signed state`;
}
