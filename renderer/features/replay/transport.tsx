import { Button, SegmentedControl, Select } from "@mantine/core";
import {
  IconFileExport,
  IconPhoto,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
} from "@tabler/icons-react";
import { Fragment, useMemo } from "react";

import { REPLAY_MODES, type ReplayScript } from "../../../core/model/replay.ts";
import { lengthText } from "../../state/clock.ts";
import { gapLabels } from "./gap-labels.ts";
import { exportPage, goToStep, SPEEDS, toggleFrame, togglePlay, useReplay } from "./replay-state.ts";

const MODE_WORDS = { step: "Step", real: "Real time", even: "Even spacing" } as const;

/** Place, pace and play; gaps are on the rule with their length. */
export function Transport({ script }: { readonly script: ReplayScript }) {
  const { step, playing, mode, speed } = useReplay();
  const last = script.steps.length - 1;
  const framed = script.steps[step]?.framed ?? false;
  const gaps = useMemo(() => gapLabels(script, lengthText), [script]);
  return (
    <section className="transport" aria-label="Transport">
      <div className="transport-rule">
        <input
          type="range"
          aria-label="Step"
          aria-valuetext={`Step ${step + 1} of ${last + 1}: ${script.steps[step]?.title ?? ""}`}
          min={0}
          max={last}
          value={step}
          onChange={(event) => goToStep(Number(event.currentTarget.value))}
        />
        {gaps.map(({ after, text, tick, middle, line }) => (
          <Fragment key={after}>
            <i className="transport-tick" style={{ left: onRule(tick) }} title={`no kept event for ${text}`} />
            {line !== null && (
              <span className={`transport-gap line-${line}`} style={{ left: onRule(middle) }}>
                {text}
              </span>
            )}
          </Fragment>
        ))}
      </div>
      <div className="row transport-acts">
        <IconButton label="First step" onClick={() => goToStep(0)} Icon={IconPlayerSkipBack} />
        <IconButton label="Previous step" onClick={() => goToStep(step - 1)} Icon={IconPlayerTrackPrev} />
        <Button
          variant="filled"
          leftSection={playing ? <IconPlayerPause size={14} aria-hidden /> : <IconPlayerPlay size={14} aria-hidden />}
          rightSection={<kbd className="on-fill">Space</kbd>}
          onClick={togglePlay}
        >
          {playing ? "Pause" : "Play"}
        </Button>
        <IconButton label="Next step" onClick={() => goToStep(step + 1)} Icon={IconPlayerTrackNext} />
        <IconButton label="Last step" onClick={() => goToStep(last)} Icon={IconPlayerSkipForward} />
        <SegmentedControl
          aria-label="Pace"
          value={mode}
          data={REPLAY_MODES.map((value) => ({ value, label: MODE_WORDS[value] }))}
          onChange={(value) => {
            const chosen = REPLAY_MODES.find((item) => item === value);
            if (chosen) useReplay.setState({ mode: chosen, playing: false });
          }}
        />
        {mode === "real" && (
          <Select
            aria-label="Speed"
            w={80}
            allowDeselect={false}
            data={SPEEDS.map((value) => ({ value: String(value), label: `× ${value}` }))}
            value={String(speed)}
            onChange={(value) => value !== null && useReplay.setState({ speed: Number(value) })}
          />
        )}
        <span className="grow" />
        <Button
          leftSection={<IconPhoto size={14} aria-hidden />}
          title="f puts it in and takes it out"
          aria-pressed={framed}
          onClick={() => void toggleFrame()}
        >
          {framed ? "In the report" : "Frame to report"}
        </Button>
        <Button leftSection={<IconFileExport size={14} aria-hidden />} onClick={() => void exportPage()}>
          Export
        </Button>
      </div>
    </section>
  );
}

/** The middle of the slider's thumb, 16 pixels wide, at a share of the rule. */
function onRule(share: number): string {
  return `calc(8px + (100% - 16px) * ${share})`;
}

interface IconButtonProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly Icon: typeof IconPlayerPlay;
}

function IconButton({ label, onClick, Icon }: IconButtonProps) {
  return (
    <button type="button" className="quiet-act" aria-label={label} title={label} onClick={onClick}>
      <Icon size={16} aria-hidden />
    </button>
  );
}
