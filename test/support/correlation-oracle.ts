/**
 * Correlations by the letter of the specification and of docs/detection.md, over events in memory: every window is looked
 * at by itself. It shares nothing with core/detection and decides what the engine must find.
 */

/** An event: its moment in seconds, null when undated, and its members. The position in the list is its number. */
export interface OracleEvent {
  readonly at: number | null;
  readonly members: Readonly<Record<string, string | number>>;
}

export interface OracleCorrelation {
  readonly name: string;
  readonly type: string;
  /** Names of detections or of correlations that stand before this one. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Seconds. */
  readonly timespan: number;
  readonly bounds: Readonly<Record<string, number>>;
  readonly fields: readonly string[];
  readonly percentile: number | null;
}

export interface OracleAlert {
  readonly rule: string;
  readonly group: Readonly<Record<string, string>>;
  /** In order of time, those at one time by their place in the evidence. */
  readonly events: readonly number[];
}

/** A rule of the correlation, by its position there, fits an event. */
interface Occurrence {
  readonly member: number;
  readonly event: number;
  readonly at: number;
  readonly group: readonly string[];
  readonly values: readonly (string | null)[];
}

/** The first and last event of a window, as positions in the order of the group. */
interface Window {
  readonly first: number;
  readonly last: number;
}

/** What each of the correlations finds; `detections` says which events fit. */
export function correlations(
  events: readonly OracleEvent[],
  detections: Readonly<Record<string, (event: OracleEvent) => boolean>>,
  rules: readonly OracleCorrelation[],
): readonly OracleAlert[] {
  const alerts: OracleAlert[] = [];
  /** The events at which a correlation holds. */
  const held = new Map<string, ReadonlySet<number>>();
  const fitting = (name: string): readonly number[] => {
    const detection = detections[name];
    const all = [...events.keys()];
    return detection
      ? all.filter((event) => detection(at(events, event)))
      : all.filter((event) => held.get(name)?.has(event) === true);
  };
  for (const rule of rules) {
    const occurrences = rule.rules.flatMap((name, member) =>
      fitting(name).flatMap((event): Occurrence[] => occurrence(rule, name, member, event, at(events, event))),
    );
    const holds = new Set<number>();
    held.set(rule.name, holds);
    const found: OracleAlert[] = [];
    for (const key of new Set(occurrences.map(({ group }) => JSON.stringify(group)))) {
      const inside = occurrences.filter(({ group }) => JSON.stringify(group) === key);
      const order = orderOf(inside);
      const windows = order.flatMap((event, position) => {
        const window = windowEndingAt(rule, inside, order, position);
        if (window) holds.add(event);
        return window ? [window] : [];
      });
      const group = Object.fromEntries(rule.groupBy.map((name, index) => [name, inside[0]?.group[index] ?? ""]));
      for (const { first, last } of merged(windows)) {
        const own = order.slice(first, last + 1);
        const isBelow = (alert: OracleAlert): boolean =>
          rule.rules.includes(alert.rule) && alert.events.some((event) => own.includes(event));
        const below = alerts.filter(isBelow).flatMap((alert) => alert.events);
        found.push({ rule: rule.name, group, events: inTime(events, [...own, ...below]) });
      }
    }
    const isChain = rule.rules.some((name) => !(name in detections));
    alerts.push(...(isChain ? folded(found, events) : found));
  }
  return alerts;
}

function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new Error(`nothing at ${index}`);
  return value;
}

function inTime(events: readonly OracleEvent[], numbers: readonly number[]): readonly number[] {
  const timeOf = (event: number): number => at(events, event).at ?? 0;
  return [...new Set(numbers)].sort((a, b) => timeOf(a) - timeOf(b) || a - b);
}

function occurrence(
  rule: OracleCorrelation,
  name: string,
  member: number,
  event: number,
  { at: moment, members }: OracleEvent,
): Occurrence[] {
  const valueOf = (field: string): string | null => {
    const value = members[rule.aliases[field]?.[name] ?? field];
    return value === undefined ? null : String(value);
  };
  const group = rule.groupBy.map(valueOf);
  if (moment === null || group.includes(null)) return [];
  return [{ member, event, at: moment, group: group.map(String), values: rule.fields.map(valueOf) }];
}

/** Events of a group by time, those at one time by their place in the evidence. */
function orderOf(occurrences: readonly Occurrence[]): readonly number[] {
  const moments = new Map(occurrences.map(({ event, at: moment }) => [event, moment]));
  return [...moments].sort(([a, one], [b, other]) => one - other || a - b).map(([event]) => event);
}

