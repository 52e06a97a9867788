import { type CaseFile } from "../casefile/case-file.ts";
import { integerOf, textOf } from "../casefile/row.ts";
import { joinSql, sql } from "../casefile/sql.ts";
import { readFindings } from "../findings/finding-table.ts";
import { present } from "../model/assert.ts";
import { type EventRow } from "../model/event.ts";
import { type Finding } from "../model/finding.ts";
import { type ReplayCitation, type ReplayScript } from "../model/replay.ts";
import { type Activity } from "../model/triage.ts";
import { sentenceOf } from "../timeline/event-detail.ts";
import { readEvents } from "../timeline/rows.ts";
import { readActivities, readActivityEvents } from "../triage/activities.ts";
import { readClockOffsets } from "../triage/clock-offsets.ts";
import { readTriage } from "../triage/read-triage.ts";
import { readFrames } from "./frames.ts";
import { replayScript, type ReplayAct, type ReplayLink } from "./script.ts";

/** A replay tells a story; more steps than this are no longer one. */
const STEP_LIMIT = 300;
/** Records named for a step of many events. */
const CITATION_LIMIT = 10;
const BATCH = 1_000;

/** The replay of a case: kept events, activities and cited records, in order of shown time. */
export async function readReplay(caseFile: CaseFile): Promise<ReplayScript> {
  const activities = await readActivities(caseFile);
  const findings = (await readFindings(caseFile)).filter(({ withdrawn }) => withdrawn === null);
  const cited = citationsBySeq(findings);
  const frames = await readFrames(caseFile);
  const offsets = new Map((await readClockOffsets(caseFile)).map((offset) => [offset.exhibit, offset.nanoseconds]));
  const shown = (row: EventRow): bigint | null =>
    row.time === null ? null : row.time + (offsets.get(row.exhibit) ?? 0n);

  const acts: Omit<ReplayAct, "framed">[] = [];
  for (const activity of activities) {
    const seqs = await readActivityEvents(caseFile, activity.id);
    const rows = await readEvents(caseFile, seqs.slice(0, CITATION_LIMIT));
    const [first] = rows;
    const time = first && shown(first);
    if (!first || time == null) continue;
    const offset = offsets.get(first.exhibit) ?? 0n;
    acts.push(activityAct(activity, rows, { time, until: (activity.last ?? time - offset) + offset }, cited));
  }
  const single = await singleSeqs(caseFile, [...cited.keys()]);
  const rows = await readAll(caseFile, single, readEvents);
  const triage = new Map((await readAll(caseFile, single, readTriage)).map((event) => [event.seq, event]));
  for (const row of rows) {
    const time = shown(row);
    if (time === null) continue;
    const known = triage.get(row.seq);
    acts.push(eventAct(row, time, { kept: known?.mark === "keep", comment: known?.comment ?? "" }, cited));
  }
  acts.sort((a, b) => (a.time === b.time ? a.row.seq - b.row.seq : a.time < b.time ? -1 : 1));
  const told = acts.slice(0, STEP_LIMIT);
  const undated = rows.length + activities.length - acts.length;
  const links = await readLinks(
    caseFile,
    told.flatMap(({ citations }) => citations.map(({ seq }) => seq)),
  );
  return replayScript(
    told.map((act) => ({ ...act, framed: frames.has(act.row.seq) })),
    links,
    undated + acts.length - told.length,
  );
}

/** Kept or cited events that no activity stands for. */
async function singleSeqs(caseFile: CaseFile, cited: readonly number[]): Promise<readonly number[]> {
  const rows = await caseFile.query(
    sql`SELECT seq FROM (
          SELECT seq FROM event_mark WHERE value = 'keep'
          UNION SELECT unnest(CAST(${JSON.stringify(cited)} AS BIGINT[]))
        ) WHERE seq NOT IN (SELECT seq FROM event_activity) ORDER BY seq LIMIT ${STEP_LIMIT * 10}`,
  );
  return rows.map((row) => integerOf(row, "seq"));
}

