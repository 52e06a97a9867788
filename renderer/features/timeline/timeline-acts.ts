import { instant, type Instant } from "../../../core/model/time.ts";
import { type Mark } from "../../../core/model/triage.ts";
import { ask } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { shownTime } from "../../state/clock.ts";
import { draftFrom } from "../../state/finding-draft.ts";
import { showScreen } from "../../state/session.ts";
import { addPin, fragment, setRange, submitQuery, type TimeRange, useTimeline } from "../../state/timeline.ts";
import { readRow, rowAt, sequenceOf, useTimelineResult } from "../../state/timeline-result.ts";
import { markTarget, type TriageTarget, useTriage } from "../../state/triage.ts";
import { showReachOf } from "../identities/identities-state.ts";
import { shownColumns } from "./chosen-columns.ts";

/** Most events one finding may cite; the worker refuses more. */
const CITATION_LIMIT = 10_000;
/** The narrowest strip: a hundred microseconds, where a bar is less than one. */
const NARROWEST = 100_000n;

function lastRow(): number {
  return Math.max(0, (useTimelineResult.getState().result?.rows ?? 0) - 1);
}

/** Moves the focus by rows; "extend" keeps the other end of the selection. */
export function moveFocus(by: number, how: "move" | "extend"): void {
  useTimeline.setState((view) => {
    const focusRow = Math.max(0, Math.min(lastRow(), view.focusRow + by));
    return { focusRow, measured: null, ...(how === "move" && { anchorRow: focusRow }) };
  });
}

export function focusOn(row: number, how: "move" | "extend"): void {
  useTimeline.setState({ focusRow: row, measured: null, ...(how === "move" && { anchorRow: row }) });
}

export function focusCell(row: number, column: number, how: "move" | "extend"): void {
  focusOn(row, how);
  useTimeline.setState({ focusColumn: column });
}

/** Moves the focus to a neighbouring column. */
export function moveColumn(by: number): void {
  useTimeline.setState(({ focusColumn, columns, gridWidth }) => ({
    focusColumn: Math.max(0, Math.min(shownColumns(columns, gridWidth).length - 1, focusColumn + by)),
  }));
}

/** What the focused cell asks for, in the query language; null where it has nothing to ask. */
function focusedCell(): { readonly wanted: string; readonly seq: number } | null {
  const { focusRow, focusColumn, columns, gridWidth } = useTimeline.getState();
  const row = rowAt(useTimelineResult.getState().pages, focusRow);
  const column = shownColumns(columns, gridWidth)[focusColumn];
  if (!row || !column || column.id === "time") return null;
  const triage = useTriage.getState().events.get(row.seq);
  return { wanted: fragment(column.field, column.value({ row, lane: 0, triage, activity: undefined })), seq: row.seq };
}

/** Pins the value of the focused cell, or everything but it. */
export function filterByCell(how: "in" | "out"): void {
  const cell = focusedCell();
  if (cell) addPin(how === "in" ? cell.wanted : `NOT ${cell.wanted}`);
}

/** Asks for everything with a value, whatever the query said; the event stays in view. */
export function askOnly(wanted: string, seq: number): void {
  useTimeline.setState({ draft: wanted, pins: [], range: null, goTo: seq });
  submitQuery();
}

/** Asks for everything that has the value of the focused cell. */
export function askOnlyCell(): void {
  const cell = focusedCell();
  if (cell) askOnly(cell.wanted, cell.seq);
}

/** The next or the previous event with the same value of what the lanes are made of. */
export function moveInLane(direction: "next" | "previous"): Promise<void> {
  return attempt("finding the event", async () => {
    const { focusRow, lanesBy } = useTimeline.getState();
    const { result } = useTimelineResult.getState();
    // The step before may have gone where nothing is read yet.
    const here = await readRow(focusRow);
    if (!result || !here) return;
    const by = lanesBy === "none" ? "principal" : lanesBy;
    const row = await ask("timeline.neighbour", { resultId: result.resultId, seq: here.seq, by, direction });
    if (row !== null) focusOn(row, "move");
  });
}

/** Everything that could be acted through from the focused event on. */
export function reachOfFocus(): void {
  const row = rowAt(useTimelineResult.getState().pages, useTimeline.getState().focusRow);
  if (row) showReachOf(row.seq);
}

/** Every row, so that one act is about all of them. */
export function selectAll(): void {
  useTimeline.setState({ anchorRow: 0, focusRow: lastRow(), measured: null });
}

/** The distance between the ends of the selection; of one row, to the row before. */
export function measure(): Promise<void> {
  return attempt("measuring", async () => {
    const { first, last } = selectedRows();
    const measured = await timesOf(first === last ? Math.max(0, first - 1) : first, last);
    if (measured) useTimeline.setState({ measured: { from: measured[0], to: measured[1] } });
  });
}

/** The rows an act of the analyst is about. */
export function selectionTarget(): (TriageTarget & { readonly first: number; readonly last: number }) | null {
  const { result } = useTimelineResult.getState();
  if (!result || result.rows === 0) return null;
  return { resultId: result.resultId, ...selectedRows() };
}

