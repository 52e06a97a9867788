import { quote } from "../model/problem.ts";
import { MARKS } from "../model/triage.ts";
import { ROW_VERDICTS } from "../model/verdict.ts";
import { type QueryField } from "./fields.ts";
import { parseNetwork } from "./network.ts";
import { type Pattern, type Query } from "./query.ts";
import {
  parseNumberLiteral,
  parseRelativeTime,
  parseTimeLiteral,
  type Moments,
  type Stretch,
} from "./query-literal.ts";
import { querySyntaxProblem } from "./query-problem.ts";

/**
 * A pattern, of a field or of every text that words are looked for in. Throws `query-syntax`.
 * RE2's syntax is a part of JavaScript's in all that people write; what only one of them knows is refused by the other.
 */
export function regexTerm(field: QueryField | null, source: string, offset: number): Query {
  if (field !== null && field.kind !== "text") {
    throw querySyntaxProblem(offset, `a value of ${field.name}, which has no pattern`, quote(`~${source}`));
  }
  try {
    new RegExp(source.replace(/^\(\?[ims]+\)/, ""), "u");
  } catch {
    throw querySyntaxProblem(offset + 1, "a regular expression", quote(source));
  }
  return { kind: "regex", field, source };
}

/** What a value asks of a field: a text, a range, a block of addresses, or whether there is one at all. Throws `query-syntax`. */
export function fieldTerm(field: QueryField, { text, literal }: Pattern, offset: number, moments: Moments): Query {
  if (text === "") return { kind: "absent", field };
  if (text === "*" && !literal) return { kind: "present", field };
  switch (field.kind) {
    case "time":
      return rangeTerm(
        field,
        text,
        offset,
        (time) => parseTimeLiteral(time) ?? parseRelativeTime(time, moments),
        "a time such as 2026-09-15, 2026-09-15T02:41:09Z, last-2h or now-30m",
      );
    case "number":
      return rangeTerm(field, text, offset, parseNumberLiteral, "a whole number");
    case "verdict":
      if (!text.includes("*") && !ROW_VERDICTS.some((verdict) => verdict === text.toLowerCase())) {
        throw querySyntaxProblem(offset, `one of ${ROW_VERDICTS.join(", ")}`, quote(text));
      }
      return { kind: "text", field, pattern: { text, literal } };
    case "mark": {
      const mark = text.toLowerCase();
      if (mark === "undecided") return { kind: "absent", field };
      if (mark !== "keep" && mark !== "noise")
        throw querySyntaxProblem(offset, `one of ${MARKS.join(", ")}`, quote(text));
      return { kind: "text", field, pattern: { text: mark, literal: true } };
    }
    case "text":
      if (!literal && field.name === "address" && text.includes("/")) {
        if (!parseNetwork(text))
          throw querySyntaxProblem(offset, "a block such as 192.0.2.0/24 or 2001:db8::/32", quote(text));
        return { kind: "network", field, block: text };
      }
      if (!literal && /^[<>]/.test(text)) {
        throw querySyntaxProblem(
          offset,
          `a text (${field.name} has no order; quote a text that begins with ${text.charAt(0)})`,
          quote(text),
        );
      }
      return { kind: "text", field, pattern: { text, literal } };
  }
}

/** `a`, `a..b`, `a..`, `..b`, `>a`, `>=a`, `<a`, `<=a`. Every literal is a stretch, and a range ends with its last one. */
function rangeTerm(
  field: QueryField,
  text: string,
  offset: number,
  parse: (literal: string) => Stretch | undefined,
  expected: string,
): Query {
  const read = (literal: string, at: number): Stretch => {
    const stretch = parse(literal);
    if (!stretch) throw querySyntaxProblem(offset + at, expected, quote(literal));
    return stretch;
  };
  const comparison = /^(>=|<=|>|<)/.exec(text)?.[1];
  if (comparison) {
    const stretch = read(text.slice(comparison.length), comparison.length);
    switch (comparison) {
      case ">=":
        return { kind: "range", field, from: stretch.from, to: null };
      case ">":
        return { kind: "range", field, from: stretch.to, to: null };
      case "<=":
        return { kind: "range", field, from: null, to: stretch.to };
      default:
        return { kind: "range", field, from: null, to: stretch.from };
    }
  }
  const dots = text.indexOf("..");
  if (dots === -1) return { kind: "range", field, ...read(text, 0) };
  const from = text.slice(0, dots);
  const to = text.slice(dots + 2);
  if (from === "" && to === "") throw querySyntaxProblem(offset, expected, quote(text));
  return {
    kind: "range",
    field,
    from: from === "" ? null : read(from, 0).from,
    to: to === "" ? null : read(to, dots + 2).to,
  };
}
