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
    { kind: "heading", text: "Rules that fired: version, digest, author and licence" },
    { kind: "list", items: credits([...hits, ...correlations]) },
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
      `${hit.firstSeen ?? "undated"} to ${hit.lastSeen ?? "undated"}`,
      hit.muted === "" ? "no" : escapeInvisible(hit.muted),
    ]),
  };
}

function alertTable(alerts: DetectionState["correlations"]): ReportBlock {
  return {
    kind: "table",
    caption: "Sequences of records that rules found",
    columns: [
      { label: "Rule", weight: 40 },
      { label: "Level", weight: 14 },
      { label: "Group", weight: 36 },
      { label: "Records", weight: 12, align: "right" },
      { label: "First and last recorded", weight: 44 },
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
      `${alert.firstSeen} to ${alert.lastSeen}`,
    ]),
  };
}

/** Detection Rule License 1.1 asks that the author of a rule is named where its result is shown. */
function credits(fired: readonly FiredRule[]): readonly string[] {
  const rules = new Map(fired.map((rule) => [rule.rule, rule]));
  return [...rules.values()].map(({ title, rule, version, hash, author, license }) => {
    const by = author === "" ? "no author stated" : escapeInvisible(author);
    const under = license === "" ? "no licence stated" : escapeInvisible(license);
    return `${escapeInvisible(title)}: ${rule}${version === "" ? "" : `, ${version}`}, SHA-256 ${hash}; ${by}; ${under}`;
  });
}
