import { quote } from "../model/problem.ts";
import {
  CORRELATION_TYPES,
  type Bound,
  type CorrelationRule,
  type NamePlaces,
  type NewValue,
  type RuleInfo,
} from "./rule.ts";
import { described, RuleFault, type TextPlace, type YamlEntry, type YamlNode } from "./yaml-tree.ts";

/** What a `correlation` section adds to a rule. */
type Correlation = Omit<CorrelationRule, keyof RuleInfo | "kind">;

const KEYS: ReadonlySet<string> = new Set([
  "type",
  "rules",
  "group-by",
  "timespan",
  "condition",
  "aliases",
  "generate",
]);
const OPERATORS = ["gt", "gte", "lt", "lte", "eq", "neq"] as const;
const NANOSECONDS: Readonly<Record<string, bigint>> = {
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

/** Reads a correlation (Sigma specification 2.1.0, "correlation rules"). Throws {@link RuleFault}. */
export function readCorrelation(section: YamlEntry): Correlation {
  const entries = mapOf("correlation", section);
  for (const [key, entry] of entries) {
    if (!KEYS.has(key)) throw new RuleFault(entry, `correlation: unsupported key ${quote(key)}`);
  }
  const typeEntry = required("correlation", entries, "type", section);
  const type = CORRELATION_TYPES.find((known) => known === textOf("type", typeEntry));
  if (!type)
    throw new RuleFault(typeEntry, `type: expected ${CORRELATION_TYPES.join(", ")}, got ${described(typeEntry.value)}`);
  const groupBy = entries.get("group-by");
  const condition = readBounds(entries.get("condition"));
  const place = entries.get("condition") ?? section;
  const isTemporal = type === "temporal" || type === "temporal_ordered";
  if (condition.bounds.length === 0 && !isTemporal) throw new RuleFault(place, `condition: ${type} needs one`);
  const rules = texts("rules", required("correlation", entries, "rules", section));
  if (type === "temporal_ordered" && !asksForAll(condition.bounds, rules.length)) {
    throw new RuleFault(place, "condition: temporal_ordered over fewer than all of its rules is not supported");
  }
  if (condition.fields.length === 0 && type.startsWith("value_"))
    throw new RuleFault(place, `condition: ${type} needs a field`);
  if (condition.fields.length > 1 && type !== "value_count")
    throw new RuleFault(place, `condition: ${type} takes one field`);
  if (condition.fields.length > 0 && !type.startsWith("value_"))
    throw new RuleFault(place, `condition: ${type} takes no field`);
  if ((condition.percentile !== null) !== (type === "value_percentile")) {
    throw new RuleFault(
      place,
      type === "value_percentile"
        ? "condition: value_percentile needs a percentile"
        : `condition: ${type} takes no percentile`,
    );
  }
  return {
    type,
    rules,
    groupBy: groupBy ? texts("group-by", groupBy) : [],
    timespan: readTimespan(required("correlation", entries, "timespan", section)),
    ...condition,
    aliases: readAliases(entries.get("aliases")),
    generate: readGenerate(entries.get("generate")),
    places: namePlaces(["group-by", "condition", "aliases", "rules"].flatMap((key) => entries.get(key) ?? [])),
  };
}

/** Reads our attribute `new-value` of a detection rule: `{of, fields, after}`. Throws {@link RuleFault}. */
export function readNewValue(section: YamlEntry): NewValue {
  const entries = mapOf("new-value", section);
  const names = (key: string): readonly string[] => texts(key, required("new-value", entries, key, section));
  return {
    of: names("of"),
    fields: names("fields"),
    after: readTimespan(required("new-value", entries, "after", section), "after"),
  };
}

type Entries = ReadonlyMap<string, YamlEntry>;

function required(section: string, entries: Entries, name: string, place: TextPlace): YamlEntry {
  const entry = entries.get(name);
  if (!entry) throw new RuleFault(place, `${section}: expected ${name}, found none`);
  return entry;
}

function mapOf(name: string, entry: YamlEntry): Entries {
  const { value } = entry;
  if (value.type !== "map") throw new RuleFault(entry, `${name}: expected a map, got ${described(value)}`);
  return value.entries;
}

function textOf(name: string, entry: YamlEntry): string {
  const { value } = entry;
  if (value.type === "scalar" && value.scalar.kind === "text") return value.scalar.text;
  throw new RuleFault(entry, `${name}: expected a text, got ${described(value)}`);
}

function texts(name: string, entry: YamlEntry): readonly string[] {
  const { value } = entry;
  const nodes: readonly YamlNode[] = value.type === "list" ? value.items : [value];
  if (nodes.length === 0) throw new RuleFault(entry, `${name}: expected at least one`);
  return nodes.map((node) => textOf(name, { line: node.line, column: node.column, value: node }));
}

/** Where each name stands that entries have as a text or as a key; of one that stands twice the last. */
export function namePlaces(entries: readonly YamlEntry[]): NamePlaces {
  const placesIn = ({ value, line, column }: YamlEntry): readonly (readonly [string, TextPlace])[] => {
    switch (value.type) {
      case "list":
        return value.items.flatMap((item) => placesIn({ value: item, line: item.line, column: item.column }));
      case "map":
        return [...value.entries].flatMap(([key, entry]) => [[key, entry] as const, ...placesIn(entry)]);
      case "scalar":
        return value.scalar.kind === "text" ? [[value.scalar.text, { line, column }]] : [];
    }
  };
  return new Map(entries.flatMap(placesIn));
}

/** Reads a length of time, nanoseconds. Months and years have no fixed length. Throws {@link RuleFault}. */
export function readTimespan(entry: YamlEntry, name = "timespan"): bigint {
  const text = textOf(name, entry);
  const [, count, unit] = /^([1-9]\d{0,5})([smhdw])$/.exec(text) ?? [];
  const nanoseconds = NANOSECONDS[unit ?? ""];
  if (count !== undefined && nanoseconds !== undefined) {
    const timespan = BigInt(count) * nanoseconds;
    if (timespan < 2n ** 62n) return timespan;
  }
  throw new RuleFault(entry, `${name}: expected a number with s, m, h, d or w, got ${quote(text)}`);
}

function readBounds(entry: YamlEntry | undefined): Pick<Correlation, "bounds" | "fields" | "percentile"> {
  if (!entry) return { bounds: [], fields: [], percentile: null };
  if (entry.value.type === "scalar") {
    throw new RuleFault(
      entry,
      "condition: expected bounds such as `gte: 10`; conditions over rule names are outside Sigma 2.1",
    );
  }
  const bounds: Bound[] = [];
  let fields: readonly string[] = [];
  let percentile: number | null = null;
  for (const [key, value] of mapOf("condition", entry)) {
    const operator = OPERATORS.find((known) => known === key);
    if (operator) bounds.push({ operator, value: numberOf(key, value) });
    else if (key === "field") fields = texts("field", value).map((field) => field.replaceAll(/\s/g, ""));
    else if (key === "percentile") {
      percentile = numberOf(key, value) / 100;
      if (percentile < 0 || percentile > 1) throw new RuleFault(value, "percentile: expected 0 to 100");
    } else
      throw new RuleFault(value, `condition: expected ${OPERATORS.join(", ")}, field or percentile, got ${quote(key)}`);
  }
  if (bounds.length === 0) throw new RuleFault(entry, `condition: expected one of ${OPERATORS.join(", ")}`);
  if (!isPossible(bounds)) throw new RuleFault(entry, "condition: no number fits all of its bounds");
  return { bounds, fields, percentile };
}

/** Whether bounds on the number of rules that fire, where there are any, mean all of them. */
function asksForAll(bounds: readonly Bound[], count: number): boolean {
  const fits = (number: number): boolean => bounds.every(({ operator, value }) => COMPARE[operator](number, value));
  return bounds.length === 0 || (fits(count) && !Array.from({ length: count }, (_, fewer) => fewer).some(fits));
}

/** Whether some number fits: one that a bound names, or one beside or between them. */
function isPossible(bounds: readonly Bound[]): boolean {
  const named = bounds.map(({ value }) => value).toSorted((one, other) => one - other);
  const around = named.flatMap((value, index) => [value - 1, value, (value + (named[index + 1] ?? value + 2)) / 2]);
  return around.some((number) => bounds.every(({ operator, value }) => COMPARE[operator](number, value)));
}

const COMPARE: Readonly<Record<Bound["operator"], (one: number, other: number) => boolean>> = {
  eq: (one, other) => one === other,
  neq: (one, other) => one !== other,
  lt: (one, other) => one < other,
  lte: (one, other) => one <= other,
  gt: (one, other) => one > other,
  gte: (one, other) => one >= other,
};

function numberOf(name: string, entry: YamlEntry): number {
  const { value } = entry;
  if (value.type === "scalar" && value.scalar.kind === "number" && Number.isFinite(value.scalar.value))
    return value.scalar.value;
  throw new RuleFault(entry, `${name}: expected a number, got ${described(value)}`);
}

function readAliases(entry: YamlEntry | undefined): CorrelationRule["aliases"] {
  if (!entry) return new Map();
  return new Map(
    [...mapOf("aliases", entry)].map(([alias, fields]) => [
      alias,
      new Map([...mapOf(alias, fields)].map(([rule, field]) => [rule, textOf(rule, field).replaceAll(/\s/g, "")])),
    ]),
  );
}

function readGenerate(entry: YamlEntry | undefined): boolean {
  if (!entry) return false;
  if (entry.value.type === "scalar" && entry.value.scalar.kind === "boolean") return entry.value.scalar.value;
  throw new RuleFault(entry, `generate: expected true or false, got ${described(entry.value)}`);
}
