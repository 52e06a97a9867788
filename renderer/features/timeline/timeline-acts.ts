import { instant, type Instant } from "../../../core/model/time.ts";
import { attempt } from "../../state/acts.ts";
import { draftFrom } from "../../state/finding-draft.ts";
import { showScreen } from "../../state/session.ts";
import { setRange, type TimeRange, useTimeline } from "../../state/timeline.ts";
import { rowAt, sequenceOf, useTimelineResult } from "../../state/timeline-result.ts";

/** Most events one finding may cite; the worker refuses more. */
const CITATION_LIMIT = 10_000;
/** The narrowest strip: a millisecond. */
const NARROWEST = 1_000_000n;

function lastRow(): number {
  return Math.max(0, (useTimelineResult.getState().result?.matching ?? 0) - 1);
}

/** Moves the focus by rows; "extend" keeps the other end of the selection. */
export function moveFocus(by: number, how: "move" | "extend"): void {
  useTimeline.setState((view) => {
    const focusRow = Math.max(0, Math.min(lastRow(), view.focusRow + by));
    return { focusRow, ...(how === "move" && { anchorRow: focusRow }) };
  });
}

export function focusOn(row: number, how: "move" | "extend"): void {
  useTimeline.setState({ focusRow: row, ...(how === "move" && { anchorRow: row }) });
}

/** First and last row of the selection. */
function selectedRows(): { readonly first: number; readonly last: number } {
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
export async function rangeOfSelection(): Promise<void> {
  const { first, last } = selectedRows();
  const { pages } = useTimelineResult.getState();
  const from = rowAt(pages, first)?.time;
  const to = rowAt(pages, last)?.time;
  if (from && to) setRange({ from, to: instant(to + 1n) });
  await Promise.resolve();
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

/** The strip shows the time pin; again, all of it. */
export function fitStrip(): void {
  useTimeline.setState(({ window, range }) => ({ window: window === null ? range : null }));
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

export function panStrip(share: number): void {
  const shown = useTimeline.getState().window;
  if (!shown) return;
  const by = BigInt(Math.round(Number(shown.to - shown.from) * share));
  useTimeline.setState({ window: { from: instant(shown.from + by), to: instant(shown.to + by) } });
}
