import "./groups-panel.css";

import { Button } from "@mantine/core";

import { type ResultSet } from "../../../core/model/timeline.ts";
import { addPin, fragment, useTimeline } from "../../state/timeline.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count, counted } from "../../ui/format.ts";
import { Failed } from "../../ui/states.tsx";

/** The values of one field among the matching events; opening a group pins it. */
export function GroupsPanel({ field, result }: { readonly field: string; readonly result: ResultSet }) {
  const revision = useSession((session) => session.revision);
  const answer = useAsk("timeline.groups", { resultId: result.resultId, field }, revision);
  const facet = shown(answer);
  const most = Math.max(1, ...(facet?.values.map((value) => value.count) ?? []));
  return (
    <section className="groups" aria-label="Groups">
      <div className="row groups-head">
        <h2 className="label grow">
          {facet ? `${counted(facet.values.length, "group")} by ${facet.label}` : "Counting the groups…"}
        </h2>
        <Button variant="subtle" onClick={() => useTimeline.setState({ groupBy: null })}>
          Back to events
        </Button>
      </div>
      {answer.state === "failed" && (
        <Failed doing="grouping the events" failure={answer.failure} safe="The case is unchanged." />
      )}
      <ul>
        {facet?.values.map(({ value, count: events }) => (
          <li key={value ?? ""}>
            <button
              type="button"
              onClick={() => {
                addPin(fragment(field, value));
                useTimeline.setState({ groupBy: null });
              }}
            >
              <span className="number">{count(events)}</span>
              <span className="group-bar">
                <i style={{ width: `${Math.max(1, (events / most) * 100)}%` }} />
              </span>
              <span className="ellipsis grow">{value ?? <span className="text-3">not given</span>}</span>
            </button>
          </li>
        ))}
      </ul>
      {facet && facet.others > 0 && (
        <p className="text-2 size-12">{counted(facet.others, "event")} in further groups</p>
      )}
    </section>
  );
}
