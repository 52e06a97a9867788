import { create } from "zustand";
import { z } from "zod";

import { type Instant } from "../../core/model/time.ts";
import { readStored, writeForNow, writeStored } from "./stored.ts";

export interface TimeRange {
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
}

export type InspectorTab = "fields" | "raw" | "proof" | "notes" | "history";

/** What the lanes are made of. */
export type LanesBy = "principal" | "source" | "service" | "none";

export interface Sort {
  readonly field: string;
  readonly descending: boolean;
}

/** View state of the timeline. What matches, and why, is the worker's to say. */
export interface TimelineView {
  /** What stands in the query bar, and what of it was asked. */
  readonly draft: string;
  readonly query: string;
  /** Further fragments, each a removable pin; all must match. */
  readonly pins: readonly string[];
  readonly range: TimeRange | null;
  /** The default pin: open and seal records of the log itself are hidden. */
  readonly hideLogRecords: boolean;
  /** The other default pin: of records with the same bytes only the first is shown. */
  readonly foldCopies: boolean;
  /** Null is the order of time. */
  readonly sort: Sort | null;
  /** Whether the events of an activity share one row. */
  readonly foldActivities: boolean;
  /** The grid shows the values of this field and their counts instead of events. */
  readonly groupBy: string | null;
  /** The grid shows the answer to a question in SQL instead of events. */
  readonly sqlShown: boolean;
  /** The question in SQL, as far as it is written. */
  readonly sql: string;
  /** Two moments whose distance is measured. */
  readonly measured: { readonly from: Instant; readonly to: Instant } | null;
  /** What the strip shows; null is all of it. */
  readonly window: TimeRange | null;
  /** Row numbers in the result: the row that has the focus, and the other end of the selection. */
  readonly focusRow: number;
  readonly anchorRow: number;
  /** Index of the column that has the focus, among those that fit. */
  readonly focusColumn: number;
  /** Pixels that the grid has for its columns. */
  readonly gridWidth: number;
  /** A record to bring into view once the result is here; null when there is none. */
  readonly goTo: number | null;
  readonly tab: InspectorTab;
  /** The "go to" dialog is open. */
  readonly goingTo: boolean;
  /** The export dialog is open. */
  readonly exporting: boolean;
  readonly facetsShown: boolean;
  readonly inspectorShown: boolean;
  readonly lanesBy: LanesBy;
  readonly columns: readonly ColumnWidth[];
  /** Queries asked before, latest first. */
  readonly history: readonly string[];
}

export interface ColumnWidth {
  readonly id: string;
  readonly width: number;
}

const SQL_EXAMPLE = `SELECT principal, action, count(*) AS events, count(*) FILTER (outcome <> 'success') AS failed
FROM timeline_event
GROUP BY ALL
ORDER BY events DESC
LIMIT 100`;

const FRESH = {
  draft: "",
  query: "",
  pins: [],
  range: null,
  hideLogRecords: true,
  foldCopies: true,
  sort: null,
  foldActivities: true,
  groupBy: null,
  sqlShown: false,
  sql: SQL_EXAMPLE,
  measured: null,
  window: null,
  goTo: null,
  focusRow: 0,
  anchorRow: 0,
} as const;

/** What the window remembers of the timeline between starts. */
const layoutShape = z.object({
  facetsShown: z.boolean(),
  inspectorShown: z.boolean(),
  lanesBy: z.enum(["principal", "source", "service", "none"]),
  columns: z.array(z.object({ id: z.string(), width: z.number().min(20).max(2_000) })).min(1),
});
const historyShape = z.array(z.string()).max(100);
const LAYOUT_KEY = "timeline-layout";
const HISTORY_KEY = "timeline-history";
const HISTORY_LIMIT = 50;

