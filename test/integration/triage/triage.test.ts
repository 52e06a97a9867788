import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { readActHistory, redoAct, undoAct } from "../../../core/casefile/analyst-acts.ts";
import { importEvidence } from "../../../core/casefile/import.ts";
import { type ActivityDraft } from "../../../core/model/triage.ts";
import { changeActivity, dissolveActivity, makeActivity, readActivities } from "../../../core/triage/activities.ts";
import { readClockOffsets, setClockOffset, suggestClockOffset } from "../../../core/triage/clock-offsets.ts";
import { commentEvent, markEvents, removeFlag, setFlag, tagEvents } from "../../../core/triage/marks.ts";
import { readEventActs, readFlags, readTriage, readTriageSummary } from "../../../core/triage/read-triage.ts";
import { readSavedViews, removeView, saveView } from "../../../core/triage/saved-views.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

const record = (index: number, second = index): string =>
  `{"eventVersion":"1.08","eventTime":"2026-01-02T03:04:${String(second).padStart(2, "0")}Z","eventSource":"iam.amazonaws.com","eventName":"DeleteRole","awsRegion":"eu-south-1","sourceIPAddress":"198.51.100.7","requestID":"r-${index}","eventID":"e-${index}"}`;
const ACTIVITY: ActivityDraft = { name: "Roles removed", technique: "T1531", confidence: "likely", note: "" };

let bench: CaseBench;
beforeEach(async () => {
  bench = await caseBench();
  const log = join(bench.folder, "events.jsonl");
  await writeFile(log, `${[0, 1, 2, 3, 4, 5].map((index) => record(index)).join("\n")}\n`);
  await importEvidence(bench.session, log);
});
afterEach(() => bench.remove());

const triage = (...seqs: number[]) => readTriage(bench.session.caseFile, seqs);
const actions = async (from: number) =>
  (await bench.session.custody.entries(from, 100)).map(({ action, params }) => [action, params] as const);

describe("acts of the analyst", () => {
  test("mark, tag, comment and flag events, each in the journal with what it was about", async () => {
    const before = bench.session.custody.length;
    await markEvents(bench.session, [1, 2, 4], "keep");
    await tagEvents(bench.session, [1, 2], "clean-up", true);
    await commentEvent(bench.session, 1, "  asked the owner ");
    await setFlag(bench.session, { time: 1_767_323_041_000_000_000n, seq: 1, label: "call" });
    expect(await triage(0, 1, 2, 4)).toEqual([
      { seq: 1, mark: "keep", tags: ["clean-up"], comment: "asked the owner", activity: null, flag: "call" },
      { seq: 2, mark: "keep", tags: ["clean-up"], comment: "", activity: null, flag: null },
      { seq: 4, mark: "keep", tags: [], comment: "", activity: null, flag: null },
    ]);
    expect(await actions(before)).toEqual([
      ["triage.marked", { act: 1, mark: "keep", events: 3, seqs: "1-2, 4" }],
      ["triage.tagged", { act: 2, tag: "clean-up", events: 2, seqs: "1-2" }],
      ["triage.commented", { act: 3, seqs: "1", text: "asked the owner" }],
      ["triage.flagged", { act: 4, time: "1767323041000000000", seq: 1, label: "call" }],
    ]);
    expect(await readTriageSummary(bench.session.caseFile)).toEqual({
      kept: 3,
      noise: 0,
      commented: 1,
      tags: [{ tag: "clean-up", events: 2 }],
    });
  });

  test("are undone one by one to the first and done again to the last, and the journal says so", async () => {
    await markEvents(bench.session, [0], "keep");
    await markEvents(bench.session, [0], "noise");
    await tagEvents(bench.session, [0], "x", true);
    const before = bench.session.custody.length;
    const states = [await triage(0)];
    while ((await readActHistory(bench.session.caseFile)).undo !== null) {
      await undoAct(bench.session);
      states.push(await triage(0));
    }
    expect(states.map(([row]) => [row?.mark, row?.tags])).toEqual([
      ["noise", ["x"]],
      ["noise", []],
      ["keep", []],
      [undefined, undefined],
    ]);
    await expect(undoAct(bench.session)).rejects.toMatchObject({ code: "nothing-to-undo" });
    for (const expected of states.slice(0, -1).reverse()) {
      await redoAct(bench.session);
      expect(await triage(0)).toEqual(expected);
    }
    await expect(redoAct(bench.session)).rejects.toMatchObject({ code: "nothing-to-redo" });
    const said = (await actions(before)).map(([action, params]) => [action, params?.["act"]]);
    expect(said).toEqual([
      ["act.undone", 3],
      ["act.undone", 2],
      ["act.undone", 1],
      ["act.redone", 1],
      ["act.redone", 2],
      ["act.redone", 3],
    ]);
  });

  test("that were undone cannot be done again once another act followed, and stay in the event's history", async () => {
    await markEvents(bench.session, [0], "keep");
    await markEvents(bench.session, [0], "noise");
    await undoAct(bench.session);
    await tagEvents(bench.session, [0], "later", true);
    expect(await readActHistory(bench.session.caseFile)).toEqual({ undo: "tag event 0 later", redo: null });
    expect((await readEventActs(bench.session.caseFile, 0)).map(({ what, state }) => [what, state])).toEqual([
      ["marked keep", "standing"],
      ["marked noise", "dropped"],
      ["tagged later", "standing"],
    ]);
  });

  test("are refused for events that do not exist, and leave no trace", async () => {
    const before = bench.session.custody.length;
    await expect(markEvents(bench.session, [0, 6], "keep")).rejects.toMatchObject({ code: "no-such-event" });
    expect(bench.session.custody.length).toBe(before);
    expect(await readActHistory(bench.session.caseFile)).toEqual({ undo: null, redo: null });
  });

  test("take a flag and a comment away again", async () => {
    await setFlag(bench.session, { time: 5n, seq: null, label: "start" });
    await commentEvent(bench.session, 3, "why");
    const [flag] = await readFlags(bench.session.caseFile);
    expect(flag).toEqual({ id: 1, time: 5n, seq: null, label: "start" });
    await removeFlag(bench.session, 1);
    await commentEvent(bench.session, 3, "");
    expect(await readFlags(bench.session.caseFile)).toEqual([]);
    expect(await triage(3)).toEqual([]);
    await expect(removeFlag(bench.session, 9)).rejects.toMatchObject({ code: "no-such-flag" });
  });
});

