import { quote } from "../model/problem.ts";
import { base64AtOffsets, utf16 } from "./encodings.ts";
import { parseNetwork } from "./network.ts";
import { literalOf, literalPattern, parsePattern, widened } from "./pattern.ts";
import { type Comparison, type DetectionItem, type FieldPart, type Matcher, type TimePart } from "./rule.ts";
import { RuleFault, type YamlScalar } from "./yaml-tree.ts";

/** Values of placeholders by name, as a value file gives them. */
export type Placeholders = ReadonlyMap<string, readonly string[]>;

const PARTS: ReadonlySet<string> = new Set(["contains", "startswith", "endswith"]);
const COMPARISONS: ReadonlySet<string> = new Set(["lt", "lte", "gt", "gte"]);
const TIME_PARTS: ReadonlySet<string> = new Set(["minute", "hour", "day", "week", "month", "year"]);
const ENCODINGS: ReadonlySet<string> = new Set(["utf16le", "utf16be", "utf16", "wide", "base64", "base64offset"]);
const REGEX_FLAGS: Readonly<Record<string, string>> = {
  i: "i",
  m: "m",
  s: "s",
  ignorecase: "i",
  multiline: "m",
  dotall: "s",
};
/** What each of these does to a value; a rule can use one of them for an item. */
const KINDS: ReadonlySet<string> = new Set(["re", "cidr", "fieldref", "exists"]);
const MAX_VARIANTS = 1_000;

/** A value on its way through the modifiers. */
type Value =
  | { readonly kind: "raw"; readonly text: string }
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | Exclude<YamlScalar, { readonly kind: "text" }>;

/** The modifiers of an item, taken apart. */
interface Modifiers {
  readonly all: boolean;
  readonly negated: boolean;
  readonly cased: boolean;
  readonly part: FieldPart;
  readonly kind: string | null;
  readonly flags: string;
  readonly comparison: Comparison;
  readonly timePart: TimePart | null;
  /** In the order of the rule: encodings build on one another. */
  readonly changes: readonly string[];
}

/**
 * One entry of a detection, `<field>|<modifier>|…: <values>`, as a comparison. `key` is empty, or only modifiers, for
 * keywords. Throws {@link RuleFault}: an unknown or misplaced modifier, a value of the wrong type, a placeholder that has
 * no values.
 */
export function readItem(
  key: string,
  scalars: readonly YamlScalar[],
  line: number,
  placeholders: Placeholders,
): DetectionItem {
  const [name = "", ...names] = key.split("|");
  const field = name.replaceAll(/\s/g, "");
  const fault = (reason: string): RuleFault =>
    new RuleFault(line, `${key === "" ? "keywords" : quote(key)}: ${reason}`);
  const modifiers = readModifiers(names, fault);
  if (field === "") assertKeywords(modifiers, fault);
  const matchers = scalars.flatMap((scalar) => {
    const start: Value = scalar.kind === "text" ? { kind: "raw", text: scalar.text } : scalar;
    const values = modifiers.changes.reduce<readonly Value[]>(
      (changed, change) =>
        bounded(
          changed.flatMap((value) => changeValue(value, change, placeholders, fault)),
          fault,
        ),
      [start],
    );
    return values.map((value) => matcherOf(value, modifiers, field === "", fault));
  });
  return {
    field: field === "" ? null : field,
    matchers,
    all: modifiers.all,
    negated: modifiers.negated,
    placeholders: modifiers.changes.includes("expand") ? placeholdersIn(scalars) : [],
    line,
  };
}

function placeholdersIn(scalars: readonly YamlScalar[]): readonly string[] {
  const names = scalars.flatMap((scalar) =>
    scalar.kind === "text" ? [...scalar.text.matchAll(PLACEHOLDER)].flatMap(([, name]) => name ?? []) : [],
  );
  return [...new Set(names)];
}

type Fault = (reason: string) => RuleFault;

