import { type DetectionState, type FiredRule } from "../model/detection.ts";
import { type ReportBlock } from "../model/report.ts";
import { escapeInvisible } from "./printable.ts";
import { counted, paragraph } from "./report-values.ts";

/** What rules found: results of a tool, after the findings of a person in section 8. */
export function detectionResults(detections: DetectionState | null): readonly ReportBlock[] {
  if (detections === null) return [];
  const { hits, correlations } = detections;
  const heading: ReportBlock = { kind: "heading", text: "Detection results", tag: "tool result" };
  if (hits.length + correlations.length === 0) return [heading, paragraph("The rules that were run found nothing.")];
  return [
    heading,
    paragraph(
      `A rule tells which records fit a pattern, not what happened. Rules were run ${detections.ranAt}${detections.current ? "" : "; evidence came into the case since, which they have not seen"}.`,
    ),
    ...(hits.length === 0 ? [] : [hitTable(hits)]),
    ...(correlations.length === 0 ? [] : [alertTable(correlations)]),
    creditTable([...hits, ...correlations]),
  ];
}

function hitTable(hits: DetectionState["hits"]): ReportBlock {
  return {
    kind: "table",
    caption: "Rules that single records fit",
    columns: [
      { label: "Rule", weight: 46 },
      { label: "Level", weight: 14 },
      { label: "Records", weight: 12, align: "right" },
      { label: "First and last recorded", weight: 44 },
      { label: "Muted", weight: 24 },
    ],
    rows: hits.map((hit) => [
      escapeInvisible(hit.title),
      hit.level,
      counted(hit.count),
      spanOf(hit.firstSeen, hit.lastSeen),
      mutedText(hit),
    ]),
  };
}

function alertTable(alerts: DetectionState["correlations"]): ReportBlock {
  return {
    kind: "table",
    caption: "Sequences of records that rules found",
    columns: [
      { label: "Rule", weight: 30 },
      { label: "Level", weight: 13 },
      { label: "Group", weight: 28 },
      { label: "Records", weight: 11, align: "right" },
      { label: "First and last recorded", weight: 44 },
      { label: "Muted", weight: 16 },
    ],
    rows: alerts.map((alert) => [
      escapeInvisible(alert.title),
      alert.level,
      escapeInvisible(
        Object.entries(alert.group)
          .map(([name, value]) => `${name} = ${value}`)
          .join(", "),
      ),
      counted(alert.count),
      spanOf(alert.firstSeen, alert.lastSeen),
      mutedText(alert),
    ]),
  };
}

/** A rule that the examiner muted is reported like any other, with the reason. */
function mutedText({ muted }: FiredRule): string {
  return muted === "" ? "no" : `yes: ${escapeInvisible(muted)}`;
}

function spanOf(first: string | null, last: string | null): string {
  if (first === null || last === null) return "undated";
  return first === last ? first : `${first}\nto ${last}`;
}

/** Detection Rule License 1.1 asks that the author of a rule is named where its result is shown. */
function creditTable(fired: readonly FiredRule[]): ReportBlock {
  const rules = new Map(fired.map((rule) => [rule.rule, rule]));
  return {
    kind: "table",
    caption: "Rules that fired: id and version, digest of the rule’s text, author and licence",
    columns: [
      { label: "Rule", weight: 34 },
      { label: "Id and version", weight: 42 },
      { label: "SHA-256", weight: 36, mono: true },
      { label: "Author and licence", weight: 32 },
    ],
    rows: [...rules.values()].map(({ title, rule, version, hash, author, license }) => [
      escapeInvisible(title),
      [rule, version === "" ? "no version stated" : version].map(escapeInvisible).join("\n"),
      hash,
      [author === "" ? "no author stated" : author, license === "" ? "no licence stated" : license]
        .map(escapeInvisible)
        .join("\n"),
    ]),
  };
}
