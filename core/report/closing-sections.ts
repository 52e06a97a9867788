import { type DetectionState } from "../model/detection.ts";
import { type CustodyEntry } from "../model/custody.ts";
import { type Finding } from "../model/finding.ts";
import { type MissingItem, type ReportBlock } from "../model/report.ts";
import { quote } from "../model/problem.ts";
import { notVerified } from "./limits.ts";
import { wordingHits } from "./missing.ts";
import { escapeInvisible } from "./printable.ts";
import { certificateDrafts } from "./certificates/drafts.ts";
import { type ReportInput, type SelfTestSummary } from "./report-input.ts";
import { classWord, counted, custodyWord, nothing, paragraph } from "./report-values.ts";

/** 7 Method and tools. */
export function method(input: ReportInput): readonly ReportBlock[] {
  const { program, custody } = input;
  const queries = custody.entries.filter((entry) => entry.action === "query.run");
  return [
    {
      kind: "fields",
      rows: [
        { label: "Program", value: `Assay ${program.version}` },
        { label: "Build", value: program.build, mono: true },
        { label: "Platform", value: program.platform },
        { label: "Self-test", value: selfTestText(input.selfTest) },
        { label: "Detection rules", value: rulesText(input.detections) },
        { label: "Other tools", value: "none recorded" },
      ],
    },
    paragraph(
      "Methods: SHA-256 (FIPS 180-4), Merkle trees and inclusion proofs (RFC 6962, RFC 9162), signed notes and checkpoints (C2SP), ECDSA P-256 (FIPS 186-5), CMS (RFC 5652), canonical JSON (RFC 8785). The original evidence was opened for reading only; every cited record was read again from the working copy and hashed again for this report.",
    ),
    ...(queries.length === 0
      ? [paragraph("No query was recorded in the custody journal.")]
      : [
          {
            kind: "table",
            caption: "Queries recorded in the custody journal",
            columns: [
              { label: "Entry", weight: 10 },
              { label: "Time", weight: 26 },
              { label: "Parameters and result", weight: 70, mono: true },
            ],
            rows: queries.map((entry) => [
              String(entry.seq),
              entry.at,
              escapeInvisible(JSON.stringify({ params: entry.params ?? {}, result: entry.result ?? {} })),
            ]),
          } satisfies ReportBlock,
        ]),
  ];
}

function rulesText(detections: DetectionState | null): string {
  if (detections === null) return "none run";
  const { loaded, compiled, unrouted, rejected, unmappedFields } = detections.rules;
  const fields =
    unmappedFields.length === 0
      ? ""
      : `; ${unmappedFields.length} fields that rules look at are in no event of their logs`;
  return `${counted(loaded)} loaded, ${counted(compiled)} compiled, ${counted(unrouted)} for logs that are not in the case, ${counted(rejected.length)} rejected${fields}`;
}

function selfTestText(selfTest: SelfTestSummary | null): string {
  if (selfTest === null) return "not run for this report";
  const { ranAt, missed, of, falseAlarms, ofGood } = selfTest;
  return `${ranAt}, this build: missed ${counted(missed)} of ${counted(of)} altered bundles; ${counted(falseAlarms)} false alarms on ${counted(ofGood)} unaltered ones`;
}

/** 11 Limitations. */
export function limitations(input: ReportInput): readonly ReportBlock[] {
  return [paragraph("The following was NOT verified:"), { kind: "list", items: notVerified(input) }];
}

/** 12 Conclusions and declarations. */
export function conclusions(input: ReportInput, missing: readonly MissingItem[]): readonly ReportBlock[] {
  const standing = input.findings.filter((finding) => finding.withdrawn === null);
  const of = (kind: string): number => standing.filter((finding) => finding.class === kind).length;
  return [
    paragraph(
      standing.length === 0
        ? "The case holds no standing finding; there is no conclusion to draw."
        : `The report makes ${standing.length} findings: ${of("fact")} of fact, ${of("tool-result")} of tool results, ${of("opinion")} of opinion. Section 8 has each with its basis, its uncertainty and the records it cites.`,
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

/** 14 Custody summary, by exhibit. */
export function custodySummary({ custody, exhibits }: ReportInput): readonly ReportBlock[] {
  const groups = exhibits.map((exhibit) => ({
    heading: `Exhibit ${exhibit.id}`,
    entries: custody.entries.filter((entry) => entry.object?.id === exhibit.id),
  }));
  const named = new Set(exhibits.map((exhibit) => exhibit.id));
  const others = custody.entries.filter((entry) => entry.object === undefined || !named.has(entry.object.id));
  return [
    {
      kind: "fields",
      rows: [
        { label: "Journal", value: custodyWord(custody.verdict) },
        { label: "Entries", value: counted(custody.entries.length) },
        { label: "Head", value: custody.head, mono: true },
      ],
    },
    ...(custody.findings.length === 0 ? [] : [{ kind: "list", items: custody.findings } satisfies ReportBlock]),
    paragraph(
      "The journal is a chain of signed entries. It does not show by itself that entries at its end were removed, or that the holder of the examiner key did not write it anew; its head is therefore printed here and signed with the package.",
    ),
    ...[...groups, { heading: "The case as a whole", entries: others }].flatMap((group) =>
      entryTable(group.heading, group.entries),
    ),
  ];
}

function entryTable(heading: string, entries: readonly CustodyEntry[]): readonly ReportBlock[] {
  if (entries.length === 0) return [{ kind: "heading", text: heading }, paragraph("No records.")];
  return [
    { kind: "heading", text: heading },
    {
      kind: "table",
      caption: `Custody records: ${heading}`,
      columns: [
        { label: "No.", weight: 8 },
        { label: "Time (UTC)", weight: 32 },
        { label: "Act", weight: 26 },
        { label: "By", weight: 18 },
        { label: "Object or note", weight: 52 },
      ],
      rows: entries.map((entry) => [
        String(entry.seq),
        entry.at,
        entry.action,
        entry.actor.key === "unendorsed" ? `${entry.actor.name} (unendorsed)` : entry.actor.name,
        escapeInvisible(subjectOf(entry)),
      ]),
    },
  ];
}

function subjectOf({ object, note }: CustodyEntry): string {
  const named = object?.label === undefined ? object?.id : `${object.id}: ${object.label}`;
  return [named, note].filter((part) => part !== undefined).join("; ");
}

/** 15 How to verify. */
export function howToVerify({ signer }: ReportInput): readonly ReportBlock[] {
  if (signer === null) return nothing("A preview is not signed; the issued report names the signing key here.");
  return [
    {
      kind: "fields",
      rows: [{ label: "Fingerprint", value: signer.fingerprint, mono: true }],
    },
    paragraph(
      "Compare this SHA-256 fingerprint of the examiner’s certificate with one that reached you by another way. A package that was signed anew with another key is caught by this comparison and by nothing else.",
    ),
    {
      kind: "raw",
      label: "Commands, in the folder of the package",
      text: [
        "sha256sum -c --strict SHA256SUMS",
        "openssl x509 -in keys/examiner.crt -noout -subject -fingerprint -sha256",
        "openssl cms -verify -binary -inform DER -in signatures/SHA256SUMS.p7s -content SHA256SUMS \\",
        "  -CAfile keys/examiner.crt -out /dev/null",
        "pdfsig report.pdf",
      ].join("\n"),
    },
    paragraph(
      "README-VERIFY.txt in the package explains each command and its expected output. pdfsig prints “Certificate issuer is unknown” for a key that no authority signed: that is expected, and the reason for comparing the fingerprint. Reports without the package can be checked with pdfsig alone.",
    ),
  ];
}
