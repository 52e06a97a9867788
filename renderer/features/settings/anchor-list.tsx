import { type Anchor } from "../../../core/model/anchor.ts";
import { saveSignedStates } from "../../state/verify-acts.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { DigestChip } from "../../ui/digest.tsx";
import { counted, moment } from "../../ui/format.ts";
import { FailureNote } from "../../ui/states.tsx";

/** States listed, the newest first. */
const SHOWN = 100;

/** Signed states that were seen under pinned keys: what a later, older or other export is held against. */
export function AnchorList() {
  const revision = useSession((session) => session.revision);
  const answer = useAsk("anchors.list", undefined, revision);
  const anchors = shown(answer);
  return (
    <section className="panel" aria-label="Signed states seen">
      <div className="panel-head">
        <h2>Signed states seen</h2>
        <span className="aside">{anchors && `${counted(anchors.length, "state")}, kept outside every case`}</span>
        {anchors && anchors.length > 0 && (
          <span className="end size-12">
            <button type="button" className="link" onClick={() => void saveSignedStates()}>
              Export
            </button>
          </span>
        )}
      </div>
      {answer.state === "failed" && (
        <div className="panel-body">
          <FailureNote failure={answer.failure} />
        </div>
      )}
      {!anchors && answer.state === "loading" && <p className="panel-body size-12 text-2">Reading the states.</p>}
      {anchors?.length === 0 && (
        <p className="panel-body size-12 text-2">
          None yet. Every verification under a pinned key leaves one; an export that goes back behind it, or tells
          another history, is then found.
        </p>
      )}
      {anchors && anchors.length > 0 && (
        <div className="anchor-list" tabIndex={0} role="region" aria-label="States">
          <table className="table size-12">
            <thead>
              <tr>
                <th scope="col">Of</th>
                <th scope="col" className="right">
                  Reaches to
                </th>
                <th scope="col">Digest</th>
                <th scope="col">Seen</th>
              </tr>
            </thead>
            <tbody>
              {anchors
                .slice(-SHOWN)
                .reverse()
                .map((anchor) => (
                  <AnchorRow key={`${anchor.identity} ${anchor.position} ${anchor.digest}`} anchor={anchor} />
                ))}
            </tbody>
          </table>
          {anchors.length > SHOWN && (
            <p className="panel-body size-12 text-2">
              and {counted(anchors.length - SHOWN, "earlier state")}: “assay anchor list” prints all
            </p>
          )}
        </div>
      )}
    </section>
  );
}

function AnchorRow({ anchor: { kind, identity, position, digest, seenAt } }: { readonly anchor: Anchor }) {
  return (
    <tr>
      <td className="ellipsis" title={identity}>
        {identity.split("\n")[0]}
      </td>
      <td className="right number">
        {kind === "log" ? counted(position, "record") : moment(new Date(position).toISOString())}
      </td>
      <td>
        <DigestChip digest={digest} />
      </td>
      <td className="number">{moment(seenAt)}</td>
    </tr>
  );
}
