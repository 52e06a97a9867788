import "./custody.css";

import { type KeyboardEvent } from "react";

import { CUSTODY_TABS, useCustody } from "../../state/custody.ts";
import { ActionLog } from "./action-log.tsx";
import { CustodyKeys } from "./custody-keys.tsx";
import { EntryDetail } from "./entry-detail.tsx";
import { ExhibitRegister } from "./exhibit-register.tsx";
import { Exports } from "./exports.tsx";
import { JournalVerdict } from "./journal-verdict.tsx";
import { People } from "./people.tsx";

export function CustodyScreen() {
  const { tab, chosen } = useCustody();
  return (
    <div className="custody">
      <section className="panel custody-main" aria-label="Custody">
        <CustodyTabs />
        <div
          role="tabpanel"
          id={`custody-panel-${tab}`}
          aria-labelledby={`custody-tab-${tab}`}
          className={tab === "log" ? "custody-log" : "custody-panel"}
          tabIndex={tab === "log" ? -1 : 0}
        >
          {tab === "log" && <ActionLog />}
          {tab === "evidence" && <ExhibitRegister />}
          {tab === "people" && <People />}
          {tab === "keys" && <CustodyKeys />}
          {tab === "exports" && <Exports />}
        </div>
      </section>
      <aside className="custody-side" aria-label="Diary">
        <JournalVerdict />
        {chosen && <EntryDetail entry={chosen} />}
      </aside>
    </div>
  );
}

function CustodyTabs() {
  const tab = useCustody((state) => state.tab);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = CUSTODY_TABS.findIndex(({ id }) => id === tab);
    const next = CUSTODY_TABS[(at + step + CUSTODY_TABS.length) % CUSTODY_TABS.length];
    if (!next) return;
    useCustody.setState({ tab: next.id });
    document.getElementById(`custody-tab-${next.id}`)?.focus();
  };
  return (
    <div className="custody-tabs">
      <h1>Custody</h1>
      <div role="tablist" aria-label="Parts of custody" onKeyDown={onKeyDown}>
        {CUSTODY_TABS.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`custody-tab-${id}`}
            aria-selected={id === tab}
            aria-controls={id === tab ? `custody-panel-${id}` : undefined}
            tabIndex={id === tab ? 0 : -1}
            onClick={() => useCustody.setState({ tab: id })}
          >
            {title}
          </button>
        ))}
      </div>
    </div>
  );
}
