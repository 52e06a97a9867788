import { Problem } from "../model/problem.ts";

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
  if (isSystemError(error)) {
    const file = typeof error.path === "string" ? { file: error.path } : {};
    return new Problem("machine", `system-${error.code.toLowerCase()}`, systemMessage(error), file, { cause: error });
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Problem("internal", "internal", message, {}, { cause: error });
}

interface SystemError extends Error {
  readonly code: string;
  readonly path?: unknown;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && "code" in error && typeof error.code === "string" && "errno" in error;
}

function systemMessage(error: SystemError): string {
  switch (error.code) {
    case "ENOENT":
      return "no such file or folder";
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "ENOTDIR":
      return "expected a folder, found a file";
    case "EISDIR":
      return "expected a file, found a folder";
    case "ENOSPC":
      return "no space left on the disk";
    case "EROFS":
      return "the file system is read-only";
    default:
      return error.message;
  }
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
