import { type ReportBlock } from "../model/report.ts";
import { NANOSECONDS_PER_SECOND } from "../model/time.ts";
import { escapeInvisible } from "./printable.ts";
import { type ReportInput } from "./report-input.ts";
import { counted, paragraph, rowWord } from "./report-values.ts";

const MAX_CITED = 6;

/** Corrections of clocks that the analyst set, with method and anchors. */
export function clockOffsets({ clockOffsets: offsets }: ReportInput): readonly ReportBlock[] {
  if (offsets.length === 0) return [paragraph("No clock was corrected: every time is the recorded one.")];
  return [
    {
      kind: "table",
      caption: "Clock offsets added for display; the times in the table above are as recorded",
      columns: [
        { label: "Exhibit", weight: 12 },
        { label: "Seconds added", weight: 20, align: "right" },
        { label: "Method", weight: 60 },
        { label: "Pairs of records it rests on", weight: 34 },
      ],
      rows: offsets.map(({ exhibit, nanoseconds, method, anchors }) => [
        exhibit,
        String(Number(nanoseconds) / Number(NANOSECONDS_PER_SECOND)),
        escapeInvisible(method),
        anchors.length === 0
          ? "none"
          : anchors
              .slice(0, MAX_CITED)
              .map((pair) => pair.join(" and "))
              .join("; "),
      ]),
    },
  ];
}

/** The story as the analyst kept it, a table a chapter; nothing where no event was kept. */
export function storyboard({ storyboard: pages }: ReportInput): readonly ReportBlock[] {
  if (pages.length === 0) return [];
  return [
    { kind: "heading", text: "Storyboard" },
    paragraph(
      "The events that the examiner kept, cited or folded into named acts, in order of time, with the clock offsets above where there are any. The choice is the examiner’s; events between the steps are in the case.",
    ),
    ...pages.flatMap((page): ReportBlock[] => [
      { kind: "heading", text: escapeInvisible(page.title), ...(page.technique === "" ? {} : { tag: page.technique }) },
      {
        kind: "table",
        caption: `Steps of this chapter, ${page.from} to ${page.to}`,
        columns: [
          { label: "Step", weight: 8 },
          { label: "Time", weight: 38 },
          { label: "What the records say", weight: 54 },
          { label: "Records", weight: 22 },
          { label: "Verdict", weight: 19, verdict: true },
        ],
        rows: page.steps.map((step) => [
          String(step.number),
          step.gapAfter === null ? step.time : `${step.time}\nthen nothing kept for ${durationOf(step.gapAfter)}`,
          escapeInvisible(step.sentence),
          recordsOf(step.citations),
          rowWord(step.verdict),
        ]),
      },
    ]),
  ];
}

function recordsOf(citations: ReportInput["storyboard"][number]["steps"][number]["citations"]): string {
  const shown = citations.slice(0, MAX_CITED).map(({ seq, exhibitItem }) => exhibitItem ?? `event ${seq}`);
  const left = citations.length - shown.length;
  return [...shown, ...(left > 0 ? [`${counted(left)} more`] : [])].join(", ");
}

function durationOf(nanoseconds: bigint): string {
  const seconds = Number(nanoseconds / NANOSECONDS_PER_SECOND);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
