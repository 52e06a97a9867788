import "./inspector.css";

import { Button, Menu } from "@mantine/core";
import { IconClipboardPlus, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";

import { type EventRow } from "../../../core/model/event.ts";
import { type EventDetail, type ResultSet } from "../../../core/model/timeline.ts";
import { type ProofView } from "../../../core/model/proof-view.ts";
import { useSession } from "../../state/session.ts";
import { type InspectorTab, useTimeline } from "../../state/timeline.ts";
import { rowAt, useTimelineResult } from "../../state/timeline-result.ts";
import { type Loadable, shown, useAsk } from "../../state/use-ask.ts";
import { DigestChip } from "../../ui/digest.tsx";
import { offsetWords, shownTime, useClock } from "../../state/clock.ts";
import { bytes, clock, count, counted, fraction, isoDate } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { FailureNote } from "../../ui/states.tsx";
import { ProofPath } from "../../ui/proof-path.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { verdictWord } from "../../../core/model/verdict.ts";
import { EventIdentity } from "./event-identity.tsx";
import { Sentence } from "./sentence.tsx";
import { HistoryTab, NotesTab } from "./notes-tab.tsx";
import { citeSelection, eventsAround } from "./timeline-acts.ts";

const TABS: readonly (readonly [InspectorTab, string])[] = [
  ["fields", "Fields"],
  ["raw", "Raw"],
  ["proof", "Proof"],
  ["notes", "Notes"],
  ["history", "History"],
];

export function Inspector({ result, revision }: { readonly result: ResultSet | null; readonly revision: number }) {
  const focusRow = useTimeline((view) => view.focusRow);
  const focused = useTimelineResult((state) => rowAt(state.pages, focusRow));
  return (
    <aside className="inspector" aria-label="Inspector">
      {result && result.matching > 0 && focused ? (
        <Inspected key={focused.seq} row={focused} revision={revision} />
      ) : (
        <p className="panel-body text-2 size-12">No row is selected.</p>
      )}
    </aside>
  );
}

function Inspected({ row, revision }: { readonly row: EventRow; readonly revision: number }) {
  const tab = useTimeline((view) => view.tab);
  const [again, setAgain] = useState(0);
  const detail = useAsk("event.read", { seq: row.seq }, revision);
  const proof = useAsk("event.prove", tab === "proof" ? { seq: row.seq } : "wait", revision + again);
  return (
    <>
      <div className="inspector-head">
        <div className="row">
          <span className="text-2 grow">Record {count(row.seq)}</span>
          <VerdictBadge verdict={row.verdict === "with-limits" ? "verified-with-limits" : row.verdict} />
        </div>
        <Sentence detail={detail} row={row} />
        <ShiftedTime row={row} />
      </div>
      <div role="tablist" aria-label="Record" className="tabs">
        {TABS.map(([value, title]) => (
          <button
            key={value}
            type="button"
            role="tab"
            id={`tab-${value}`}
            aria-selected={tab === value}
            aria-controls="inspector-panel"
            onClick={() => useTimeline.setState({ tab: value })}
          >
            {title}
          </button>
        ))}
      </div>
      <div className="inspector-body" role="tabpanel" id="inspector-panel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === "fields" && <FieldsTab detail={detail} row={row} />}
        {tab === "raw" && <RawTab detail={detail} row={row} />}
        {tab === "proof" && <ProofTab proof={proof} row={row} />}
        {tab === "notes" && <NotesTab row={row} />}
        {tab === "history" && <HistoryTab row={row} />}
      </div>
      <div className="inspector-foot">
        {tab === "proof" && (
          <Button leftSection={<IconRefresh size={14} aria-hidden />} onClick={() => setAgain((times) => times + 1)}>
            Recompute now
          </Button>
        )}
        <Button
          leftSection={<IconClipboardPlus size={14} aria-hidden />}
          rightSection={<kbd className="hint">e</kbd>}
          onClick={() => void citeSelection()}
        >
          Cite
        </Button>
        <Around row={row} />
      </div>
    </>
  );
}

/** Both times, when the source's clock is shown with an offset. */
function ShiftedTime({ row }: { readonly row: EventRow }) {
  const offset = useClock((clock) => clock.offsets.get(row.exhibit));
  if (!offset || row.time === null) return null;
  const shifted = shownTime(row.time, row.exhibit);
  return (
    <p className="text-2 size-12">
      Shown at{" "}
      <b>
        {isoDate(shifted)} {clock(shifted)}
        {fraction(shifted)}
      </b>
      , recorded at{" "}
      <b>
        {isoDate(row.time)} {clock(row.time)}
        {fraction(row.time)}
      </b>
      : {offsetWords(offset)}
    </p>
  );
}

function Around({ row }: { readonly row: EventRow }) {
  const { time, seq } = row;
  if (time === null) return null;
  return (
    <Menu position="top-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button>Events around</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {[1, 5, 30, 120].map((minutes) => (
          <Menu.Item key={minutes} fz="sm" onClick={() => eventsAround(shownTime(time, row.exhibit), seq, minutes)}>
            {counted(minutes, "minute")} before and after
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function FieldsTab({ detail, row }: { readonly detail: Loadable<EventDetail>; readonly row: EventRow }) {
  if (detail.state === "failed") return <FailureNote failure={detail.failure} />;
  const value = shown(detail);
  if (!value) return <p className="text-2">Reading the record…</p>;
  return (
    <>
      {row.verdict === "altered" && <AsFound />}
      <EventIdentity row={row} />
      <dl className="fields">
        {value.fields.map((field) => (
          <div key={field.name} style={{ display: "contents" }}>
            <dt>{field.name}</dt>
            <dd>{field.value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function AsFound() {
  return (
    <Notice tone="altered">
      Fields <b>as found</b>. This record was changed after signing; the logged text is not known.
    </Notice>
  );
}

function RawTab({ detail, row }: { readonly detail: Loadable<EventDetail>; readonly row: EventRow }) {
  if (detail.state === "failed") return <FailureNote failure={detail.failure} />;
  const value = shown(detail);
  if (!value) return <p className="text-2">Reading the record…</p>;
  return (
    <>
      {row.verdict === "altered" && <AsFound />}
      <dl className="fields">
        <dt>File</dt>
        <dd className="mono">{row.file}</dd>
        <dt>Bytes</dt>
        <dd>
          {count(row.offset)} to {count(row.offset + row.length)}, {bytes(value.rawByteLength)}
        </dd>
        {value.copies > 0 && (
          <>
            <dt>Copies</dt>
            <dd>{counted(value.copies, "further record")} with exactly these bytes</dd>
          </>
        )}
      </dl>
      <pre className="raw">{value.raw}</pre>
      <div>
        <Button onClick={() => void navigator.clipboard.writeText(value.raw)}>Copy</Button>
      </div>
    </>
  );
}

function ProofTab({ proof, row }: { readonly proof: Loadable<ProofView>; readonly row: EventRow }) {
  const exhibit = useSession((session) => session.caseState?.exhibits.find(({ id }) => id === row.exhibit));
  if (proof.state === "failed") return <FailureNote failure={proof.failure} />;
  const value = shown(proof);
  if (!value) return <p className="text-2">Reading the record and walking its proof…</p>;
  const apart = exhibit && exhibit.verdict !== value.verdict && toneMatters(exhibit.verdict);
  return (
    <>
      {apart && (
        <Notice tone="altered">
          {exhibit.id} as a whole is <b>{verdictWord(exhibit.verdict)}</b>. This record’s own proof:{" "}
          <b>{verdictWord(value.verdict)}</b>.
        </Notice>
      )}
      <ProofPath proof={value} />
      {value.chain && (
        <div className="column" style={{ gap: 3 }}>
          <span className="label">Hash chain</span>
          <span className="hash-chain">
            before <DigestChip digest={value.chain.before} /> → <DigestChip digest={value.chain.leaf} /> → after{" "}
            <DigestChip digest={value.chain.after} />
          </span>
        </div>
      )}
      {value.limits !== "" && <Notice tone="info">{value.limits}</Notice>}
    </>
  );
}

function toneMatters(verdict: string): boolean {
  return verdict === "altered" || verdict === "conflict";
}
