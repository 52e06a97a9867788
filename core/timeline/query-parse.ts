import { Problem, quote } from "../model/problem.ts";
import { MARKS } from "../model/triage.ts";
import { ROW_VERDICTS } from "../model/verdict.ts";
import { QUERY_FIELDS, fieldNamed, type QueryField } from "./fields.ts";
import { allOf, anyOf, type Query } from "./query.ts";
import { parseNetwork } from "./network.ts";
import {
  parseNumberLiteral,
  parseRelativeTime,
  parseTimeLiteral,
  type Moments,
  type Stretch,
} from "./query-literal.ts";

/** Longer queries are refused: nobody types them, and SQL text grows with them. */
const QUERY_LENGTH_LIMIT = 10_000;
/** More terms or deeper parentheses are refused, so that neither our recursion nor the planner's can be exhausted. */
const TERM_LIMIT = 500;
const DEPTH_LIMIT = 50;

/** A word, or `record` and the path of a member (core/sources/field-path.ts). */
const FIELD_NAME = /^(?:[A-Za-z][A-Za-z0-9_]*|record(?:\.[A-Za-z0-9_@$-]+|\."(?:[^"\\]|\\["\\])+"|\[\d{1,6}\])+)(?=:)/i;
const NAME_LIMIT = 500;

type Token =
  | { readonly kind: "(" | ")" | "and" | "or" | "not" | "end"; readonly offset: number }
  | { readonly kind: "field"; readonly name: string; readonly offset: number }
  | { readonly kind: "value"; readonly text: string; readonly quoted: boolean; readonly offset: number }
  | { readonly kind: "regex"; readonly source: string; readonly offset: number };

const NO_MOMENTS: Moments = { first: null, last: null, now: null };

/**
 * Parses the query language of docs/query-language.md. An empty text matches everything. Relative times become the
 * moments they stand for.
 * Throws Problem `query-syntax` (usage) whose `offset` is the position, in UTF-16 code units, of the first character
 * that does not fit.
 */
export function parseQuery(text: string, moments: Moments = NO_MOMENTS): Query {
  if (text.length > QUERY_LENGTH_LIMIT) {
    throw wrong(QUERY_LENGTH_LIMIT, `at most ${QUERY_LENGTH_LIMIT} characters`, `${text.length} characters`);
  }
  const parser = new QueryParser(tokens(text), moments);
  return parser.parse();
}

class QueryParser {
  readonly #tokens: readonly Token[];
  readonly #moments: Moments;
  #position = 0;
  #terms = 0;

  constructor(tokenList: readonly Token[], moments: Moments) {
    this.#tokens = tokenList;
    this.#moments = moments;
  }

