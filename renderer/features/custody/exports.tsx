import { EntryTable } from "./entry-table.tsx";
import { RegisterAnswer } from "./register-answer.tsx";

/** Everything that left the case as a file: packages, exports, replays, verification reports. */
export function Exports() {
  return (
    <RegisterAnswer>
      {({ exports }) =>
        exports.length === 0 ? (
          <p className="panel-body size-12 text-2">
            Nothing left this case yet. Packages, exports, replays and saved verifications are listed here with their
            digests.
          </p>
        ) : (
          <EntryTable entries={exports} label="Exports" />
        )
      }
    </RegisterAnswer>
  );
}
