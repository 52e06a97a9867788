import { type Pattern, type PatternPart } from "./rule.ts";

/**
 * Reads a Sigma string: `*` is any number of characters, `?` exactly one. A backslash makes a following `*`, `?` or `\`
 * literal and stands for itself before anything else; so `\\*` is a backslash and a wildcard, `\\\*` both literal.
 */
export function parsePattern(text: string): Pattern {
  const parts: PatternPart[] = [];
  let literal = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (character === "\\" && (next === "*" || next === "?" || next === "\\")) {
      literal += next;
      at += 1;
    } else if (character === "*" || character === "?") {
      if (literal !== "") parts.push(literal);
      literal = "";
      parts.push({ wildcard: character });
    } else {
      literal += character;
    }
  }
  if (literal !== "") parts.push(literal);
  return joined(parts);
}

/** The pattern of a text that has no wildcards. */
export function literalPattern(text: string): Pattern {
  return text === "" ? [] : [text];
}

const ANYTHING: PatternPart = { wildcard: "*" };

/** The pattern with anything before it, after it, or both. */
export function widened(pattern: Pattern, before: boolean, after: boolean): Pattern {
  return joined([...(before ? [ANYTHING] : []), ...pattern, ...(after ? [ANYTHING] : [])]);
}

/** The text of a pattern without wildcards; undefined for one that has some. */
export function literalOf(pattern: Pattern): string | undefined {
  let text = "";
  for (const part of pattern) {
    if (typeof part !== "string") return undefined;
    text += part;
  }
  return text;
}

/** The pattern with every literal piece changed. */
export function mapLiterals(pattern: Pattern, change: (text: string) => string): Pattern {
  return pattern.map((part) => (typeof part === "string" ? change(part) : part));
}

/** Neighbouring literals as one, neighbouring `*` as one. */
function joined(parts: Pattern): Pattern {
  const result: PatternPart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (typeof part === "string" && typeof last === "string") result[result.length - 1] = last + part;
    else if (typeof part !== "string" && part.wildcard === "*" && typeof last === "object" && last.wildcard === "*")
      continue;
    else result.push(part);
  }
  return result;
}
