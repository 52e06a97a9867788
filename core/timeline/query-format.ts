import { unreachable } from "../model/assert.ts";
import { formatInstant, instant } from "../model/time.ts";
import { type QueryField } from "./fields.ts";
import { type Pattern, type Query } from "./query.ts";

/** The one spelling of a query: `parseQuery(formatQuery(q))` equals `q`, and equal queries have equal texts. */
export function formatQuery(query: Query): string {
  switch (query.kind) {
    case "all":
      return "";
    case "and":
      return query.operands.map((operand) => grouped(operand, operand.kind === "or")).join(" AND ");
    case "or":
      return query.operands.map((operand) => formatQuery(operand)).join(" OR ");
    case "not":
      return `NOT ${grouped(query.operand, query.operand.kind === "and" || query.operand.kind === "or")}`;
    case "words":
      return formatPattern(query.pattern);
    case "text":
      return `${query.field.name}:${formatPattern(query.pattern)}`;
    case "regex":
      return `${query.field ? `${query.field.name}:` : ""}~${formatPattern({ text: query.source, literal: true })}`;
    case "network":
      return `${query.field.name}:${query.block}`;
    case "present":
      return `${query.field.name}:*`;
    case "absent":
      return `${query.field.name}:""`;
    case "range":
      return formatRange(query.field, query.from, query.to);
    default:
      return unreachable(query);
  }
}

function grouped(query: Query, parentheses: boolean): string {
  return parentheses ? `(${formatQuery(query)})` : formatQuery(query);
}

function formatPattern({ text, literal }: Pattern): string {
  return literal ? `"${text.replace(/[\\"]/g, "\\$&")}"` : text;
}

/** Half-open bounds, so that no precision is lost: `>=from` and `<to`. */
function formatRange(field: QueryField, from: bigint | null, to: bigint | null): string {
  const bound = (value: bigint): string => (field.kind === "time" ? nanosecondText(value) : value.toString());
  if (from !== null && to !== null) {
    if (field.kind === "number") return `${field.name}:${from}..${to - 1n}`;
    return `${field.name}:${bound(from)}..${bound(to - 1n)}`;
  }
  if (from !== null) return `${field.name}:>=${bound(from)}`;
  if (to !== null) return `${field.name}:<${bound(to)}`;
  return `${field.name}:*`;
}

/** All nine digits, because a literal means the whole of its last digit. */
function nanosecondText(value: bigint): string {
  const text = formatInstant(instant(value));
  const [head = "", fraction = ""] = text.slice(0, -1).split(".");
  return `${head}.${fraction.padEnd(9, "0")}Z`;
}
