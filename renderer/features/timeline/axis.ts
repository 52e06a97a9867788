import { instant, type Instant } from "../../../core/model/time.ts";
import { type TimeRange } from "../../state/timeline.ts";
import { clock, fraction, shortDate } from "../../ui/format.ts";
import { fromWallTime, wallTime } from "../../ui/zone.ts";

const MICROSECOND = 1_000n;
const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;

/** Distances that people count in, from a microsecond to years. */
const STEPS: readonly bigint[] = [
  ...[1n, 2n, 5n, 10n, 20n, 50n, 100n, 200n, 500n].flatMap((count) => [count * MICROSECOND]),
  ...[1n, 2n, 5n, 10n, 20n, 50n, 100n, 200n, 500n].map((count) => count * 1_000_000n),
  ...[1n, 2n, 5n, 10n, 15n, 30n, 60n, 120n, 300n, 600n, 900n, 1_800n].map((count) => count * SECOND),
  ...[1n, 2n, 3n, 6n, 12n].map((count) => count * 3_600n * SECOND),
  ...[1n, 2n, 7n, 14n, 28n, 91n, 182n, 365n, 730n, 1_825n, 3_650n].map((count) => count * DAY),
];

/** Round moments of the zone's clocks inside a range, about so many, each with its text. */
export function axisTicks(
  range: TimeRange,
  wanted: number,
): readonly { readonly time: Instant; readonly text: string }[] {
  const span = range.to - range.from;
  const step = STEPS.find((candidate) => span / candidate <= BigInt(wanted)) ?? span;
  const first = wallTime(range.from);
  const ticks: { time: Instant; text: string }[] = [];
  for (let wall = ((first + step - 1n) / step) * step; ticks.length <= wanted * 2; wall += step) {
    const time = fromWallTime(instant(wall));
    if (time >= range.to) break;
    if (time >= range.from) ticks.push({ time, text: tickText(time, instant(wall), step) });
  }
  return ticks;
}

/** Midnight is shown as its date. */
function tickText(time: Instant, wall: Instant, step: bigint): string {
  if (wall % DAY === 0n) return shortDate(time);
  if (step >= 60n * SECOND) return clock(time).slice(0, 5);
  return step >= SECOND ? clock(time) : `${clock(time)}${fraction(time)}`;
}
