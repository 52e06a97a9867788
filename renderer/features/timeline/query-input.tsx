import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";

import { type ResultSet, type Suggestion } from "../../../core/model/timeline.ts";
import { submitQuery, useTimeline } from "../../state/timeline.ts";
import { useTimelineResult } from "../../state/timeline-result.ts";
import { type Loadable, shown, useAsk } from "../../state/use-ask.ts";
import { count } from "../../ui/format.ts";

const HISTORY_SHOWN = 8;
const NOTHING: readonly Suggestion[] = [];

/** The query with what could stand at its cursor; an empty one offers what was asked before. */
export function QueryInput({ answer }: { readonly answer: Loadable<ResultSet> }) {
  const { draft, query, history } = useTimeline();
  const [cursor, setCursor] = useState(0);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const inputRef = useRef<HTMLInputElement>(null);
  const resultId = useTimelineResult((state) => state.result?.resultId ?? null);
  const asked = useAsk("timeline.suggest", open && draft !== "" ? { text: draft, cursor, resultId } : "wait", 0);
  const offered = open && draft !== "" ? (shown(asked) ?? NOTHING) : NOTHING;
  const before = open && draft === "" ? history.slice(0, HISTORY_SHOWN) : [];
  const total = offered.length + before.length;
  const error = answer.state === "failed" && answer.failure.code === "query-syntax" ? answer.failure : undefined;
  const offset = error?.details?.["offset"];
  const at = typeof offset === "number" ? offset : undefined;

  const edit = (text: string, place: number) => {
    useTimeline.setState({ draft: text });
    setCursor(place);
    setChosen(-1);
    setOpen(true);
  };
  const take = (index: number) => {
    const suggestion = offered[index];
    const earlier = before[index - offered.length];
    if (suggestion) {
      const text = `${draft.slice(0, suggestion.from)}${suggestion.text}${draft.slice(suggestion.to)}`;
      const place = suggestion.from + suggestion.text.length;
      edit(text, place);
      requestAnimationFrame(() => inputRef.current?.setSelectionRange(place, place));
    } else if (earlier !== undefined) edit(earlier, earlier.length);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Escape") {
      if (open && total > 0) setOpen(false);
      else event.currentTarget.blur();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      if (total > 0)
        setChosen(
          (index) =>
            (index + (event.key === "ArrowDown" ? 1 : total) + (index < 0 && event.key === "ArrowUp" ? 1 : 0)) % total,
        );
    } else if ((event.key === "Enter" || event.key === "Tab") && open && chosen >= 0) {
      event.preventDefault();
      take(chosen);
    }
  };
  return (
    <form
      className="query-input"
      onSubmit={(event) => {
        event.preventDefault();
        setOpen(false);
        submitQuery();
      }}
    >
      <IconSearch size={14} aria-hidden className="text-3" />
      <input
        ref={inputRef}
        id="timeline-query"
        className="mono"
        role="combobox"
        aria-label="Query"
        aria-expanded={open && total > 0}
        aria-controls="query-offers"
        aria-autocomplete="list"
        aria-invalid={error !== undefined}
        aria-activedescendant={chosen >= 0 ? `query-offer-${chosen}` : undefined}
        placeholder='principal:"svc-*" AND outcome:failure, or any words'
        spellCheck={false}
        autoComplete="off"
        value={draft}
        onChange={(event) => edit(event.currentTarget.value, event.currentTarget.selectionStart ?? 0)}
        onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <span className="text-3 size-12 nowrap">
        {answer.state === "ready" && `${count(Math.round(answer.value.milliseconds))} ms`}
        {answer.state === "loading" && "asking…"}
      </span>
      <kbd className="hint">/</kbd>
      <ul
        className="query-offers"
        id="query-offers"
        role="listbox"
        aria-label="What could stand here"
        hidden={total === 0}
      >
        {offered.map((suggestion, index) => (
          <Offer key={`${suggestion.kind}-${suggestion.text}`} index={index} chosen={chosen} onTake={take}>
            <span className="mono grow ellipsis">{suggestion.text}</span>
            <span className="text-3">{suggestion.count === null ? suggestion.kind : count(suggestion.count)}</span>
          </Offer>
        ))}
        {before.map((text, index) => (
          <Offer key={text} index={offered.length + index} chosen={chosen} onTake={take}>
            <span className="mono grow ellipsis">{text}</span>
            <span className="text-3">asked before</span>
          </Offer>
        ))}
      </ul>
      {error && (
        <p className="query-error" role="alert">
          {at !== undefined && draft === query && at >= 0 && at <= query.length && (
            <span className="mono" aria-hidden>
              {query.slice(Math.max(0, at - 24), at)}
              <mark>{query.charAt(at) || "▏"}</mark>
              {query.slice(at + 1, at + 16)}
            </span>
          )}
          {error.message.replace(/^query: /, "")}
        </p>
      )}
    </form>
  );
}

interface OfferProps {
  readonly index: number;
  readonly chosen: number;
  readonly onTake: (index: number) => void;
  readonly children: ReactNode;
}

function Offer({ index, chosen, onTake, children }: OfferProps) {
  return (
    <li
      id={`query-offer-${index}`}
      role="option"
      aria-selected={index === chosen}
      onPointerDown={(event) => {
        // The field keeps the focus.
        event.preventDefault();
        onTake(index);
      }}
    >
      {children}
    </li>
  );
}
