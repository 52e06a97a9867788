import { quote } from "../model/problem.ts";
import { encodeUtf8 } from "./utf8.ts";

/** How much of the text a message shows. */
const SHOWN_CHARACTERS = 20;

/** A place in a decoded JSON text; `position` counts UTF-16 units. */
export class JsonCursor {
  position = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.position >= this.#text.length;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.#text[this.position] ?? "";
  }

  /** Passes what the pattern matches here, and returns it; undefined where it does not. Precondition: the pattern is sticky. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const taken = pattern.exec(this.#text)?.[0];
    this.position += taken?.length ?? 0;
    return taken;
  }

  /** Passes this text. @returns whether it stands here. */
  skip(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  /** Passes the white space of RFC 8259 §2. */
  skipWhiteSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.position);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.position += 1;
    }
  }

  /** What stands here, for messages. */
  found(): string {
    if (this.isAtEnd) return "the end of the document";
    return quote(this.#text.slice(this.position, this.position + SHOWN_CHARACTERS));
  }

  /** Bytes before a place. Places are always between characters, so what precedes one is well formed. */
  byteOffset(position: number): number {
    return encodeUtf8(this.#text.slice(0, position)).length;
  }
}