/** Marks the selection; a single row gives the focus to the next one, so that review goes on. */
export async function markSelection(mark: Mark): Promise<void> {
  const target = selectionTarget();
  if (!target) return;
  if (target.first === target.last) moveFocus(1, "move");
  await markTarget(target, mark);
}

/** Brings the first matching event at or after a moment into view. */
export function jumpTo(time: Instant): Promise<void> {
  return attempt("finding the time", async () => {
    const { result } = useTimelineResult.getState();
    if (!result) return;
    const row = await ask("timeline.locate", { resultId: result.resultId, time });
    if (row !== null) focusOn(row, "move");
  });
}

/** First and last row of the selection. */
export function selectedRows(): { readonly first: number; readonly last: number } {
  const { focusRow, anchorRow } = useTimeline.getState();
  return { first: Math.min(focusRow, anchorRow), last: Math.min(lastRow(), Math.max(focusRow, anchorRow)) };
}

/** Opens a new finding that cites the selected rows. */
export function citeSelection(): Promise<void> {
  return attempt("citing the selected events", async () => {
    const { first, last } = selectedRows();
    const events = await sequenceOf(first, Math.min(last, first + CITATION_LIMIT - 1));
    if (events.length === 0) return;
    draftFrom(events);
    showScreen("findings");
  });
}

/** The time range of the selection becomes the time pin. */
export function rangeOfSelection(): Promise<void> {
  return attempt("pinning the time", async () => {
    const ends = await selectedTimes();
    if (ends) setRange({ from: ends[0], to: instant(ends[1] + 1n) });
  });
}

/** Shown times of the ends of the selection, the earlier one first; null when one is undated. */
async function selectedTimes(): Promise<readonly [Instant, Instant] | null> {
  const { first, last } = selectedRows();
  const ends = await timesOf(first, last);
  return ends && ends[0] > ends[1] ? [ends[1], ends[0]] : ends;
}

/** Shown times of two rows; null when one is undated. */
async function timesOf(first: number, last: number): Promise<readonly [Instant, Instant] | null> {
  const [from, to] = await Promise.all([readRow(first), readRow(last)]);
  if (from?.time == null || to?.time == null) return null;
  return [shownTime(from.time, from.exhibit), shownTime(to.time, to.exhibit)];
}

/** Everything within so many minutes of an event, whatever the query says. */
export function eventsAround(time: Instant, seq: number, minutes: number): void {
  const reach = BigInt(minutes) * 60_000_000_000n;
  useTimeline.setState({ draft: "", query: "", pins: [], goTo: seq });
  setRange({ from: instant(time - reach), to: instant(time + reach + 1n) });
}

/** What the strip shows when nothing narrows it. */
export function wholeWindow(): TimeRange | null {
  const { result } = useTimelineResult.getState();
  if (result?.firstOfAll == null || result.lastOfAll === null) return null;
  return { from: instant(result.firstOfAll), to: instant(result.lastOfAll + 1n) };
}

/** The strip shows the time pin, or else the selection in its middle; again, all of it. */
export function fitStrip(): Promise<void> {
  return attempt("fitting the strip", async () => {
    const centred = useTimeline.getState().range ?? (await aroundSelection());
    useTimeline.setState(({ window }) => ({
      window: centred?.from === window?.from && centred?.to === window?.to ? null : centred,
    }));
  });
}

/** The selection with as much again on both sides; a single moment in an eighth of the whole. */
async function aroundSelection(): Promise<TimeRange | null> {
  const whole = wholeWindow();
  const ends = await selectedTimes();
  if (!whole || !ends) return null;
  const [first, last] = ends;
  const room = last > first ? last - first : (whole.to - whole.from) / 16n;
  return { from: instant(first - room), to: instant(last + room + 1n) };
}

export function zoomStrip(factor: number, at = 0.5): void {
  const shown = useTimeline.getState().window ?? wholeWindow();
  const whole = wholeWindow();
  if (!shown || !whole) return;
  const span = shown.to - shown.from;
  const next = BigInt(Math.round(Number(span) * factor));
  if (next >= whole.to - whole.from) {
    useTimeline.setState({ window: null });
    return;
  }
  if (next < NARROWEST) return;
  const centre = shown.from + BigInt(Math.round(Number(span) * at));
  const from = centre - BigInt(Math.round(Number(next) * at));
  useTimeline.setState({ window: { from: instant(from), to: instant(from + next) } });
}

/** Zooms about the focused event where the strip shows it, or else about its middle. */
export function zoomAtFocus(factor: number): void {
  const shown = useTimeline.getState().window ?? wholeWindow();
  const row = rowAt(useTimelineResult.getState().pages, useTimeline.getState().focusRow);
  const time = row?.time == null ? null : shownTime(row.time, row.exhibit);
  const isShown = shown !== null && time !== null && time >= shown.from && time < shown.to;
  zoomStrip(factor, isShown ? Number(time - shown.from) / Number(shown.to - shown.from) : undefined);
}

export function panStrip(share: number): void {
  const shown = useTimeline.getState().window;
  if (!shown) return;
  const by = BigInt(Math.round(Number(shown.to - shown.from) * share));
  useTimeline.setState({ window: { from: instant(shown.from + by), to: instant(shown.to + by) } });
}
