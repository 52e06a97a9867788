import { Button } from "@mantine/core";
import { IconTable } from "@tabler/icons-react";

import { type ReplayScript } from "../../../core/model/replay.ts";
import { showScreen } from "../../state/session.ts";
import { clearQuery, useTimeline } from "../../state/timeline.ts";
import { lengthText } from "../../state/clock.ts";
import { count, counted } from "../../ui/format.ts";
import { Notice } from "../../ui/notice.tsx";
import { VerdictBadge } from "../../ui/verdict-badge.tsx";

/** Why the step is here, and the records and verdicts it rests on. */
export function StepCard({ script, step }: { readonly script: ReplayScript; readonly step: number }) {
  const item = script.steps[step];
  if (!item) return null;
  const inferred = script.edges.filter((edge) => edge.steps.includes(step) && edge.rule !== null);
  const gap = script.gaps.find(({ after }) => after === step - 1);
  const [first] = item.citations;
  return (
    <aside className="step-card" aria-label="Why is this step here">
      <h2>Why is this step here</h2>
      <div className="step-body">
        <p className="sentence" role="status">
          {item.sentence}
        </p>
        <dl className="fields">
          <dt>Because</dt>
          <dd>{item.why.join("; ")}</dd>
          {item.comment !== "" && (
            <>
              <dt>Comment</dt>
              <dd>{item.comment}</dd>
            </>
          )}
          <dt>Events</dt>
          <dd>{count(item.events)}</dd>
          {gap && (
            <>
              <dt>Before</dt>
              <dd>no kept event for {lengthText(gap.nanoseconds)}</dd>
            </>
          )}
        </dl>
        {inferred.map((edge) => (
          <p key={`${edge.from}-${edge.to}-${edge.rule}`} className="text-2">
            Dashed: {script.nodes[edge.from]?.label} to {script.nodes[edge.to]?.label}, inferred by rule {edge.rule};
            not accepted by the analyst.
          </p>
        ))}
        {item.verdict === "altered" && (
          <Notice tone="altered">
            This step rests on a record that was changed after signing. It is drawn, and marked, but supports no finding
            of fact.
          </Notice>
        )}
        <h3 className="label">Citations in this frame</h3>
        <ul className="step-citations">
          {item.citations.map((citation) => (
            <li key={citation.seq}>
              <span className="mono">{citation.exhibitItem ?? citation.exhibit}</span>
              <span className="number grow">record {count(citation.seq)}</span>
              <VerdictBadge bare verdict={citation.verdict} />
            </li>
          ))}
        </ul>
        {item.events > item.citations.length && (
          <p className="text-2 size-12">
            and {counted(item.events - item.citations.length, "further event")} of the activity
          </p>
        )}
        {first && (
          <div>
            <Button leftSection={<IconTable size={14} aria-hidden />} onClick={() => showRecord(first.seq)}>
              Show record
            </Button>
          </div>
        )}
      </div>
    </aside>
  );
}

function showRecord(seq: number): void {
  clearQuery();
  useTimeline.setState({ goTo: seq, tab: "proof", inspectorShown: true });
  showScreen("timeline");
}
