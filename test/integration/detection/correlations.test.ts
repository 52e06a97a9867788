import { describe, expect, test } from "vitest";
import { stringify } from "yaml";

import { correlation, detection, scenarioTests, steps, type Step } from "../../support/correlation-scenarios.ts";
import { caseWithRecords } from "../../support/detection-case.ts";

const scenario = scenarioTests();

test("windows of every type have the timespan's length to the nanosecond, ends included, in each group by itself", async () => {
  const plain = (name: string, ...kind: readonly string[]): string =>
    stringify({
      title: name,
      name,
      logsource: { product: "jsonl" },
      detection: { selection: { kind }, condition: "selection" },
    });
  const types: Readonly<Record<string, object>> = {
    event_count: { rules: "both", condition: { eq: 2 } },
    value_count: { rules: "both", condition: { field: "value", eq: 2 } },
    value_sum: { rules: "both", condition: { field: "value", eq: 3 } },
    value_avg: { rules: "both", condition: { field: "value", eq: 1.5 } },
    value_percentile: { rules: "both", condition: { field: "value", percentile: 50, eq: 1.5 } },
    temporal: { rules: ["a", "b"] },
    temporal_ordered: { rules: ["a", "b"] },
  };
  const pair = (user: string, second: string): readonly unknown[] => [
    { time: "2026-09-14T10:00:00Z", kind: "a", user, value: 1 },
    { time: `2026-09-14T10:00:${second}Z`, kind: "b", user, value: 2 },
  ];
  const open = await caseWithRecords([
    ...pair("within", "09.999999999"),
    ...pair("at the end", "10"),
    ...pair("beyond", "10.000000001"),
    ...pair("at once", "00"),
  ]);
  try {
    const state = await open.run([
      ...[plain("both", "a", "b"), plain("a", "a"), plain("b", "b")],
      ...Object.entries(types).map(([type, body]) =>
        stringify({ title: type, name: type, correlation: { type, "group-by": "user", timespan: "10s", ...body } }),
      ),
    ]);
    expect(state.rules.rejected).toEqual([]);
    for (const type of Object.keys(types)) {
      const found = state.correlations.filter(({ title }) => title === type);
      expect(found.map(({ group, count }) => [group["user"], count]).sort(), type).toEqual([
        ["at once", 2],
        ["at the end", 2],
        ["within", 2],
      ]);
    }
  } finally {
    await open.close();
  }
});

describe("event_count", () => {
  const counted = (condition: object, rules = ["a"]) =>
    correlation("found", { type: "event_count", rules, timespan: "10s", condition });
  const three = [detection("a"), counted({ gte: 3 })];

  scenario("a window holds events at most the timespan apart, its ends included", steps("a", 0, 5, 10), three, [
    [0, 1, 2],
  ]);

  scenario("events one second further apart are in no window together", steps("a", 0, 5, 11), three, []);

  scenario("windows slide: no bucket hides three events around a full minute", steps("a", 55, 59, 62), three, [
    [0, 1, 2],
  ]);

  scenario("many events over a long time are no burst, whatever their sum", steps("a", 0, 100, 200, 300), three, []);

  scenario(
    "overlapping windows are one alert with every event of the run, and a later burst is another",
    steps("a", 0, 4, 8, 12, 16, 100, 101, 102),
    three,
    [
      [0, 1, 2, 3, 4],
      [5, 6, 7],
    ],
  );

  scenario(
    "the events of an alert are in order of time, whatever the order of the evidence",
    steps("a", 9, 0, 4),
    three,
    [[1, 2, 0]],
  );

  scenario("events at one moment count together, and stand in the order of the evidence", steps("a", 7, 7, 7), three, [
    [0, 1, 2],
  ]);

  scenario(
    "an event that fits two rules counts once",
    steps("a", 0, 1),
    [detection("a"), detection("b", "a"), counted({ gte: 3 }, ["a", "b"])],
    [],
  );

  scenario("bounds can form a range", steps("a", 0, 1), [detection("a"), counted({ gt: 1, lte: 2 })], [[0, 1]]);

  scenario(
    "a count below a bound holds at an event, and never where nothing happened",
    steps("a", 0, 100),
    [detection("a"), counted({ lt: 2 })],
    [[0], [1]],
  );

  scenario(
    "groups are counted apart",
    [
      { at: 0, kind: "a", user: "x" },
      { at: 1, kind: "a", user: "y" },
      { at: 2, kind: "a", user: "x" },
    ],
    [
      detection("a"),
      correlation("found", {
        type: "event_count",
        rules: ["a"],
        "group-by": ["user"],
        timespan: "10s",
        condition: { gte: 2 },
      }),
    ],
    [[0, 2]],
  );

  scenario(
    "events without a value of group-by are in no group",
    [
      { at: 0, kind: "a" },
      { at: 1, kind: "a" },
      { at: 2, kind: "a", value: "v" },
    ],
    [
      detection("a"),
      correlation("found", {
        type: "event_count",
        rules: ["a"],
        "group-by": ["value"],
        timespan: "10s",
        condition: { gte: 1 },
      }),
    ],
    [[2]],
  );
});

describe("value_count, value_sum, value_avg and value_percentile", () => {
  const rule = (type: string, condition: object) => [
    detection("a"),
    correlation("found", { type, rules: ["a"], timespan: "10s", condition: { field: "value", ...condition } }),
  ];
  const values = (...given: readonly (string | number | undefined)[]): readonly Step[] =>
    given.map((value, at) => ({ at, kind: "a", ...(value === undefined ? {} : { value }) }));

  scenario("equal values are counted once", values("x", "y", "x"), rule("value_count", { gte: 3 }), []);

  scenario("different values are counted", values("x", "y", "x", "z"), rule("value_count", { gte: 3 }), [[0, 1, 2, 3]]);

  scenario(
    "no value is none, and its event stands in the run between others",
    values("x", undefined, "y"),
    rule("value_count", { gte: 2 }),
    [[0, 1, 2]],
  );

  scenario(
    "values outside the window do not count",
    [...values("x", "y"), { at: 12, kind: "a", value: "z" }],
    rule("value_count", { gte: 3 }),
    [],
  );

  scenario(
    "sums are of numbers only, written as numbers or as texts",
    values(10, "20", "many"),
    rule("value_sum", { gte: 30 }),
    [[0, 1]],
  );

  scenario("means are of numbers written as numbers or as texts", values(10, "20"), rule("value_avg", { eq: 15 }), [
    [0, 1],
  ]);

  scenario(
    "a percentile interpolates between values",
    values(0, 10),
    rule("value_percentile", { percentile: 50, gte: 5 }),
    [[0, 1]],
  );

  scenario(
    "a percentile is not above what it interpolates to",
    values(0, 10),
    rule("value_percentile", { percentile: 50, gt: 5 }),
    [],
  );

  scenario(
    "the percentiles 0 and 100 are the least and the greatest value",
    values(1, 2, 9),
    rule("value_percentile", { percentile: 100, eq: 9 }),
    [[0, 1, 2]],
  );
});
