import { quote } from "../model/problem.ts";
import { querySyntaxProblem } from "./query-problem.ts";

/** A word, or `record` and the path of a member (core/sources/field-path.ts). */
const FIELD_NAME = /^(?:[A-Za-z][A-Za-z0-9_]*|record(?:\.[A-Za-z0-9_@$-]+|\."(?:[^"\\]|\\["\\])+"|\[\d{1,6}\])+)(?=:)/i;
const NAME_LIMIT = 500;

/** A piece of a query, with the position of its first character. */
export type Token =
  | { readonly kind: "(" | ")" | "and" | "or" | "not" | "end"; readonly offset: number }
  | { readonly kind: "field"; readonly name: string; readonly offset: number }
  | { readonly kind: "value"; readonly text: string; readonly quoted: boolean; readonly offset: number }
  | { readonly kind: "regex"; readonly source: string; readonly offset: number };

/** Cuts a query into its pieces; the last one is its `end`. Throws `query-syntax` (usage) where a piece is not whole. */
export function queryTokens(text: string): readonly Token[] {
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
          throw querySyntaxProblem(
            at,
            `a value of ${name}`,
            at === text.length ? "the end of the query" : quote(text.charAt(at)),
          );
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
        throw querySyntaxProblem(at, '\\" or \\\\', escaped === "" ? "the end of the query" : quote(`\\${escaped}`));
      }
      value += escaped;
    } else {
      value += character;
    }
  }
  throw querySyntaxProblem(text.length, "a closing quote", "the end of the query");
}

/** A piece of a query as a message names it. */
export function describedToken(token: Token): string {
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
