import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";

import { type DetectionState } from "../../../core/model/detection.ts";
import { entriesOf, exportLayer, useAlerts } from "../../state/alerts.ts";
import { counted } from "../../ui/format.ts";
import { TACTICS, techniqueName } from "./techniques.ts";

interface Cell {
  readonly technique: string;
  readonly rules: ReadonlySet<string>;
  readonly events: number;
}

/** Techniques that rules name which fired, below the tactics that the same rules name. */
export function TechniqueMatrix({ state }: { readonly state: DetectionState }) {
  const columns = columnsOf(state);
  return (
    <div className="matrix-scroll" tabIndex={0} role="group" aria-label="Techniques">
      <div className="row" style={{ marginBottom: 12 }}>
        <span className="text-2 size-12 grow">
          ATT&CK techniques by the tags of the rules that fired. A rule&rsquo;s tag says what such events can be part
          of.
        </span>
        <Button leftSection={<IconDownload size={14} aria-hidden />} onClick={() => void exportLayer()}>
          Navigator layer…
        </Button>
      </div>
      <div className="matrix">
        {columns.map(({ tactic, cells }) => (
          <div className="matrix-tactic" key={tactic}>
            <h2>{tactic}</h2>
            {cells.map((cell) => (
              <button
                type="button"
                className="matrix-cell"
                key={cell.technique}
                onClick={() => useAlerts.setState({ view: "alerts", technique: cell.technique })}
              >
                <b className="mono">{cell.technique}</b>
                <br />
                {techniqueName(cell.technique)}
                {techniqueName(cell.technique) !== "" && <br />}
                <span className="text-2">
                  {counted(cell.rules.size, "rule")}, {counted(cell.events, "event")}
                </span>
              </button>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function columnsOf(state: DetectionState): readonly { readonly tactic: string; readonly cells: readonly Cell[] }[] {
  const entries = entriesOf(state).filter(({ hits }) => hits.muted === "");
  return TACTICS.flatMap(({ tag, name }) => {
    const cells = new Map<string, Cell>();
    for (const { hits } of entries) {
      if (!hits.tags.includes(tag)) continue;
      for (const technique of hits.tags
        .filter((text) => /^attack\.t\d/.test(text))
        .map((text) => text.slice(7).toUpperCase())) {
        const known = cells.get(technique);
        const rules = new Set([...(known?.rules ?? []), hits.rule]);
        cells.set(technique, { technique, rules, events: (known?.events ?? 0) + hits.count });
      }
    }
    const sorted = [...cells.values()].sort((one, other) => (one.technique < other.technique ? -1 : 1));
    return sorted.length === 0 ? [] : [{ tactic: name, cells: sorted }];
  });
}
