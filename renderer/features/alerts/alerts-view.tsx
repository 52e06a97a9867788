import { Checkbox, Select } from "@mantine/core";

import { type DetectionState } from "../../../core/model/detection.ts";
import { append, groupedBy } from "../../../core/model/grouped.ts";
import { entriesOf, useAlerts, type AlertEntry, type AlertGrouping } from "../../state/alerts.ts";
import { useClock } from "../../state/clock.ts";
import { useSession } from "../../state/session.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count, counted } from "../../ui/format.ts";
import { AlertDetail } from "./alert-detail.tsx";
import { Level, levelRank, levelWord } from "./level.tsx";
import { shownDay, shownTime } from "./shown-time.ts";

const GROUPINGS: readonly { readonly value: AlertGrouping; readonly label: string }[] = [
  { value: "level", label: "By severity" },
  { value: "rule", label: "By rule" },
  { value: "principal", label: "By principal" },
  { value: "time", label: "By time" },
];

interface Group {
  readonly name: string;
  readonly entries: readonly AlertEntry[];
}

/** The list of everything that fired, and the one that is looked at. */
export function AlertsView({ state }: { readonly state: DetectionState }) {
  const { grouping, showMuted, technique, selected } = useAlerts();
  const revision = useSession((session) => session.revision);
  useClock((clock) => clock.zone);
  const principals = shown(useAsk("detection.principals", grouping === "principal" ? undefined : "wait", revision));
  const entries = entriesOf(state)
    .filter(({ hits }) => showMuted || hits.muted === "")
    .filter(({ hits }) => technique === null || hits.tags.includes(`attack.${technique.toLowerCase()}`));
  const groups = groupEntries(entries, grouping, principals ?? []);
  const current = entries.find(({ key }) => key === selected) ?? groups[0]?.entries[0];
  const muted = entriesOf(state).filter(({ hits }) => hits.muted !== "").length;
  return (
    <div className="alerts-columns">
      <section className="alerts-list" aria-label="What fired">
        <div className="alerts-tools">
          <Select
            size="xs"
            w={130}
            aria-label="Group"
            data={[...GROUPINGS]}
            value={grouping}
            allowDeselect={false}
            onChange={(value) =>
              useAlerts.setState({ grouping: GROUPINGS.find((item) => item.value === value)?.value ?? "level" })
            }
          />
          <Checkbox
            size="xs"
            label={`Muted, ${count(muted)}`}
            checked={showMuted}
            onChange={(event) => useAlerts.setState({ showMuted: event.currentTarget.checked })}
          />
          {technique !== null && (
            <button type="button" className="link size-12" onClick={() => useAlerts.setState({ technique: null })}>
              {technique} only: show all
            </button>
          )}
        </div>
        <div className="scroll" tabIndex={0} role="group" aria-label="Alerts">
          {groups.map((group) => (
            <div key={group.name}>
              <h2 className="alerts-group label">
                {group.name}, {count(group.entries.length)}
              </h2>
              {group.entries.map((entry) => (
                <Item key={`${group.name}/${entry.key}`} entry={entry} isCurrent={entry.key === current?.key} />
              ))}
            </div>
          ))}
          {state.unlisted.map(({ rule, title, alerts }) => (
            <p key={rule} className="alerts-more size-12 text-2">
              {counted(alerts, "further alert")} of “{title}” not listed here; <code>assay detect --json</code> lists
              every one.
            </p>
          ))}
        </div>
      </section>
      {current ? (
        <AlertDetail key={current.key} entry={current} />
      ) : (
        <p className="panel-body">Nothing to show here.</p>
      )}
    </div>
  );
}

function Item({ entry, isCurrent }: { readonly entry: AlertEntry; readonly isCurrent: boolean }) {
  const { hits } = entry;
  const about =
    entry.kind === "alert"
      ? Object.entries(entry.hits.group)
          .map(([name, value]) => `${name} ${value}`)
          .join(", ")
      : "";
  return (
    <button
      type="button"
      className={`alert-item${hits.muted === "" ? "" : " muted"}`}
      aria-current={isCurrent ? "true" : undefined}
      onClick={() => useAlerts.setState({ selected: entry.key })}
    >
      <Level level={hits.level} />
      <span className="alert-title">{hits.title}</span>
      <span className="size-12 text-2">{count(hits.count)}</span>
      <span className="second">{[shownTime(hits.firstSeen), about].filter(Boolean).join("  ")}</span>
    </button>
  );
}

function groupEntries(
  entries: readonly AlertEntry[],
  grouping: AlertGrouping,
  principals: readonly { readonly key: string; readonly principal: string }[],
): readonly Group[] {
  const byTime = entries.toSorted((one, other) => ((one.hits.firstSeen ?? "") < (other.hits.firstSeen ?? "") ? -1 : 1));
  const groups = new Map<string, AlertEntry[]>();
  const put = (name: string, entry: AlertEntry) => append(groups, name, entry);
  const named = groupedBy(principals, ({ key }) => key);
  for (const entry of byTime) {
    if (grouping === "level") put(levelWord(entry.hits.level), entry);
    else if (grouping === "rule") put(entry.hits.title, entry);
    else if (grouping === "time") put(shownDay(entry.hits.firstSeen), entry);
    else for (const { principal } of named.get(entry.key) ?? []) put(principal, entry);
  }
  const all = [...groups].map(([name, inside]): Group => ({ name, entries: inside }));
  if (grouping === "level") return all.sort((one, other) => rankOf(one) - rankOf(other));
  return grouping === "time" ? all : all.sort((one, other) => one.name.localeCompare(other.name, "en"));
}

function rankOf({ entries }: Group): number {
  return levelRank(entries[0]?.hits.level ?? "");
}
