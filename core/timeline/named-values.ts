import { type Query } from "./query.ts";

/** The texts that a query compares a field with, each once. */
export function namedValues(query: Query, field: string): readonly string[] {
  switch (query.kind) {
    case "and":
    case "or":
      return [...new Set(query.operands.flatMap((operand) => namedValues(operand, field)))];
    case "not":
      return namedValues(query.operand, field);
    case "text":
      return query.field.name === field ? [query.pattern.text] : [];
    case "present":
    case "absent":
    case "regex":
      return query.field?.name === field ? [""] : [];
    default:
      return [];
  }
}
