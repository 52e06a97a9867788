import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { type CaseFile } from "../../../core/casefile/case-file.ts";
import { compileMapping } from "../../../core/casefile/compile-mapping.ts";
import { createCase } from "../../../core/casefile/open-case.ts";
import { identifier, joinSql, sql } from "../../../core/casefile/sql.ts";
import { SOURCES } from "../../../core/sources/registry.ts";
import {
  TEXT_COLUMNS,
  type FieldPath,
  type Mapping,
  type OutcomeRule,
  type ValueRule,
} from "../../../core/sources/source.ts";

let folder: string;
let caseFile: CaseFile;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-sheet-"));
  caseFile = await createCase(join(folder, "a.assay"));
});
afterAll(async () => {
  await caseFile.close();
  await rm(folder, { recursive: true, force: true });
});

type Given = readonly (readonly [path: FieldPath, value: string])[];
const same = (a: FieldPath, b: FieldPath): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The sheet of a source as a person reads it, of a record that has these values and no others. */
function textsBySheet({ texts }: Mapping, given: Given): Record<string, string | null> {
  return Object.fromEntries(
    TEXT_COLUMNS.map((column) => {
      for (const rule of texts[column] ?? []) {
        const value = valueByRule(rule, given);
        if (value !== undefined) return [column, value];
      }
      return [column, null];
    }),
  );
}

function valueByRule(rule: ValueRule, given: Given): string | undefined {
  const valueOf = (path: FieldPath): string | undefined => given.find(([at]) => same(at, path))?.[1];
  if ("constant" in rule) return rule.constant;
  if ("join" in rule) {
    const found = rule.join.flatMap((path) => valueOf(path) ?? []);
    return found.length === 0 || (rule.all && found.length < rule.join.length) ? undefined : found.join(rule.with);
  }
  const value = valueOf(rule.path);
  if (value === undefined || !value.startsWith(rule.startsWith ?? "")) return undefined;
  if (rule.when && !rule.when.oneOf.includes(valueOf(rule.when.path) ?? "")) return undefined;
  return rule.gives ?? rule.words?.[value] ?? value;
}

function outcomeBySheet(rules: readonly OutcomeRule[], given: Given): string | null {
  for (const { path, oneOf, noneOf, atLeast, outcome } of rules) {
    const value = given.find(([at]) => same(at, path))?.[1];
    if (value === undefined || (oneOf && !oneOf.includes(value)) || noneOf?.includes(value)) continue;
    if (atLeast === undefined || Number(value) >= atLeast) return outcome;
  }
  return null;
}

/** Records that have what one line of the sheet names, and nothing else. */
function recordsOf({ texts, outcomes }: Mapping): readonly Given[] {
  const ofTexts = Object.values(texts).flatMap((rules) =>
    rules.flatMap((rule): Given[] => {
      if ("constant" in rule) return [];
      if ("join" in rule) return [rule.join.map((path, index) => [path, `part ${index}`] as const)];
      const { path, startsWith = "", words = {}, when } = rule;
      const told = (value: string): Given => [
        [path, value],
        ...(when ? [[when.path, when.oneOf[0] ?? ""] as const] : []),
      ];
      return [told(`${startsWith}some value`), [[path, "value alone"]], ...Object.keys(words).map(told)];
    }),
  );
  const ofOutcomes = outcomes.flatMap(({ path, oneOf = [], noneOf = [], atLeast = 0 }) =>
    [...oneOf, ...noneOf, String(atLeast), String(atLeast - 1), "other"].map((value): Given => [[path, value]]),
  );
  return [...ofTexts, ...ofOutcomes];
}

/** The record as its log writes it: what is embedded is text. */
function write(given: Given, embedded: readonly FieldPath[]): string {
  const record: Record<string, unknown> = {};
  for (const [path, value] of given) put(record, path, value);
  for (const path of embedded) {
    const inside = path.reduce<unknown>(
      (value, step) => (value as Record<string, unknown> | undefined)?.[step],
      record,
    );
    if (typeof inside === "object") put(record, path, JSON.stringify(inside));
  }
  return JSON.stringify(record);
}

function put(target: Record<string, unknown>, [first = "", second, ...rest]: FieldPath, value: string): void {
  if (second === undefined) target[first] = value;
  else {
    const inner = (target[first] ??= typeof second === "number" ? [] : {}) as Record<string, unknown>; // built here
    put(inner, [second, ...rest], value);
  }
}

test.each(SOURCES)("each member that the sheet of $name names feeds the column that it says", async ({ mapping }) => {
  const records = recordsOf(mapping);
  const file = join(caseFile.folder.evidence, "records.jsonl");
  await writeFile(file, records.map((given) => `${write(given, mapping.embedded ?? [])}\n`).join(""));
  const { from, texts, outcome } = compileMapping(mapping);
  const columns = TEXT_COLUMNS.map((column) => sql`${texts[column]} AS ${identifier(column)}`);
  const rows = await caseFile.query(
    sql`SELECT ${outcome} AS outcome, ${joinSql(columns, sql`, `)} FROM ${from([file])}`,
  );
  expect(rows).toEqual(
    records.map((given) => ({ ...textsBySheet(mapping, given), outcome: outcomeBySheet(mapping.outcomes, given) })),
  );
});

test.each(SOURCES)("each time that the sheet of $name names is read, the first that is there", async ({ mapping }) => {
  const rules = [mapping.time, ...(mapping.recordedAt ? [mapping.recordedAt] : [])];
  const { from, time, recordedAt } = compileMapping(mapping);
  const file = join(caseFile.folder.evidence, "records.jsonl");
  for (const [index, rule] of rules.entries()) {
    const value =
      rule.formats.includes("rfc3339") || rule.formats.includes("utc") ? "2026-01-02T03:04:05" : "1767323045";
    const zoned = rule.formats.includes("rfc3339") ? `${value}Z` : value;
    const records = rule.from.map((path) => write([[path, zoned]], mapping.embedded ?? []));
    await writeFile(file, records.map((record) => `${record}\n`).join(""));
    const rows = await caseFile.query(sql`SELECT ${index === 0 ? time : recordedAt} AS time FROM ${from([file])}`);
    expect(rows).toEqual(records.map(() => ({ time: 1_767_323_045_000_000_000n })));
  }
});
