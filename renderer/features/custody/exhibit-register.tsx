import { type CustodyRegister } from "../../../core/model/custody-register.ts";
import { type Exhibit } from "../../../core/model/exhibit.ts";
import { useIntake } from "../../state/intake.ts";
import { showScreen, useSession } from "../../state/session.ts";
import { DigestFull } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { counted, exactBytes, moment } from "../../ui/format.ts";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { RegisterAnswer } from "./register-answer.tsx";

const NONE: readonly Exhibit[] = [];

/** What was received, when, from whom and how, and its digest on arrival beside the one taken at its source. */
export function ExhibitRegister() {
  const exhibits = useSession((session) => session.caseState?.exhibits ?? NONE);
  if (exhibits.length === 0) return <p className="panel-body size-12 text-2">No evidence was received yet.</p>;
  return (
    <RegisterAnswer>
      {(register) => exhibits.map((exhibit) => <ExhibitItem key={exhibit.id} exhibit={exhibit} register={register} />)}
    </RegisterAnswer>
  );
}

interface ExhibitItemProps {
  readonly exhibit: Exhibit;
  readonly register: CustodyRegister;
}

function ExhibitItem({ exhibit, register }: ExhibitItemProps) {
  const provenance = useSession((session) =>
    session.caseState?.details.provenance.find((item) => item.exhibit === exhibit.id),
  );
  const show = () => {
    useIntake.setState({ exhibit: exhibit.id, check: null });
    showScreen("verify");
  };
  return (
    <section className="register-item" aria-label={`Exhibit ${exhibit.id}`}>
      <div className="row">
        <h2 className="grow ellipsis">
          {exhibit.id} {exhibit.label}
        </h2>
        <VerdictBadge bare verdict={exhibit.verdict} />
        <button type="button" className="link size-12" aria-label={`Verification of ${exhibit.id}`} onClick={show}>
          Verification
        </button>
      </div>
      <Fields
        rows={[
          ["Received", `${moment(exhibit.receivedAt)} UTC`],
          ["From", provenance?.receivedFrom || "not given"],
          ["How", provenance?.receivedHow || "not given"],
          ["Size", exactBytes(exhibit.byteLength)],
          ["SHA-256", <DigestFull key="digest" digest={exhibit.sha256} />],
          ["At its source", <DigestAtSource key="source" taken={exhibit.sha256} stated={provenance?.digestAtSource} />],
          ["Read as", `${exhibit.source.name}, ${counted(exhibit.records, "record")}`],
          ["Diary", counted(register.exhibitEntries[exhibit.id] ?? 0, "entry", "entries")],
        ]}
      />
    </section>
  );
}

interface DigestAtSourceProps {
  readonly taken: string;
  readonly stated: string | undefined;
}

/** Whether the digest that was taken at the source is the one on arrival. */
function DigestAtSource({ taken, stated = "" }: DigestAtSourceProps) {
  if (stated === "") return "none was supplied";
  if (stated === taken) return "the same digest";
  return (
    <>
      <b className="medium tone-altered">another digest</b>
      <br />
      <DigestFull digest={stated} differs />
    </>
  );
}
