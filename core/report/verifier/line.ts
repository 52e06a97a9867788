type Outcome = "pass" | "fail" | "open";

/** One line of the result. `open` is what this page cannot decide. */
export interface Line {
  readonly outcome: Outcome;
  readonly name: string;
  readonly text: string;
}

export function pass(name: string, message: string): Line {
  return { outcome: "pass", name, text: message };
}

export function fail(name: string, message: string): Line {
  return { outcome: "fail", name, text: message };
}

export function open(name: string, message: string): Line {
  return { outcome: "open", name, text: message };
}

/** More lines of one kind say nothing new, and a hostile package could make the page endless. */
export const MAX_FAULTS = 100;
