import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { addFinding } from "../../../core/findings/finding-store.ts";
import { undoAct } from "../../../core/casefile/analyst-acts.ts";
import { setFrame } from "../../../core/replay/frames.ts";
import { playerPage } from "../../../core/replay/html-player.ts";
import { readReplay } from "../../../core/replay/read-replay.ts";
import { storyboardOf } from "../../../core/replay/storyboard.ts";
import { makeActivity } from "../../../core/triage/activities.ts";
import { commentEvent, markEvents } from "../../../core/triage/marks.ts";
import { setClockOffset } from "../../../core/triage/clock-offsets.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

const NAMES = ["GetUser", "CreateAccessKey", "ListRoles", "ListUsers", "DeleteTrail", "GetUser"];

let bench: CaseBench;
beforeEach(async () => {
  bench = await caseBench();
  const records = NAMES.map(
    (name, index) =>
      `{"eventVersion":"1.08","eventTime":"2026-01-02T03:${index < 4 ? "04" : "40"}:0${index}Z","eventSource":"iam.amazonaws.com","eventName":"${name}","awsRegion":"eu-south-1","sourceIPAddress":"198.51.100.7","userIdentity":{"type":"IAMUser","userName":"ada","arn":"arn:aws:iam::1:user/ada"},"eventID":"e-${index}"}`,
  );
  const log = join(bench.folder, "events.jsonl");
  await writeFile(log, `${records.join("\n")}\n`);
  await importEvidence(bench.session, log);
});
afterEach(() => bench.remove());

test("kept events, activities and cited records become steps in order of time, with chapters, gaps and what they rest on", async () => {
  const { session } = bench;
  await markEvents(session, [0, 1, 2], "keep");
  await commentEvent(session, 1, "made at night");
  await makeActivity(session, [2, 3], { name: "Listing", technique: "T1087", confidence: "likely", note: "" });
  await addFinding(session, {
    title: "Trail deleted",
    statement: "A record attributes DeleteTrail to an account.",
    class: "fact",
    events: [4],
    basis: "",
    uncertainty: "",
    propositions: [],
    alternatives: [],
    strength: "",
    contradicting: { text: "", events: [] },
  });
  const script = await readReplay(session.caseFile);
  expect(script.steps.map(({ title, events }) => [title.split(" ")[0], events])).toEqual([
    ["GetUser", 1],
    ["CreateAccessKey", 1],
    ["Listing", 2],
    ["DeleteTrail", 1],
  ]);
  expect(script.chapters.map(({ title, technique }) => [title, technique])).toEqual([
    ["Kept events", ""],
    ["A-1 Listing", "T1087"],
    ["F-0001 Trail deleted", ""],
  ]);
  expect(script.gaps.map(({ after }) => after)).toEqual([2]);
  expect(script.steps[1]).toMatchObject({ comment: "made at night", why: ["kept by the analyst"] });
  expect(script.steps[3]?.citations).toMatchObject([{ seq: 4, exhibitItem: "EX-00001", verdict: "not-verifiable" }]);
  expect(script.steps[3]?.sentence).toContain("the log attributes DeleteTrail");
  expect(script.lanes).toEqual([{ name: expect.stringContaining("ada") as unknown, exhibit: "X-1" }]);
});

test("a case where nothing was kept has no steps, and a clock offset moves those there are", async () => {
  const { session } = bench;
  expect(await readReplay(session.caseFile)).toMatchObject({ steps: [], chapters: [], leftOut: 0 });
  await markEvents(session, [5], "keep");
  const [before] = (await readReplay(session.caseFile)).steps;
  await setClockOffset(session, { exhibit: "X-1", nanoseconds: 7n, method: "m", anchors: [] });
  const [after] = (await readReplay(session.caseFile)).steps;
  expect((after?.time ?? 0n) - (before?.time ?? 0n)).toBe(7n);
});

test("a frame that is put into the report follows its chapter, until that is undone", async () => {
  const { session } = bench;
  await markEvents(session, [0, 1, 2], "keep");
  await setFrame(session, 1, true);
  const pages = storyboardOf(await readReplay(session.caseFile));
  expect(pages.map(({ title, steps }) => [title, steps.map(({ number }) => number)])).toEqual([
    ["Kept events", [1, 2, 3]],
    ["Kept events, frame 2", [2]],
  ]);
  await undoAct(session);
  expect(storyboardOf(await readReplay(session.caseFile)).map(({ title }) => title)).toEqual(["Kept events"]);
  await expect(setFrame(session, 99, true)).rejects.toMatchObject({ code: "no-such-event" });
});

test("the same case gives the same page with the same frames, and each frame its own", async () => {
  const { session } = bench;
  await markEvents(session, [0, 1, 2], "keep");
  const [once, again] = [await readReplay(session.caseFile), await readReplay(session.caseFile)];
  expect(playerPage(again, "Replay")).toBe(playerPage(once, "Replay"));
  const frames = playerPage(once, "Replay").match(/<div class="frame"[\s\S]*?<\/div>/g) ?? [];
  expect(new Set(frames).size).toBe(3);
});

test("what a page of the replay runs is the program in the tree", async () => {
  const program = await readFile(join(import.meta.dirname, "../../../core/replay/assets/player.js"), "utf8");
  expect(program).not.toMatch(/innerHTML|eval|fetch|import\(/);
});
