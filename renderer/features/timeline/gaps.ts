import { type EventRow } from "../../../core/model/event.ts";
import { type Instant } from "../../../core/model/time.ts";
import { type TimelineGap } from "../../../core/model/timeline.ts";

interface Range {
  readonly from: Instant;
  readonly to: Instant;
}

/** The breaks between two neighbouring rows of a result; null stands for its beginning or end. */
export function gapsBefore(
  gaps: readonly TimelineGap[],
  before: EventRow | null,
  row: EventRow | null,
  range: Range | null,
): readonly TimelineGap[] {
  return gaps.filter((gap) => isInside(gap, range) && lies(gap, before, row));
}

function isInside(gap: TimelineGap, range: Range | null): boolean {
  if (!range) return true;
  const start = gap.from ?? gap.to;
  const end = gap.to ?? gap.from;
  return start !== null && end !== null && end >= range.from && start < range.to;
}

function lies(gap: TimelineGap, before: EventRow | null, row: EventRow | null): boolean {
  const at = gap.to ?? gap.from;
  if (at !== null) {
    const after = before === null || before.time === null || before.time < at;
    return after && (row === null || (row.time !== null && row.time >= at));
  }
  if (gap.beforeSeq === null) return row === null;
  const after = before === null || before.seq < gap.beforeSeq;
  return after && row !== null && row.seq >= gap.beforeSeq;
}
