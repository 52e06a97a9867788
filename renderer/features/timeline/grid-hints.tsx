import "./grid-hints.css";

import { type Instant } from "../../../core/model/time.ts";
import { keyLabel } from "../../keys.ts";
import { exactLength, lengthText, shownTime } from "../../state/clock.ts";
import { useTimeline } from "../../state/timeline.ts";
import { rowAt, useTimelineResult } from "../../state/timeline-result.ts";
import { useTriage } from "../../state/triage.ts";
import { clock, count, fraction, isoDate, shortDate } from "../../ui/format.ts";

const HINTS = [
  [["j", "k"], "row"],
  [["s"], "keep"],
  [["x"], "noise"],
  [["t"], "tag"],
  [["c"], "comment"],
  [["g"], "group"],
  [["b"], "flag"],
  [["r"], "range"],
] as const;

/** The keys of the grid, or what is selected and how far apart its ends are. */
export function GridHints() {
  const said = useTriage((state) => state.said);
  const measuring = useTimeline((view) => view.measured !== null);
  return (
    <div className="grid-hints">
      <Selection />
      <span className="hints" hidden={measuring}>
        {HINTS.map(([keys, title]) => (
          <span key={title}>
            {keys.map((key) => (
              <kbd key={key}>{keyLabel(key)}</kbd>
            ))}
            {title}
          </span>
        ))}
      </span>
      <span>
        <kbd>?</kbd> all keys
      </span>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </div>
  );
}

function Selection() {
  const { focusRow, anchorRow, measured } = useTimeline();
  const pages = useTimelineResult((state) => state.pages);
  if (measured) {
    const sameDay = isoDate(measured.from) === isoDate(measured.to);
    const dated = (time: Instant) => `${sameDay ? "" : `${shortDate(time)} `}${clock(time)}${fraction(time)}`;
    return (
      <span className="selection" role="status">
        Measured <b>{exactLength(measured.to - measured.from)}</b> from {dated(measured.from)} to {dated(measured.to)}
      </span>
    );
  }
  if (focusRow === anchorRow) return null;
  const [first, last] = [rowAt(pages, Math.min(focusRow, anchorRow)), rowAt(pages, Math.max(focusRow, anchorRow))];
  const apart =
    first?.time != null && last?.time != null
      ? shownTime(last.time, last.exhibit) - shownTime(first.time, first.exhibit)
      : null;
  return (
    <span className="selection">
      <b>{count(Math.abs(focusRow - anchorRow) + 1)}</b> rows selected{apart !== null && `, ${lengthText(apart)}`}
    </span>
  );
}
