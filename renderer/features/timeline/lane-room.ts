import { type LaneSet } from "../../../core/model/timeline.ts";

/** The most lanes that a question was answered with so far. */
interface LaneRoom {
  readonly question: string;
  /** The answer that was counted last. */
  readonly set: LaneSet | null;
  readonly lanes: number;
}

export const NO_ROOM: LaneRoom = { question: "", set: null, lanes: 0 };

/**
 * The room with an answer counted: a stretch of a result that has fewer lanes takes the same height, another question begins
 * anew. An answer that was counted before says nothing new; it may still be that of the question before.
 */
export function laneRoom(before: LaneRoom, question: string, set: LaneSet): LaneRoom {
  if (set === before.set) return before;
  const lanes = before.question === question ? Math.max(before.lanes, set.lanes.length) : set.lanes.length;
  return { question, set, lanes };
}
