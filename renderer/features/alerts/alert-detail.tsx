import { Button } from "@mantine/core";
import { useState } from "react";

import { type FiredRule } from "../../../core/model/detection.ts";
import { promote, type AlertEntry } from "../../state/alerts.ts";
import { useClock } from "../../state/clock.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { DigestChip } from "../../ui/digest.tsx";
import { Fields } from "../../ui/fields.tsx";
import { counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { AlertReason } from "./alert-reason.tsx";
import { EVENTS_PER_PAGE, FiredEvents } from "./fired-events.tsx";
import { Level } from "./level.tsx";
import { Mute } from "./mute.tsx";
import { shownSpan } from "./shown-time.ts";
import { Why } from "./why.tsx";

/** One rule's hits or one alert: why, on what, and what to do with it. */
export function AlertDetail({ entry }: { readonly entry: AlertEntry }) {
  const { hits } = entry;
  const zone = useClock((clock) => clock.zone);
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
          {hits.firstSeen !== null && `, ${shownSpan(hits.firstSeen, hits.lastSeen ?? hits.firstSeen)} ${zone}`}
        </span>
      </div>
      {hits.muted !== "" && <Notice tone="info">Muted: {hits.muted}</Notice>}
      <p className="description">{hits.description}</p>
      {entry.kind === "alert" && Object.keys(entry.hits.group).length > 0 && (
        <Fields rows={Object.entries(entry.hits.group).map(([name, value]) => [name, value] as const)} />
      )}
      {entry.kind === "alert" && <AlertReason alert={entry.hits.alert} />}
      <Explained entry={entry} />
      <RuleFacts rule={hits} />
      <Mute rule={hits.rule} muted={hits.muted !== ""} />
    </section>
  );
}

/** The events, and why the chosen one fits the rule, or the rules at the bottom of the alert. */
function Explained({ entry }: { readonly entry: AlertEntry }) {
  const { hits } = entry;
  const [page, setPage] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const revision = useSession((session) => session.revision);
  const asked = entry.kind === "hits" ? { rule: hits.rule } : { alert: entry.hits.alert };
  const span = { start: page * EVENTS_PER_PAGE, count: EVENTS_PER_PAGE };
  const events = shown(useAsk("detection.events", { ...asked, ...span }, revision)) ?? [];
  const isAlert = entry.kind === "alert" && events.length > 0;
  const fitted = shown(
    useAsk(
      "detection.fittedRules",
      isAlert ? { alert: entry.hits.alert, seqs: events.map(({ seq }) => seq) } : "wait",
      revision,
    ),
  );
  const explained = events.some(({ seq }) => seq === chosen) ? chosen : (events[0]?.seq ?? null);
  const rules = entry.kind === "hits" ? [hits] : (fitted ?? []).filter(({ seq }) => seq === explained);
  return (
    <FiredEvents
      events={events}
      total={hits.count}
      page={page}
      onPage={setPage}
      explained={explained}
      explanation={
        explained !== null &&
        rules.map(({ rule, title }) => <Why key={rule} rule={rule} title={title} seq={explained} />)
      }
      onExplain={setChosen}
      fitted={entry.kind === "alert" ? (fitted ?? []) : null}
    />
  );
}

function RuleFacts({ rule }: { readonly rule: FiredRule }) {
  const techniques = rule.tags.filter((tag) => tag.startsWith("attack.t")).map((tag) => tag.slice(7).toUpperCase());
  return (
    <>
      <h3 className="label">The rule</h3>
      <Fields
        rows={[
          ["Id", rule.rule],
          ["Version", rule.version || "not given"],
          ["SHA-256", <DigestChip key="hash" digest={rule.hash} />],
          ["Author", rule.author || "not given"],
          ["Licence", rule.license || "not given"],
          ["File", `${rule.file}, line ${rule.line}`],
          ["Techniques", techniques.join(", ") || "none"],
          ["False positives", rule.falsePositives.join("; ") || "none given"],
        ]}
      />
      <pre className="rule-text" tabIndex={0} aria-label="Text of the rule">
        {rule.text}
      </pre>
    </>
  );
}
