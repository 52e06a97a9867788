import { textsOf } from "../model/check-texts.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { type ReportBlock } from "../model/report.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { escapeInvisible } from "./printable.ts";
import { gapsText } from "./proven-period.ts";
import { type ReportInput } from "./report-input.ts";
import { checkWord, counted, NO_EXHIBIT, nothing } from "./report-values.ts";

/** No number stands for what cannot be known. */
const UNKNOWN = "not known: the exhibit carries no proof of how many records there were";

/** 6 Completeness. */
export function completeness(input: ReportInput): readonly ReportBlock[] {
  if (input.exhibits.length === 0) return nothing(NO_EXHIBIT);
  return input.exhibits.flatMap((exhibit): ReportBlock[] => {
    const { counts, log, proof } = exhibit.verification;
    const isProven = proof !== "none";
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
          { label: "After it, unanchored", value: unanchored(exhibit) },
          { label: "Outside anchors", value: outsideAnchors(exhibit.verification) },
          { label: "Withheld", value: isProven ? `${counted(counts.withheld)} records` : UNKNOWN },
          { label: "Absent", value: isProven ? `${counted(counts.absent)} records` : UNKNOWN },
          { label: "Gaps", value: isProven ? gapsText(exhibit.verification) : UNKNOWN },
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

/** Checks by which somebody other than the log confirms its newest state. */
const ANCHORING = ["witnesses", "time-stamps", "anchors"];

function outsideAnchors({ checks }: VerifyResult): string {
  const anchoring = checks.filter(({ name }) => ANCHORING.includes(name));
  if (anchoring.length === 0) return "none: no witness, no time stamp and no remembered state concerns this exhibit";
  return anchoring
    .map(({ name, verdict, note }) => {
      return `${textsOf(name).label}, ${checkWord(verdict).toLowerCase()}: ${escapeInvisible(note)}`;
    })
    .join("\n");
}
