import { type ReportBlock } from "../model/report.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { type Bulk } from "./annexes.ts";
import { attribution } from "./attribution.ts";
import { type CaseMeasures } from "./case-measures.ts";
import { escapeInvisible } from "./printable.ts";
import { utcTime, verbatimTime } from "./recorded-time.ts";
import { type CitedItem, type ReportInput } from "./report-input.ts";
import { counted, nothing, paragraph, secondsText } from "./report-values.ts";
import { clockOffsets, storyboard } from "./storyboard-section.ts";

/** 10 Timeline. */
export function timeline(input: ReportInput): readonly (ReportBlock | Bulk)[] {
  const cited =
    input.items.length === 0
      ? nothing("No record is cited by a standing finding, so there is no order to show.")
      : citedInOrder(input.items);
  return [...cited, ...clocks(input), ...clockOffsets(input), ...storyboard(input)];
}

/** What the evidence says about the clocks behind it: the order of its times, and the time stamps that came later. */
function clocks({ exhibits, measures }: ReportInput): readonly ReportBlock[] {
  if (exhibits.length === 0) return [];
  const back = secondsText(measures.largestStepBack);
  return [
    { kind: "heading", text: "Clocks of the sources" },
    paragraph(
      `Between neighbours in a file the recorded time steps back by at most ${back}. A time stamp says only that what it covers existed then: a record of a later time would show that a clock ran ahead, and nothing shows that one ran behind.`,
    ),
    {
      kind: "fields",
      rows: exhibits.map(({ id, verification }) => ({
        label: `${id}, newest record`,
        value: againstStamps(id, verification, measures),
      })),
    },
  ];
}

function againstStamps(id: string, { checks }: VerifyResult, { files }: CaseMeasures): string {
  const times = files.flatMap(({ exhibit, last }) => (exhibit === id && last !== null ? [last] : []));
  const newest = times.length === 0 ? "no event states a time" : utcTime(times.reduce((a, b) => (a > b ? a : b)));
  const stamps = checks.find(({ name }) => name === "time-stamps");
  const stamped =
    stamps?.verdict === "verified"
      ? `time stamps: ${escapeInvisible(stamps.note)}`
      : "no time stamp was verified to compare it with";
  return `${newest}; ${stamped}`;
}

function citedInOrder(items: readonly CitedItem[]): readonly ReportBlock[] {
  return [
    paragraph(
      "The records that the findings cite, ordered by recorded time where the record gives one, then by position in the evidence. UTC is computed from the offset that the record states; a bare number counts seconds or parts of them since 1 January 1970, 00:00 UTC. Recorded times are those of the source’s clock, whose accuracy was not verified.",
    ),
    {
      kind: "table",
      caption: "Cited records in order",
      columns: [
        { label: "Recorded time, verbatim", weight: 38 },
        { label: "UTC", weight: 34 },
        { label: "Item", weight: 18 },
        { label: "The record attributes", weight: 51 },
      ],
      rows: [...items]
        .sort(byTime)
        .map((item) => [
          verbatimTime(item.row),
          utcTime(item.row.time),
          `${item.item}\nevent ${counted(item.row.seq)}`,
          attribution(item),
        ]),
    },
  ];
}

function byTime(left: CitedItem, right: CitedItem): number {
  const [a, b] = [left.row.time, right.row.time];
  if (a !== null && b !== null && a !== b) return a < b ? -1 : 1;
  if ((a === null) !== (b === null)) return a === null ? 1 : -1;
  return left.row.seq - right.row.seq;
}