async function readAll<T>(
  caseFile: CaseFile,
  seqs: readonly number[],
  read: (caseFile: CaseFile, seqs: readonly number[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let start = 0; start < seqs.length; start += BATCH) {
    all.push(...(await read(caseFile, seqs.slice(start, start + BATCH))));
  }
  return all;
}

/** How power went on: other links only say that two names belong together. */
const TOLD_LINKS = ["issued", "login", "switched", "created", "granted", "impersonated", "acts-for"] as const;

/** Links that rest on these records and that the analyst did not reject. */
async function readLinks(caseFile: CaseFile, seqs: readonly number[]): Promise<readonly ReplayLink[]> {
  const kinds = joinSql(
    TOLD_LINKS.map((kind) => sql`${kind}`),
    sql`, `,
  );
  const rows = await caseFile.query(
    sql`WITH evidence AS (
          SELECT link, seq FROM identity_link_event
          UNION SELECT s.link, v.seq FROM identity_link_shape s JOIN identity_event v ON v.shape = s.shape
        )
        SELECT g.label AS giver, t.label AS taker, l.rule, l.kind, bool_and(l.confidence = 'W' AND l.state <> 'accepted') AS inferred,
          CAST(to_json(list(e.seq ORDER BY e.seq)) AS VARCHAR) AS seqs
        FROM identity_link l JOIN identity_node g ON g.node = l.giver JOIN identity_node t ON t.node = l.taker
        JOIN evidence e ON e.link = l.link
        WHERE l.state <> 'rejected' AND l.kind IN (${kinds})
          AND e.seq IN (SELECT unnest(CAST(${JSON.stringify(seqs)} AS BIGINT[])))
        GROUP BY g.label, t.label, l.rule, l.kind ORDER BY min(e.seq), g.label, t.label, l.rule`,
  );
  return rows.map((row) => ({
    from: textOf(row, "giver"),
    to: textOf(row, "taker"),
    rule: textOf(row, "rule"),
    label: textOf(row, "kind"),
    inferred: row["inferred"] === true,
    // Made by DuckDB from a list of numbers of ours.
    evidence: JSON.parse(textOf(row, "seqs")) as number[],
  }));
}

type Cited = ReadonlyMap<number, { readonly item: string; readonly findings: ReplayAct["findings"] }>;

function citationsBySeq(findings: readonly Finding[]): Cited {
  const cited = new Map<number, { item: string; findings: { id: string; title: string }[] }>();
  for (const { id, title, citations } of findings) {
    for (const { seq, exhibitItem } of citations) {
      const known = cited.get(seq);
      if (known) known.findings.push({ id, title });
      else cited.set(seq, { item: exhibitItem, findings: [{ id, title }] });
    }
  }
  return cited;
}

function citationOf(row: EventRow, cited: Cited): ReplayCitation {
  const { seq, exhibit, file, verdict } = row;
  return { seq, exhibit, file, verdict, exhibitItem: cited.get(seq)?.item ?? null };
}

function eventAct(
  row: EventRow,
  time: bigint,
  said: { readonly kept: boolean; readonly comment: string },
  cited: Cited,
): Omit<ReplayAct, "framed"> {
  return {
    row,
    time,
    until: null,
    events: 1,
    sentence: sentenceText(row),
    citations: [citationOf(row, cited)],
    activity: null,
    findings: cited.get(row.seq)?.findings ?? [],
    ...said,
  };
}

function activityAct(
  activity: Activity,
  rows: readonly EventRow[],
  extent: { readonly time: bigint; readonly until: bigint },
  cited: Cited,
): Omit<ReplayAct, "framed"> {
  const first = present(rows[0], "an activity has an event");
  const findings = new Map(
    rows.flatMap(({ seq }) => (cited.get(seq)?.findings ?? []).map((finding) => [finding.id, finding])),
  );
  return {
    row: first,
    ...extent,
    events: activity.events,
    sentence: `${activity.label} ${activity.name}: ${activity.events} ${activity.events === 1 ? "event" : "events"}, ${activity.confidence} one act. The first: ${sentenceText(first)}`,
    citations: rows.map((row) => citationOf(row, cited)),
    comment: activity.note,
    kept: false,
    activity,
    findings: [...findings.values()],
  };
}

function sentenceText(row: EventRow): string {
  return sentenceOf(row)
    .map(({ text }) => text)
    .join("");
}
