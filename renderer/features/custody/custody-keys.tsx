import { KeyRegister } from "../keys/key-register.tsx";
import { EntryTable } from "./entry-table.tsx";
import { RegisterAnswer } from "./register-answer.tsx";

/** The examiner's keys, and what was done with keys while this case was open. */
export function CustodyKeys() {
  return (
    <div className="column custody-keys">
      <KeyRegister />
      <section className="panel" aria-label="Key acts of this case">
        <div className="panel-head">
          <h2>Key acts in this case</h2>
          <span className="aside">made, pinned, taken back, replaced, reported</span>
        </div>
        <RegisterAnswer>
          {({ keyActs }) =>
            keyActs.length === 0 ? (
              <p className="panel-body size-12 text-2">None while this case was open.</p>
            ) : (
              <EntryTable entries={keyActs} label="Key acts" />
            )
          }
        </RegisterAnswer>
      </section>
    </div>
  );
}
