import { type Check } from "../model/verdict.ts";
import { importedByOthers } from "./import-version.ts";
import { type ReportInput } from "./report-input.ts";

/** What no check of this program shows. Printed in every report, whatever the result. */
const NOT_VERIFIED = [
  "that the recorded events are true",
  "that every act was recorded",
  "that the recorded times are correct: the clock of the source was not examined",
  "which person used an account, a key or a token",
  "who held the key that signed the log before the export",
  "events before the first and after the last signed state of a log",
  "that the bundles received are the only exports",
  "the integrity of the examiner’s workstation",
  "the time of signing of this report: it is the workstation’s own clock, unless a time stamp is added later",
] as const;

/** What no check shows, and what this package withholds. Never empty. */
export function beyondChecks(input: ReportInput): readonly string[] {
  return [...NOT_VERIFIED, ...uncomparedRows(input), ...redactions(input)];
}

/** A check that came to no answer, and why: there was nothing to check, or no way to. */
export interface OpenCheck {
  readonly exhibit: string;
  readonly check: Check;
}

/** The checks of the case that came to no answer. */
export function openChecks({ exhibits }: ReportInput): readonly OpenCheck[] {
  return exhibits.flatMap(({ id, verification }) =>
    verification.checks
      .filter(({ verdict }) => verdict === "not-attempted" || verdict === "not-verifiable")
      .map((check) => ({ exhibit: id, check })),
  );
}

/** Everything that was not verified, a sentence each. Never empty. */
export function notVerified(input: ReportInput): readonly string[] {
  const open = openChecks(input).map(
    ({ exhibit, check: { name, verdict, note } }) => `${exhibit}, ${name}, ${verdict.replace("-", " ")}: ${note}`,
  );
  return [...NOT_VERIFIED, ...open, ...uncomparedRows(input), ...redactions(input)];
}

function uncomparedRows({ exhibits, custody, program }: ReportInput): readonly string[] {
  return [...importedByOthers(exhibits, custody.entries, program.version)].map(
    (id) => `${id}: that its rows hold what its records have: another version of the program imported it`,
  );
}

function redactions({ items }: ReportInput): readonly string[] {
  return items.flatMap(({ item, withheld }) =>
    withheld === null
      ? []
      : [
          `${item}: its content is withheld from this package (${withheld.reason}); digest and proof show that it exists` +
            (withheld.guessable
              ? ". It holds no random salt: who can guess the whole record can confirm the guess"
              : ""),
        ],
  );
}
