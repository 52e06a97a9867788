import { create } from "zustand";

import { delaysOf, type ReplayMode, type ReplayScript } from "../../../core/model/replay.ts";
import { ask, shell } from "../../case-client.ts";
import { attempt } from "../../state/acts.ts";
import { useSession } from "../../state/session.ts";

interface ReplayView {
  readonly step: number;
  readonly playing: boolean;
  readonly mode: ReplayMode;
  /** How much faster than recorded. */
  readonly speed: number;
  /** How many steps there are, once they are known. */
  readonly steps: number;
  readonly script: ReplayScript | null;
}

export const SPEEDS = [1, 10, 60, 600, 3_600] as const;

/** Where the replay stands. */
export const useReplay = create<ReplayView>(() => ({
  step: 0,
  playing: false,
  mode: "even",
  speed: 60,
  steps: 0,
  script: null,
}));

/** Another case begins at its first step. */
export function followReplay(): void {
  useSession.subscribe(({ caseState }, before) => {
    if (caseState?.label !== before.caseState?.label)
      useReplay.setState({ step: 0, playing: false, steps: 0, script: null });
  });
}

/** Puts the frame of the step into the storyboard of the report, or takes it out again. */
export function toggleFrame(): Promise<void> {
  return attempt("putting the frame into the report", async () => {
    const { script, step } = useReplay.getState();
    const item = script?.steps[step];
    const [first] = item?.citations ?? [];
    if (item && first) await ask("replay.frame", { seq: first.seq, present: !item.framed });
  });
}

export function goToStep(step: number): void {
  useReplay.setState(({ steps }) => ({ step: Math.max(0, Math.min(steps - 1, step)), playing: false }));
}

/** Plays or pauses. By hand, and for those who want no motion, it goes one step on. */
export function togglePlay(): void {
  const { mode, step, steps, playing } = useReplay.getState();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (!playing && (mode === "step" || still)) goToStep(step + 1);
  else useReplay.setState({ playing: !playing && steps > 1, ...(!playing && step >= steps - 1 && { step: 0 }) });
}

/** Runs on from the step it stands at. @returns how to stop. */
export function runReplay(script: ReplayScript): () => void {
  const { mode, speed, step } = useReplay.getState();
  const delay = delaysOf(script, mode, speed)[step] ?? 0;
  const timer = setTimeout(() => {
    useReplay.setState((view) =>
      view.step + 1 >= view.steps ? { playing: false } : { step: view.step + 1, playing: view.step + 2 < view.steps },
    );
  }, delay);
  return () => clearTimeout(timer);
}

/** Writes the replay as a page that plays by itself. */
export function exportPage(): Promise<void> {
  return attempt("exporting the replay", async () => {
    const target = await shell.chooseTarget("export", "replay.html");
    if (target) await ask("replay.export", { grant: target.grant });
  });
}
