import { afterEach, describe, expect, test } from "vitest";

import { readAlertEvents } from "../../../core/detection/detection-store.ts";
import { type CorrelationAlert } from "../../../core/model/detection.ts";
import { caseWithRecords, type DetectionCase } from "../../support/detection-case.ts";

let open: DetectionCase | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

interface Step {
  /** Seconds since the beginning. */
  readonly at: number;
  readonly kind: string;
  readonly user?: string;
  readonly value?: string | number;
}

const START = Date.parse("2026-09-14T10:00:00Z");

function record({ at, kind, user = "u", value }: Step, index: number): unknown {
  const time = new Date(START + at * 1000).toISOString();
  return { time, kind, user, who: user, n: index, ...(value === undefined ? {} : { value }) };
}

function detection(name: string, kind = name): string {
  return `title: ${name}
name: ${name}
logsource: {product: jsonl}
detection:
  selection: {kind: ${kind}}
  condition: selection
`;
}

function correlation(name: string, body: string): string {
  const lines = body.trim().split("\n");
  return `title: ${name}\nname: ${name}\ncorrelation:\n${lines.map((line) => `  ${line}`).join("\n")}\n`;
}

/** The alerts of a correlation over these steps: the events of each, by their position. */
async function alerts(
  steps: readonly Step[],
  documents: readonly string[],
  of = "found",
): Promise<readonly (readonly number[])[]> {
  open = await caseWithRecords(steps.map(record));
  const state = await open.run([documents.join("---\n")]);
  expect(state.rules.rejected).toEqual([]);
  const found: CorrelationAlert[] = state.correlations.filter(({ title }) => title === of);
  const { caseFile } = open.session;
  return Promise.all(found.map(({ alert }) => readAlertEvents(caseFile, alert)));
}

const at = (kind: string, ...seconds: readonly number[]): readonly Step[] =>
  seconds.map((second) => ({ at: second, kind }));

const BOTH = `title: both
name: both
logsource: {product: jsonl}
detection:
  selection: {kind: [a, b]}
  condition: selection
`;

describe.each([
  ["event_count", "both", "{eq: 2}"],
  ["value_count", "both", "{field: value, eq: 2}"],
  ["value_sum", "both", "{field: value, eq: 3}"],
  ["value_avg", "both", "{field: value, eq: 1.5}"],
  ["value_percentile", "both", "{field: value, percentile: 50, eq: 1.5}"],
  ["temporal", "[a, b]", null],
  ["temporal_ordered", "[a, b]", null],
])("the window of %s", (type, rules, condition) => {
  test("has the timespan's length to the nanosecond, ends included, in each group by itself", async () => {
    const body = `type: ${type}\nrules: ${rules}\ngroup-by: user\ntimespan: 10s`;
    const documents = [
      BOTH,
      detection("a"),
      detection("b"),
      correlation("found", condition === null ? body : `${body}\ncondition: ${condition}`),
    ];
    const pair = (user: string, second: string): readonly unknown[] => [
      { time: "2026-09-14T10:00:00Z", kind: "a", user, value: 1 },
      { time: `2026-09-14T10:00:${second}Z`, kind: "b", user, value: 2 },
    ];
    open = await caseWithRecords([
      ...pair("within", "09.999999999"),
      ...pair("at the end", "10"),
      ...pair("beyond", "10.000000001"),
      ...pair("at once", "00"),
    ]);
    const state = await open.run([documents.join("---\n")]);
    expect(state.rules.rejected).toEqual([]);
    expect(state.correlations.map(({ group, count }) => [group["user"], count]).sort()).toEqual([
      ["at once", 2],
      ["at the end", 2],
      ["within", 2],
    ]);
  });
});

