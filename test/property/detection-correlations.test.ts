import fc from "fast-check";
import { stringify } from "yaml";
import { expect, test } from "vitest";

import { readAlertEvents } from "../../core/detection/fired-events.ts";
import { correlations, type OracleCorrelation, type OracleEvent } from "../support/correlation-oracle.ts";
import { caseWithRecords } from "../support/detection-case.ts";

/** Cases of one import: events of one never meet those of another, because every correlation but the last groups by it. */
const WORLDS = 40;
const START = Date.parse("2026-09-14T10:00:00Z");

const event: fc.Arbitrary<OracleEvent> = fc.record({
  // Few moments, so that many events share one; the order of the evidence is another.
  at: fc.oneof({ weight: 15, arbitrary: fc.integer({ min: 0, max: 14 }) }, { weight: 1, arbitrary: fc.constant(null) }),
  members: fc.record(
    {
      kind: fc.constantFrom("a", "b", "c"),
      user: fc.constantFrom("x", "y"),
      other: fc.constantFrom("x", "y"),
      value: fc.oneof(fc.integer({ min: -2, max: 5 }), fc.constantFrom("2", "1.5", "many")),
    },
    { requiredKeys: ["kind"] },
  ),
});
const events = fc.array(fc.array(event, { minLength: 2, maxLength: 9 }), { minLength: WORLDS, maxLength: WORLDS });

const DETECTIONS: Readonly<Record<string, readonly string[]>> = { a: ["a"], b: ["b"], c: ["c"], ab: ["a", "b"] };

const bounds = (max: number): fc.Arbitrary<Readonly<Record<string, number>>> => {
  const bound = fc.integer({ min: 0, max });
  return fc.oneof(
    { weight: 4, arbitrary: bound.map((gte) => ({ gte })) },
    bound.map((gt) => ({ gt })),
    bound.map((eq) => ({ eq })),
    bound.map((neq) => ({ neq })),
    bound.map((lte) => ({ lte })),
    fc.tuple(bound, bound).map(([gt, more]) => ({ gt, lt: gt + more + 1 })),
  );
};

type Shape = Pick<OracleCorrelation, "type" | "bounds" | "fields" | "percentile">;
const shape = (type: string, limits: Shape["bounds"], fields: readonly string[] = [], percentile?: number): Shape => ({
  type,
  bounds: limits,
  fields,
  percentile: percentile ?? null,
});
const value = ["value"];
const shapes: fc.Arbitrary<Shape> = fc.oneof(
  bounds(5).map((limits) => shape("event_count", limits)),
  fc
    .tuple(bounds(4), fc.constantFrom(value, ["user"], ["user", "value"]))
    .map(([limits, fields]) => shape("value_count", limits, fields)),
  fc.oneof(fc.constant({}), bounds(3)).map((limits) => shape("temporal", limits)),
  { weight: 2, arbitrary: fc.constant(shape("temporal_ordered", {})) },
  bounds(9).map((limits) => shape("value_sum", limits, value)),
  bounds(4).map((limits) => shape("value_avg", limits, value)),
  fc
    .tuple(bounds(4), fc.constantFrom(0, 25, 50, 90, 100))
    .map(([limits, percentile]) => shape("value_percentile", limits, value, percentile)),
);

/** Correlations of which each may build on those before it. */
const rules: fc.Arbitrary<readonly OracleCorrelation[]> = fc
  .array(
    fc.record({
      shape: shapes,
      picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      chained: fc.boolean(),
      groupBy: fc.constantFrom(["world"], ["world", "user"], ["world", "who"]),
      timespan: fc.integer({ min: 1, max: 8 }),
    }),
    { minLength: 24, maxLength: 24 },
  )
  .map((drawn) =>
    drawn.reduce<OracleCorrelation[]>((made, { shape: of, picks, chained, groupBy, timespan }, index) => {
      const below = chained ? made.slice(-4).map(({ name }) => name) : [];
      const names = [...below, ...Object.keys(DETECTIONS)];
      const members = [...new Set(picks.map((pick) => names[pick % names.length] ?? "a"))];
      // An alias stands for one member in the first rule and for another one in the rest.
      const who = Object.fromEntries(members.map((name, at) => [name, at === 0 ? "user" : "other"]));
      const grouped: readonly string[] = index === drawn.length - 1 ? groupBy.slice(1) : groupBy;
      const aliases: OracleCorrelation["aliases"] = grouped.includes("who") ? { who } : {};
      return [...made, { ...of, name: `r${index}`, rules: members, groupBy: grouped, timespan, aliases }];
    }, []),
  );

function textOf(rule: OracleCorrelation): string {
  const { name, type, rules: members, groupBy, timespan, aliases, bounds: limits, fields, percentile } = rule;
  const condition = {
    ...limits,
    ...(fields.length > 0 ? { field: fields.length === 1 ? fields[0] : fields } : {}),
    ...(percentile === null ? {} : { percentile }),
  };
  return stringify({
    title: name,
    name,
    correlation: {
      type,
      rules: members,
      ...(groupBy.length > 0 ? { "group-by": groupBy } : {}),
      ...(Object.keys(aliases).length > 0 ? { aliases } : {}),
      timespan: `${timespan}s`,
      ...(Object.keys(condition).length > 0 ? { condition } : {}),
      // Every one is shown, so that every one is compared.
      generate: true,
    },
  });
}

const DETECTION_TEXTS = Object.entries(DETECTIONS).map(([name, kinds]) =>
  stringify({
    title: name,
    name,
    logsource: { product: "jsonl" },
    detection: { selection: { kind: kinds }, condition: "selection" },
  }),
);

test("correlations find exactly what looking at every window by itself finds", { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(events, rules, async (worlds, drawn) => {
      const all = worlds.flatMap((inside, world) =>
        inside.map((one): OracleEvent => ({ ...one, members: { ...one.members, world } })),
      );
      const records = all.map(({ at, members }, n) => ({
        ...(at === null ? {} : { time: new Date(START + at * 1000).toISOString() }),
        ...members,
        n,
      }));
      const opened = await caseWithRecords(records);
      try {
        const state = await opened.run([...DETECTION_TEXTS, ...drawn.map(textOf)]);
        expect(state.rules.rejected).toEqual([]);
        const { caseFile } = opened.session;
        const found: string[] = [];
        for (const { title, group, alert } of state.correlations) {
          found.push(JSON.stringify([title, sorted(group), await readAlertEvents(caseFile, alert)]));
        }
        const fits = Object.fromEntries(
          Object.entries(DETECTIONS).map(([name, kinds]) => [
            name,
            ({ members }: OracleEvent) => kinds.includes(String(members["kind"])),
          ]),
        );
        const expected = correlations(all, fits, drawn).map((alert) =>
          JSON.stringify([alert.rule, sorted(alert.group), alert.events]),
        );
        for (const rule of drawn) {
          const isOf = (text: string): boolean => text.startsWith(`["${rule.name}",`);
          expect(found.filter(isOf).sort(), textOf(rule)).toEqual(expected.filter(isOf).sort());
        }
      } finally {
        await opened.close();
      }
    }),
    // 24 correlations over 40 groups of events in each run.
    { numRuns: 3, endOnFailure: true },
  );
});

function sorted(group: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(group).sort(([one], [other]) => (one < other ? -1 : 1));
}
