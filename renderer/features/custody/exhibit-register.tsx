import { type Exhibit } from "../../../core/model/exhibit.ts";
import { useSession } from "../../state/session.ts";
import { DigestFull } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { count, moment } from "../../ui/format.ts";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

const NONE: readonly Exhibit[] = [];

/** What was received, when, and its digest on arrival. */
export function ExhibitRegister() {
  const exhibits = useSession((session) => session.caseState?.exhibits ?? NONE);
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>Evidence register</h2>
        <span className="aside">{exhibits.length}</span>
      </div>
      {exhibits.length === 0 && <p className="panel-body size-12 text-2">No evidence was received yet.</p>}
      {exhibits.map((exhibit) => (
        <div key={exhibit.id} className="register-item">
          <div className="row">
            <b className="medium grow ellipsis">
              {exhibit.id} {exhibit.label}
            </b>
            <VerdictBadge bare verdict={exhibit.verdict} />
          </div>
          <Fields
            rows={[
              ["Received", `${moment(exhibit.receivedAt)} UTC`],
              ["Size", `${count(exhibit.byteLength)} bytes`],
              ["SHA-256", <DigestFull key="digest" digest={exhibit.sha256} />],
            ]}
          />
        </div>
      ))}
    </section>
  );
}
