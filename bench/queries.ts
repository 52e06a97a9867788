import { openSession } from "../core/casefile/case-session.ts";
import { integerOf, textOf } from "../core/casefile/row.ts";
import { sql } from "../core/casefile/sql.ts";
import { makeCaseIndex } from "../core/timeline/case-index.ts";
import { readGroups } from "../core/timeline/facets.ts";
import { readHistogram } from "../core/timeline/histogram.ts";
import { locateNeighbour } from "../core/timeline/locate.ts";
import { ResultSets } from "../core/timeline/result-sets.ts";
import { type TimelineQuestion } from "../core/timeline/timeline-question.ts";
import { readRows, readSeqs } from "../core/timeline/rows.ts";
import { type SavedResult } from "../core/timeline/saved-result.ts";

/** Milliseconds of every run of one question, in order, and what is asked of their 95th percentile. */
export interface Taken {
  readonly name: string;
  readonly gate: number | null;
  readonly goal: number | null;
  readonly runs: number[];
}

/** Gate and goal. */
type Asked = readonly [number, number | null] | null;

const OPTIONS = { endorser: null, actorName: "bench", app: { version: "0", build: "bench" } };

/** Asks a case of the bench's records what a timeline asks; makes its index first, where it has none. */
export async function measureQueries(
  folder: string,
  repeats: number,
  onStep: (name: string) => void = () => undefined,
): Promise<{ readonly events: number; readonly taken: readonly Taken[] }> {
  const taken = new Map<string, Taken>();
  const take = async <T>(name: string, asked: Asked, work: () => Promise<T>): Promise<T> => {
    const [gate, goal] = asked ?? [null, null];
    const list = taken.get(name) ?? { name, gate, goal, runs: [] };
    taken.set(name, list);
    const started = performance.now();
    const result = await work();
    list.runs.push(performance.now() - started);
    return result;
  };
  onStep("reopen the case, and make its index");
  for (let run = 0; run < Math.min(repeats, 5); run += 1) {
    const session = await take("reopen the case", [3_000, 1_000], () => openSession(folder, OPTIONS));
    await session.close();
  }
  const session = await openSession(folder, OPTIONS);
  const { caseFile } = session;
  await take("make the index, once, in the background", null, () => makeCaseIndex(caseFile));
  const results = new ResultSets(caseFile);
  const ask = async (change: Partial<TimelineQuestion>): Promise<SavedResult> => {
    const question = { query: "", from: null, to: null, logRecords: false, copies: false, ...change };
    return results.get((await results.query(question)).resultId);
  };
  const whole = { from: null, to: null, buckets: 300 };
  for (let run = 0; run < repeats; run += 1) {
    onStep(`questions, ${run + 1} of ${repeats}`);
    await results.clear();
    const spread = ((run + 1) * 0.6180339887) % 1;
    const place = Math.floor(spread * (caseFile.events - 200));
    const id = await eventIdOf(place);
    const all = await take("ask for all events", null, () => ask({}));
    await take("first page of 200", [60, 30], () => readRows(caseFile, all, 0, 200));
    await take("any page of 200", [50, 30], () => readRows(caseFile, all, Math.floor(spread * all.set.rows), 200));
    const [here] = await readSeqs(caseFile, all, place, place);
    if (here !== undefined) {
      await take("next event of the same principal", [100, null], () =>
        locateNeighbour(caseFile, all, { seq: here, by: "principal", direction: "next" }),
      );
    }
    await take("histogram, 300 buckets", [150, 50], () => readHistogram(caseFile, all, whole));
    await take("facet of a few values, all events", [80, 50], () => readGroups(caseFile, all, "action"));
    const first = all.set.first ?? 0n;
    const length = (all.set.last ?? 0n) - first;
    const from = first + (length * BigInt(Math.floor(spread * 700))) / 1_000n;
    await take("ask for three tenths of the time", null, () => ask({ from, to: from + (length * 3n) / 10n }));
    const some = await take("ask for one service of four", null, () => ask({ query: "service:storage" }));
    await take("any page of 200 of it", [50, 30], () =>
      readRows(caseFile, some, Math.floor(spread * some.set.rows), 200),
    );
    await take("histogram of it", [150, 50], () => readHistogram(caseFile, some, whole));
    await take("facet of a few values of it", [80, 50], () => readGroups(caseFile, some, "action"));
    await take("look up an event id", [100, null], () =>
      ask({ query: `eventId:"${id}"`, logRecords: true, copies: true }),
    );
    await take("one principal", null, () => ask({ query: `principal:"person-${run}"` }));
    await take("5-column search, nothing found", [900, 300], () => ask({ query: inFiveColumns(`absent${run}`) }));
    await take("5-column search, found", [900, 300], () => ask({ query: inFiveColumns(`person-77${run}`) }));
    await take("5-column search, found in most events", null, () => ask({ query: inFiveColumns("object") }));
    await take("a word in every text", null, () => ask({ query: `stuffing-${run}` }));
    if (run < 5) {
      await take("sort by principal", null, () => ask({ sort: { field: "principal", descending: run % 2 === 1 } }));
    }
  }
  await results.clear();
  const { events } = caseFile;
  await session.close();
  return { events, taken: [...taken.values()] };

  /** Of the first event from a place on that has one. */
  async function eventIdOf(place: number): Promise<string> {
    const [row] = await caseFile.query(
      sql`SELECT seq, event_id FROM event WHERE seq >= ${place} AND seq < ${place + 200} AND event_id IS NOT NULL
          ORDER BY seq LIMIT 1`,
    );
    if (!row || integerOf(row, "seq") < place) throw new Error("the case holds no event ids; is it of the bench?");
    return textOf(row, "event_id");
  }
}

function inFiveColumns(text: string): string {
  const columns = ["principal", "action", "resource", "userAgent", "address"];
  return columns.map((name) => `${name}:*${text}*`).join(" OR ");
}
