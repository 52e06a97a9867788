import { instant, NANOSECONDS_PER_SECOND, toMillisLossy, type Instant } from "../../core/model/time.ts";

const formatters = new Map<string, Intl.DateTimeFormat>();
let current = "UTC";

/** Shows times in a zone of the IANA database. */
export function setCurrentZone(zone: string): void {
  current = zone;
}

/** Zones a person can choose from; UTC first. */
export function zoneNames(): readonly string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];
}

/** Nanoseconds by which the zone's clocks are ahead of UTC at that moment. */
function aheadAt(time: Instant): bigint {
  if (current === "UTC") return 0n;
  let formatter = formatters.get(current);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-US", { timeZone: current, timeZoneName: "longOffset", hour: "numeric" });
    formatters.set(current, formatter);
  }
  const name = formatter.formatToParts(toMillisLossy(time)).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name) ?? [];
  const ahead = BigInt(Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * NANOSECONDS_PER_SECOND;
  return sign === "-" ? -ahead : ahead;
}

/** "UTC+02:00": how the zone's clocks stand at that moment; "UTC" in UTC itself. */
export function zoneOffset(time: Instant): string {
  const minutes = Number(aheadAt(time) / (60n * NANOSECONDS_PER_SECOND));
  if (minutes === 0) return "UTC";
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, "0");
  return `UTC${minutes < 0 ? "−" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** The moment whose UTC spelling is what the zone's clocks show at `time`: for showing, never for asking. */
export function wallTime(time: Instant): Instant {
  return instant(time + aheadAt(time));
}

/** The moment at which the zone's clocks show what `wall` spells in UTC. */
export function fromWallTime(wall: Instant): Instant {
  const first = instant(wall - aheadAt(wall));
  return instant(wall - aheadAt(first));
}

/** A stretch of time in which the zone's clocks are not set. */
interface SteadyStretch {
  readonly from: Instant;
  readonly to: Instant;
  /** What its clocks show less UTC, in nanoseconds. */
  readonly ahead: bigint;
}

/** The stretches of a range between settings of the zone's clocks; settings closer than `step` to each other are one. */
export function steadyStretches(from: Instant, to: Instant, step: bigint): readonly SteadyStretch[] {
  const stretches: SteadyStretch[] = [];
  let begin = from;
  for (let at = from; at < to;) {
    const next = instant(at + step < to ? at + step : to);
    if (aheadAt(next) !== aheadAt(at)) {
      const change = settingBetween(at, next);
      stretches.push({ from: begin, to: change, ahead: aheadAt(begin) });
      begin = change;
    }
    at = next;
  }
  return [...stretches, { from: begin, to, ahead: aheadAt(begin) }];
}

/** The first moment at which the clocks stand as they do at `after`, and no longer as `before`. */
function settingBetween(before: Instant, after: Instant): Instant {
  const old = aheadAt(before);
  let [low, high] = [before, after];
  while (high - low > 1n) {
    const middle = instant((low + high) / 2n);
    if (aheadAt(middle) === old) low = middle;
    else high = middle;
  }
  return high;
}
