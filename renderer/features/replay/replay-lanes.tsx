import { type Exhibit } from "../../../core/model/exhibit.ts";
import { type ReplayScript } from "../../../core/model/replay.ts";
import { instant } from "../../../core/model/time.ts";
import { clock } from "../../ui/format.ts";
import { laneLetter, laneStyle } from "../../ui/lane.ts";
import { goToStep } from "./replay-state.ts";

interface ReplayLanesProps {
  readonly script: ReplayScript;
  readonly step: number;
  readonly exhibits: readonly Exhibit[];
}

/** One lane per principal; each step a numbered mark at its time. Steps that come are hollow. */
export function ReplayLanes({ script, step, exhibits }: ReplayLanesProps) {
  const [first, last] = [script.steps[0]?.time ?? 0n, script.steps.at(-1)?.until ?? script.steps.at(-1)?.time ?? 1n];
  const span = Math.max(1, Number(last - first));
  const at = (time: bigint) => `${2 + (Number(time - first) / span) * 94}%`;
  return (
    <section className="replay-lanes" aria-label="Lanes">
      {script.lanes.map((lane, index) => {
        const position = exhibits.findIndex(({ id }) => id === lane.exhibit);
        return (
          <div key={lane.name} className="replay-lane" style={laneStyle(position)}>
            <span className="replay-lane-name">
              <span className="text-3">{laneLetter(position)}</span> <span className="ellipsis">{lane.name}</span>
            </span>
            <div className="replay-track">
              {script.steps.map((item, number) =>
                item.lane === index ? (
                  <button
                    key={number}
                    type="button"
                    tabIndex={-1}
                    className={`replay-mark${number === step ? " now" : number < step ? " past" : ""}${item.verdict === "altered" ? " altered" : ""}`}
                    style={{ left: at(item.time) }}
                    title={`${number + 1}: ${clock(instant(item.time))} ${item.title}`}
                    aria-label={`Step ${number + 1}: ${item.title}`}
                    onClick={() => goToStep(number)}
                  >
                    {number + 1}
                  </button>
                ) : null,
              )}
            </div>
          </div>
        );
      })}
    </section>
  );
}
