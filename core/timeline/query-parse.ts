import { quote } from "../model/problem.ts";
import { QUERY_FIELDS, fieldNamed, type QueryField } from "./fields.ts";
import { allOf, anyOf, type Query } from "./query.ts";
import { type Moments } from "./query-literal.ts";
import { querySyntaxProblem } from "./query-problem.ts";
import { fieldTerm, regexTerm } from "./query-terms.ts";
import { describedToken, queryTokens, type Token } from "./query-tokens.ts";

/** Longer queries are refused: nobody types them, and SQL text grows with them. */
const QUERY_LENGTH_LIMIT = 10_000;
/** More terms or deeper parentheses are refused, so that neither our recursion nor the planner's can be exhausted. */
const TERM_LIMIT = 500;
const DEPTH_LIMIT = 50;

const NO_MOMENTS: Moments = { first: null, last: null, now: null };

/**
 * Parses the query language of docs/query-language.md. An empty text matches everything. Relative times become the
 * moments they stand for.
 * Throws Problem `query-syntax` (usage) whose `offset` is the position, in UTF-16 code units, of the first character
 * that does not fit.
 */
export function parseQuery(text: string, moments: Moments = NO_MOMENTS): Query {
  if (text.length > QUERY_LENGTH_LIMIT) {
    throw querySyntaxProblem(
      QUERY_LENGTH_LIMIT,
      `at most ${QUERY_LENGTH_LIMIT} characters`,
      `${text.length} characters`,
    );
  }
  return new QueryParser(queryTokens(text), moments).parse();
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
    if (rest.kind !== "end")
      throw querySyntaxProblem(rest.offset, "a term or the end of the query", describedToken(rest));
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
    if (depth > DEPTH_LIMIT)
      throw querySyntaxProblem(this.#next().offset, `at most ${DEPTH_LIMIT} levels`, "a deeper one");
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
        if (close.kind !== ")") throw querySyntaxProblem(close.offset, '")"', describedToken(close));
        this.#position += 1;
        return query;
      }
      case "field": {
        if (field) throw querySyntaxProblem(token.offset, `a value of ${field.name}`, describedToken(token));
        const named = fieldNamed(token.name);
        if (!named)
          throw querySyntaxProblem(token.offset, `one of ${fieldList()} (or a quoted text)`, quote(token.name));
        this.#position += 1;
        const value = this.#next();
        if (value.kind !== "(" && value.kind !== "value" && value.kind !== "regex") {
          throw querySyntaxProblem(value.offset, `a value of ${named.name}`, describedToken(value));
        }
        return this.#primary(named, depth + 1);
      }
      case "value": {
        this.#takeTerm(token);
        const pattern = { text: token.text, literal: token.quoted };
        if (field) return fieldTerm(field, pattern, token.offset, this.#moments);
        if (token.text === "")
          throw querySyntaxProblem(token.offset, "a word or a phrase", "nothing between the quotes");
        return { kind: "words", pattern };
      }
      case "regex":
        this.#takeTerm(token);
        return regexTerm(field ?? null, token.source, token.offset);
      default:
        throw querySyntaxProblem(token.offset, "a word, a field or a parenthesis", describedToken(token));
    }
  }

  #takeTerm({ offset }: Token): void {
    this.#position += 1;
    this.#terms += 1;
    if (this.#terms > TERM_LIMIT) throw querySyntaxProblem(offset, `at most ${TERM_LIMIT} terms`, "one more");
  }

  #next(): Token {
    // The list ends with an `end` token that is never consumed.
    return this.#tokens[this.#position] ?? { kind: "end", offset: 0 };
  }
}

function fieldList(): string {
  return QUERY_FIELDS.map((field) => field.name).join(", ");
}
