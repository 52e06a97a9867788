import { create } from "zustand";

import { type Instant } from "../../core/model/time.ts";

export interface TimeRange {
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
}

export type InspectorTab = "fields" | "raw" | "proof";

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
  /** What the strip shows; null is all of it. */
  readonly window: TimeRange | null;
  /** Row numbers in the result: the row that has the focus, and the other end of the selection. */
  readonly focusRow: number;
  readonly anchorRow: number;
  /** A record to bring into view once the result is here; null when there is none. */
  readonly goTo: number | null;
  readonly tab: InspectorTab;
  /** The "go to" dialog is open. */
  readonly goingTo: boolean;
  readonly facetsShown: boolean;
  readonly inspectorShown: boolean;
}

const FRESH = {
  draft: "",
  query: "",
  pins: [],
  range: null,
  hideLogRecords: true,
  foldCopies: true,
  window: null,
  goTo: null,
  focusRow: 0,
  anchorRow: 0,
} as const;

export const useTimeline = create<TimelineView>(() => ({
  ...FRESH,
  tab: "proof",
  goingTo: false,
  facetsShown: true,
  inspectorShown: true,
}));

export function resetTimeline(): void {
  useTimeline.setState(FRESH);
}

export function submitQuery(): void {
  useTimeline.setState((view) => ({ query: view.draft.trim(), focusRow: 0, anchorRow: 0 }));
}

export function clearQuery(): void {
  useTimeline.setState({ draft: "", query: "", pins: [], range: null, focusRow: 0, anchorRow: 0 });
}

export function addPin(fragment: string): void {
  useTimeline.setState((view) =>
    view.pins.includes(fragment) ? {} : { pins: [...view.pins, fragment], focusRow: 0, anchorRow: 0 },
  );
}

export function dropPin(fragment: string): void {
  useTimeline.setState((view) => ({ pins: view.pins.filter((pin) => pin !== fragment), focusRow: 0, anchorRow: 0 }));
}

export function setRange(range: TimeRange | null): void {
  useTimeline.setState({ range, focusRow: 0, anchorRow: 0 });
}

/** One query of the bar and the pins; the worker parses it. */
export function wholeQuery(view: Pick<TimelineView, "query" | "pins">): string {
  const parts = [view.query, ...view.pins].filter((part) => part !== "");
  return parts.length < 2 ? (parts[0] ?? "") : parts.map((part) => `(${part})`).join(" AND ");
}

/** `field:"value"` in the query language; an absent value is the empty text. */
export function fragment(field: string, value: string | null): string {
  return `${field}:"${(value ?? "").replace(/[\\"]/g, "\\$&")}"`;
}
