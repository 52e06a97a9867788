import { IconX } from "@tabler/icons-react";

import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count } from "../../ui/format.ts";
import { TimeCell } from "../../ui/time-cell.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

/** Events drawn one by one while a finding is written. */
const SHOWN_EVENTS = 30;

interface CitedEventsProps {
  readonly events: readonly number[];
  readonly onDrop: (seq: number) => void;
}

/** The events a draft cites; their bytes, digests and proofs are fixed when it is saved. */
export function CitedEvents({ events, onDrop }: CitedEventsProps) {
  return (
    <div>
      <h3 className="label">Cited events, {count(events.length)}</h3>
      <table className="table cited">
        <tbody>
          {events.slice(0, SHOWN_EVENTS).map((seq) => (
            <CitedEvent key={seq} seq={seq} onDrop={onDrop} />
          ))}
        </tbody>
      </table>
      {events.length > SHOWN_EVENTS && <p className="size-12 text-2">and {count(events.length - SHOWN_EVENTS)} more</p>}
    </div>
  );
}

function CitedEvent({ seq, onDrop }: { readonly seq: number; readonly onDrop: (seq: number) => void }) {
  const revision = useSession((session) => session.revision);
  const row = shown(useAsk("event.read", { seq }, revision))?.row;
  return (
    <tr>
      <td className="number">{count(seq)}</td>
      <td>{row && <TimeCell time={row.time} />}</td>
      <td className="ellipsis">{[row?.action, row?.resource].filter(Boolean).join(" ")}</td>
      <td className="ellipsis text-2">{row?.principal}</td>
      <td>{row && <VerdictBadge bare verdict={row.verdict} />}</td>
      <td className="right">
        <button type="button" aria-label={`Do not cite event ${seq}`} onClick={() => onDrop(seq)}>
          <IconX size={14} aria-hidden />
        </button>
      </td>
    </tr>
  );
}
