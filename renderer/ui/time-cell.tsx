import { formatInstant, type Instant } from "../../core/model/time.ts";
import { clock, fraction } from "./format.ts";

/** Time of day in the zone of the window: seconds strong, the rest quiet. */
export function TimeCell({ time }: { readonly time: Instant | null }) {
  if (time === null) return <span className="text-3">undated</span>;
  return (
    <time className="nowrap" dateTime={formatInstant(time)}>
      {clock(time)}
      <span className="text-3">{fraction(time).slice(0, 4)}</span>
    </time>
  );
}
