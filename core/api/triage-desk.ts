import { readActHistory, redoAct, undoAct } from "../casefile/analyst-acts.ts";
import { Problem } from "../model/problem.ts";
import { readSeqs } from "../timeline/rows.ts";
import { changeActivity, dissolveActivity, makeActivity, readActivities } from "../triage/activities.ts";
import { readClockOffsets, setClockOffset, suggestClockOffset } from "../triage/clock-offsets.ts";
import { commentEvent, markEvents, removeFlag, setFlag, tagEvents } from "../triage/marks.ts";
import { readEventActs, readFlags, readTriage, readTriageSummary } from "../triage/read-triage.ts";
import { readSavedViews, removeView, saveView } from "../triage/saved-views.ts";
import { type Handlers } from "./server.ts";
import { type triageOperations } from "./triage-contract.ts";
import { type Workbench } from "./workbench.ts";

/** More events than this are not the matter of one act: a person narrows the selection first. */
const TARGET_LIMIT = 1_000_000;

type Target =
  { readonly seqs: readonly number[] } | { readonly resultId: number; readonly first: number; readonly last: number };

/** What the analyst does, one line each. */
export function triageHandlers(bench: Workbench): Pick<Handlers, keyof typeof triageOperations> {
  const session = () => bench.current.session;
  const events = async (target: Target): Promise<readonly number[]> => {
    if ("seqs" in target) return target.seqs;
    const result = bench.current.results.get(target.resultId);
    const last = Math.min(target.last, result.set.rows - 1);
    if (last - target.first < TARGET_LIMIT) {
      return readSeqs(session().caseFile, result, target.first, last, "open");
    }
    throw new Problem(
      "usage",
      "too-many-events",
      `expected at most ${TARGET_LIMIT} events, got ${last - target.first + 1}`,
    );
  };
  return {
    "act.history": () => readActHistory(session().caseFile),
    "act.undo": () => undoAct(session()),
    "act.redo": () => redoAct(session()),

    "triage.read": ({ seqs }) => readTriage(session().caseFile, seqs),
    "triage.summary": () => readTriageSummary(session().caseFile),
    "triage.historyOf": ({ seq }) => readEventActs(session().caseFile, seq),
    "triage.mark": async ({ target, mark }) => markEvents(session(), await events(target), mark),
    "triage.tag": async ({ target, tag, present }) => tagEvents(session(), await events(target), tag, present),
    "triage.comment": async ({ seq, text }) => {
      await commentEvent(session(), seq, text);
      return null;
    },

    "flag.list": () => readFlags(session().caseFile),
    "flag.set": async (flag) => {
      await setFlag(session(), flag);
      return null;
    },
    "flag.remove": async ({ id }) => {
      await removeFlag(session(), id);
      return null;
    },

    "activity.list": () => readActivities(session().caseFile),
    "activity.make": async ({ target, activity }) => makeActivity(session(), await events(target), activity),
    "activity.change": ({ id, activity }) => changeActivity(session(), id, activity),
    "activity.dissolve": async ({ id }) => {
      await dissolveActivity(session(), id);
      return null;
    },

    "clock.list": () => readClockOffsets(session().caseFile),
    "clock.suggest": ({ exhibit, reference }) => suggestClockOffset(session().caseFile, exhibit, reference),
    "clock.set": async (offset) => {
      await setClockOffset(session(), offset);
      return null;
    },

    "view.list": () => readSavedViews(session().caseFile),
    "view.save": async (view) => {
      await saveView(session(), view);
      return null;
    },
    "view.remove": async ({ name }) => {
      await removeView(session(), name);
      return null;
    },
  };
}