/** The window that ends with an event, if the correlation holds there. */
function windowEndingAt(
  rule: OracleCorrelation,
  occurrences: readonly Occurrence[],
  order: readonly number[],
  position: number,
): Window | undefined {
  const end = at(order, position);
  const moment = at(
    occurrences.filter(({ event }) => event === end),
    0,
  ).at;
  if (rule.type === "temporal_ordered") {
    const starts = chainStarts(rule, occurrences, order, position, rule.rules.length - 1);
    const start = Math.max(...starts);
    const isWithin = starts.length > 0 && moment - momentOf(occurrences, at(order, start)) <= rule.timespan;
    return isWithin ? { first: start, last: position } : undefined;
  }
  const counted = rule.type.startsWith("value_") ? occurrences.filter((one) => isCounted(rule, one)) : occurrences;
  if (!counted.some(({ event }) => event === end)) return undefined;
  const inside = counted.filter(({ at: other }) => other <= moment && moment - other <= rule.timespan);
  const measured = measure(rule, inside);
  const bounds =
    rule.type === "temporal" && Object.keys(rule.bounds).length === 0 ? { gte: rule.rules.length } : rule.bounds;
  if (!Object.entries(bounds).every(([operator, bound]) => isWithin(measured, operator, bound))) return undefined;
  const positions = inside.map(({ event }) => order.indexOf(event));
  return { first: Math.min(...positions), last: Math.max(...positions) };
}

function momentOf(occurrences: readonly Occurrence[], event: number): number {
  return at(
    occurrences.filter((one) => one.event === event),
    0,
  ).at;
}

/** Where every sequence of the rules up to `member` begins that ends at a position. */
function chainStarts(
  rule: OracleCorrelation,
  occurrences: readonly Occurrence[],
  order: readonly number[],
  position: number,
  member: number,
): readonly number[] {
  const event = at(order, position);
  if (!occurrences.some((one) => one.event === event && one.member === member)) return [];
  if (member === 0) return [position];
  return order.slice(0, position).flatMap((_, before) => chainStarts(rule, occurrences, order, before, member - 1));
}

function isCounted({ type }: OracleCorrelation, { values }: Occurrence): boolean {
  if (type === "value_count") return !values.includes(null);
  return /^-?\d+(\.\d+)?$/.test(values[0] ?? "");
}

function measure({ type, percentile }: OracleCorrelation, inside: readonly Occurrence[]): number {
  const events = new Set(inside.map(({ event }) => event));
  if (type === "event_count") return events.size;
  if (type === "temporal") return new Set(inside.map(({ member }) => member)).size;
  if (type === "value_count") return new Set(inside.map(({ values }) => JSON.stringify(values))).size;
  // An event counts once with each value that it has.
  const pairs = new Set(inside.map(({ event, values }) => `${event} ${Number(values[0])}`));
  const numbers = [...pairs].map((pair) => Number(pair.split(" ")[1])).sort((a, b) => a - b);
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (type === "value_sum") return sum;
  if (type === "value_avg") return sum / numbers.length;
  const rank = ((percentile ?? 0) / 100) * (numbers.length - 1);
  const low = at(numbers, Math.floor(rank));
  return low + (at(numbers, Math.ceil(rank)) - low) * (rank - Math.floor(rank));
}

function isWithin(measured: number, operator: string, bound: number): boolean {
  switch (operator) {
    case "gt":
      return measured > bound;
    case "gte":
      return measured >= bound;
    case "lt":
      return measured < bound;
    case "lte":
      return measured <= bound;
    case "eq":
      return measured === bound;
    default:
      return measured !== bound;
  }
}

/** Windows that share an event, directly or through others, as one. */
function merged(windows: readonly Window[]): readonly Window[] {
  const runs: Window[] = [];
  for (const window of windows) {
    let run = window;
    for (let other = overlapping(runs, run); other; other = overlapping(runs, run)) {
      runs.splice(runs.indexOf(other), 1);
      run = { first: Math.min(run.first, other.first), last: Math.max(run.last, other.last) };
    }
    runs.push(run);
  }
  return runs;
}

function overlapping(runs: readonly Window[], { first, last }: Window): Window | undefined {
  return runs.find((run) => run.first <= last && first <= run.last);
}

/** Alerts of one group that overlap in time as one: they rest on the same alerts below. */
function folded(alerts: readonly OracleAlert[], events: readonly OracleEvent[]): readonly OracleAlert[] {
  const moments = ({ events: of }: OracleAlert): Window => {
    const times = of.map((event) => at(events, event).at ?? 0);
    return { first: Math.min(...times), last: Math.max(...times) };
  };
  const kept: OracleAlert[] = [];
  for (const alert of alerts) {
    let whole = alert;
    const touches = (other: OracleAlert): boolean =>
      JSON.stringify(other.group) === JSON.stringify(whole.group) &&
      overlapping([moments(other)], moments(whole)) !== undefined;
    for (let other = kept.find(touches); other; other = kept.find(touches)) {
      kept.splice(kept.indexOf(other), 1);
      whole = { ...whole, events: inTime(events, [...whole.events, ...other.events]) };
    }
    kept.push(whole);
  }
  return kept;
}
