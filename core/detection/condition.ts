import { quote } from "../model/problem.ts";

/**
 * A Sigma condition (specification 2.1.0, "condition"), from the weakest binding on:
 *
 *     or      = and { "or" and }
 *     and     = not { "and" not }
 *     not     = "not" not | primary
 *     primary = "(" or ")" | ("1" | "any" | "all") "of" ("them" | pattern) | identifier
 *
 * Operators are lower case. A pattern is an identifier with `*` anywhere. `them` is every identifier that does not begin with
 * `_`, and a pattern is "the same, but restricted": it finds those only where it begins with `_` itself.
 */
export type Condition =
  | { readonly kind: "and" | "or"; readonly operands: readonly Condition[] }
  | { readonly kind: "not"; readonly operand: Condition }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "of"; readonly all: boolean; readonly names: readonly string[] };

/** A condition that is not one, with the reason. */
export class ConditionError extends Error {
  override readonly name = "ConditionError";
}

const TOKEN = /\s*(?:([()|])|([A-Za-z0-9_*.?-]+))/y;
const MAX_DEPTH = 100;
const KEYWORDS: ReadonlySet<string> = new Set(["and", "or", "not", "of", "them"]);

/** Reads a condition over the identifiers of a detection. Throws {@link ConditionError}. */
export function parseCondition(text: string, identifiers: readonly string[]): Condition {
  const reader = new ConditionReader(tokensOf(text), identifiers);
  return reader.condition();
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  let at = 0;
  while (at < end) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match)
      throw new ConditionError(
        `condition: expected a name, an operator or a parenthesis, got ${quote(text.slice(at).trim())}`,
      );
    const token = match[1] ?? match[2] ?? "";
    if (token === "|") {
      throw new ConditionError(
        "condition: aggregation after a pipe is obsolete in Sigma 2; write a correlation rule instead",
      );
    }
    tokens.push(token);
    at = TOKEN.lastIndex;
  }
  return tokens;
}

class ConditionReader {
  readonly #tokens: readonly string[];
  readonly #identifiers: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly string[], identifiers: readonly string[]) {
    this.#tokens = tokens;
    this.#identifiers = identifiers;
  }

  condition(): Condition {
    const condition = this.#chain("or");
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw this.#unexpected("the end or an operator", rest);
    return condition;
  }

  #chain(operator: "or" | "and"): Condition {
    const next = (): Condition => (operator === "or" ? this.#chain("and") : this.#not());
    const operands = [next()];
    while (this.#tokens[this.#at] === operator) {
      this.#at += 1;
      operands.push(next());
    }
    const [only] = operands;
    return operands.length === 1 && only ? only : { kind: operator, operands };
  }

  #not(): Condition {
    if (this.#tokens[this.#at] !== "not") return this.#primary();
    this.#at += 1;
    return this.#nested(() => ({ kind: "not", operand: this.#not() }));
  }

  #primary(): Condition {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token === "(") {
      return this.#nested(() => {
        const inner = this.#chain("or");
        const close = this.#tokens[this.#at];
        if (close !== ")") throw this.#unexpected("a closing parenthesis", close);
        this.#at += 1;
        return inner;
      });
    }
    if (token === undefined || token === ")" || KEYWORDS.has(token)) throw this.#unexpected("a name", token);
    if (this.#tokens[this.#at] === "of") return this.#quantified(token);
    if (this.#identifiers.includes(token)) return { kind: "name", name: token };
    if (token.includes("*")) {
      throw new ConditionError(
        `condition: ${quote(token)} is a pattern; write \`1 of ${token}\` or \`all of ${token}\``,
      );
    }
    throw new ConditionError(`condition: ${quote(token)} is not defined in this detection`);
  }

  #quantified(quantifier: string): Condition {
    if (quantifier !== "1" && quantifier !== "any" && quantifier !== "all") {
      throw new ConditionError(
        `condition: expected \`1 of\`, \`any of\` or \`all of\`, got ${quote(`${quantifier} of`)}`,
      );
    }
    this.#at += 1;
    const target = this.#tokens[this.#at];
    if (target === undefined || target === "(" || target === ")") throw this.#unexpected("`them` or a pattern", target);
    this.#at += 1;
    const names = target === "them" ? this.#identifiers.filter((name) => !name.startsWith("_")) : this.#named(target);
    if (names.length === 0) throw new ConditionError(`condition: no identifier of the detection is ${quote(target)}`);
    return { kind: "of", all: quantifier === "all", names };
  }

  #named(pattern: string): readonly string[] {
    const pieces = pattern.split("*");
    const isHidden = (name: string): boolean => name.startsWith("_") && !pattern.startsWith("_");
    return this.#identifiers.filter((name) => !isHidden(name) && fits(name, pieces));
  }

  #nested(read: () => Condition): Condition {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new ConditionError(`condition: expected at most ${MAX_DEPTH} nested parts`);
    const condition = read();
    this.#depth -= 1;
    return condition;
  }

  #unexpected(expected: string, found: string | undefined): ConditionError {
    return new ConditionError(`condition: expected ${expected}, got ${found === undefined ? "the end" : quote(found)}`);
  }
}

/** Whether a name is the pieces in order with anything between them. */
function fits(name: string, pieces: readonly string[]): boolean {
  const [first = "", ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0 || found + piece.length > name.length - last.length) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
