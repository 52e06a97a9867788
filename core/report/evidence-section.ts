import { type ExhibitProvenance } from "../model/case-details.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { type ReportBlock } from "../model/report.ts";
import { type KeyUse, type VerifyResult } from "../model/verdict.ts";
import { type MeasuredFile } from "./case-measures.ts";
import { escapeInvisible } from "./printable.ts";
import { periodOf } from "./proven-period.ts";
import { utcTime } from "./recorded-time.ts";
import { type ReportInput } from "./report-input.ts";
import { counted, given, grouped, NO_EXHIBIT, nothing, paragraph } from "./report-values.ts";
import { FOLDER_DIGEST_COMMAND } from "./verify-commands.ts";

/** More files of an exhibit are counted, and not listed. */
const MAX_LISTED_FILES = 1_000;

const CONTAINERS: Readonly<Record<VerifyResult["proof"], string>> = {
  "sealed-log": "Evidence Log Bundle, version 1",
  tiles: "tiled log (C2SP tlog-tiles)",
  "cloudtrail-digests": "CloudTrail log files with digest files",
  "cloudtrail-lake": "query results of CloudTrail Lake with a signed list",
  none: "files without proofs",
};

/** 4 Evidence received. */
export function evidenceReceived(input: ReportInput): readonly ReportBlock[] {
  if (input.exhibits.length === 0) return nothing(NO_EXHIBIT);
  return [...input.exhibits.flatMap((exhibit) => exhibitBlocks(exhibit, input)), ...digestRecipe()];
}

function exhibitBlocks(exhibit: Exhibit, input: ReportInput): readonly ReportBlock[] {
  return [
    { kind: "heading", text: `Exhibit ${exhibit.id}: ${escapeInvisible(exhibit.label)}` },
    {
      kind: "fields",
      rows: [
        { label: "Name and size", value: `${escapeInvisible(exhibit.label)}, ${counted(exhibit.byteLength)} bytes` },
        { label: "SHA-256", value: grouped(exhibit.sha256), mono: true },
        { label: "Received", value: receiptOf(exhibit, input) },
        { label: "From", value: given(provenanceOf(exhibit, input)?.receivedFrom ?? "") },
        { label: "How", value: given(provenanceOf(exhibit, input)?.receivedHow ?? "") },
        { label: "Digest at source", value: digestAtSource(exhibit, input) },
        { label: "Container", value: CONTAINERS[exhibit.verification.proof] },
        { label: "Records are read as", value: `${exhibit.source.name} (${exhibit.source.reason})` },
        { label: "Origin as claimed", value: originOf(exhibit.verification) },
        { label: "Records", value: recordsOf(exhibit) },
        { label: "Period covered", value: coveredBy(filesOf(exhibit, input)) },
        { label: "Period proven", value: periodOf(exhibit.verification) },
        { label: "Time zone of records", value: "each record states its offset, or counts from 1970 in UTC" },
      ],
    },
    ...keyTable(exhibit.verification.keys, exhibit.id, input),
    ...fileTable(filesOf(exhibit, input), exhibit.id),
  ];
}

/** How the digests above are made, for whoever has the evidence and wants to make them again. */
function digestRecipe(): readonly ReportBlock[] {
  return [
    { kind: "heading", text: "How the digests of exhibits are made" },
    paragraph(
      "The SHA-256 of an exhibit that was received as one file is the digest of that file, as sha256sum prints it. Of an exhibit that was received as a folder it is the digest of a list: one line for each file, hidden ones included, with the file’s SHA-256 in lower-case hexadecimal, two spaces, its path below the folder, and a line feed; the lines are sorted by path.",
    ),
    {
      kind: "raw",
      label: "The digest of a folder, with GNU coreutils and findutils",
      text: FOLDER_DIGEST_COMMAND.join(" \\\n  "),
    },
  ];
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

function filesOf(exhibit: Exhibit, { measures }: ReportInput): readonly MeasuredFile[] {
  return measures.files.filter((file) => file.exhibit === exhibit.id);
}

/** From the first to the last recorded time of its events. */
function coveredBy(files: readonly MeasuredFile[]): string {
  const times = files.flatMap(({ first, last }) => [first, last]).filter((time) => time !== null);
  if (times.length === 0) return "no event states a time";
  const first = times.reduce((least, time) => (time < least ? time : least));
  const last = times.reduce((greatest, time) => (time > greatest ? time : greatest));
  return `recorded times ${utcTime(first)} to ${utcTime(last)}`;
}

function fileTable(files: readonly MeasuredFile[], exhibit: string): ReportBlock[] {
  if (files.length > MAX_LISTED_FILES) {
    return [{ kind: "paragraph", text: `The events are in ${counted(files.length)} files, too many to be listed.` }];
  }
  return [
    {
      kind: "table",
      caption: `Files of ${exhibit} that hold events`,
      columns: [
        { label: "File", weight: 60 },
        { label: "Events", weight: 14, align: "right" },
        { label: "First and last recorded", weight: 66 },
      ],
      rows: files.map(({ file, events, first, last }) => [
        escapeInvisible(file),
        counted(events),
        first === null ? "undated" : `${utcTime(first)} to ${utcTime(last)}`,
      ]),
    },
  ];
}

function keyTable(keys: readonly KeyUse[], exhibit: string, input: ReportInput): ReportBlock[] {
  if (keys.length === 0) return [{ kind: "paragraph", text: "No signature key was met in this exhibit." }];
  return [
    {
      kind: "table",
      caption: `Keys met in ${exhibit}, and how each was trusted`,
      columns: [
        { label: "Key", weight: 32, mono: true },
        { label: "Name", weight: 38 },
        { label: "Trust", weight: 44 },
      ],
      rows: keys.map((key) => [key.id, escapeInvisible(key.name), trustOf(key, input)]),
    },
  ];
}

/** How a key came to be trusted: by the examiner's own act, for the reason that the journal has. */
function trustOf(key: KeyUse, { custody }: ReportInput): string {
  switch (key.trust) {
    case "pinned": {
      const act = custody.entries.findLast(({ action, object }) => action === "key.pinned" && object?.id === key.id);
      return act === undefined
        ? "pinned by the examiner before the case was opened"
        : `pinned by the examiner, custody record ${act.seq}: ${escapeInvisible(act.note ?? "no reason given")}`;
    }
    case "bundle":
      return "found in the evidence only: not trusted";
    case "unknown":
      return "no key material at hand";
  }
}
