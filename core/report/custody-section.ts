import { type CustodyEntry } from "../model/custody.ts";
import { type ReportBlock } from "../model/report.ts";
import { escapeInvisible } from "./printable.ts";
import { type ReportInput } from "./report-input.ts";
import { counted, custodyWord, paragraph } from "./report-values.ts";

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
      "The journal is a chain of signed entries. It does not show by itself that entries at its end were removed, or that the holder of the examiner key did not write it anew; its head is therefore printed here and signed with the package. Acts of one kind that follow each other share a line here; custody.jsonl of the package has every entry.",
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
        { label: "Record", weight: 14 },
        { label: "Time (UTC)", weight: 40 },
        { label: "Act", weight: 32 },
        { label: "By", weight: 20 },
        { label: "Object, result and note", weight: 50 },
      ],
      rows: runsOf(entries).map(([first, ...others]) => {
        const last = others.at(-1);
        return [
          last === undefined ? String(first.seq) : `${first.seq} to ${last.seq}`,
          last === undefined ? first.at : `${first.at}\nto ${last.at}`,
          last === undefined ? first.action : `${first.action}, ${counted(others.length + 1)} times`,
          first.actor.key === "unendorsed" ? `${first.actor.name} (unendorsed)` : first.actor.name,
          escapeInvisible(last === undefined ? subjectOf(first) : `${shortSubject(first)} to ${shortSubject(last)}`),
        ];
      }),
    },
  ];
}

/** Fewer entries of one kind in a row stand for themselves. */
const SHORTEST_RUN = 2;

/** The entries, of which those of one act by one person that follow each other are one run; custody.jsonl has each. */
function runsOf(entries: readonly CustodyEntry[]): readonly (readonly [CustodyEntry, ...CustodyEntry[]])[] {
  const runs: [CustodyEntry, ...CustodyEntry[]][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run !== undefined && sameAct(run[0], entry)) run.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap((run): readonly [CustodyEntry, ...CustodyEntry[]][] =>
    run.length < SHORTEST_RUN ? run.map((entry) => [entry]) : [run],
  );
}

/** Whether two entries differ in nothing but when, and on what. One with a note stands for itself. */
function sameAct(left: CustodyEntry, right: CustodyEntry): boolean {
  return (
    left.action === right.action &&
    left.actor.key === right.actor.key &&
    left.note === undefined &&
    right.note === undefined
  );
}

function shortSubject({ object, seq }: CustodyEntry): string {
  return object?.id ?? `record ${seq}`;
}

function subjectOf({ object, note, result }: CustodyEntry): string {
  const named = object?.label === undefined ? object?.id : `${object.id}: ${object.label}`;
  const size = object?.bytes === undefined ? undefined : `${counted(object.bytes)} bytes`;
  const verdict = typeof result?.["verdict"] === "string" ? result["verdict"] : undefined;
  return [named, size, verdict, note].filter((part) => part !== undefined).join("; ");
}