describe("event_count", () => {
  const rules = [
    detection("a"),
    correlation("found", "type: event_count\nrules: a\ntimespan: 10s\ncondition: {gte: 3}"),
  ];

  test("a window holds events at most the timespan apart, its ends included", async () => {
    expect(await alerts(at("a", 0, 5, 10), rules)).toEqual([[0, 1, 2]]);
  });

  test("events one second further apart are in no window together", async () => {
    expect(await alerts(at("a", 0, 5, 11), rules)).toEqual([]);
  });

  test("windows slide: no bucket hides three events around a full minute", async () => {
    expect(await alerts(at("a", 55, 59, 62), rules)).toEqual([[0, 1, 2]]);
  });

  test("many events over a long time are no burst, whatever their sum", async () => {
    expect(await alerts(at("a", 0, 100, 200, 300, 400), rules)).toEqual([]);
  });

  test("overlapping windows are one alert with every event of the run, and a later burst is another", async () => {
    expect(await alerts(at("a", 0, 4, 8, 12, 16, 100, 101, 102), rules)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7],
    ]);
  });

  test("events at one moment count together", async () => {
    expect(await alerts(at("a", 7, 7, 7), rules)).toEqual([[0, 1, 2]]);
  });

  test("an event that fits two rules counts once", async () => {
    const both = [
      detection("a"),
      detection("b", "a"),
      correlation("found", "type: event_count\nrules: [a, b]\ntimespan: 10s\ncondition: {gte: 3}"),
    ];
    expect(await alerts(at("a", 0, 1), both)).toEqual([]);
  });

  test("bounds can form a range", async () => {
    const range = [
      detection("a"),
      correlation("found", "type: event_count\nrules: a\ntimespan: 10s\ncondition: {gt: 1, lte: 2}"),
    ];
    expect(await alerts(at("a", 0, 1), range)).toEqual([[0, 1]]);
  });

  test("groups are counted apart, and events without a group's value are in none", async () => {
    const grouped = [
      detection("a"),
      correlation("found", "type: event_count\nrules: a\ngroup-by: [user]\ntimespan: 10s\ncondition: {gte: 2}"),
    ];
    const steps = [
      { at: 0, kind: "a", user: "x" },
      { at: 1, kind: "a", user: "y" },
      { at: 2, kind: "a", user: "x" },
    ];
    expect(await alerts(steps, grouped)).toEqual([[0, 2]]);
  });
});

describe("value_count, value_sum, value_avg and value_percentile", () => {
  const rule = (type: string, condition: string): readonly string[] => [
    detection("a"),
    correlation("found", `type: ${type}\nrules: a\ntimespan: 10s\ncondition: {field: value, ${condition}}`),
  ];
  const values = (...given: readonly (string | number)[]): readonly Step[] =>
    given.map((value, second) => ({ at: second, kind: "a", value }));

  test("different values are counted, equal ones once", async () => {
    expect(await alerts(values("x", "y", "x"), rule("value_count", "gte: 3"))).toEqual([]);
    await open?.close();
    expect(await alerts(values("x", "y", "x", "z"), rule("value_count", "gte: 3"))).toEqual([[0, 1, 2, 3]]);
  });

  test("values outside the window do not count", async () => {
    const steps = [...values("x", "y"), { at: 12, kind: "a", value: "z" }];
    expect(await alerts(steps, rule("value_count", "gte: 3"))).toEqual([]);
  });

  test("sums and means are of numbers only, written as numbers or as texts", async () => {
    expect(await alerts(values(10, "20", "many"), rule("value_sum", "gte: 30"))).toEqual([[0, 1]]);
    await open?.close();
    expect(await alerts(values(10, "20"), rule("value_avg", "eq: 15"))).toEqual([[0, 1]]);
  });

  test("a percentile interpolates between values", async () => {
    expect(await alerts(values(0, 10), rule("value_percentile", "percentile: 50, gte: 5"))).toEqual([[0, 1]]);
    await open?.close();
    expect(await alerts(values(0, 10), rule("value_percentile", "percentile: 50, gt: 5"))).toEqual([]);
  });
});

describe("temporal", () => {
  const rules = [detection("a"), detection("b"), correlation("found", "type: temporal\nrules: [a, b]\ntimespan: 1m")];

  test("rules fire together in any order", async () => {
    expect(await alerts([...at("b", 0), ...at("a", 60)], rules)).toEqual([[0, 1]]);
  });

  test("a second beyond the timespan they no longer do", async () => {
    expect(await alerts([...at("b", 0), ...at("a", 61)], rules)).toEqual([]);
  });

  test("another event of the group a week later hides nothing", async () => {
    expect(await alerts([...at("a", 0), ...at("b", 30), ...at("a", 604_800)], rules)).toEqual([[0, 1]]);
  });

  test("a bound asks for some of the rules instead of all", async () => {
    const three = [
      detection("a"),
      detection("b"),
      detection("c"),
      correlation("found", "type: temporal\nrules: [a, b, c]\ntimespan: 1m\ncondition: {gte: 2}"),
    ];
    expect(await alerts([...at("a", 0), ...at("c", 5)], three)).toEqual([[0, 1]]);
  });
});

