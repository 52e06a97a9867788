import { create } from "zustand";

import { type Activity, type ActivityDraft, type EventTriage, type Flag, type Mark } from "../../core/model/triage.ts";
import { ask, hear } from "../case-client.ts";
import { attempt, follow } from "./acts.ts";
import { useClock } from "./clock.ts";
import { useSession } from "./session.ts";

/** Which question about the selection is open. */
export type TriageDialog = "tag" | "activity" | "flag" | null;

interface TriageState {
  /** What is known of the events in view, by position in the case. */
  readonly events: ReadonlyMap<number, EventTriage>;
  readonly flags: readonly Flag[];
  readonly activities: readonly Activity[];
  /** What undo and redo would do. */
  readonly undo: string | null;
  readonly redo: string | null;
  readonly dialog: TriageDialog;
  /** Said once to those who do not see the mark change. */
  readonly said: string;
}

const NOTHING = { events: new Map(), flags: [], activities: [], undo: null, redo: null, dialog: null, said: "" };

/** What the analyst did, as far as the screens show it. */
export const useTriage = create<TriageState>(() => NOTHING);

/** The events of an act: a run of rows of a result, or some by position. */
export type TriageTarget =
  { readonly resultId: number; readonly first: number; readonly last: number } | { readonly seqs: number[] };

/** Follows the open case: what stands in it is read again whenever it changes. */
export function followTriage(): void {
  hear("case.changed", () => void readStanding());
  useSession.subscribe(({ caseState }, before) => {
    if (caseState?.label === before.caseState?.label) return;
    useTriage.setState(NOTHING);
    useClock.setState({ offsets: new Map() });
    if (caseState) void readStanding();
  });
}

async function readStanding(): Promise<void> {
  await follow("reading what the analyst did", async () => {
    if (!useSession.getState().caseState) return;
    const [flags, activities, history, offsets] = await Promise.all([
      ask("flag.list", undefined),
      ask("activity.list", undefined),
      ask("act.history", undefined),
      ask("clock.list", undefined),
    ]);
    useTriage.setState({ flags, activities, ...history });
    useClock.setState({ offsets: new Map(offsets.map((offset) => [offset.exhibit, offset])) });
  });
}

/** Reads what is known of these events; of those that are not among them nothing is kept. */
export async function readEventsInView(seqs: readonly number[]): Promise<void> {
  const found = await ask("triage.read", { seqs: [...seqs] });
  useTriage.setState({ events: new Map(found.map((event) => [event.seq, event])) });
}

export function markTarget(target: TriageTarget, mark: Mark): Promise<void> {
  return attempt("marking the events", async () => {
    const events = await ask("triage.mark", { target, mark });
    say(`${events} marked ${mark}`);
  });
}

export function tagTarget(target: TriageTarget, tag: string, present: boolean): Promise<void> {
  return attempt("tagging the events", async () => {
    const events = await ask("triage.tag", { target, tag, present });
    say(`${events} ${present ? "tagged" : "without"} ${tag}`);
  });
}

export function makeActivity(target: TriageTarget, activity: ActivityDraft): Promise<void> {
  return attempt("naming the activity", async () => {
    const made = await ask("activity.make", { target, activity });
    say(`${made.label} ${made.name}, ${made.events} events`);
  });
}

/** Sets what is added to the recorded times of an exhibit; nothing takes its offset away. */
export function setOffset(
  exhibit: string,
  nanoseconds: bigint,
  method: string,
  anchors: [number, number][],
): Promise<void> {
  return attempt("setting the clock offset", async () => {
    await ask("clock.set", { exhibit, nanoseconds, method, anchors });
  });
}

export function undo(): Promise<void> {
  return attempt("undoing", async () => {
    const { undo: label } = useTriage.getState();
    await ask("act.undo", undefined);
    say(`undone: ${label ?? ""}`);
  });
}

export function redo(): Promise<void> {
  return attempt("redoing", async () => {
    const { redo: label } = useTriage.getState();
    await ask("act.redo", undefined);
    say(`done again: ${label ?? ""}`);
  });
}

function say(said: string): void {
  useTriage.setState({ said });
}
