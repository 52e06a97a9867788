import { Button } from "@mantine/core";
import { Fragment, type ReactNode } from "react";

import { type FittedRule } from "../../../core/model/detection.ts";
import { type EventRow } from "../../../core/model/event.ts";
import { useClock } from "../../state/clock.ts";
import { count, fullTime } from "../../ui/format.ts";
import { NameText } from "../../ui/name-text.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { EventLink } from "./event-link.tsx";

export const EVENTS_PER_PAGE = 50;

interface FiredEventsProps {
  readonly events: readonly EventRow[];
  readonly total: number;
  readonly page: number;
  readonly onPage: (page: number) => void;
  readonly explained: number | null;
  /** Stands below the event that is explained. */
  readonly explanation: ReactNode;
  readonly onExplain: (seq: number) => void;
  /** The rules at the bottom of an alert that its events fit; null for events of one rule. */
  readonly fitted: readonly FittedRule[] | null;
}

/** The events of a rule or alert, in order of time. */
export function FiredEvents(props: FiredEventsProps) {
  const { events, total, page, onPage, explained, explanation, onExplain, fitted } = props;
  const zone = useClock((clock) => clock.zone);
  return (
    <div>
      <div className="row">
        <h3 className="label grow">
          Events, {count(page * EVENTS_PER_PAGE + 1)} to {count(Math.min(total, (page + 1) * EVENTS_PER_PAGE))} of{" "}
          {count(total)}
        </h3>
        <Button size="compact-xs" variant="subtle" disabled={page === 0} onClick={() => onPage(page - 1)}>
          Before
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={(page + 1) * EVENTS_PER_PAGE >= total}
          onClick={() => onPage(page + 1)}
        >
          Next
        </Button>
      </div>
      <table className="table cited">
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">Recorded time ({zone})</th>
            <th scope="col">Principal</th>
            <th scope="col">Action</th>
            {fitted && <th scope="col">Fits</th>}
            <th scope="col">Address</th>
            <th scope="col">Proof</th>
            <th scope="col">
              <span className="visually-hidden">Explain</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <Fragment key={event.seq}>
              <tr aria-current={event.seq === explained ? "true" : undefined}>
                <td>
                  <EventLink seq={event.seq} />
                </td>
                <td className="mono">{event.time === null ? "undated" : fullTime(event.time)}</td>
                <td className="ellipsis" title={event.principal ?? undefined}>
                  <NameText text={event.principal} />
                </td>
                <td>{event.action}</td>
                {fitted && (
                  <td className="ellipsis" title={titlesOf(fitted, event.seq)}>
                    {titlesOf(fitted, event.seq)}
                  </td>
                )}
                <td className="mono">{event.address}</td>
                <td>
                  <VerdictBadge bare verdict={event.verdict} />
                </td>
                <td className="right">
                  <button
                    type="button"
                    className="link size-12"
                    aria-pressed={event.seq === explained}
                    onClick={() => onExplain(event.seq)}
                  >
                    Why?
                  </button>
                </td>
              </tr>
              {event.seq === explained && (
                <tr className="explanation">
                  <td colSpan={fitted ? 8 : 7}>{explanation}</td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function titlesOf(fitted: readonly FittedRule[], seq: number): string {
  return fitted
    .filter((fit) => fit.seq === seq)
    .map(({ title }) => title)
    .join(", ");
}
