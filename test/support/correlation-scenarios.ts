import { stringify } from "yaml";
import { expect, test } from "vitest";

import { readAlertEvents } from "../../core/detection/fired-events.ts";
import { caseWithRecords } from "./detection-case.ts";

/** A record: its time in seconds since the beginning, and what it is. */
export interface Step {
  readonly at: number;
  readonly kind: string;
  readonly user?: string;
  readonly value?: string | number;
}

/** Records of a kind at these seconds. */
export function steps(kind: string, ...seconds: readonly number[]): readonly Step[] {
  return seconds.map((at) => ({ at, kind }));
}

type Document = { readonly name: string } & (
  | { readonly kinds: readonly string[] }
  | { readonly correlation: Readonly<Record<string, unknown>> & { readonly rules: readonly string[] } }
);

/** A rule that fits the records of some kinds; of those of its name by default. */
export function detection(name: string, ...kinds: readonly string[]): Document {
  return { name, kinds: kinds.length > 0 ? kinds : [name] };
}

/** A correlation over rules of the same scenario. */
export function correlation(
  name: string,
  body: Readonly<Record<string, unknown>> & { readonly rules: readonly string[] },
): Document {
  return { name, correlation: body };
}

interface Scenario {
  readonly steps: readonly Step[];
  readonly documents: readonly Document[];
}

const START = Date.parse("2026-09-14T10:00:00Z");

/**
 * Tests of what the correlation `found` finds: its alerts, each with the positions of its steps. All scenarios of a file share
 * one case and one run; their records and rules never meet.
 */
export function scenarioTests(): (
  name: string,
  given: readonly Step[],
  documents: readonly Document[],
  expected: readonly (readonly number[])[],
) => void {
  const scenarios: Scenario[] = [];
  let results: Promise<ReadonlyMap<number, readonly (readonly number[])[]>> | undefined;
  return (name, given, documents, expected) => {
    const world = scenarios.length;
    scenarios.push({ steps: given, documents });
    test(name, async () => {
      results ??= run(scenarios);
      expect((await results).get(world) ?? []).toEqual(expected);
    });
  };
}

async function run(scenarios: readonly Scenario[]): Promise<ReadonlyMap<number, readonly (readonly number[])[]>> {
  const records = scenarios.flatMap(({ steps: of }, world) =>
    of.map(({ at, kind, user = "u", value }, n) => {
      const time = new Date(START + at * 1000).toISOString();
      return { time, world, kind, user, n, ...(value === undefined ? {} : { value }) };
    }),
  );
  const rules = scenarios.flatMap(({ documents }, world) => documents.map((document) => textOf(document, world)));
  const opened = await caseWithRecords(records);
  try {
    const state = await opened.run(rules);
    expect(state.rules.rejected).toEqual([]);
    const found = new Map<number, (readonly number[])[]>();
    for (const { rule, alert } of state.correlations) {
      const [world = "", name] = rule.split("-");
      if (name !== "found") continue;
      const first = records.findIndex((record) => record.world === Number(world));
      const events = await readAlertEvents(opened.session.caseFile, alert);
      const known = found.get(Number(world)) ?? [];
      found.set(Number(world), [...known, events.map((seq) => seq - first)]);
    }
    return found;
  } finally {
    await opened.close();
  }
}

/** The rule with the names of its scenario. */
function textOf(document: Document, world: number): string {
  const named = (name: string): string => `${world}-${name}`;
  const about = { title: document.name, name: named(document.name) };
  if ("kinds" in document) {
    const selection = { world, kind: document.kinds };
    return stringify({ ...about, logsource: { product: "jsonl" }, detection: { selection, condition: "selection" } });
  }
  const { rules, aliases = {}, ...body } = document.correlation;
  const fields = Object.entries(aliases as Readonly<Record<string, Readonly<Record<string, string>>>>);
  return stringify({
    ...about,
    correlation: {
      ...body,
      rules: rules.map(named),
      aliases: Object.fromEntries(
        fields.map(([alias, of]) => [
          alias,
          Object.fromEntries(Object.entries(of).map(([rule, field]) => [named(rule), field])),
        ]),
      ),
    },
  });
}
