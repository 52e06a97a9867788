import "./query-bar.css";

import { IconClock, IconDatabaseSearch, IconFileExport, IconPinned, IconX } from "@tabler/icons-react";

import { type ResultSet } from "../../../core/model/timeline.ts";
import { keyLabel } from "../../keys.ts";
import { clearQuery, dropPin, setRange, useTimeline } from "../../state/timeline.ts";
import { type Loadable } from "../../state/use-ask.ts";
import { rangeText } from "../../ui/format.ts";
import { offsetWords, useClock } from "../../state/clock.ts";
import { QueryInput } from "./query-input.tsx";
import { ViewsMenu } from "./views-menu.tsx";

export function QueryBar({ answer }: { readonly answer: Loadable<ResultSet> }) {
  const view = useTimeline();
  const offsets = useClock((clock) => clock.offsets);
  const pinDraft = () => {
    const text = view.draft.trim();
    if (text !== "") useTimeline.setState({ pins: [...new Set([...view.pins, text])], draft: "", query: "" });
  };
  const anything = view.query !== "" || view.pins.length > 0 || view.range !== null;
  return (
    <div className="query-bar" role="search">
      <QueryInput answer={answer} />
      {view.range && (
        <span className="pin time">
          <IconClock size={14} aria-hidden />
          <span className="ellipsis">{rangeText(view.range.from, view.range.to)}</span>
          <DropButton label="Drop the time pin" onClick={() => setRange(null)} />
        </span>
      )}
      {view.hideLogRecords && (
        <span className="pin">
          not log records
          <DropButton
            label="Show the log’s own records"
            onClick={() => useTimeline.setState({ hideLogRecords: false })}
          />
        </span>
      )}
      {view.foldCopies && (
        <span className="pin">
          copies folded
          <DropButton label="Show every copy of a record" onClick={() => useTimeline.setState({ foldCopies: false })} />
        </span>
      )}
      {view.sort && (
        <span className="pin">
          by {view.sort.field}
          {view.sort.descending ? ", falling" : ""}
          <DropButton label="In order of time again" onClick={() => useTimeline.setState({ sort: null })} />
        </span>
      )}
      {!view.foldActivities && (
        <span className="pin">
          activities open
          <DropButton label="Fold the activities" onClick={() => useTimeline.setState({ foldActivities: true })} />
        </span>
      )}
      {[...offsets.values()].map((offset) => (
        <button
          key={offset.exhibit}
          type="button"
          className="pin"
          title={`Times of this source are shown with a clock offset; the records keep theirs. ${offsetWords(offset)}`}
          onClick={() => useClock.setState({ open: true })}
        >
          <IconClock size={14} aria-hidden />
          <span className="ellipsis">{offsetWords(offset)}</span>
        </button>
      ))}
      {view.pins.map((pin) => (
        <span key={pin} className="pin">
          <span className="ellipsis">{pin}</span>
          <DropButton label={`Drop the pin ${pin}`} onClick={() => dropPin(pin)} />
        </span>
      ))}
      {view.draft.trim() !== "" && (
        <button type="button" className="quiet-act" onClick={pinDraft}>
          <IconPinned size={14} aria-hidden />
          Pin
        </button>
      )}
      <span className="grow" />
      <button type="button" className="quiet-act" onClick={() => useTimeline.setState({ exporting: true })}>
        <IconFileExport size={14} aria-hidden />
        Export <kbd className="hint">{keyLabel("mod+e")}</kbd>
      </button>
      <ViewsMenu />
      <button
        type="button"
        className="quiet-act"
        aria-pressed={view.sqlShown}
        onClick={() => useTimeline.setState({ sqlShown: !view.sqlShown })}
      >
        <IconDatabaseSearch size={14} aria-hidden />
        SQL
      </button>
      {anything && (
        <button type="button" className="quiet-act" onClick={clearQuery}>
          Clear all
        </button>
      )}
      {!view.hideLogRecords && (
        <button type="button" className="quiet-act" onClick={() => useTimeline.setState({ hideLogRecords: true })}>
          Hide log records
        </button>
      )}
      {!view.foldCopies && (
        <button type="button" className="quiet-act" onClick={() => useTimeline.setState({ foldCopies: true })}>
          Fold copies
        </button>
      )}
    </div>
  );
}

function DropButton({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <button type="button" aria-label={label} onClick={onClick}>
      <IconX size={14} aria-hidden />
    </button>
  );
}
