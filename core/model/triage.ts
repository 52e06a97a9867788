/** What the analyst thinks of an event. `undecided` is said of every event until the analyst says otherwise. */
export const MARKS = ["keep", "noise", "undecided"] as const;
export type Mark = (typeof MARKS)[number];

/** How sure the analyst is that the events of an activity are one act. */
export const ACTIVITY_CONFIDENCES = ["possible", "likely", "confirmed"] as const;
export type ActivityConfidence = (typeof ACTIVITY_CONFIDENCES)[number];

/** What the analyst did with one event. Events nothing was done with have none. */
export interface EventTriage {
  readonly seq: number;
  readonly mark: Mark;
  readonly tags: readonly string[];
  /** Empty when there is none. */
  readonly comment: string;
  /** Label of the activity the event is folded into, such as "A-1". */
  readonly activity: string | null;
  readonly flag: string | null;
}

/** A named moment. */
export interface Flag {
  readonly id: number;
  /** Recorded time, nanoseconds since the epoch. */
  readonly time: bigint;
  /** The event it was set on. */
  readonly seq: number | null;
  readonly label: string;
}

/** What a person gives to name an activity. */
export interface ActivityDraft {
  readonly name: string;
  /** An ATT&CK technique id such as "T1078.004", or empty. */
  readonly technique: string;
  readonly confidence: ActivityConfidence;
  readonly note: string;
}

/** Many events folded into one named act. */
export interface Activity extends ActivityDraft {
  readonly id: number;
  /** "A-1" … in the order of making. */
  readonly label: string;
  readonly events: number;
  readonly firstSeq: number;
  /** Recorded times of the first and the last dated event; null when none is dated. */
  readonly first: bigint | null;
  readonly last: bigint | null;
}

/** One act of the analyst on an event, for its history. */
export interface EventAct {
  readonly act: number;
  /** RFC 3339, UTC. */
  readonly at: string;
  /** "marked keep", "tagged exfil", … */
  readonly what: string;
  readonly state: "standing" | "undone" | "dropped";
}

/** How many events carry which marks and tags. */
export interface TriageSummary {
  readonly kept: number;
  readonly noise: number;
  readonly commented: number;
  readonly tags: readonly { readonly tag: string; readonly events: number }[];
}

/** What is added to the recorded times of one exhibit to see them beside others. The records stay as they are. */
export interface ClockOffset {
  /** "X-1" */
  readonly exhibit: string;
  readonly nanoseconds: bigint;
  readonly method: string;
  /** Pairs of records the offset rests on, each first of this exhibit and then of the other one. */
  readonly anchors: readonly (readonly [number, number])[];
}

/** Records of two exhibits that say they are about the same request, and how far apart their clocks put it. */
export interface ClockSuggestion {
  /** To be added to the exhibit's times; the median of the pairs. Null when there are no pairs. */
  readonly nanoseconds: bigint | null;
  /** How far the middle half of the pairs spreads, nanoseconds. */
  readonly spread: bigint;
  readonly pairs: readonly { readonly seq: number; readonly otherSeq: number; readonly difference: bigint }[];
  /** How many pairs there are; `pairs` holds at most 200 of them. */
  readonly found: number;
}

/** A question under a name: its content is the window's own. */
export interface SavedView {
  readonly name: string;
  readonly content: string;
}

/** What undo and redo would do now; null when there is nothing. */
export interface ActHistory {
  readonly undo: string | null;
  readonly redo: string | null;
}
