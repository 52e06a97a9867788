import { create } from "zustand";

import { useTimeline, type TimelineView } from "./timeline.ts";

type Question = Pick<
  TimelineView,
  "draft" | "query" | "pins" | "range" | "hideLogRecords" | "foldCopies" | "sort" | "foldActivities"
>;

interface QueryJob {
  /** How much of the question on its way is done, 0 to 1. */
  readonly share: number;
  /** The question that was answered last; null while none was. */
  readonly answered: Question | null;
}

/** The question to the timeline that is on its way, and the one to go back to. */
export const useQueryJob = create<QueryJob>(() => ({ share: 0, answered: null }));

export function tellShare({ share }: { readonly share: number }): void {
  useQueryJob.setState({ share });
}

/** The view as it is now has its answer. */
export function rememberAnswered(): void {
  const { draft, query, pins, range, hideLogRecords, foldCopies, sort, foldActivities } = useTimeline.getState();
  const answered = { draft, query, pins, range, hideLogRecords, foldCopies, sort, foldActivities };
  useQueryJob.setState({ share: 0, answered });
}

/** Gives up the question on its way: the view asks again what was answered last, which the worker still has. */
export function cancelQuestion(): void {
  const { answered } = useQueryJob.getState();
  if (answered) useTimeline.setState(answered);
}
