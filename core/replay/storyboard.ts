import { type ReplayCitation, type ReplayScript, type ReplayStep } from "../model/replay.ts";
import { formatInstant, instant } from "../model/time.ts";
import { stageSvg } from "./stage-svg.ts";

/** One page of the story: a chapter, the stage at its end, and each of its steps with what it rests on. */
export interface StoryboardPage {
  readonly title: string;
  readonly technique: string;
  readonly from: string;
  readonly to: string;
  /** The stage at the chapter's last step, as SVG. */
  readonly svg: string;
  readonly steps: readonly StoryboardStep[];
}

interface StoryboardStep {
  /** From 1. */
  readonly number: number;
  readonly time: string;
  readonly sentence: string;
  readonly verdict: ReplayStep["verdict"];
  readonly citations: readonly ReplayCitation[];
  /** Nanoseconds without any kept event after it; null when there is no gap. */
  readonly gapAfter: bigint | null;
}

/** The pages of a replay, one per chapter; the same script gives the same pages. */
export function storyboardOf(script: ReplayScript): readonly StoryboardPage[] {
  return script.chapters.map((chapter) => {
    const steps = script.steps.slice(chapter.first, chapter.end);
    const [first, last] = [steps[0], steps.at(-1)];
    return {
      title: chapter.title,
      technique: chapter.technique,
      from: first ? formatInstant(instant(first.time)) : "",
      to: last ? formatInstant(instant(last.until ?? last.time)) : "",
      svg: stageSvg(script, chapter.end - 1),
      steps: steps.map((step, index) => ({
        number: chapter.first + index + 1,
        time: formatInstant(instant(step.time)),
        sentence: step.sentence,
        verdict: step.verdict,
        citations: step.citations,
        gapAfter: script.gaps.find(({ after }) => after === chapter.first + index)?.nanoseconds ?? null,
      })),
    };
  });
}
