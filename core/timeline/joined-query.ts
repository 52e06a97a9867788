import { Problem, quote } from "../model/problem.ts";
import { parseQuery } from "./query-parse.ts";

/** A query parses or does not whatever moments its relative times stand for. */
const ANY_MOMENTS = { first: 0n, last: 0n, now: 0n };

/**
 * One query of a text and its pins, all of which must hold. Each must parse by itself, so that a parenthesis too many cannot
 * let another out of its own, and so that the place of an error is one in the text that was typed.
 * Throws `query-syntax` (usage); of a pin it names the pin and has no `offset`.
 */
export function joinQueries(text: string, pins: readonly string[]): string {
  if (pins.length === 0) return text;
  parseQuery(text, ANY_MOMENTS);
  for (const pin of pins) assertPin(pin);
  return [text, ...pins]
    .filter((part) => part.trim() !== "")
    .map((part) => `(${part})`)
    .join(" AND ");
}

function assertPin(pin: string): void {
  try {
    parseQuery(pin, ANY_MOMENTS);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { expected = "", found = "" } = error.details;
    const message = `query: in the pin ${quote(pin)}: ${error.message.replace(/^query: /, "")}`;
    throw new Problem("usage", error.code, message, { expected, found });
  }
}
