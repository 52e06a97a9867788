import { instant } from "../../../core/model/time.ts";
import { clock, shortDate } from "../../ui/format.ts";
import { type TimeScale } from "./time-scale.ts";

/** Times named under a picture, the first and the last included. */
const TICKS = 7;

/** Of shorter scales seconds are named, too. */
const SECONDS_BELOW_MS = 10 * 60_000;

/** The times under what is drawn over a scale, each once. */
export function TimeAxis({ scale: { first, last } }: { readonly scale: TimeScale }) {
  const length = last - first;
  const times = Array.from({ length: TICKS }, (_, tick) => Math.round(first + (length * tick) / (TICKS - 1)));
  const named = times.map((time) => {
    const moment = instant(BigInt(time) * 1_000_000n);
    return `${shortDate(moment)} ${clock(moment).slice(0, length < SECONDS_BELOW_MS ? 8 : 5)}`;
  });
  return (
    <div className="coverage-axis">
      {[...new Set(named)].map((text) => (
        <span key={text}>{text}</span>
      ))}
    </div>
  );
}
