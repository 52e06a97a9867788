import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";

import { undoAct } from "../../../core/casefile/analyst-acts.ts";
import { detectAfterImport } from "../../../core/detection/after-import.ts";
import { muteRule, setDetectsOnImport } from "../../../core/detection/detection-settings.ts";
import { readDetections } from "../../../core/detection/detection-store.ts";
import { readOwnRules, saveOwnRules } from "../../../core/detection/own-rules.ts";
import { caseWithRecords, type DetectionCase } from "../../support/detection-case.ts";

const RULE = stringify({
  title: "Read",
  id: "read",
  logsource: { product: "jsonl" },
  detection: { selection: { action: "read" }, condition: "selection" },
});

let open: DetectionCase;
let before: number;
beforeEach(async () => {
  open = await caseWithRecords([{ time: "2026-09-14T10:00:00Z", action: "read" }]);
  before = open.session.custody.length;
});
afterEach(() => open.close());

/** What the journal tells since the beginning of the test. */
async function told(): Promise<readonly unknown[]> {
  const entries = await open.session.custody.entries(before, 20);
  return entries.map(({ action, params }) => [action, params]);
}

test("a rule is muted and heard of again with an entry in the journal for each, and undoing takes a mute back", async () => {
  await open.run([RULE]);
  before = open.session.custody.length;
  const { session } = open;
  const muted = async (): Promise<string | undefined> => (await readDetections(session.caseFile))?.hits[0]?.muted;
  await muteRule(session, "read", " the backup job ");
  expect(await muted()).toBe("the backup job");
  await muteRule(session, "read", "");
  expect(await muted()).toBe("");
  await undoAct(session);
  expect(await muted()).toBe("the backup job");
  expect(await told()).toMatchObject([
    ["rule.muted", { reason: "the backup job" }],
    ["rule.unmuted", { reason: "" }],
    ["act.undone", {}],
  ]);
  await expect(muteRule(session, "nothing", "x")).rejects.toMatchObject({ code: "no-such-rule" });
});

test("rules kept in the case run after an import where that is switched on, and the journal tells of it", async () => {
  const { session } = open;
  await saveOwnRules(session, [{ file: "own.yml", text: RULE }]);
  expect((await readOwnRules(session.caseFile)).map(({ file }) => file)).toEqual(["own.yml"]);
  await detectAfterImport(session, {});
  expect(await readDetections(session.caseFile)).toBeNull();
  await setDetectsOnImport(session, true);
  await detectAfterImport(session, {});
  expect((await readDetections(session.caseFile))?.hits.map(({ rule, file }) => [rule, file])).toContainEqual([
    "read",
    "own.yml",
  ]);
  expect(await told()).toMatchObject([
    ["rules.kept", { first: "own.yml" }],
    ["case.detection-set", { onImport: true }],
    ["rules.run", { rejected: 0 }],
  ]);
});

test("of many alerts of a correlation the first are listed on wish and the others counted, none lost to the techniques", async () => {
  await open.close();
  const acts = Array.from({ length: 9 }, (_, index) => ({
    time: `2026-09-14T10:00:0${index}Z`,
    user: `u${index}`,
    action: "read",
  }));
  open = await caseWithRecords(acts);
  const sequence = stringify({
    title: "Any read",
    tags: ["attack.collection", "attack.t1530"],
    correlation: { type: "event_count", rules: ["read"], "group-by": ["user"], timespan: "1m", condition: { gte: 1 } },
  });
  await open.run([`${RULE}---\n${sequence}`]);
  const state = await readDetections(open.session.caseFile, 4);
  expect(state?.correlations.map(({ group }) => group)).toEqual(acts.slice(0, 4).map(({ user }) => ({ user })));
  expect(state?.unlisted.map(({ title, alerts }) => [title, alerts])).toEqual([["Any read", 5]]);
  expect(state?.matrix[0]?.techniques[0]).toMatchObject({ id: "T1530", fired: 1, events: 9 });
  expect(await readDetections(open.session.caseFile)).toMatchObject({ unlisted: [], correlations: { length: 9 } });
});
