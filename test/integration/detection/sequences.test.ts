import { describe, expect, test } from "vitest";
import { stringify } from "yaml";

import { correlation, detection, scenarioTests, steps } from "../../support/correlation-scenarios.ts";
import { caseWithRecords } from "../../support/detection-case.ts";

const scenario = scenarioTests();

describe("temporal", () => {
  const rules = [
    detection("a"),
    detection("b"),
    correlation("found", { type: "temporal", rules: ["a", "b"], timespan: "1m" }),
  ];

  scenario("rules fire together in any order", [...steps("b", 0), ...steps("a", 60)], rules, [[0, 1]]);

  scenario("a second beyond the timespan they no longer do", [...steps("b", 0), ...steps("a", 61)], rules, []);

  scenario(
    "another event of the group a week later hides nothing",
    [...steps("a", 0), ...steps("b", 30), ...steps("a", 604_800)],
    rules,
    [[0, 1]],
  );

  scenario(
    "a bound asks for some of the rules instead of all",
    [...steps("a", 0), ...steps("c", 5)],
    [
      ...rules.slice(0, 2),
      detection("c"),
      correlation("found", { type: "temporal", rules: ["a", "b", "c"], timespan: "1m", condition: { gte: 2 } }),
    ],
    [[0, 1]],
  );
});

describe("temporal_ordered", () => {
  const ordered = (...names: readonly string[]) => [
    ...names.map((name) => detection(name)),
    correlation("found", { type: "temporal_ordered", rules: names, timespan: "1m" }),
  ];
  const twice = [
    detection("a"),
    detection("b", "a"),
    correlation("found", { type: "temporal_ordered", rules: ["a", "b"], timespan: "1m" }),
  ];

  scenario(
    "the order of the rules is the order of the events",
    [...steps("a", 0), ...steps("b", 60)],
    ordered("a", "b"),
    [[0, 1]],
  );

  scenario("the other order is none", [...steps("b", 0), ...steps("a", 10)], ordered("a", "b"), []);

  scenario("the order is that of time, not of the evidence", [...steps("b", 10), ...steps("a", 0)], ordered("a", "b"), [
    [1, 0],
  ]);

  scenario(
    "events at one time are in the order of the evidence",
    [...steps("a", 5), ...steps("b", 5)],
    ordered("a", "b"),
    [[0, 1]],
  );

  scenario(
    "events at one time in the other order are none",
    [...steps("b", 5), ...steps("a", 5)],
    ordered("a", "b"),
    [],
  );

  scenario("an event does not follow itself", steps("a", 5), twice, []);

  scenario("an event follows another that fits the same rules", steps("a", 5, 6), twice, [[0, 1]]);

  scenario(
    "a first event long ago hides no sequence that begins later",
    [...steps("a", 0, 100), ...steps("b", 110), ...steps("c", 150)],
    ordered("a", "b", "c"),
    [[1, 2, 3]],
  );

  scenario(
    "the whole sequence is within the timespan, not each step",
    [...steps("a", 0), ...steps("b", 40), ...steps("c", 80)],
    ordered("a", "b", "c"),
    [],
  );
});

describe("aliases and chains", () => {
  const person = (fields: object) =>
    correlation("found", {
      type: "temporal_ordered",
      rules: ["a", "b"],
      aliases: { person: fields },
      "group-by": ["person"],
      timespan: "1m",
    });

  scenario(
    "an alias names another field for each rule",
    [
      { at: 0, kind: "a", user: "x" },
      { at: 1, kind: "b", user: "y", value: "x" },
    ],
    [detection("a"), detection("b"), person({ a: "user", b: "value" })],
    [[0, 1]],
  );

  scenario(
    "an event without the field of the alias is in no group, though it has the other one",
    [
      { at: 0, kind: "a", user: "x" },
      { at: 1, kind: "b", user: "x" },
    ],
    [detection("a"), detection("b"), person({ a: "user", b: "value" })],
    [],
  );

  const chain = [
    detection("failed"),
    detection("worked"),
    correlation("many", {
      type: "event_count",
      rules: ["failed"],
      "group-by": ["user"],
      timespan: "1m",
      condition: { gte: 3 },
    }),
    correlation("found", {
      type: "temporal_ordered",
      rules: ["many", "worked"],
      "group-by": ["user"],
      timespan: "5m",
    }),
  ];

  scenario(
    "a chain has the events of the alerts it builds on",
    [...steps("failed", 0, 1, 2), ...steps("worked", 200)],
    chain,
    [[0, 1, 2, 3]],
  );

  scenario(
    "a success amid the failures ends a sequence that their first burst began",
    [...steps("failed", 0, 1, 2), ...steps("worked", 3), ...steps("failed", 4, 5)],
    chain,
    [[0, 1, 2, 3, 4, 5]],
  );
});

const FAILED = stringify({
  title: "failed",
  name: "failed",
  logsource: { product: "jsonl" },
  detection: { selection: { kind: "failed" }, condition: "selection" },
});
const above = (name: string, body: object): string =>
  stringify({
    title: name,
    name,
    correlation: { type: "event_count", timespan: "1m", condition: { gte: 3 }, ...body },
  });
const RECORDS = [0, 1, 2].map((second) => ({ time: `2026-09-14T10:00:0${second}Z`, kind: "failed", user: "u" }));

test("rules below a correlation alert on their own only when one of them says so", async () => {
  const open = await caseWithRecords(RECORDS);
  try {
    const silent = await open.run([FAILED, above("many", { rules: "failed" })]);
    expect([silent.hits.length, silent.correlations.length]).toEqual([0, 1]);
    const loud = await open.run([
      FAILED,
      above("many", { rules: "failed", generate: true }),
      above("others", { rules: "failed" }),
    ]);
    expect([loud.hits.map(({ count }) => count), loud.correlations.length]).toEqual([[3], 2]);
  } finally {
    await open.close();
  }
});

test("a correlation that leads back to itself is rejected, and so is one over what cannot run", async () => {
  const open = await caseWithRecords(RECORDS);
  try {
    const state = await open.run([
      [above("one", { rules: "two" }), above("two", { rules: "one" }), above("three", { rules: "nowhere" })].join(
        "---\n",
      ),
    ]);
    expect(state.rules.rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [17, 'correlation: "one" leads back to this rule'],
      [8, 'correlation: "two" is no rule that can run'],
      [26, 'correlation: "nowhere" is no rule that can run'],
    ]);
  } finally {
    await open.close();
  }
});

test("a baseline finds the first event with a new value, once its subject has been known long enough", async () => {
  const rule = stringify({
    title: "new",
    id: "new",
    logsource: { product: "jsonl" },
    "new-value": { of: "user", fields: "value", after: "1h" },
    detection: { selection: { kind: "a" }, condition: "selection" },
  });
  const at = (second: number, value: string, user = "u"): object => ({
    time: new Date(Date.parse("2026-09-14T10:00:00Z") + second * 1000).toISOString(),
    kind: "a",
    user,
    value,
  });
  const open = await caseWithRecords([
    at(0, "x"),
    at(60, "y"),
    at(3_600, "z"),
    at(3_700, "z"),
    at(3_800, "q", "other"),
  ]);
  try {
    await open.run([rule]);
    expect(await open.hits("new")).toEqual([2]);
  } finally {
    await open.close();
  }
});
