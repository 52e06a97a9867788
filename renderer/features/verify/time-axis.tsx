import { instant } from "../../../core/model/time.ts";
import { clock, shortDate } from "../../ui/format.ts";
import { type TimeScale } from "./time-scale.ts";

/** Times named under a picture, the first and the last included. */
const TICKS = 7;

/** The times under what is drawn over a scale. */
export function TimeAxis({ scale: { first, last } }: { readonly scale: TimeScale }) {
  return (
    <div className="coverage-axis">
      {Array.from({ length: TICKS }, (_, tick) => Math.round(first + ((last - first) * tick) / (TICKS - 1))).map(
        (time, tick) => {
          const moment = instant(BigInt(time) * 1_000_000n);
          return (
            <span key={tick}>
              {shortDate(moment)} {clock(moment).slice(0, 5)}
            </span>
          );
        },
      )}
    </div>
  );
}
