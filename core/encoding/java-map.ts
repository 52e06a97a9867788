/**
 * Rows and maps as Java prints them, `{type=IAMUser, arn=arn:aws:iam::123456789012:user/alice, sessioncontext=null}`, with
 * lists as `[a, b]`. The form quotes nothing, so that a text which holds `, name=` cannot be told from two members; of a name
 * given twice the first counts, which no later text can take the place of.
 */
import { type JsonValue } from "./strict-json.ts";

/** Rows of CloudTrail are four deep. */
const MAX_DEPTH = 32;
const MEMBER = /[A-Za-z_][\w.:/-]{0,127}=/y;
const SEPARATOR = ", ";

/** The value of a text in this form; undefined for any other text. Texts stay texts, and `null` is null. */
export function parseJavaMap(text: string): JsonValue | undefined {
  const reader = new JavaMapReader(text);
  if (!reader.isMap(0)) return undefined;
  const value = reader.map(0);
  return reader.isAtEnd ? value : undefined;
}

class JavaMapReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  /** Whether a map begins here, and no text such as JSON. */
  isMap(at: number): boolean {
    return this.#text[at] === "{" && (this.#text[at + 1] === "}" || this.#memberEnd(at + 1) > 0);
  }

  /** Precondition: {@link isMap}. Undefined when it does not end. */
  map(depth: number): JsonValue | undefined {
    const members = new Map<string, JsonValue>();
    this.#at += 1;
    while (this.#text[this.#at] !== "}") {
      const end = this.#memberEnd(this.#at);
      if (end === 0) return undefined;
      const name = this.#text.slice(this.#at, end - 1);
      this.#at = end;
      const value = this.#value("}", depth + 1);
      if (value === undefined) return undefined;
      if (!members.has(name)) members.set(name, value);
      if (this.#text.startsWith(SEPARATOR, this.#at)) this.#at += SEPARATOR.length;
    }
    this.#at += 1;
    return Object.fromEntries(members);
  }

  #value(close: "}" | "]", depth: number): JsonValue | undefined {
    if (depth > MAX_DEPTH) return undefined;
    if (this.isMap(this.#at)) return this.map(depth);
    if (this.#text[this.#at] === "[") return this.#list(depth);
    const start = this.#at;
    this.#at = this.#endOfText(close);
    const text = this.#text.slice(start, this.#at);
    if (this.isAtEnd) return undefined;
    return text === "null" ? null : text;
  }

  #list(depth: number): JsonValue | undefined {
    const items: JsonValue[] = [];
    this.#at += 1;
    while (this.#text[this.#at] !== "]") {
      const value = this.#value("]", depth + 1);
      if (value === undefined) return undefined;
      items.push(value);
      if (this.#text.startsWith(SEPARATOR, this.#at)) this.#at += SEPARATOR.length;
      else if (this.#text[this.#at] !== "]") return undefined;
    }
    this.#at += 1;
    return items;
  }

  /** A text ends before the next member or item, or where its map or list does; brackets in it are in pairs. */
  #endOfText(close: "}" | "]"): number {
    const open = close === "}" ? "{" : "[";
    let inside = 0;
    for (let at = this.#at; at < this.#text.length; at += 1) {
      const character = this.#text[at];
      if (character === open) inside += 1;
      else if (character === close && inside > 0) inside -= 1;
      else if (inside > 0) continue;
      else if (character === close) return at;
      else if (this.#text.startsWith(SEPARATOR, at) && (close === "]" || this.#memberEnd(at + SEPARATOR.length) > 0)) {
        return at;
      }
    }
    return this.#text.length;
  }

  /** Where the value of a member begins whose name begins here; 0 when none does. */
  #memberEnd(at: number): number {
    MEMBER.lastIndex = at;
    return MEMBER.test(this.#text) ? MEMBER.lastIndex : 0;
  }
}
