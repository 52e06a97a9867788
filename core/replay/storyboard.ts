import { type Drawing } from "../model/drawing.ts";
import { type ReplayChapter, type ReplayCitation, type ReplayScript, type ReplayStep } from "../model/replay.ts";
import { formatInstant, instant } from "../model/time.ts";
import { frameDrawing } from "./frame-drawing.ts";

/** One page of the story: a chapter as it stands at its end, or a frame that was put into the report, with what it rests on. */
export interface StoryboardPage {
  readonly title: string;
  readonly technique: string;
  readonly from: string;
  readonly to: string;
  /** Stage and lanes at the last step of the page; null where a package withholds a record. */
  readonly drawing: Drawing | null;
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
export function chapterPages(script: ReplayScript): readonly StoryboardPage[] {
  return script.chapters.map((chapter) => pageOf(script, chapter));
}

/** The pages of the report: every chapter, followed by those of its frames that were put there. */
export function storyboardOf(script: ReplayScript): readonly StoryboardPage[] {
  return script.chapters.flatMap((chapter) => {
    const frames = script.steps.flatMap(({ framed }, step) => {
      if (!framed || step < chapter.first || step >= chapter.end) return [];
      return [
        { ...pageOf(script, { ...chapter, first: step, end: step + 1 }), title: `${chapter.title}, frame ${step + 1}` },
      ];
    });
    return [pageOf(script, chapter), ...frames];
  });
}

function pageOf(script: ReplayScript, { title, technique, first, end }: ReplayChapter): StoryboardPage {
  const steps = script.steps.slice(first, end);
  const [begin, last] = [steps[0], steps.at(-1)];
  return {
    title,
    technique,
    from: begin ? formatInstant(instant(begin.time)) : "",
    to: last ? formatInstant(instant(last.until ?? last.time)) : "",
    drawing: frameDrawing(script, end - 1, first),
    steps: steps.map((step, index) => ({
      number: first + index + 1,
      time: formatInstant(instant(step.time)),
      sentence: step.sentence,
      verdict: step.verdict,
      citations: step.citations,
      gapAfter: script.gaps.find(({ after }) => after === first + index)?.nanoseconds ?? null,
    })),
  };
}
