import { type QueryField } from "./fields.ts";

/**
 * A parsed query. `and` and `or` have at least two operands, none of their own kind; `all` matches everything and
 * stands alone.
 */
export type Query =
  | { readonly kind: "all" }
  | { readonly kind: "and"; readonly operands: readonly Query[] }
  | { readonly kind: "or"; readonly operands: readonly Query[] }
  | { readonly kind: "not"; readonly operand: Query }
  | { readonly kind: "words"; readonly pattern: Pattern }
  | { readonly kind: "text"; readonly field: QueryField; readonly pattern: Pattern }
  /** RE2, looked for anywhere in the value; without a field in every text that free words are looked for in. */
  | { readonly kind: "regex"; readonly field: QueryField | null; readonly source: string }
  /** Addresses of one block, as 32 hex digits each: IPv4 is mapped into IPv6. */
  | { readonly kind: "network"; readonly field: QueryField; readonly block: string }
  | { readonly kind: "present"; readonly field: QueryField }
  | { readonly kind: "absent"; readonly field: QueryField }
  | { readonly kind: "range"; readonly field: QueryField; readonly from: bigint | null; readonly to: bigint | null };

/** A term that looks at the values of a field, or without a field at all texts that words are looked for in. */
export type ValueTerm = Extract<Query, { readonly kind: "words" | "text" | "regex" | "network" }>;

/** `literal`: the same letters in the same case. Otherwise case is ignored and `*` stands for any run of letters. */
export interface Pattern {
  readonly text: string;
  readonly literal: boolean;
}

/** The query that matches what every operand matches. */
export function allOf(operands: readonly Query[]): Query {
  return joined("and", operands);
}

/** The query that matches what any operand matches. */
export function anyOf(operands: readonly Query[]): Query {
  return joined("or", operands);
}

function joined(kind: "and" | "or", operands: readonly Query[]): Query {
  const flat = operands.flatMap((operand) => (operand.kind === kind ? operand.operands : [operand]));
  const [first, ...others] = flat;
  if (!first) return { kind: "all" };
  return others.length === 0 ? first : { kind, operands: flat };
}