function readModifiers(names: readonly string[], fault: Fault): Modifiers {
  const seen = new Set<string>();
  let part: FieldPart = "whole";
  let kind: string | null = null;
  let flags = "";
  let comparison: Comparison = "eq";
  let timePart: TimePart | null = null;
  const changes: string[] = [];
  for (const name of names) {
    if (seen.has(name)) throw fault(`modifier ${quote(name)} is given twice`);
    seen.add(name);
    const flag = REGEX_FLAGS[name];
    if (flag !== undefined) {
      if (kind !== "re") throw fault(`modifier ${quote(name)} is only for regular expressions, after \`re\``);
      flags += flag;
    } else if (PARTS.has(name)) {
      if (part !== "whole") throw fault(`modifiers ${quote(part)} and ${quote(name)} exclude each other`);
      part = name as FieldPart; // one of PARTS
    } else if (COMPARISONS.has(name)) {
      if (comparison !== "eq") throw fault(`modifiers ${quote(comparison)} and ${quote(name)} exclude each other`);
      comparison = name as Comparison; // one of COMPARISONS
    } else if (TIME_PARTS.has(name)) {
      if (timePart !== null) throw fault(`modifiers ${quote(timePart)} and ${quote(name)} exclude each other`);
      timePart = name as TimePart; // one of TIME_PARTS
    } else if (KINDS.has(name)) {
      if (kind !== null) throw fault(`modifiers ${quote(kind)} and ${quote(name)} exclude each other`);
      kind = name;
    } else if (ENCODINGS.has(name) || name === "windash") {
      changes.push(name);
    } else if (name === "expand") {
      // Placeholders stand for texts, whatever is done with the texts afterwards.
      changes.unshift(name);
    } else if (name !== "all" && name !== "neq" && name !== "cased") {
      throw fault(`unsupported modifier ${quote(name)}`);
    }
  }
  const modifiers = {
    all: seen.has("all"),
    negated: seen.has("neq"),
    cased: seen.has("cased"),
    part,
    kind,
    flags,
    comparison,
    timePart,
    changes,
  };
  assertTogether(modifiers, fault);
  return modifiers;
}

/** Modifiers that would say nothing, or something else than they seem to, beside one another. */
function assertTogether({ kind, part, cased, comparison, timePart, changes }: Modifiers, fault: Fault): void {
  const isText = part !== "whole" || cased || changes.some((change) => change !== "expand");
  const isNumber = comparison !== "eq" || timePart !== null;
  if (kind === "fieldref" ? isNumber || changes.length > 0 : kind !== null && (isText || isNumber)) {
    throw fault(`modifier ${quote(kind ?? "")} does not combine with the others given`);
  }
  if (kind === "exists" && changes.length > 0) throw fault('modifier "exists" takes true or false');
  if (isNumber && (isText || changes.length > 0)) throw fault("modifiers for texts and for numbers do not combine");
}

function assertKeywords({ kind, comparison, timePart, part }: Modifiers, fault: Fault): void {
  if (
    (kind !== null && kind !== "re") ||
    comparison !== "eq" ||
    timePart !== null ||
    part === "startswith" ||
    part === "endswith"
  ) {
    throw fault("keywords are looked for in the whole record; this modifier needs a field");
  }
}

function bounded(values: readonly Value[], fault: Fault): Value[] {
  if (values.length > MAX_VARIANTS) throw fault(`expands to more than ${MAX_VARIANTS} values`);
  return [...values];
}

function changeValue(value: Value, change: string, placeholders: Placeholders, fault: Fault): readonly Value[] {
  switch (change) {
    case "expand":
      return value.kind === "raw" ? expanded(value.text, placeholders, fault).map(raw) : [value];
    case "windash":
      if (value.kind !== "raw") throw fault('modifier "windash" takes texts, before any encoding');
      return dashVariants(value.text, fault).map(raw);
    case "base64":
      return [{ kind: "literal", text: Buffer.from(bytesOf(value, fault)).toString("base64") }];
    case "base64offset": {
      const texts = base64AtOffsets(bytesOf(value, fault));
      if (texts.includes("")) throw fault('modifier "base64offset" takes texts of at least 3 bytes');
      return texts.map((text) => ({ kind: "literal", text }));
    }
    default:
      return [{ kind: "bytes", bytes: utf16(textOf(value, fault), change) }];
  }
}

function raw(text: string): Value {
  return { kind: "raw", text };
}

function textOf(value: Value, fault: Fault): string {
  const text =
    value.kind === "raw" ? literalOf(parsePattern(value.text)) : value.kind === "literal" ? value.text : undefined;
  if (text === undefined) throw fault("an encoding takes texts without wildcards");
  return text;
}

