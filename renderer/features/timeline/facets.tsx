import "./facets.css";

import { IconStack2 } from "@tabler/icons-react";
import { type KeyboardEvent, type MouseEvent } from "react";

import { type Facet, type ResultSet } from "../../../core/model/timeline.ts";
import { useSession } from "../../state/session.ts";
import { addPin, fragment, useTimeline } from "../../state/timeline.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { count } from "../../ui/format.ts";
import { NameText } from "../../ui/name-text.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";
import { isRowVerdict } from "./row-text.ts";

/** The most frequent values of the matching rows; a click pins one, with Alt everything but it. */
export function Facets({ result }: { readonly result: ResultSet | null }) {
  const revision = useSession((session) => session.revision);
  const answer = useAsk("timeline.facets", result ? { resultId: result.resultId } : "wait", revision);
  const facets = shown(answer)?.filter((facet) => facet.values.some(({ value }) => value !== null));
  return (
    <section className="facets" aria-label="Facets" aria-busy={answer.state === "loading"}>
      {result && answer.state === "loading" && !facets && (
        <p className="panel-body size-12 text-2">Counting the values…</p>
      )}
      {answer.state === "failed" && <p className="panel-body size-12 text-2">{answer.failure.message}</p>}
      {facets?.map((facet) => (
        <FacetBlock key={facet.field} facet={facet} total={result?.matching ?? 0} />
      ))}
    </section>
  );
}

function FacetBlock({ facet, total }: { readonly facet: Facet; readonly total: number }) {
  return (
    <div className="facet">
      <h2 className="label row">
        <span className="grow">{facet.label}</span>
        <button
          type="button"
          className="group-act"
          aria-label={`Group by ${facet.label}`}
          title={`Group by ${facet.label}`}
          onClick={() => useTimeline.setState({ groupBy: facet.field, sqlShown: false })}
        >
          <IconStack2 size={12} aria-hidden />
        </button>
      </h2>
      <ul>
        {facet.values.map(({ value, count: hits }) => (
          <li key={value ?? ""}>
            <FacetValue facet={facet} value={value} hits={hits} total={total} />
          </li>
        ))}
        {facet.others > 0 && (
          <li className="facet-value text-3">
            <span className="ellipsis grow">others</span>
            <span className="number">{count(facet.others)}</span>
          </li>
        )}
      </ul>
    </div>
  );
}

interface FacetValueProps {
  readonly facet: Facet;
  readonly value: string | null;
  readonly hits: number;
  readonly total: number;
}

function FacetValue({ facet, value, hits, total }: FacetValueProps) {
  const pin = (event: MouseEvent | KeyboardEvent) => {
    const wanted = fragment(facet.field, value);
    addPin(event.altKey ? `NOT ${wanted}` : wanted);
  };
  return (
    <button
      type="button"
      className="facet-value"
      title={`${value ?? "not given"}: ${count(hits)} rows; with Alt, all but these`}
      onClick={pin}
    >
      <span className="ellipsis grow">
        {facet.field === "verdict" && value !== null && isRowVerdict(value) ? (
          <VerdictBadge bare verdict={value} />
        ) : value === null ? (
          <span className="text-3">not given</span>
        ) : (
          <NameText text={value} />
        )}
      </span>
      <span className="text-2 number">{count(hits)}</span>
      <i style={{ width: `${Math.max(1, (hits / Math.max(1, total)) * 100)}%` }} />
    </button>
  );
}
