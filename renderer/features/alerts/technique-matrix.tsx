import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";

import { type DetectionState, type TacticColumn } from "../../../core/model/detection.ts";
import { exportLayer, useAlerts } from "../../state/alerts.ts";
import { count, counted } from "../../ui/format.ts";

/** Techniques that the rules name, below the tactics that the same rules name; those that fired lead to what did. */
export function TechniqueMatrix({ state }: { readonly state: DetectionState }) {
  return (
    <div className="matrix-scroll" tabIndex={0} role="group" aria-label="Techniques">
      <div className="row" style={{ marginBottom: 12 }}>
        <span className="text-2 size-12 grow">
          Every ATT&CK technique that the rules of the last run name. A rule&rsquo;s tag says what such events can be
          part of; no mark means that no rule fired, not that nothing happened.
        </span>
        <Button leftSection={<IconDownload size={14} aria-hidden />} onClick={() => void exportLayer()}>
          Navigator layer…
        </Button>
      </div>
      <div className="matrix">
        {state.matrix.map(({ tactic, techniques }) => (
          <div className="matrix-tactic" key={tactic}>
            <h2>{tactic}</h2>
            {techniques.map((technique) => (
              <Cell key={technique.id} technique={technique} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function Cell({
  technique: { id, name, rules, fired, events },
}: {
  readonly technique: TacticColumn["techniques"][number];
}) {
  const text = (
    <>
      <b className="mono">{id}</b>
      {name !== "" && <span>{name}</span>}
      <span className="text-2">
        {fired === 0
          ? `${counted(rules, "rule")}, none fired`
          : `${count(fired)} of ${counted(rules, "rule")}, ${counted(events, "hit")}`}
      </span>
    </>
  );
  if (fired === 0) return <div className="matrix-cell idle">{text}</div>;
  return (
    <button type="button" className="matrix-cell" onClick={() => useAlerts.setState({ view: "alerts", technique: id })}>
      {text}
    </button>
  );
}
