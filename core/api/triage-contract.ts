import { z } from "zod";

import {
  ACTIVITY_CONFIDENCES,
  MARKS,
  type ActHistory,
  type Activity,
  type ClockOffset,
  type ClockSuggestion,
  type EventAct,
  type EventTriage,
  type Flag,
  type SavedView,
  type TriageSummary,
} from "../model/triage.ts";
import { operation } from "./operation.ts";

const seq = z.number().int().min(0);
const id = z.number().int().min(1);
const shortText = z.string().max(500);
const text = z.string().max(20_000);
const name = z.string().trim().min(1).max(200);
const exhibit = z.string().max(20);

/** The events of an act: some, or a run of rows of a result, ends included. */
const target = z.union([
  z.strictObject({ seqs: z.array(seq).min(1).max(10_000) }),
  z.strictObject({ resultId: z.number().int(), first: seq, last: seq }),
]);

const activityDraft = z.strictObject({
  name,
  technique: z.string().regex(/^(T\d{4}(\.\d{3})?)?$/),
  confidence: z.enum(ACTIVITY_CONFIDENCES),
  note: text,
});

/** What the analyst does with events. Every act can be undone, without limit, and is an entry of the custody journal. */
export const triageOperations = {
  "act.history": operation<ActHistory>()(z.undefined()),
  "act.undo": operation<ActHistory>()(z.undefined()),
  "act.redo": operation<ActHistory>()(z.undefined()),

  /** Marks, tags, comment, activity and flag of these events; those nothing was done with are left out. */
  "triage.read": operation<readonly EventTriage[]>()(z.strictObject({ seqs: z.array(seq).max(1_000) })),
  "triage.summary": operation<TriageSummary>()(z.undefined()),
  "triage.historyOf": operation<readonly EventAct[]>()(z.strictObject({ seq })),
  /** @returns how many events were marked. */
  "triage.mark": operation<number>()(z.strictObject({ target, mark: z.enum(MARKS) })),
  "triage.tag": operation<number>()(
    z.strictObject({ target, tag: z.string().trim().min(1).max(100), present: z.boolean() }),
  ),
  /** An empty text takes the comment away. */
  "triage.comment": operation<null>()(z.strictObject({ seq, text })),

  "flag.list": operation<readonly Flag[]>()(z.undefined()),
  "flag.set": operation<null>()(z.strictObject({ time: z.bigint(), seq: seq.nullable(), label: name })),
  "flag.remove": operation<null>()(z.strictObject({ id })),

  "activity.list": operation<readonly Activity[]>()(z.undefined()),
  "activity.make": operation<Activity>()(z.strictObject({ target, activity: activityDraft })),
  "activity.change": operation<Activity>()(z.strictObject({ id, activity: activityDraft })),
  /** The events stand for themselves again. */
  "activity.dissolve": operation<null>()(z.strictObject({ id })),

  "clock.list": operation<readonly ClockOffset[]>()(z.undefined()),
  /** Pairs of records of two exhibits about the same request, as anchors for an offset. */
  "clock.suggest": operation<ClockSuggestion>()(z.strictObject({ exhibit, reference: exhibit })),
  /** An offset of 0 takes it away. At most a hundred years. */
  "clock.set": operation<null>()(
    z.strictObject({
      exhibit,
      nanoseconds: z.bigint().min(-3_155_760_000_000_000_000n).max(3_155_760_000_000_000_000n),
      method: shortText.min(1),
      anchors: z.array(z.tuple([seq, seq])).max(200),
    }),
  ),

  "view.list": operation<readonly SavedView[]>()(z.undefined()),
  "view.save": operation<null>()(z.strictObject({ name, content: text })),
  "view.remove": operation<null>()(z.strictObject({ name })),
} as const;
