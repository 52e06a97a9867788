import { afterEach, expect, test } from "vitest";
import { stringify } from "yaml";

import { explainAlert, readFittedRules } from "../../../core/detection/explain-alert.ts";
import { readAlertEvents } from "../../../core/detection/fired-events.ts";
import { type AlertExplanation } from "../../../core/model/detection.ts";
import { caseWithRecords, type DetectionCase } from "../../support/detection-case.ts";

let open: DetectionCase | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const detection = (name: string): string =>
  stringify({
    title: `Is ${name}`,
    name,
    logsource: { product: "jsonl" },
    detection: { selection: { kind: name }, condition: "selection" },
  });
const correlation = (name: string, body: object): string =>
  stringify({ title: `Found ${name}`, name, correlation: body });

const at = (second: number, kind: string, more: object = {}): object => ({
  time: new Date(Date.parse("2026-09-14T10:00:00Z") + second * 1000).toISOString(),
  kind,
  user: "ann",
  second,
  ...more,
});

/** The explanations of all alerts of a rule, by their order. */
async function explained(
  records: readonly object[],
  rules: readonly string[],
  of: string,
): Promise<AlertExplanation[]> {
  open = await caseWithRecords(records);
  const { caseFile } = open.session;
  const state = await open.run(rules);
  expect(state.rules.rejected).toEqual([]);
  const found: AlertExplanation[] = [];
  for (const { alert, rule } of state.correlations) if (rule === of) found.push(await explainAlert(caseFile, alert));
  return found;
}

test("what a count asks for, and the first window in which it was met", async () => {
  const many = correlation("many", {
    type: "value_count",
    rules: ["a", "b"],
    "group-by": "user",
    timespan: "10m",
    condition: { field: "value", gte: 2 },
  });
  const values = [at(9, "b", { value: "z" }), at(0, "a", { value: "x" }), at(3, "a", { value: "y" })];
  expect(await explained(values, [detection("a"), detection("b"), many], "many")).toEqual([
    {
      asked: "at least 2 different values of value within 10 minutes, for each user",
      met: "2 different values of value",
      first: { seq: 1, time: "2026-09-14T10:00:00Z" },
      last: { seq: 2, time: "2026-09-14T10:00:03Z" },
      ordered: false,
      parts: [
        { rule: "a", title: "Is a", kind: "detection", events: 2, stage: null },
        { rule: "b", title: "Is b", kind: "detection", events: 1, stage: null },
      ],
    },
  ]);
});

test("one of something is told in the singular", async () => {
  const body = { rules: ["a"], timespan: "1m" };
  const events = correlation("events", { ...body, type: "event_count", condition: { gte: 1 } });
  const [found] = await explained([at(0, "a")], [detection("a"), events], "events");
  expect(found).toMatchObject({ asked: "at least 1 event within 1 minute", met: "1 event" });
});

test("a sequence names the event of each stage, the latest that lead to where it was first complete", async () => {
  const sequence = correlation("sequence", { type: "temporal_ordered", rules: ["a", "b", "c"], timespan: "1h" });
  const records = [at(1, "a"), at(2, "b"), at(3, "a"), at(4, "b"), at(5, "b"), at(6, "c"), at(7, "c")];
  const [found] = await explained(records, [...["a", "b", "c"].map(detection), sequence], "sequence");
  expect(found).toMatchObject({
    asked: "these rules one after the other within 1 hour",
    met: "3 rules in order",
    first: { seq: 2 },
    last: { seq: 5 },
    ordered: true,
  });
  expect(found?.parts.map(({ rule, events, stage }) => [rule, events, stage?.seq])).toEqual([
    ["a", 1, 2],
    ["b", 2, 4],
    ["c", 2, 5],
  ]);
});

test("an event that fits several rules of a sequence stands for one of them", async () => {
  const sequence = correlation("sequence", { type: "temporal_ordered", rules: ["a", "again"], timespan: "1h" });
  const again = detection("a").replace("name: a", "name: again");
  const [found] = await explained([at(1, "a"), at(2, "a")], [detection("a"), again, sequence], "sequence");
  expect(found?.parts.map(({ stage }) => stage?.seq)).toEqual([0, 1]);
});

