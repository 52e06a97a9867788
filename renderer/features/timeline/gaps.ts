import { type EventRow } from "../../../core/model/event.ts";
import { type Instant } from "../../../core/model/time.ts";
import { type TimelineGap } from "../../../core/model/timeline.ts";

interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

/**
 * The breaks between two neighbouring rows of a result; null stands for its beginning or end. The row that follows a
 * break may be hidden by a query or folded as a copy: the break then stands before the next row that is shown.
 */
export function gapsBefore(
  gaps: readonly TimelineGap[],
  before: EventRow | null,
  row: EventRow | null,
  range: Range | null,
): readonly TimelineGap[] {
  return gaps.filter(
    (gap) =>
      isInside(gap, range) && (before === null || !isReached(gap, before)) && (row === null || isReached(gap, row)),
  );
}

/** The stretch of time of a break; one without a time on either side has none. */
export function extentOf(gap: TimelineGap): { readonly from: bigint; readonly to: bigint } | null {
  const from = gap.from ?? gap.to;
  const to = gap.to ?? gap.from;
  // Records need not be in order of time.
  return from === null || to === null ? null : { from: from < to ? from : to, to: from < to ? to : from };
}

function isInside(gap: TimelineGap, range: Range | null): boolean {
  if (!range) return true;
  const extent = extentOf(gap);
  return extent !== null && extent.to >= range.from && extent.from < range.to;
}

/** Whether a row comes after the break, in the order of the timeline: time, undated last, then position. */
function isReached(gap: TimelineGap, row: EventRow): boolean {
  if (gap.to !== null) {
    if (row.time === null || row.time > gap.to) return true;
    return row.time === gap.to && (gap.beforeSeq === null || row.seq >= gap.beforeSeq);
  }
  if (gap.from !== null) return row.time === null || row.time > gap.from;
  return row.time === null && gap.beforeSeq !== null && row.seq >= gap.beforeSeq;
}
