import { Loader } from "@mantine/core";
import { IconClock, IconPinned, IconSearch, IconX } from "@tabler/icons-react";

import { type ResultSet } from "../../../core/model/timeline.ts";
import { clearQuery, dropPin, setRange, submitQuery, useTimeline } from "../../state/timeline.ts";
import { type Loadable } from "../../state/use-ask.ts";
import { count, rangeText } from "../../ui/format.ts";

export function QueryBar({ answer }: { readonly answer: Loadable<ResultSet> }) {
  const view = useTimeline();
  const pinDraft = () => {
    const text = view.draft.trim();
    if (text !== "") useTimeline.setState({ pins: [...new Set([...view.pins, text])], draft: "", query: "" });
  };
  const anything = view.query !== "" || view.pins.length > 0 || view.range !== null;
  return (
    <div className="query-bar" role="search">
      <form
        className="query-input"
        onSubmit={(event) => {
          event.preventDefault();
          submitQuery();
        }}
      >
        <IconSearch size={14} aria-hidden className="text-3" />
        <input
          id="timeline-query"
          className="mono"
          aria-label="Query"
          placeholder='principal:"svc-*" AND outcome:failure, or any words'
          spellCheck={false}
          autoComplete="off"
          value={view.draft}
          onChange={(event) => useTimeline.setState({ draft: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <span className="text-3 size-12 nowrap">
          {answer.state === "ready" && `${count(Math.round(answer.value.milliseconds))} ms`}
          {answer.state === "loading" && <Loader size={12} aria-label="asking" />}
        </span>
        <kbd className="hint">/</kbd>
      </form>
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