describe("temporal_ordered", () => {
  const rules = [
    detection("a"),
    detection("b"),
    correlation("found", "type: temporal_ordered\nrules: [a, b]\ntimespan: 1m"),
  ];

  test("the order of the rules is the order of the events", async () => {
    expect(await alerts([...at("a", 0), ...at("b", 60)], rules)).toEqual([[0, 1]]);
  });

  test("the other order is none", async () => {
    expect(await alerts([...at("b", 0), ...at("a", 10)], rules)).toEqual([]);
  });

  test("events at one time are in the order of the evidence", async () => {
    expect(await alerts([...at("a", 5), ...at("b", 5)], rules)).toEqual([[0, 1]]);
    await open?.close();
    expect(await alerts([...at("b", 5), ...at("a", 5)], rules)).toEqual([]);
  });

  test("an event does not follow itself", async () => {
    const same = [
      detection("a"),
      detection("b", "a"),
      correlation("found", "type: temporal_ordered\nrules: [a, b]\ntimespan: 1m"),
    ];
    expect(await alerts(at("a", 5), same)).toEqual([]);
    await open?.close();
    expect(await alerts(at("a", 5, 6), same)).toEqual([[0, 1]]);
  });

  test("a first event long ago hides no sequence that begins later", async () => {
    const three = [
      ...rules.slice(0, 2),
      detection("c"),
      correlation("found", "type: temporal_ordered\nrules: [a, b, c]\ntimespan: 1m"),
    ];
    expect(await alerts([...at("a", 0), ...at("a", 100), ...at("b", 110), ...at("c", 150)], three)).toEqual([
      [1, 2, 3],
    ]);
  });

  test("the whole sequence is within the timespan, not each step", async () => {
    const three = [
      ...rules.slice(0, 2),
      detection("c"),
      correlation("found", "type: temporal_ordered\nrules: [a, b, c]\ntimespan: 1m"),
    ];
    expect(await alerts([...at("a", 0), ...at("b", 40), ...at("c", 80)], three)).toEqual([]);
  });
});

describe("aliases, chains and generate", () => {
  test("an alias names another field for each rule", async () => {
    const rules = [
      detection("a"),
      detection("b"),
      correlation(
        "found",
        "type: temporal_ordered\nrules: [a, b]\naliases:\n  person: {a: user, b: value}\ngroup-by: person\ntimespan: 1m",
      ),
    ];
    const steps = [
      { at: 0, kind: "a", user: "x" },
      { at: 1, kind: "b", user: "y", value: "x" },
    ];
    expect(await alerts(steps, rules)).toEqual([[0, 1]]);
  });

  const chain = [
    detection("failed"),
    detection("worked"),
    correlation("many", "type: event_count\nrules: failed\ngroup-by: user\ntimespan: 1m\ncondition: {gte: 3}"),
    correlation("found", "type: temporal_ordered\nrules: [many, worked]\ngroup-by: user\ntimespan: 5m"),
  ];

  test("a chain has the events of the alerts it builds on", async () => {
    const steps = [...at("failed", 0, 1, 2), ...at("worked", 200)];
    expect(await alerts(steps, chain)).toEqual([[0, 1, 2, 3]]);
  });

  test("a success amid the failures ends a sequence that their first burst began", async () => {
    const steps = [...at("failed", 0, 1, 2), ...at("worked", 3), ...at("failed", 4, 5)];
    expect(await alerts(steps, chain)).toEqual([[0, 1, 2, 3, 4, 5]]);
  });

  test("rules below a correlation alert on their own only when it says so", async () => {
    open = await caseWithRecords(at("failed", 0, 1, 2).map(record));
    const silent = await open.run([chain.slice(0, 3).join("---\n")]);
    expect([silent.hits.length, silent.correlations.length]).toEqual([0, 1]);
    const loud = await open.run([[chain[0], chain[2]?.replace("type:", "generate: true\n  type:")].join("---\n")]);
    expect([loud.hits.map(({ count }) => count), loud.correlations.length]).toEqual([[3], 1]);
  });

  test("a correlation that leads back to itself is rejected, and so is one over what cannot run", async () => {
    open = await caseWithRecords(at("a", 0).map(record));
    const state = await open.run([
      [
        correlation("one", "type: temporal\nrules: [two]\ntimespan: 1m"),
        correlation("two", "type: temporal\nrules: [one]\ntimespan: 1m"),
        correlation("three", "type: temporal\nrules: [nowhere]\ntimespan: 1m"),
      ].join("---\n"),
    ]);
    expect(state.rules.rejected.map(({ line, reason }) => [line, reason])).toEqual([
      [8, 'correlation: "one" leads back to this rule'],
      [1, 'correlation: "two" is no rule that can run'],
      [15, 'correlation: "nowhere" is no rule that can run'],
    ]);
  });
});

describe("new values", () => {
  test("a baseline finds the first event with a new value, once its subject has been known long enough", async () => {
    const rule = `title: new
id: new
logsource: {product: jsonl}
new-value: {of: user, fields: value, after: 1h}
detection:
  selection: {kind: a}
  condition: selection
`;
    const steps = [
      { at: 0, kind: "a", value: "x" },
      { at: 60, kind: "a", value: "y" },
      { at: 3_600, kind: "a", value: "z" },
      { at: 3_700, kind: "a", value: "z" },
      { at: 3_800, kind: "a", user: "other", value: "q" },
    ];
    open = await caseWithRecords(steps.map(record));
    await open.run([rule]);
    expect(await open.hits("new")).toEqual([2]);
  });
});