/** The columns of a new window, in pixels; what is left over is shared out. */
export const DEFAULT_COLUMNS: readonly ColumnWidth[] = [
  { id: "time", width: 98 },
  { id: "source", width: 28 },
  { id: "principal", width: 130 },
  { id: "action", width: 160 },
  { id: "resource", width: 140 },
  { id: "outcome", width: 68 },
  { id: "address", width: 100 },
  { id: "verdict", width: 116 },
  { id: "mark", width: 66 },
];

export const useTimeline = create<TimelineView>(() => ({
  ...FRESH,
  tab: "proof",
  goingTo: false,
  exporting: false,
  focusColumn: 0,
  gridWidth: Infinity,
  ...readStored<Layout>(LAYOUT_KEY, layoutShape, {
    facetsShown: true,
    inspectorShown: true,
    lanesBy: "principal",
    columns: [...DEFAULT_COLUMNS],
  }),
  history: readStored(HISTORY_KEY, historyShape, []),
}));

type Layout = z.infer<typeof layoutShape>;

/** Keeps the layout for the next start, whenever it changes. */
export function followLayout(): void {
  useTimeline.subscribe((view, before) => {
    const { facetsShown, inspectorShown, lanesBy, columns, history } = view;
    const changed =
      facetsShown !== before.facetsShown ||
      inspectorShown !== before.inspectorShown ||
      lanesBy !== before.lanesBy ||
      columns !== before.columns;
    if (changed) writeStored(LAYOUT_KEY, { facetsShown, inspectorShown, lanesBy, columns });
    if (history !== before.history) writeForNow(HISTORY_KEY, history);
  });
}

export function resetTimeline(): void {
  useTimeline.setState(FRESH);
}

export function submitQuery(): void {
  useTimeline.setState((view) => {
    const query = view.draft.trim();
    const history =
      query === "" ? view.history : [query, ...view.history.filter((known) => known !== query)].slice(0, HISTORY_LIMIT);
    return { query, history, focusRow: 0, anchorRow: 0 };
  });
}

export function clearQuery(): void {
  useTimeline.setState({ draft: "", query: "", pins: [], range: null, focusRow: 0, anchorRow: 0 });
}

/** Asks for every row of the case; false when that is asked already. */
export function widen(): boolean {
  const { query, pins, range, hideLogRecords, foldCopies } = useTimeline.getState();
  if (query === "" && pins.length === 0 && range === null && !hideLogRecords && !foldCopies) return false;
  clearQuery();
  useTimeline.setState({ hideLogRecords: false, foldCopies: false });
  return true;
}

export function addPin(fragment: string): void {
  useTimeline.setState((view) =>
    view.pins.includes(fragment) ? {} : { pins: [...view.pins, fragment], focusRow: 0, anchorRow: 0 },
  );
}

export function dropPin(fragment: string): void {
  useTimeline.setState((view) => ({ pins: view.pins.filter((pin) => pin !== fragment), focusRow: 0, anchorRow: 0 }));
}

/** The next order of a column: rising, falling, and then time again. */
export function sortBy(field: string): void {
  useTimeline.setState(({ sort }) => ({
    sort: sort?.field !== field ? { field, descending: false } : sort.descending ? null : { field, descending: true },
    focusRow: 0,
    anchorRow: 0,
  }));
}

export function setRange(range: TimeRange | null): void {
  useTimeline.setState({ range, focusRow: 0, anchorRow: 0 });
}

/** What the view asks of the worker, but for what only the grid needs. */
export function questionOf(view: TimelineView) {
  const { query, pins, range, hideLogRecords, foldCopies, sort } = view;
  return {
    query,
    pins: [...pins],
    from: range?.from ?? null,
    to: range?.to ?? null,
    logRecords: !hideLogRecords,
    copies: !foldCopies,
    sort,
  };
}

/** `field:"value"` in the query language; an absent value is the empty text. */
export function fragment(field: string, value: string | null): string {
  return `${field}:"${(value ?? "").replace(/[\\"]/g, "\\$&")}"`;
}
