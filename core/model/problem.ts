/**
 * What kind of wrong a problem is; it decides the process exit code (docs/verdicts.md).
 * `refused` is about the content of evidence (it exists but is nothing we open); the others are about the command,
 * the completeness of what a human must give, our own fault, or the machine.
 */
export type ProblemKind = "refused" | "usage" | "not-ready" | "internal" | "machine" | "cancelled";

const EXIT_CODES: Record<ProblemKind, number> = {
  refused: 3,
  usage: 64,
  "not-ready": 65,
  internal: 70,
  machine: 74,
  cancelled: 130,
};

/** Where a problem is, and what was expected and found there. Texts from evidence are already escaped and cut. */
export interface ProblemDetails {
  readonly file?: string;
  readonly line?: number;
  readonly offset?: number;
  readonly expected?: string;
  readonly found?: string;
}

/**
 * Bad input or a bad machine: thrown, never a verdict. `code` is stable kebab-case; `message` says what was being
 * done, what was expected and what was found, in lower case without a full stop.
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly kind: ProblemKind;
  readonly code: string;
  readonly details: ProblemDetails;

  constructor(kind: ProblemKind, code: string, message: string, details: ProblemDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.code = code;
    this.details = details;
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}

/** The problem of work that its user stopped. */
export function cancelledProblem(): Problem {
  return new Problem("cancelled", "cancelled", "cancelled; the case is as it was");
}

/** Throws the `cancelled` problem when the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelledProblem();
}

const QUOTED_TEXT_LIMIT = 80;

/** Evidence text made safe to show in a message: JSON-escaped, without control or direction characters, at most 80 characters. */
export function quote(text: string): string {
  return quoteWhole(text.length > QUOTED_TEXT_LIMIT ? `${text.slice(0, QUOTED_TEXT_LIMIT)}…` : text);
}

/** As {@link quote}, of a text that must be read to its end, such as an identity. */
export function quoteWhole(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
