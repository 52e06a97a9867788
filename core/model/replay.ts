import { type RowVerdict } from "./verdict.ts";

/** A record that a step rests on. */
export interface ReplayCitation {
  readonly seq: number;
  readonly exhibit: string;
  readonly file: string;
  readonly verdict: RowVerdict;
  /** "EX-00001" when a finding cites it. */
  readonly exhibitItem: string | null;
}

/** One kept event, or one activity with all its events. Only what records say. */
export interface ReplayStep {
  /** Shown time in nanoseconds: the recorded one with the clock offset of its exhibit. */
  readonly time: bigint;
  /** The last event of an activity; null for a single one. */
  readonly until: bigint | null;
  /** A few words: "keys.create on key-7". */
  readonly title: string;
  /** The whole statement, as a screen reader reads it. */
  readonly sentence: string;
  /** Position of its lane. */
  readonly lane: number;
  readonly chapter: number;
  /** How many events it stands for. */
  readonly events: number;
  readonly failed: boolean;
  /** Why it is here: kept, part of an activity, cited by findings; and what the analyst wrote. */
  readonly why: readonly string[];
  readonly comment: string;
  /** The first records; `events` says how many there are. */
  readonly citations: readonly ReplayCitation[];
  /** The worst verdict of its records. */
  readonly verdict: RowVerdict;
  /** Whether its frame is a picture of the report. */
  readonly framed: boolean;
}

export interface ReplayChapter {
  readonly title: string;
  /** An ATT&CK technique id, or empty. */
  readonly technique: string;
  /** Steps from `first` to before `end`. */
  readonly first: number;
  readonly end: number;
}

/** Time without any step, never hidden. */
export interface ReplayGap {
  /** It lies after this step. */
  readonly after: number;
  readonly nanoseconds: bigint;
}

export interface ReplayLane {
  readonly name: string;
  /** The exhibit that gives it its colour. */
  readonly exhibit: string;
}

/** A box of the stage. Positions count columns and rows from 0. */
export interface ReplayNode {
  readonly label: string;
  readonly kind: "address" | "principal" | "resource";
  readonly column: number;
  readonly row: number;
  /** The steps that name it, in order; it stands from the first one on. */
  readonly steps: readonly number[];
}

/** An arrow of the stage: recorded, or inferred by a rule and then dashed. */
export interface ReplayEdge {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** The steps that say so, in order; it stands from the first one on. */
  readonly steps: readonly number[];
  /** The rule of an inferred link; null for what a record says itself. */
  readonly rule: string | null;
}

/** Everything a replay shows. The same case gives the same script, and a script and a step the same frame. */
export interface ReplayScript {
  readonly steps: readonly ReplayStep[];
  readonly chapters: readonly ReplayChapter[];
  readonly gaps: readonly ReplayGap[];
  readonly lanes: readonly ReplayLane[];
  readonly nodes: readonly ReplayNode[];
  readonly edges: readonly ReplayEdge[];
  /** The step that first names each of those for which the stage has no room; sentences and lanes have them. */
  readonly unplaced: readonly number[];
  /** Kept events that are not among the steps, because they are undated or beyond the limit. */
  readonly leftOut: number;
}

/** What stands on the stage at one step. */
export interface ReplayFrame {
  /** Indexes of the boxes that were named by then, and of those the step itself names. */
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly active: { readonly nodes: readonly number[]; readonly edges: readonly number[] };
}

/** Whether the steps follow each other by hand, as they lay in time, or evenly. */
export const REPLAY_MODES = ["step", "real", "even"] as const;
export type ReplayMode = (typeof REPLAY_MODES)[number];

/** The frame of a step; `first` is an earlier one when it tells all steps since then. */
export function frameAt(script: ReplayScript, step: number, first = step): ReplayFrame {
  type Named = { readonly steps: readonly number[] };
  const withSteps = (items: readonly Named[], includes: (at: number) => boolean): number[] =>
    items.flatMap((item, index) => (item.steps.some(includes) ? [index] : []));
  const standing = (at: number): boolean => at <= step;
  const told = (at: number): boolean => at >= first && at <= step;
  return {
    nodes: withSteps(script.nodes, standing),
    edges: withSteps(script.edges, standing),
    active: { nodes: withSteps(script.nodes, told), edges: withSteps(script.edges, told) },
  };
}

const EVEN_MS = 1_600;
/** A gap takes no longer than this, however long it was; its label says how long. */
const GAP_MS = 2_400;
const LEAST_MS = 250;

/** How long each step stays before the next one, in milliseconds. Steps by hand have no length of their own. */
export function delaysOf(script: ReplayScript, mode: ReplayMode, speed: number): readonly number[] {
  return script.steps.map((step, index) => {
    const next = script.steps[index + 1];
    if (mode !== "real" || !next) return EVEN_MS;
    const distance = Number(next.time - step.time) / 1e6 / speed;
    const longest = script.gaps.some(({ after }) => after === index) ? GAP_MS : Infinity;
    return Math.max(LEAST_MS, Math.min(distance, longest));
  });
}
