import "./replay.css";

import { Button } from "@mantine/core";
import { useEffect } from "react";

import { type Exhibit } from "../../../core/model/exhibit.ts";
import { type ReplayScript } from "../../../core/model/replay.ts";
import { instant } from "../../../core/model/time.ts";
import { showScreen, useSession } from "../../state/session.ts";
import { useClock } from "../../state/clock.ts";
import { shown, useAsk } from "../../state/use-ask.ts";
import { clock, fraction, longDate } from "../../ui/format.ts";
import { Empty, Failed } from "../../ui/states.tsx";
import { Chapters } from "./chapters.tsx";
import { ReplayLanes } from "./replay-lanes.tsx";
import { runReplay, useReplay } from "./replay-state.ts";
import { Stage } from "./stage.tsx";
import { StepCard } from "./step-card.tsx";
import { Transport } from "./transport.tsx";

const NO_EXHIBITS: readonly Exhibit[] = [];

/** The kept events in their order: recorded facts only, each with its record and verdict. */
export function ReplayScreen() {
  const revision = useSession((session) => session.revision);
  const answer = useAsk("replay.read", undefined, revision);
  const script = shown(answer);
  useEffect(() => {
    const steps = script?.steps.length ?? 0;
    useReplay.setState((view) => ({
      script: script ?? null,
      steps,
      ...(script && { step: Math.max(0, Math.min(view.step, steps - 1)) }),
    }));
  }, [script]);
  if (answer.state === "failed") {
    return <Failed doing="reading the replay" failure={answer.failure} safe="The case is unchanged." />;
  }
  if (!script) return <p className="panel-body text-2 size-12">Reading what was kept…</p>;
  if (script.steps.length === 0) {
    return (
      <>
        <h1 className="visually-hidden">Replay</h1>
        <Empty title="0 steps" action={<Button onClick={() => showScreen("timeline")}>Go to the timeline</Button>}>
          A replay is made of kept events, activities and cited records. Keep events with <kbd>s</kbd> or group them
          with <kbd>g</kbd> on the timeline.
        </Empty>
      </>
    );
  }
  return <Playing script={script} />;
}

function Playing({ script }: { readonly script: ReplayScript }) {
  const { step: wanted, playing, mode, speed } = useReplay();
  const exhibits = useSession((session) => session.caseState?.exhibits ?? NO_EXHIBITS);
  const step = Math.min(wanted, script.steps.length - 1);
  useEffect(() => (playing ? runReplay(script) : undefined), [playing, step, mode, speed, script]);
  return (
    <div className="replay">
      <h1 className="visually-hidden">Replay</h1>
      <Chapters script={script} step={step} />
      <div className="replay-middle">
        <StepHead script={script} step={step} />
        <Stage script={script} step={step} exhibits={exhibits} />
        <p className="replay-legend text-2 size-12">
          <i className="solid" /> recorded <i className="dashed" /> inferred, rule named <i className="active" /> this
          step
          <span className="text-3">Shows recorded events only; an account is not a person.</span>
          {script.leftOut > 0 && (
            <span>{script.leftOut} kept events are undated or beyond the limit and left out.</span>
          )}
        </p>
        <ReplayLanes script={script} step={step} exhibits={exhibits} inTime={mode === "real"} />
        <Transport script={script} />
      </div>
      <StepCard script={script} step={step} />
    </div>
  );
}

function StepHead({ script, step }: { readonly script: ReplayScript; readonly step: number }) {
  const { zone, offsets } = useClock();
  const item = script.steps[step];
  if (!item) return null;
  const time = instant(item.time);
  const shifted = offsets.has(script.lanes[item.lane]?.exhibit ?? "");
  return (
    <header className="replay-head">
      <div className="grow">
        <p className="text-2 size-12">
          Step {step + 1} of {script.steps.length}, chapter {item.chapter + 1} {script.chapters[item.chapter]?.title}
        </p>
        <h2 title={`${script.lanes[item.lane]?.name ?? ""}: ${item.title}`}>
          {script.lanes[item.lane]?.name}: {item.title}
        </h2>
      </div>
      <div className="replay-clock">
        <p>
          {clock(time)}
          <span className="text-3">{fraction(time)}</span>
        </p>
        <p className="text-2 size-12">
          {shifted ? "shown time" : "recorded time"}, {zone}, {longDate(time)}
        </p>
      </div>
    </header>
  );
}
