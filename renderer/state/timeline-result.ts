import { create } from "zustand";

import { type ResultSet } from "../../core/model/timeline.ts";
import { type EventRow } from "../../core/model/event.ts";
import { ask } from "../case-client.ts";

/** Rows a page; a multiple of what a screen shows. */
const PAGE_ROWS = 200;
/** Pages kept; older ones are asked again. */
const PAGE_LIMIT = 60;

interface TimelineResult {
  readonly result: ResultSet | null;
  /** Pages of the result by page number, in order of last use. */
  readonly pages: ReadonlyMap<number, readonly EventRow[]>;
}

/** The result set that grid, strip, facets and status bar share, and the rows of it that have arrived. */
export const useTimelineResult = create<TimelineResult>(() => ({ result: null, pages: new Map() }));

const wanted = new Set<number>();

export function takeResult(result: ResultSet | null): void {
  if (useTimelineResult.getState().result?.resultId === result?.resultId) return;
  wanted.clear();
  useTimelineResult.setState({ result, pages: new Map() });
}

/** The row at a position of the result; undefined while it is on its way. */
export function rowAt(pages: TimelineResult["pages"], row: number): EventRow | undefined {
  return pages.get(Math.floor(row / PAGE_ROWS))?.[row % PAGE_ROWS];
}

/** Fetches the pages that hold these rows, unless they are here or on their way. */
export function wantRows(first: number, last: number): void {
  const { result, pages } = useTimelineResult.getState();
  if (!result) return;
  const { resultId, rows: total } = result;
  for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page += 1) {
    const start = page * PAGE_ROWS;
    if (start >= total || pages.has(page) || wanted.has(page)) continue;
    wanted.add(page);
    ask("timeline.rows", { resultId, start, count: Math.min(PAGE_ROWS, total - start) }).then(
      (rows) => {
        wanted.delete(page);
        if (useTimelineResult.getState().result?.resultId !== resultId) return;
        useTimelineResult.setState((state) => {
          const kept = new Map([...state.pages].slice(-PAGE_LIMIT + 1));
          return { pages: kept.set(page, rows) };
        });
      },
      () => wanted.delete(page),
    );
  }
}

/** The row at a position, asked for where it is not here. */
export async function readRow(row: number): Promise<EventRow | undefined> {
  const { result, pages } = useTimelineResult.getState();
  if (!result || row >= result.rows) return undefined;
  const here = rowAt(pages, row);
  if (here) return here;
  const [read] = await ask("timeline.rows", { resultId: result.resultId, start: row, count: 1 });
  return read;
}

/** The sequence numbers of a run of rows, asked for where they are not here. */
export async function sequenceOf(first: number, last: number): Promise<readonly number[]> {
  const { result, pages } = useTimelineResult.getState();
  if (!result) return [];
  const here: number[] = [];
  for (let row = first; row <= last; row += 1) {
    const found = rowAt(pages, row);
    if (!found) {
      const rows = await ask("timeline.rows", { resultId: result.resultId, start: first, count: last - first + 1 });
      return rows.map(({ seq }) => seq);
    }
    here.push(found.seq);
  }
  return here;
}
