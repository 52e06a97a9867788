import { Button } from "@mantine/core";
import { useState } from "react";

import { type EventRow } from "../../../core/model/event.ts";
import { formatInstant } from "../../../core/model/time.ts";
import { promote, type AlertEntry } from "../../state/alerts.ts";
import { showScreen, useSession } from "../../state/session.ts";
import { clearQuery, useTimeline } from "../../state/timeline.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { DigestChip } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { count, counted, moment } from "../../ui/format.ts";
import { NameText } from "../../ui/name-text.tsx";
import { Notice } from "../../ui/notice.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { Level } from "./level.tsx";
import { Mute } from "./mute.tsx";
import { Why } from "./why.tsx";

const PAGE = 50;

/** One rule's hits or one alert: why, on what, and what to do with it. */
export function AlertDetail({ entry }: { readonly entry: AlertEntry }) {
  const { hits } = entry;
  const [page, setPage] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const revision = useSession((session) => session.revision);
  const asked = entry.kind === "hits" ? { rule: hits.rule } : { alert: entry.hits.alert };
  const events = shown(useAsk("detection.events", { ...asked, start: page * PAGE, count: PAGE }, revision)) ?? [];
  const explained = chosen ?? events[0]?.seq ?? null;
  return (
    <section className="alert-detail" aria-label="Alert">
      <div className="row">
        <h2 className="grow">{hits.title}</h2>
        <Button variant="filled" onClick={() => void promote(entry)}>
          Make a finding…
        </Button>
      </div>
      <div className="row">
        <Level level={hits.level} />
        <span className="text-2 size-12">
          {counted(hits.count, "event")}
          {hits.firstSeen !== null && `, ${moment(hits.firstSeen)} to ${moment(hits.lastSeen ?? hits.firstSeen)} UTC`}
        </span>
      </div>
      {hits.muted !== "" && <Notice tone="info">Muted: {hits.muted}</Notice>}
      <p className="description">{hits.description}</p>
      {entry.kind === "alert" && Object.keys(entry.hits.group).length > 0 && (
        <Fields rows={Object.entries(entry.hits.group).map(([name, value]) => [name, value] as const)} />
      )}
      <Events
        events={events}
        total={hits.count}
        page={page}
        onPage={setPage}
        explained={entry.kind === "hits" ? explained : null}
        onExplain={setChosen}
      />
      {entry.kind === "hits" && explained !== null && <Why rule={hits.rule} seq={explained} />}
      <h3 className="label">The rule</h3>
      <Fields
        rows={[
          ["Id", hits.rule],
          ["Version", hits.version || "not given"],
          ["SHA-256", <DigestChip key="hash" digest={hits.hash} />],
          ["Author", hits.author || "not given"],
          ["Licence", hits.license || "not given"],
          ["File", `${hits.file}, line ${hits.line}`],
          [
            "Techniques",
            hits.tags
              .filter((tag) => tag.startsWith("attack.t"))
              .map((tag) => tag.slice(7).toUpperCase())
              .join(", ") || "none",
          ],
          ["False positives", hits.falsePositives.join("; ") || "none given"],
        ]}
      />
      <pre className="rule-text" tabIndex={0} aria-label="Text of the rule">
        {hits.text}
      </pre>
      <Mute rule={hits.rule} muted={hits.muted !== ""} />
    </section>
  );
}

interface EventsProps {
  readonly events: readonly EventRow[];
  readonly total: number;
  readonly page: number;
  readonly onPage: (page: number) => void;
  readonly explained: number | null;
  readonly onExplain: (seq: number) => void;
}

function Events({ events, total, page, onPage, explained, onExplain }: EventsProps) {
  const open = (seq: number) => {
    clearQuery();
    useTimeline.setState({ goTo: seq, foldCopies: false, inspectorShown: true });
    showScreen("timeline");
  };
  return (
    <div>
      <div className="row">
        <h3 className="label grow">
          Events, {count(page * PAGE + 1)} to {count(Math.min(total, (page + 1) * PAGE))} of {count(total)}
        </h3>
        <Button size="compact-xs" variant="subtle" disabled={page === 0} onClick={() => onPage(page - 1)}>
          Before
        </Button>
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={(page + 1) * PAGE >= total}
          onClick={() => onPage(page + 1)}
        >
          Next
        </Button>
      </div>
      <table className="table cited">
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">Recorded time (UTC)</th>
            <th scope="col">Principal</th>
            <th scope="col">Action</th>
            <th scope="col">Address</th>
            <th scope="col">Proof</th>
            {explained !== null && (
              <th scope="col">
                <span className="visually-hidden">Explain</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {events.map((event) => (
            <tr key={event.seq}>
              <td>
                <button type="button" className="link mono" onClick={() => open(event.seq)}>
                  {count(event.seq)}
                </button>
              </td>
              <td className="mono">{event.time === null ? "undated" : moment(formatInstant(event.time))}</td>
              <td className="ellipsis" title={event.principal ?? undefined}>
                <NameText text={event.principal} />
              </td>
              <td>{event.action}</td>
              <td className="mono">{event.address}</td>
              <td>
                <VerdictBadge bare verdict={event.verdict} />
              </td>
              {explained !== null && (
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
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
