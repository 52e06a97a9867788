import { Problem } from "../model/problem.ts";

/**
 * The problem of a query that does not parse: `offset` is the position, in UTF-16 code units, of the first character that
 * does not fit. People read of it as the character after so many.
 */
export function querySyntaxProblem(offset: number, expected: string, found: string): Problem {
  const message = `query: expected ${expected}, found ${found} at character ${offset + 1}`;
  return new Problem("usage", "query-syntax", message, { offset, expected, found });
}
