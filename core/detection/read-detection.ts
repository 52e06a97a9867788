import { quote } from "../model/problem.ts";
import { ConditionError, parseCondition, type Condition } from "./condition.ts";
import { type Placeholders } from "./placeholders.ts";
import { readItem } from "./read-item.ts";
import { joined, type Expression } from "./rule.ts";
import { described, RuleFault, type TextPlace, type YamlEntry, type YamlNode, type YamlScalar } from "./yaml-tree.ts";

/**
 * A `detection` (or a filter's part that is like one) as one expression: its named searches, put together by its
 * condition. A list of conditions is any of them. Throws {@link RuleFault}.
 */
export function readDetection(
  section: YamlEntry,
  placeholders: Placeholders,
  besides: readonly string[] = [],
): Expression {
  const { value } = section;
  if (value.type !== "map") throw new RuleFault(section, `detection: expected named searches, got ${described(value)}`);
  const condition = value.entries.get("condition");
  if (!condition) throw new RuleFault(section, "detection: expected a condition, found none");
  const timeframe = value.entries.get("timeframe");
  if (timeframe) {
    throw new RuleFault(timeframe, "timeframe: aggregation is obsolete in Sigma 2; write a correlation rule instead");
  }
  const searches = new Map<string, Expression>();
  for (const [name, entry] of value.entries) {
    if (name !== "condition" && !besides.includes(name)) searches.set(name, readSearch(name, entry, placeholders));
  }
  const conditions = condition.value.type === "list" ? condition.value.items : [condition.value];
  if (conditions.length === 0) throw new RuleFault(condition, "condition: expected at least one");
  return joined(
    "or",
    conditions.map((node) => readCondition(node, searches)),
  );
}

function readCondition(node: YamlNode, searches: ReadonlyMap<string, Expression>): Expression {
  if (node.type !== "scalar" || node.scalar.kind !== "text") {
    throw new RuleFault(node, `condition: expected a text, got ${described(node)}`);
  }
  try {
    return toExpression(parseCondition(node.scalar.text, [...searches.keys()]), searches);
  } catch (error) {
    if (error instanceof ConditionError) throw new RuleFault(node, error.message, { cause: error });
    throw error;
  }
}

function toExpression(condition: Condition, searches: ReadonlyMap<string, Expression>): Expression {
  const named = (name: string): Expression => searches.get(name) ?? joined("or", []);
  switch (condition.kind) {
    case "and":
    case "or":
      return joined(
        condition.kind,
        condition.operands.map((operand) => toExpression(operand, searches)),
      );
    case "not":
      return { kind: "not", operand: toExpression(condition.operand, searches) };
    case "name":
      return named(condition.name);
    case "of":
      return joined(condition.all ? "and" : "or", condition.names.map(named));
  }
}

/** A map is all of its entries, a list any of its maps or keywords, a single text a keyword. */
function readSearch(name: string, entry: YamlEntry, placeholders: Placeholders): Expression {
  const { value } = entry;
  if (value.type === "map") return readMap(name, value, placeholders);
  if (value.type === "scalar") return keywords([value.scalar], entry, placeholders);
  if (value.items.length === 0) throw new RuleFault(entry, `${quote(name)}: expected at least one value`);
  const words = value.items.flatMap((item) => (item.type === "scalar" ? [item.scalar] : []));
  const maps = value.items.flatMap((item) => {
    if (item.type === "list") throw new RuleFault(item, `${quote(name)}: expected maps or texts, got a list in a list`);
    return item.type === "map" ? [readMap(name, item, placeholders)] : [];
  });
  return joined("or", [...maps, ...(words.length > 0 ? [keywords(words, entry, placeholders)] : [])]);
}

function keywords(words: readonly YamlScalar[], place: TextPlace, placeholders: Placeholders): Expression {
  return readItem("", words, place, placeholders);
}

function readMap(
  name: string,
  map: Extract<YamlNode, { readonly type: "map" }>,
  placeholders: Placeholders,
): Expression {
  if (map.entries.size === 0) throw new RuleFault(map, `${quote(name)}: expected at least one field`);
  const items = [...map.entries].map(([key, entry]): Expression => {
    const { value } = entry;
    const nodes = value.type === "list" ? value.items : [value];
    if (nodes.length === 0) throw new RuleFault(entry, `${quote(key)}: expected at least one value`);
    const scalars = nodes.map((node) => {
      if (node.type === "scalar") return node.scalar;
      throw new RuleFault(node, `${quote(key)}: expected a value or a list of values, got ${described(node)}`);
    });
    return readItem(key, scalars, entry, placeholders);
  });
  return joined("and", items);
}
