import { Problem } from "../model/problem.ts";
import { systemProblem } from "../model/system-problem.ts";

/** The error form of every command with --json. */
export interface ErrorDocument {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly file?: string;
    readonly line?: number;
    readonly offset?: number;
    readonly expected?: string;
    readonly found?: string;
  };
}

/** Any thrown value as a problem: system errors become `machine`, everything unknown is our own fault. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const refused = systemProblem(error);
  if (refused) return refused;
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Problem("internal", "internal", message, {}, { cause: error });
}

/** The problem as the document that --json prints. */
export function errorDocument(problem: Problem): ErrorDocument {
  return { error: { code: problem.code, message: problem.message, ...problem.details } };
}

/** The problem as one line for people: what, and where. */
export function errorText(problem: Problem): string {
  const { file, line, offset, expected, found } = problem.details;
  // Without a file the place is in what was typed, and the message names it.
  const place =
    file === undefined
      ? ""
      : [file, line === undefined ? [] : `line ${line}`, offset === undefined ? [] : `byte ${offset}`]
          .flat()
          .join(", ");
  const difference =
    expected !== undefined && found !== undefined && !problem.message.includes(found)
      ? ` (expected ${expected}, found ${found})`
      : "";
  return `${place ? `${place}: ` : ""}${problem.message}${difference} [${problem.code}]`;
}