describe("activities", () => {
  test("fold events under a name that stays theirs through changes and undoing", async () => {
    const before = bench.session.custody.length;
    const made = await makeActivity(bench.session, [3, 1, 2], ACTIVITY);
    expect(made).toMatchObject({
      label: "A-1",
      events: 3,
      firstSeq: 1,
      first: 1_767_323_041_000_000_000n,
      ...ACTIVITY,
    });
    const second = await makeActivity(bench.session, [2, 5], { ...ACTIVITY, name: "Second" });
    expect(second.label).toBe("A-2");
    const activities = () => readActivities(bench.session.caseFile);
    expect((await activities()).map(({ label, events }) => [label, events])).toEqual([
      ["A-1", 2],
      ["A-2", 2],
    ]);
    await changeActivity(bench.session, made.id, { ...ACTIVITY, name: "Renamed", confidence: "confirmed" });
    await dissolveActivity(bench.session, second.id);
    expect((await activities()).map(({ label, name, events }) => [label, name, events])).toEqual([
      ["A-1", "Renamed", 3],
    ]);
    await undoAct(bench.session);
    await undoAct(bench.session);
    expect((await activities()).map(({ label, name }) => [label, name])).toEqual([
      ["A-1", "Roles removed"],
      ["A-2", "Second"],
    ]);
    expect((await actions(before)).map(([action]) => action)).toEqual([
      "activity.made",
      "activity.made",
      "activity.changed",
      "activity.dissolved",
      "act.undone",
      "act.undone",
    ]);
    await expect(dissolveActivity(bench.session, 77)).rejects.toMatchObject({ code: "no-such-activity" });
  });
});

describe("clock offsets", () => {
  test("rest on records of two exhibits with the same request, and on their median", async () => {
    const other = join(bench.folder, "other.jsonl");
    await writeFile(other, `${[1, 2, 4].map((index) => record(index, index + (index === 4 ? 9 : 7))).join("\n")}\n`);
    await importEvidence(bench.session, other);
    const { caseFile } = bench.session;
    const suggestion = await suggestClockOffset(caseFile, "X-1", "X-2");
    expect(suggestion).toMatchObject({ found: 3, nanoseconds: 7_000_000_000n, spread: 2_000_000_000n });
    expect(suggestion.pairs[0]).toEqual({ seq: 1, otherSeq: 6, difference: 7_000_000_000n });
    const offset = { exhibit: "X-1", nanoseconds: 7_000_000_000n, method: "request ids", anchors: [[1, 6]] } as const;
    await setClockOffset(bench.session, offset);
    expect(await readClockOffsets(caseFile)).toEqual([offset]);
    await setClockOffset(bench.session, { ...offset, nanoseconds: 0n });
    expect(await readClockOffsets(caseFile)).toEqual([]);
    await expect(suggestClockOffset(caseFile, "X-1", "X-9")).rejects.toMatchObject({ code: "no-such-exhibit" });
  });
});

test("views are saved, replaced and removed by name", async () => {
  const { caseFile } = bench.session;
  const before = bench.session.custody.length;
  await saveView(bench.session, { name: "exports", content: '{"query":"a"}' });
  await saveView(bench.session, { name: "exports", content: '{"query":"b"}' });
  expect(await readSavedViews(caseFile)).toEqual([{ name: "exports", content: '{"query":"b"}' }]);
  await removeView(bench.session, "exports");
  expect(await readSavedViews(caseFile)).toEqual([]);
  await undoAct(bench.session);
  expect(await readSavedViews(caseFile)).toHaveLength(1);
  const entries = (await actions(before)).map(([action]) => action);
  expect(entries).toEqual(["view.saved", "view.saved", "view.removed", "act.undone"]);
});
