import { quote } from "../model/problem.ts";
import { type Comparison, type FieldPart, type TimePart } from "./rule.ts";
import { type Fault } from "./yaml-tree.ts";

const PARTS: ReadonlySet<string> = new Set(["contains", "startswith", "endswith"]);
const COMPARISONS: ReadonlySet<string> = new Set(["lt", "lte", "gt", "gte"]);
const TIME_PARTS: ReadonlySet<string> = new Set(["minute", "hour", "day", "week", "month", "year"]);
const ENCODINGS: ReadonlySet<string> = new Set(["utf16le", "utf16be", "utf16", "wide", "base64", "base64offset"]);
const REGEX_FLAGS: ReadonlyMap<string, string> = new Map([
  ["i", "i"],
  ["m", "m"],
  ["s", "s"],
  ["ignorecase", "i"],
  ["multiline", "m"],
  ["dotall", "s"],
]);
/** What each of these does to a value; a rule can use one of them for an item. */
const KINDS: ReadonlySet<string> = new Set(["re", "cidr", "fieldref", "exists"]);

/** The modifiers of an item, taken apart. */
export interface Modifiers {
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

/** Takes the modifiers of an item apart. Throws what `fault` makes of an unknown, a repeated or a misplaced one. */
export function readModifiers(names: readonly string[], fault: Fault): Modifiers {
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
    const flag = REGEX_FLAGS.get(name);
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

/** Throws what `fault` makes of modifiers that keywords cannot have. */
export function assertKeywords({ kind, comparison, timePart, part }: Modifiers, fault: Fault): void {
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