  parse(): Query {
    if (this.#next().kind === "end") return { kind: "all" };
    const query = this.#or(undefined, 0);
    const rest = this.#next();
    if (rest.kind !== "end") throw wrong(rest.offset, "a term or the end of the query", described(rest));
    return query;
  }

  #or(field: QueryField | undefined, depth: number): Query {
    const operands = [this.#and(field, depth)];
    while (this.#next().kind === "or") {
      this.#position += 1;
      operands.push(this.#and(field, depth));
    }
    return anyOf(operands);
  }

  #and(field: QueryField | undefined, depth: number): Query {
    const operands = [this.#unary(field, depth)];
    for (;;) {
      const { kind } = this.#next();
      if (kind === "and") this.#position += 1;
      else if (kind === "or" || kind === ")" || kind === "end") return allOf(operands);
      operands.push(this.#unary(field, depth));
    }
  }

  #unary(field: QueryField | undefined, depth: number): Query {
    if (depth > DEPTH_LIMIT) throw wrong(this.#next().offset, `at most ${DEPTH_LIMIT} levels`, "a deeper one");
    if (this.#next().kind !== "not") return this.#primary(field, depth);
    this.#position += 1;
    return { kind: "not", operand: this.#unary(field, depth + 1) };
  }

  #primary(field: QueryField | undefined, depth: number): Query {
    const token = this.#next();
    switch (token.kind) {
      case "(": {
        this.#position += 1;
        const query = this.#or(field, depth + 1);
        const close = this.#next();
        if (close.kind !== ")") throw wrong(close.offset, '")"', described(close));
        this.#position += 1;
        return query;
      }
      case "field": {
        if (field) throw wrong(token.offset, `a value of ${field.name}`, described(token));
        const named = fieldNamed(token.name);
        if (!named) throw wrong(token.offset, `one of ${fieldList()} (or a quoted text)`, quote(token.name));
        this.#position += 1;
        const value = this.#next();
        if (value.kind !== "(" && value.kind !== "value" && value.kind !== "regex") {
          throw wrong(value.offset, `a value of ${named.name}`, described(value));
        }
        return this.#primary(named, depth + 1);
      }
      case "value": {
        this.#position += 1;
        this.#terms += 1;
        if (this.#terms > TERM_LIMIT) throw wrong(token.offset, `at most ${TERM_LIMIT} terms`, "one more");
        const pattern = { text: token.text, literal: token.quoted };
        if (field) return fieldTerm(field, pattern, token.offset, this.#moments);
        if (token.text === "") throw wrong(token.offset, "a word or a phrase", "nothing between the quotes");
        return { kind: "words", pattern };
      }
      case "regex":
        this.#position += 1;
        this.#terms += 1;
        if (this.#terms > TERM_LIMIT) throw wrong(token.offset, `at most ${TERM_LIMIT} terms`, "one more");
        return regexTerm(field ?? null, token.source, token.offset);
      default:
        throw wrong(token.offset, "a word, a field or a parenthesis", described(token));
    }
  }

  #next(): Token {
    // The list ends with an `end` token that is never consumed.
    return this.#tokens[this.#position] ?? { kind: "end", offset: 0 };
  }
}

/** RE2's syntax is a part of JavaScript's in all that people write; what only one of them knows is refused by the other. */
function regexTerm(field: QueryField | null, source: string, offset: number): Query {
  if (field !== null && field.kind !== "text") {
    throw wrong(offset, `a value of ${field.name}, which has no pattern`, quote(`~${source}`));
  }
  try {
    new RegExp(source.replace(/^\(\?[ims]+\)/, ""), "u");
  } catch {
    throw wrong(offset + 1, "a regular expression", quote(source));
  }
  return { kind: "regex", field, source };
}

function fieldTerm(
  field: QueryField,
  { text, literal }: { text: string; literal: boolean },
  offset: number,
  moments: Moments,
): Query {
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
        throw wrong(offset, `one of ${ROW_VERDICTS.join(", ")}`, quote(text));
      }
      return { kind: "text", field, pattern: { text, literal } };
    case "mark": {
      const mark = text.toLowerCase();
      if (mark === "undecided") return { kind: "absent", field };
      if (mark !== "keep" && mark !== "noise") throw wrong(offset, `one of ${MARKS.join(", ")}`, quote(text));
      return { kind: "text", field, pattern: { text: mark, literal: true } };
    }
    case "text":
      if (!literal && field.name === "address" && text.includes("/")) {
        if (!parseNetwork(text)) throw wrong(offset, "a block such as 192.0.2.0/24 or 2001:db8::/32", quote(text));
        return { kind: "network", field, block: text };
      }
      if (!literal && /^[<>]/.test(text)) {
        throw wrong(
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
    if (!stretch) throw wrong(offset + at, expected, quote(literal));
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
  if (from === "" && to === "") throw wrong(offset, expected, quote(text));
  return {
    kind: "range",
    field,
    from: from === "" ? null : read(from, 0).from,
    to: to === "" ? null : read(to, dots + 2).to,
  };
}

function tokens(text: string): readonly Token[] {
  const list: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (/\s/.test(character)) {
      at += 1;
    } else if (character === "(" || character === ")") {
      list.push({ kind: character, offset: at });
      at += 1;
    } else if (character === "~" && text.charAt(at + 1) === '"') {
      const { value, end } = quotedText(text, at + 1);
      list.push({ kind: "regex", source: value, offset: at });
      at = end;
    } else if (character === '"') {
      const { value, end } = quotedText(text, at);
      list.push({ kind: "value", text: value, quoted: true, offset: at });
      at = end;
    } else if (character === "-" && /[^\s)]/.test(text.charAt(at + 1)) && list.at(-1)?.kind !== "field") {
      list.push({ kind: "not", offset: at });
      at += 1;
    } else {
      // A field name directly before its value; what follows the first colon is the value's, colons included.
      const name = list.at(-1)?.kind === "field" ? undefined : FIELD_NAME.exec(text.slice(at, at + NAME_LIMIT))?.[0];
      if (name === undefined) {
        const word = /^[^\s()"]+/.exec(text.slice(at))?.[0] ?? character;
        list.push(wordToken(word, at, list.at(-1)?.kind === "field"));
        at += word.length;
      } else {
        list.push({ kind: "field", name, offset: at });
        at += name.length + 1;
        if (at === text.length || /[\s)]/.test(text.charAt(at))) {
          throw wrong(at, `a value of ${name}`, at === text.length ? "the end of the query" : quote(text.charAt(at)));
        }
      }
    }
  }
  list.push({ kind: "end", offset: text.length });
  return list;
}

function wordToken(word: string, offset: number, afterField: boolean): Token {
  if (!afterField && word === "AND") return { kind: "and", offset };
  if (!afterField && word === "OR") return { kind: "or", offset };
  if (!afterField && word === "NOT") return { kind: "not", offset };
  return { kind: "value", text: word, quoted: false, offset };
}

/** Between quotes only `\"` and `\\` are special. */
function quotedText(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = "";
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '"') return { value, end: at + 1 };
    if (character === "\\") {
      at += 1;
      const escaped = text.charAt(at);
      if (escaped !== '"' && escaped !== "\\") {
        throw wrong(at, '\\" or \\\\', escaped === "" ? "the end of the query" : quote(`\\${escaped}`));
      }
      value += escaped;
    } else {
      value += character;
    }
  }
  throw wrong(text.length, "a closing quote", "the end of the query");
}

function fieldList(): string {
  return QUERY_FIELDS.map((field) => field.name).join(", ");
}

function described(token: Token): string {
  switch (token.kind) {
    case "value":
      return quote(token.text);
    case "regex":
      return quote(`~${token.source}`);
    case "field":
      return quote(`${token.name}:`);
    case "end":
      return "the end of the query";
    default:
      return token.kind.toUpperCase();
  }
}

function wrong(offset: number, expected: string, found: string): Problem {
  return new Problem(
    "usage",
    "query-syntax",
    `query: expected ${expected}, found ${found} at character ${offset + 1}`,
    {
      offset,
      expected,
      found,
    },
  );
}
