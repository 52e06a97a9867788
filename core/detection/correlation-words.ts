import { type Bound, type CorrelationRule } from "./rule.ts";

/** What a correlation asks for: "at least 30 different values of principal within 10 minutes, for each userAgent". */
export function askedBy(rule: CorrelationRule): string {
  const groups = rule.groupBy.length === 0 ? "" : `, for each ${rule.groupBy.join(" and ")}`;
  return `${wantedBy(rule)} within ${timespanText(rule.timespan)}${groups}`;
}

function wantedBy({ type, bounds, fields, percentile }: CorrelationRule): string {
  const wanted = bounds.map(({ operator, value }) => `${BOUNDS[operator]} ${value}`).join(" and ");
  switch (type) {
    case "event_count":
      return `${wanted} ${plural("event", bounds.at(-1)?.value)}`;
    case "value_count":
      return `${wanted} different ${plural("value", bounds.at(-1)?.value)} of ${fields.join(", ")}`;
    case "value_sum":
    case "value_avg":
    case "value_percentile":
      return `${measureText({ type, fields, percentile })} ${wanted}`;
    case "temporal":
      return wanted === "" ? "all of these rules" : `${wanted} of these rules`;
    case "temporal_ordered":
      return "these rules one after the other";
  }
}

/** What was measured in a window: "30 different values of principal"; null is for rules in an order. */
export function measuredBy({ type, rules, fields, percentile }: CorrelationRule, measured: number | null): string {
  const number = String(Number((measured ?? 0).toPrecision(12)));
  switch (type) {
    case "event_count":
      return `${number} ${plural("event", Number(number))}`;
    case "value_count":
      return `${number} different ${plural("value", Number(number))} of ${fields.join(", ")}`;
    case "value_sum":
    case "value_avg":
    case "value_percentile":
      return `${measureText({ type, fields, percentile })} ${number}`;
    case "temporal":
      return `${number} of ${rules.length} rules`;
    case "temporal_ordered":
      return `${rules.length} rules in order`;
  }
}

function measureText({ type, fields, percentile }: Pick<CorrelationRule, "type" | "fields" | "percentile">): string {
  const [field = ""] = fields;
  if (type === "value_percentile") return `percentile ${Number(((percentile ?? 0) * 100).toPrecision(6))} of ${field}`;
  return `${type === "value_sum" ? "sum" : "mean"} of ${field}`;
}

const BOUNDS: Readonly<Record<Bound["operator"], string>> = {
  eq: "exactly",
  neq: "other than",
  lt: "less than",
  lte: "at most",
  gt: "more than",
  gte: "at least",
};

const UNITS = [
  ["week", 604_800n],
  ["day", 86_400n],
  ["hour", 3_600n],
  ["minute", 60n],
] as const;

/** "10 minutes": a whole number of the longest unit that fits. */
function timespanText(nanoseconds: bigint): string {
  const seconds = nanoseconds / 1_000_000_000n;
  const [name, length] = UNITS.find(([, unit]) => seconds % unit === 0n) ?? ["second", 1n];
  const count = seconds / length;
  return `${count} ${plural(name, Number(count))}`;
}

function plural(noun: string, count: number | undefined): string {
  return count === 1 ? noun : `${noun}s`;
}