test("of rules that fire together some may be missing where fewer are asked for", async () => {
  const together = correlation("together", {
    type: "temporal",
    rules: ["a", "b", "c"],
    timespan: "90s",
    condition: { gte: 2 },
  });
  const [found] = await explained([at(5, "c"), at(1, "a")], [...["a", "b", "c"].map(detection), together], "together");
  expect(found).toMatchObject({ asked: "at least 2 of these rules within 90 seconds", met: "2 of 3 rules" });
  expect(found?.parts.map(({ events, stage }) => [events, stage?.seq])).toEqual([
    [1, 1],
    [0, undefined],
    [1, 0],
  ]);
});

test("a chain names what it rests on, and each event the rules at the bottom that it fits", async () => {
  const many = correlation("many", {
    type: "event_count",
    rules: ["a"],
    "group-by": "user",
    timespan: "1m",
    condition: { gte: 3 },
  });
  const then = correlation("then", {
    type: "temporal_ordered",
    rules: ["many", "b"],
    "group-by": "user",
    timespan: "5m",
  });
  const records = [at(200, "b"), at(0, "a"), at(1, "a"), at(2, "a"), at(9, "other")];
  const [found] = await explained(records, [detection("a"), detection("b"), many, then], "then");
  expect(found?.parts).toEqual([
    {
      rule: "many",
      title: "Found many",
      kind: "correlation",
      events: 3,
      stage: { seq: 3, time: "2026-09-14T10:00:02Z" },
    },
    { rule: "b", title: "Is b", kind: "detection", events: 1, stage: { seq: 0, time: "2026-09-14T10:03:20Z" } },
  ]);
  const caseFile = open?.session.caseFile;
  if (!caseFile) throw new Error("the case is open");
  const events = await readAlertEvents(caseFile, 2);
  expect(events).toEqual([1, 2, 3, 0]);
  expect((await readFittedRules(caseFile, 2, events)).map(({ seq, rule }) => [seq, rule])).toEqual([
    [0, "b"],
    [1, "a"],
    [2, "a"],
    [3, "a"],
  ]);
});

test("sums, means and percentiles are told with their number", async () => {
  const metric = (type: string, condition: object): string =>
    correlation(type, { type, rules: ["a"], timespan: "1d", condition: { field: "value", ...condition } });
  const rules = [
    detection("a"),
    metric("value_sum", { gt: 1, lte: 3 }),
    metric("value_avg", { gte: 1.05 }),
    metric("value_percentile", { percentile: 90, eq: 1.1 }),
    metric("event_count", { neq: 5 }).replace("field: value\n", ""),
  ];
  const records = [at(0, "a", { value: 1.1 }), at(1, "a", { value: "1.1" })];
  open = await caseWithRecords(records);
  const { caseFile } = open.session;
  const state = await open.run(rules);
  expect(state.rules.rejected).toMatchObject([]);
  const told = new Map<string, readonly string[]>();
  for (const { alert, rule } of state.correlations) {
    const { asked, met } = await explainAlert(caseFile, alert);
    told.set(rule, [asked, met]);
  }
  expect(Object.fromEntries(told)).toEqual({
    value_sum: ["sum of value more than 1 and at most 3 within 1 day", "sum of value 1.1"],
    value_avg: ["mean of value at least 1.05 within 1 day", "mean of value 1.1"],
    value_percentile: ["percentile 90 of value exactly 1.1 within 1 day", "percentile 90 of value 1.1"],
    event_count: ["other than 5 events within 1 day", "1 event"],
  });
});

test("an alert that is not of the last run is refused", async () => {
  open = await caseWithRecords([at(0, "a")]);
  await open.run([detection("a")]);
  await expect(explainAlert(open.session.caseFile, 1)).rejects.toMatchObject({ code: "no-such-alert" });
});
