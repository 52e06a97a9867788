import { quote } from "../model/problem.ts";
import { changedValues, type ItemValue } from "./item-values.ts";
import { assertKeywords, readModifiers, type Modifiers } from "./modifiers.ts";
import { parseNetwork } from "./network.ts";
import { literalPattern, parsePattern, widened } from "./pattern.ts";
import { placeholdersIn, type Placeholders } from "./placeholders.ts";
import { joined, type Expression, type Matcher } from "./rule.ts";
import { RuleFault, type Fault, type TextPlace, type YamlScalar } from "./yaml-tree.ts";

/**
 * One entry of a detection, `<field>|<modifier>|…: <values>`, as comparisons: one, or one for each value with `all`, because a
 * value can become several that are alternatives. `key` is empty, or only modifiers, for keywords. Throws {@link RuleFault}:
 * an unknown or misplaced modifier, a value of the wrong type, a placeholder that has no values.
 */
export function readItem(
  key: string,
  scalars: readonly YamlScalar[],
  place: TextPlace,
  placeholders: Placeholders,
): Expression {
  const [name = "", ...names] = key.split("|");
  const field = name.replaceAll(/\s/g, "");
  const fault = (reason: string): RuleFault =>
    new RuleFault(place, `${key === "" ? "keywords" : quote(key)}: ${reason}`);
  const isKeyword = field === "";
  const modifiers = readModifiers(names, fault);
  if (isKeyword) assertKeywords(modifiers, fault);
  const itemOf = (values: readonly YamlScalar[]): Expression => {
    const matchers = values.flatMap((scalar) =>
      changedValues(scalar, modifiers.changes, placeholders, fault).map((value) =>
        matcherOf(value, modifiers, isKeyword, fault),
      ),
    );
    const named = modifiers.changes.includes("expand") ? placeholdersIn(values) : [];
    return {
      kind: "item",
      item: {
        field: isKeyword ? null : field,
        matchers,
        negated: modifiers.negated,
        placeholders: named,
        line: place.line,
        column: place.column,
      },
    };
  };
  if (!modifiers.all) return itemOf(scalars);
  return joined(
    modifiers.negated ? "or" : "and",
    scalars.map((scalar) => itemOf([scalar])),
  );
}

function matcherOf(value: ItemValue, modifiers: Modifiers, keyword: boolean, fault: Fault): Matcher {
  switch (modifiers.kind) {
    case "re":
      if (value.kind !== "raw") throw fault('modifier "re" takes a text');
      return { kind: "regex", source: value.text, flags: modifiers.flags };
    case "cidr": {
      const network = value.kind === "raw" ? parseNetwork(value.text) : undefined;
      if (!network) throw fault(`expected a network such as 10.0.0.0/8 or 2001:db8::/32, got ${told(value)}`);
      return { kind: "cidr", network };
    }
    case "fieldref":
      if (value.kind !== "raw" || value.text === "") throw fault('modifier "fieldref" takes the name of a field');
      return { kind: "field", field: value.text.replaceAll(/\s/g, ""), part: modifiers.part, cased: modifiers.cased };
    case "exists":
      if (value.kind !== "boolean") throw fault(`modifier "exists" takes true or false, got ${told(value)}`);
      return { kind: "exists", present: value.value };
    default:
      return plainMatcher(value, modifiers, keyword, fault);
  }
}

function plainMatcher(value: ItemValue, modifiers: Modifiers, keyword: boolean, fault: Fault): Matcher {
  const { part, cased, comparison, timePart } = modifiers;
  if (comparison !== "eq" || timePart !== null) {
    if (value.kind !== "number") throw fault(`a comparison of numbers takes a number, got ${told(value)}`);
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

/** A value as messages name it. */
function told(value: ItemValue): string {
  switch (value.kind) {
    case "raw":
    case "literal":
      return quote(value.text);
    case "bytes":
      return "UTF-16";
    case "null":
      return "null";
    default:
      return literalText(value);
  }
}

function literalText(value: Exclude<ItemValue, { readonly kind: "raw" | "bytes" | "null" }>): string {
  return value.kind === "boolean" ? String(value.value) : value.text;
}

/** Longer whole numbers, such as long identifiers, are compared as the texts they are. */
function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