function bytesOf(value: Value, fault: Fault): Uint8Array {
  return value.kind === "bytes" ? value.bytes : Buffer.from(textOf(value, fault), "utf8");
}

const PLACEHOLDER = /\\%|%([^%\s]+)%/g;

function expanded(text: string, placeholders: Placeholders, fault: Fault): readonly string[] {
  let variants = [""];
  let at = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const before = text.slice(at, match.index);
    at = match.index + match[0].length;
    const values = match[1] === undefined ? ["%"] : placeholders.get(match[1]);
    if (!values || values.length === 0) throw fault(`unresolved placeholder %${match[1] ?? ""}%`);
    variants = variants.flatMap((variant) => values.map((value) => variant + before + value));
    if (variants.length > MAX_VARIANTS) throw fault(`expands to more than ${MAX_VARIANTS} values`);
  }
  return variants.map((variant) => variant + text.slice(at));
}

const DASHES = ["-", "/", "\u2013", "\u2014", "\u2015"];
/** A dash that begins a word, as the flag of a command line does. */
const LEADING_DASH = /(?<![\p{L}\p{N}_])[-/\u2013\u2014\u2015](?=[\p{L}\p{N}_])/gu;

function dashVariants(text: string, fault: Fault): readonly string[] {
  let variants = [""];
  let at = 0;
  for (const match of text.matchAll(LEADING_DASH)) {
    const before = text.slice(at, match.index);
    at = match.index + 1;
    variants = variants.flatMap((variant) => DASHES.map((dash) => variant + before + dash));
    if (variants.length > MAX_VARIANTS) throw fault(`expands to more than ${MAX_VARIANTS} values`);
  }
  return variants.map((variant) => variant + text.slice(at));
}

function matcherOf(value: Value, modifiers: Modifiers, keyword: boolean, fault: Fault): Matcher {
  switch (modifiers.kind) {
    case "re":
      if (value.kind !== "raw") throw fault('modifier "re" takes a text');
      return { kind: "regex", source: value.text, flags: modifiers.flags };
    case "cidr": {
      const network = value.kind === "raw" ? parseNetwork(value.text) : undefined;
      if (!network) throw fault("expected a network such as 10.0.0.0/8 or 2001:db8::/32");
      return { kind: "cidr", network };
    }
    case "fieldref":
      if (value.kind !== "raw" || value.text === "") throw fault('modifier "fieldref" takes the name of a field');
      return { kind: "field", field: value.text.replaceAll(/\s/g, ""), part: modifiers.part, cased: modifiers.cased };
    case "exists":
      if (value.kind !== "boolean") throw fault('modifier "exists" takes true or false');
      return { kind: "exists", present: value.value };
    default:
      return plainMatcher(value, modifiers, keyword, fault);
  }
}

function plainMatcher(value: Value, modifiers: Modifiers, keyword: boolean, fault: Fault): Matcher {
  const { part, cased, comparison, timePart } = modifiers;
  if (comparison !== "eq" || timePart !== null) {
    if (value.kind !== "number") throw fault("a comparison of numbers takes a number");
    return timePart === null
      ? { kind: "number", operator: comparison, value: value.value }
      : { kind: "time", part: timePart, operator: comparison, value: value.value };
  }
  if (value.kind === "bytes") throw fault("UTF-16 is no text of a log; follow it with base64 or base64offset");
  if (value.kind === "null") {
    if (part !== "whole" || keyword) throw fault("null is compared as a whole value of a field");
    return { kind: "null" };
  }
  const isExactNumber = value.kind === "number" && part === "whole" && !keyword && isExact(value.value);
  if (isExactNumber) return { kind: "number", operator: "eq", value: value.value };
  const whole = value.kind === "raw" ? parsePattern(value.text) : literalPattern(literalText(value));
  const anywhere = part === "contains" || keyword;
  const pattern = widened(whole, anywhere || part === "endswith", anywhere || part === "startswith");
  return { kind: "text", pattern, cased };
}

function literalText(value: Exclude<Value, { readonly kind: "raw" | "bytes" | "null" }>): string {
  return value.kind === "boolean" ? String(value.value) : value.text;
}

/** Longer whole numbers, such as long identifiers, are compared as the texts they are. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
