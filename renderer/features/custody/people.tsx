import { type CustodyPerson } from "../../../core/model/custody-register.ts";
import { showScreen, useSession } from "../../state/session.ts";
import { ColumnHeads } from "../../ui/column-heads.tsx";
import { DigestChip } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { count, moment } from "../../ui/format.ts";
import { RegisterAnswer } from "./register-answer.tsx";

const COLUMNS = ["Name", "Endorsed by", "Sessions", "Entries", "First entry", "Last entry", "Machines"] as const;
const UNENDORSED = "unendorsed";

/** Who wrote in the diary, and whom the case names. */
export function People() {
  return (
    <RegisterAnswer>
      {({ people }) => (
        <>
          <table className="table size-12" aria-label="People in the diary">
            <ColumnHeads names={COLUMNS} />
            <tbody>
              {people.map((person) => (
                <PersonRow key={`${person.key} ${person.name}`} person={person} />
              ))}
            </tbody>
          </table>
          <NamedPeople />
        </>
      )}
    </RegisterAnswer>
  );
}

function PersonRow({ person }: { readonly person: CustodyPerson }) {
  const { name, key, sessions, entries, firstAt, lastAt, hosts } = person;
  return (
    <tr>
      <td className="medium">{name}</td>
      <td>{key === UNENDORSED ? <span className="text-2">no key</span> : <DigestChip digest={key} />}</td>
      <td className="number">{count(sessions)}</td>
      <td className="number">{count(entries)}</td>
      <td className="number">{moment(firstAt)}</td>
      <td className="number">{moment(lastAt)}</td>
      <td className="mono ellipsis">{hosts.join(", ")}</td>
    </tr>
  );
}

function NamedPeople() {
  const details = useSession((session) => session.caseState?.details);
  if (!details) return null;
  const { examiner, reviewer, requestedBy, provenance } = details;
  const given = (text: string) => (text.trim() === "" ? "not given" : text);
  return (
    <div className="panel-body column" style={{ gap: 8 }}>
      <h2 className="label">Named by the case</h2>
      <Fields
        rows={[
          ["Examiner", given([examiner.name, examiner.role, examiner.employer].filter(Boolean).join(", "))],
          ["Reviewer", given(reviewer)],
          ["Asked by", given(requestedBy)],
          ...provenance.map(
            ({ exhibit, receivedFrom, receivedHow }) =>
              [`${exhibit} from`, given([receivedFrom, receivedHow].filter(Boolean).join(", "))] as const,
          ),
        ]}
      />
      <div>
        <button type="button" className="link size-12" onClick={() => showScreen("case")}>
          Complete the case
        </button>
      </div>
    </div>
  );
}
