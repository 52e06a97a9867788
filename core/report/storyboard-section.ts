import { type Drawing } from "../model/drawing.ts";
import { lengthWords } from "../replay/length-words.ts";
import { type StoryboardPage } from "../replay/storyboard.ts";
import { type ReportBlock } from "../model/report.ts";
import { NANOSECONDS_PER_SECOND } from "../model/time.ts";
import { type Bulk } from "./annexes.ts";
import { escapeInvisible } from "./printable.ts";
import { type ReportInput } from "./report-input.ts";
import { counted, paragraph, rowWord } from "./report-values.ts";

const MAX_CITED = 6;
/** Chapters that the report itself shows, a page each; a longer story goes into an annex. */
const CHAPTERS_IN_REPORT = 3;
/** Each is a drawing and a table, a page or two. */
const CHAPTERS_IN_ANNEX = 100;

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

/** The story as the analyst kept it, a drawing and a table a chapter; nothing where no event was kept. */
export function storyboard({ storyboard: pages }: ReportInput): readonly (ReportBlock | Bulk)[] {
  if (pages.length === 0) return [];
  return [
    { kind: "heading", text: "Storyboard" },
    paragraph(
      "The events that the examiner kept, cited or folded into named acts, in order of time, with the clock offsets above where there are any. The choice is the examiner’s; events between the steps are in the case.",
    ),
    paragraph(
      "In the drawings a box is a name in the records, an arrow an act with the numbers of its steps, and a lane an account; what the page tells is drawn strongly. A dashed line is inferred by the rule it names; a hollow mark was refused or failed; an octagon rests on a record that was changed. An account is not a person.",
    ),
    ...(pages.length <= CHAPTERS_IN_REPORT
      ? pages.flatMap(chapter)
      : [
          {
            kind: "bulk",
            title: `Storyboard, ${counted(pages.length)} chapters`,
            units: pages.map(chapter),
            unitsInAnnex: CHAPTERS_IN_ANNEX,
          } satisfies Bulk,
        ]),
  ];
}

function chapter(page: StoryboardPage): readonly ReportBlock[] {
  return [
    { kind: "heading", text: escapeInvisible(page.title), ...(page.technique === "" ? {} : { tag: page.technique }) },
    ...drawn(page),
    {
      kind: "table",
      caption: `Steps of this chapter, ${page.from} to ${page.to}`,
      columns: [
        { label: "Step", weight: 9 },
        { label: "Time", weight: 42 },
        { label: "What the records say", weight: 58 },
        { label: "Records", weight: 19 },
        { label: "Verdict", weight: 23, verdict: true },
      ],
      rows: page.steps.map((step) => [
        String(step.number),
        step.gapAfter === null ? step.time : `${step.time}\nthen nothing kept for ${lengthWords(step.gapAfter)}`,
        escapeInvisible(step.sentence),
        recordsOf(step.citations),
        rowWord(step.verdict),
      ]),
    },
  ];
}

function drawn({ drawing, steps }: StoryboardPage): readonly ReportBlock[] {
  const [first, last] = [steps[0]?.number ?? 0, steps.at(-1)?.number ?? 0];
  const told = first === last ? `step ${first}` : `steps ${first} to ${last}`;
  if (drawing === null) return [paragraph(`No drawing of ${told}: this package withholds a record of the story.`)];
  return [{ kind: "drawing", caption: `Stage and lanes after ${told}`, drawing: printable(drawing) }];
}

function printable(drawing: Drawing): Drawing {
  return {
    ...drawing,
    alt: escapeInvisible(drawing.alt),
    shapes: drawing.shapes.map((shape) =>
      shape.kind === "text" ? { ...shape, text: escapeInvisible(shape.text) } : shape,
    ),
  };
}

function recordsOf(citations: StoryboardPage["steps"][number]["citations"]): string {
  const shown = citations.slice(0, MAX_CITED).map(({ seq, exhibitItem }) => exhibitItem ?? `event ${seq}`);
  const left = citations.length - shown.length;
  return [...shown, ...(left > 0 ? [`${counted(left)} more`] : [])].join(", ");
}
