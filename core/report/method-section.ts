import { type CustodyEntry, type CustodyValue } from "../model/custody.ts";
import { type DetectionState } from "../model/detection.ts";
import { type ReportBlock } from "../model/report.ts";
import { escapeInvisible } from "./printable.ts";
import { type ReportInput } from "./report-input.ts";
import { counted, paragraph, selfTestText } from "./report-values.ts";

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
        { label: "Settings", value: settingsText(input) },
        { label: "Other tools", value: "none recorded" },
      ],
    },
    paragraph(
      "Methods: SHA-256 (FIPS 180-4), Merkle trees and inclusion proofs (RFC 6962, RFC 9162), signed notes and checkpoints (C2SP), signatures by ECDSA or RSA (FIPS 186-5), CMS (RFC 5652), canonical JSON (RFC 8785). The original evidence was opened for reading only; every cited record was read again from the working copy and hashed again for this report.",
    ),
    ...(queries.length === 0 ? [paragraph("No query was recorded in the custody journal.")] : [queryTable(queries)]),
  ];
}

/** Each query with what it found: the digest is over the events in the order shown, so that anybody can repeat it. */
function queryTable(queries: readonly CustodyEntry[]): ReportBlock {
  return {
    kind: "table",
    caption: "Queries recorded in the custody journal",
    columns: [
      { label: "Record", weight: 10 },
      { label: "Time (UTC)", weight: 33 },
      { label: "Query, and the period asked for", weight: 52 },
      { label: "Events", weight: 12, align: "right" },
      { label: "SHA-256 of the result", weight: 34, mono: true },
    ],
    rows: queries.map(({ seq, at, params = {}, result = {} }) => [
      String(seq),
      at,
      `${shownValue(params["query"])}${periodAsked(params)}`,
      shownValue(result["matching"]),
      shownValue(result["sha256"]),
    ]),
  };
}

function periodAsked({ from = null, to = null }: Readonly<Record<string, CustodyValue>>): string {
  if (from === null && to === null) return "";
  return `\nfrom ${from === null ? "the beginning" : shownValue(from)} to ${to === null ? "the end" : shownValue(to)}`;
}

/** A value of a journal entry, which another build may have written. */
function shownValue(value: CustodyValue | undefined): string {
  if (value === undefined) return "not recorded";
  if (typeof value === "string") return value.trim() === "" ? "everything" : escapeInvisible(value);
  return typeof value === "number" ? counted(value) : JSON.stringify(value);
}

/** What the examiner set that changes what is computed or shown. */
function settingsText({ clockOffsets, detections, custody, timeZone }: ReportInput): string {
  const muted = new Set(
    [...(detections?.hits ?? []), ...(detections?.correlations ?? [])]
      .filter((fired) => fired.muted !== "")
      .map(({ rule }) => rule),
  );
  const raised = custody.entries.filter(({ action }) => action === "limits.raised").length;
  return [
    `times shown in UTC (workstation in ${timeZone})`,
    `${counted(clockOffsets.length)} clock offsets (section 10)`,
    `${counted(muted.size)} rules muted (section 8)`,
    `limits of import ${raised === 0 ? "as shipped" : `raised ${counted(raised)} times (section 14)`}`,
    "keys, policies and time authorities as section 4 names them",
  ].join("; ");
}

function rulesText(detections: DetectionState | null): string {
  if (detections === null) return "none run";
  const { loaded, compiled, unrouted, rejected, unmappedFields } = detections.rules;
  const fields =
    unmappedFields.length === 0
      ? ""
      : `; ${unmappedFields.length} fields that rules look at are in no event of their logs`;
  return `${counted(loaded)} loaded, ${counted(compiled)} compiled, ${counted(unrouted)} for logs that are not in the case, ${counted(rejected.length)} rejected${fields}; section 8 has version and digest of each that fired`;
}
