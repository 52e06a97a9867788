import { type AlertExplanation, type AlertPart, type DatedEvent } from "../../../core/model/detection.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { Fields } from "../../ui/fields.tsx";
import { count } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { EventLink } from "./event-link.tsx";
import { shownTime } from "./shown-time.ts";

/** Why a correlation alerts: what it asks for, where that was first met, and the rules that it rests on. */
export function AlertReason({ alert }: { readonly alert: number }) {
  const revision = useSession((session) => session.revision);
  const answer = useAsk("detection.explainAlert", { alert }, revision);
  if (answer.state === "failed") return <Notice tone="info">{answer.failure.message}</Notice>;
  const reason = shown(answer);
  return reason ? <Reason reason={reason} /> : null;
}

function Reason({ reason: { asked, met, first, last, ordered, parts } }: { readonly reason: AlertExplanation }) {
  const isStaged = parts.some(({ stage }) => stage !== null);
  return (
    <div className="column" style={{ gap: 6 }}>
      <h3 className="label">Why it fired</h3>
      <Fields
        rows={[
          ["The rule asks for", asked],
          [
            "First met by",
            <span key="met">
              {met}, from <At event={first} /> to <At event={last} />
            </span>,
          ],
        ]}
      />
      <table className="table reason">
        <thead>
          <tr>
            {ordered && <th scope="col">Order</th>}
            <th scope="col">Rests on</th>
            <th scope="col" className="right">
              Events of it
            </th>
            {isStaged && <th scope="col">Met by event</th>}
          </tr>
        </thead>
        <tbody>
          {parts.map((part, index) => (
            <Part key={index} part={part} order={ordered ? index + 1 : null} isStaged={isStaged} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface PartProps {
  readonly part: AlertPart;
  /** From 1; null where the rules fire in any order. */
  readonly order: number | null;
  readonly isStaged: boolean;
}

function Part({ part: { title, kind, events, stage }, order, isStaged }: PartProps) {
  return (
    <tr>
      {order !== null && <td className="number">{order}</td>}
      <td>
        {title}
        {kind === "correlation" && <span className="text-3"> correlation</span>}
      </td>
      <td className="right number">{count(events)}</td>
      {isStaged && <td>{stage ? <At event={stage} /> : "none in that window"}</td>}
    </tr>
  );
}

function At({ event: { seq, time } }: { readonly event: DatedEvent }) {
  return (
    <>
      <EventLink seq={seq} /> <span className="text-2">{shownTime(time)}</span>
    </>
  );
}
