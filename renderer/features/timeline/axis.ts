import { instant, type Instant } from "../../../core/model/time.ts";
import { type TimeRange } from "../../state/timeline.ts";
import { clock, fraction, isoDate, monthYear, shortDate } from "../../ui/format.ts";
import { fromWallTime, steadyStretches, zoneOffset } from "../../ui/zone.ts";

const MICROSECOND = 1_000n;
const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;

/** Distances that people count in, from a microsecond to fortnights. */
const STEPS: readonly bigint[] = [
  ...[1n, 2n, 5n, 10n, 20n, 50n, 100n, 200n, 500n].flatMap((count) => [count * MICROSECOND]),
  ...[1n, 2n, 5n, 10n, 20n, 50n, 100n, 200n, 500n].map((count) => count * 1_000_000n),
  ...[1n, 2n, 5n, 10n, 15n, 30n, 60n, 120n, 300n, 600n, 900n, 1_800n].map((count) => count * SECOND),
  ...[1n, 2n, 3n, 6n, 12n].map((count) => count * 3_600n * SECOND),
  ...[1n, 2n, 7n, 14n].map((count) => count * DAY),
];
/** Longer distances are months, which begin on their first day. */
const MONTH_STEPS = [1, 3, 6, 12, 24, 60, 120, 240];

interface Tick {
  readonly time: Instant;
  readonly text: string;
}

/**
 * Round moments of the zone's clocks inside a range, about so many, each with its text. The first one after clocks are set
 * says how they stand then, and so do those that clocks set back show twice.
 */
export function axisTicks(range: TimeRange, wanted: number): readonly Tick[] {
  const span = range.to - range.from;
  const step = STEPS.find((candidate) => span / candidate <= BigInt(wanted));
  if (step === undefined) return monthTicks(range, wanted);
  const moments = steadyStretches(range.from, range.to, step).flatMap(({ from, to, ahead }) => {
    const round: { wall: bigint; time: Instant; isFirst: boolean }[] = [];
    for (let wall = ((from + ahead + step - 1n) / step) * step; wall - ahead < to; wall += step) {
      round.push({ wall, time: instant(wall - ahead), isFirst: from > range.from && round.length === 0 });
    }
    return round;
  });
  return moments.map(({ wall, time, isFirst }) => {
    const isTwice = moments.some((other) => other.wall === wall && other.time !== time);
    const text = tickText(time, instant(wall), step);
    return { time, text: isFirst || isTwice ? `${text} ${zoneOffset(time)}` : text };
  });
}

/** First days of months or years, which a range of many months has its ticks at. */
function monthTicks(range: TimeRange, wanted: number): readonly Tick[] {
  const [first, last] = [monthOf(range.from), monthOf(range.to)];
  const step = MONTH_STEPS.find((months) => (last - first) / months <= wanted) ?? last - first;
  const ticks: Tick[] = [];
  for (let month = Math.ceil(first / step) * step; month <= last; month += step) {
    const wall = BigInt(Date.UTC(Math.floor(month / 12), month % 12)) * 1_000_000n;
    const time = fromWallTime(instant(wall));
    if (time >= range.from && time < range.to) ticks.push({ time, text: monthYear(time, step % 12 === 0) });
  }
  return ticks;
}

/** Months since the year 0 by the zone's clocks. */
function monthOf(time: Instant): number {
  const [year, month] = isoDate(time).split("-").map(Number);
  return (year ?? 0) * 12 + (month ?? 1) - 1;
}

/** Midnight is shown as its date. */
function tickText(time: Instant, wall: Instant, step: bigint): string {
  if (wall % DAY === 0n) return shortDate(time);
  if (step >= 60n * SECOND) return clock(time).slice(0, 5);
  return step >= SECOND ? clock(time) : `${clock(time)}${fraction(time)}`;
}
