import { create } from "zustand";

import { type ToldShare } from "./steady-share.ts";
import { useTimeline, type TimelineView } from "./timeline.ts";

type Question = Pick<
  TimelineView,
  "draft" | "query" | "pins" | "range" | "hideLogRecords" | "foldCopies" | "sort" | "foldActivities"
>;

interface QueryJob extends ToldShare {
  /** The question that was answered last; null while none was. */
  readonly answered: Question | null;
}

/** The question to the timeline that is on its way, and the one to go back to. */
export const useQueryJob = create<QueryJob>(() => ({ share: 0, began: 0, told: 0, answered: null }));

export function beginQuestion(): void {
  const began = performance.now();
  useQueryJob.setState({ share: 0, began, told: began });
}

export function tellShare({ share }: { readonly share: number }): void {
  if (share > useQueryJob.getState().share) useQueryJob.setState({ share, told: performance.now() });
}

/** The view as it is now has its answer. */
export function rememberAnswered(): void {
  const { draft, query, pins, range, hideLogRecords, foldCopies, sort, foldActivities } = useTimeline.getState();
  useQueryJob.setState({ answered: { draft, query, pins, range, hideLogRecords, foldCopies, sort, foldActivities } });
}

/** Whether what the view asks is what was answered last. */
export function isAnswered(view: Question, answered: Question | null): boolean {
  return answered !== null && keyOf(view) === keyOf(answered);
}

function keyOf({ query, pins, range, hideLogRecords, foldCopies, sort, foldActivities }: Question): string {
  const bounds = range && [range.from.toString(), range.to.toString()];
  return JSON.stringify([query, pins, bounds, hideLogRecords, foldCopies, sort, foldActivities]);
}

/** Gives up the question on its way: the view asks again what was answered last, which the worker still has. */
export function cancelQuestion(): void {
  const { answered } = useQueryJob.getState();
  if (answered) useTimeline.setState(answered);
}
