import { expect, test } from "vitest";

import { readCard } from "../../../core/identity/card.ts";
import { readGraph } from "../../../core/identity/graph.ts";
import { prepareReach } from "../../../core/identity/reach.ts";
import { ResultSets } from "../../../core/timeline/result-sets.ts";
import { caseOf, questionOf } from "./question.ts";

const act = (minute: number, name: string, credential: string, operation: string, more: object = {}) => ({
  class_uid: 6003,
  category_uid: 6,
  activity_id: operation.endsWith("create") ? 1 : 2,
  status_id: 1,
  time: 1_772_359_200_000 + minute * 60_000,
  metadata: { uid: `${minute}` },
  actor: { user: { uid: `u-${name}`, name, credential_uid: credential } },
  api: { operation },
  ...more,
});

const RECORDS = [
  act(0, "runner", "tok-1", "builds.list"),
  act(1, "robot", "key-old", "parcels.list"),
  act(2, "runner", "tok-1", "keys.create", {
    resources: [{ type: "key", uid: "key-new" }],
    unmapped: { key_owner: "robot" },
  }),
  act(3, "robot", "key-new", "customers.export"),
  act(4, "robot", "key-new", "customers.export"),
];

test("a card says who made the keys of an account, and what the account itself handed on", async () => {
  const bench = await caseOf(RECORDS);
  try {
    const { caseFile } = bench.session;
    const robot = await readCard(caseFile, "robot");
    expect([robot.kind, robot.events, robot.credentialsTotal]).toEqual(["user", 3, 2]);
    expect(robot.cameFrom.map(({ label, link }) => [label, link?.kind])).toEqual([["tok-1", "created"]]);
    expect(robot.cameFrom[0]?.steps.map(({ label }) => label)).toEqual(["runner"]);
    const runner = await readCard(caseFile, "runner");
    expect(runner.handedOn.steps.map(({ label, link }) => [label, link?.kind])).toEqual([["key-new", "created"]]);
  } finally {
    await bench.remove();
  }
});

test("a blast radius takes in a key that was made for another account, from the making on, and not what was before", async () => {
  const bench = await caseOf(RECORDS);
  try {
    const { caseFile } = bench.session;
    await prepareReach(caseFile, "tok-1", undefined);
    await prepareReach(caseFile, "2", undefined);
    const results = new ResultSets(caseFile);
    const whole = await results.query(questionOf("reach:tok-1"));
    const fromEvent = await results.query(questionOf("reach:2"));
    expect([whole.matching, fromEvent.matching]).toEqual([4, 3]);
  } finally {
    await bench.remove();
  }
});

test("a blast radius begins at its moment to the nanosecond, and follows what was given then, not before", async () => {
  const bench = await caseOf(RECORDS);
  try {
    const { caseFile } = bench.session;
    const results = new ResultSets(caseFile);
    const reached = async (since: string): Promise<number> => {
      await prepareReach(caseFile, since, undefined);
      return (await results.query(questionOf(`reach:"${since}"`))).matching;
    };
    // At 10:02 the runner's token makes a key, which is used at 10:03 and 10:04.
    expect(await reached("runner@2026-03-01T10:00:00Z")).toBe(4);
    expect(await reached("runner@2026-03-01T10:00:00.000000001Z")).toBe(3);
    expect(await reached("runner@2026-03-01T10:02:00Z")).toBe(3);
    expect(await reached("runner@2026-03-01T10:02:00.000000001Z")).toBe(0);
    expect(await reached("key-new@2026-03-01T10:04:00Z")).toBe(1);
    expect(await reached("key-new@2026-03-01T10:04:00.000000001Z")).toBe(0);
  } finally {
    await bench.remove();
  }
});

test("the same case gives the same graph", async () => {
  const bench = await caseOf(RECORDS);
  try {
    const graph = await readGraph(bench.session.caseFile, "tok-1");
    expect(graph.nodes.map(({ label, level }) => `${level} ${label}`).toSorted()).toEqual([
      "-1 runner",
      "0 robot",
      "0 tok-1",
      "1 key-new",
    ]);
    expect(await readGraph(bench.session.caseFile, "tok-1")).toEqual(graph);
  } finally {
    await bench.remove();
  }
});
