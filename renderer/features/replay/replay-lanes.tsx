import { type Exhibit } from "../../../core/model/exhibit.ts";
import { type ReplayScript } from "../../../core/model/replay.ts";
import { instant } from "../../../core/model/time.ts";
import { lengthText } from "../../state/clock.ts";
import { clock } from "../../ui/format.ts";
import { laneLetter, laneStyle } from "../../ui/lane.ts";
import { NameText } from "../../ui/name-text.tsx";
import { goToStep } from "./replay-state.ts";

/** More marks than these beside each other would touch; the lanes then move on with the step. */
const MARKS_SHOWN = 24;

interface ReplayLanesProps {
  readonly script: ReplayScript;
  readonly step: number;
  readonly exhibits: readonly Exhibit[];
  /** Marks lie at their time; otherwise evenly, with a dashed line for each gap. */
  readonly inTime: boolean;
}

/** One lane per principal; each step a numbered mark. Steps that come are hollow. */
export function ReplayLanes({ script, step, exhibits, inTime }: ReplayLanesProps) {
  const from = inTime ? 0 : firstShown(script.steps.length, step);
  const end = inTime ? script.steps.length : Math.min(script.steps.length, from + MARKS_SHOWN);
  const place = inTime ? placesInTime(script) : (number: number) => (number - from + 0.5) / Math.max(8, end - from);
  const at = (number: number) => `${2 + place(number) * 96}%`;
  return (
    <section className="replay-lanes" aria-label="Lanes">
      {script.lanes.map((lane, index) => {
        const position = exhibits.findIndex(({ id }) => id === lane.exhibit);
        return (
          <div key={lane.name} className="replay-lane" style={laneStyle(position)}>
            <span className="replay-lane-name" title={lane.name}>
              <span className="text-3">{laneLetter(position)}</span>
              <span className="ellipsis">
                <NameText text={lane.name} />
              </span>
            </span>
            <div className="replay-track">
              {!inTime &&
                script.gaps.map(({ after, nanoseconds }) =>
                  after >= from && after + 1 < end ? (
                    <span
                      key={after}
                      className="replay-gap"
                      style={{ left: at(after + 0.5) }}
                      title={`no kept event for ${lengthText(nanoseconds)}`}
                    />
                  ) : null,
                )}
              {script.steps.map((item, number) =>
                item.lane === index && number >= from && number < end ? (
                  <button
                    key={number}
                    type="button"
                    tabIndex={-1}
                    className={`replay-mark${number === step ? " now" : number < step ? " past" : ""}${item.verdict === "altered" ? " altered" : ""}`}
                    style={{ left: at(number) }}
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

/** The lanes stand still while all marks fit, and otherwise keep the step in their middle. */
function firstShown(steps: number, step: number): number {
  return Math.max(0, Math.min(steps - MARKS_SHOWN, step - MARKS_SHOWN / 2));
}

/** Shares of the time from the first step to the end of the last. */
function placesInTime({ steps }: ReplayScript): (number: number) => number {
  const last = steps.at(-1);
  const first = steps[0]?.time ?? 0n;
  const span = Math.max(1, Number((last?.until ?? last?.time ?? first) - first));
  return (number) => Number((steps[number]?.time ?? first) - first) / span;
}
