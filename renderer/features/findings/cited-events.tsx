import { IconX } from "@tabler/icons-react";

import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count } from "../../ui/format.ts";
import { TimeCell } from "../../ui/time-cell.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

/** Events drawn one by one while a finding is written. */
const SHOWN_EVENTS = 30;

interface CitedEventsProps {
  readonly title?: string;
  readonly events: readonly number[];
  readonly onDrop: (seq: number) => void;
  /** What else can be done with an event. */
  readonly act: { readonly word: string; readonly label: string; readonly run: (seq: number) => void };
}

/** The events a draft cites; their bytes, digests and proofs are fixed when it is saved. */
export function CitedEvents({ title = "Cited events", events, onDrop, act }: CitedEventsProps) {
  return (
    <div>
      <h3 className="label">
        {title}, {count(events.length)}
      </h3>
      <table className="table cited">
        <tbody>
          {events.slice(0, SHOWN_EVENTS).map((seq) => (
            <CitedEvent key={seq} seq={seq} onDrop={onDrop} act={act} />
          ))}
        </tbody>
      </table>
      {events.length > SHOWN_EVENTS && <p className="size-12 text-2">and {count(events.length - SHOWN_EVENTS)} more</p>}
    </div>
  );
}

interface CitedEventProps extends Pick<CitedEventsProps, "onDrop" | "act"> {
  readonly seq: number;
}

function CitedEvent({ seq, onDrop, act }: CitedEventProps) {
  const revision = useSession((session) => session.revision);
  const row = shown(useAsk("event.read", { seq }, revision))?.row;
  const what = [row?.action, row?.resource].filter(Boolean).join(" ");
  return (
    <tr>
      <td className="number">{count(seq)}</td>
      <td>{row && <TimeCell time={row.time} />}</td>
      <td className="ellipsis fill" title={[what, row?.principal].filter(Boolean).join(" ")}>
        {what} <span className="text-2">{row?.principal}</span>
      </td>
      <td>{row && <VerdictBadge bare verdict={row.verdict} />}</td>
      <td className="right">
        <button
          type="button"
          className="link size-12"
          aria-label={`Event ${seq} ${act.label}`}
          onClick={() => act.run(seq)}
        >
          {act.word}
        </button>
      </td>
      <td className="right">
        <button type="button" aria-label={`Do not cite event ${seq}`} onClick={() => onDrop(seq)}>
          <IconX size={14} aria-hidden />
        </button>
      </td>
    </tr>
  );
}
