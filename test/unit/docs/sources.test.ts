import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "vitest";

import { parseStrictJson, type JsonValue } from "../../../core/encoding/strict-json.ts";
import { groupedBy } from "../../../core/model/grouped.ts";
import { columnName } from "../../../core/sources/column-name.ts";
import { describeSources, type SourceDescription } from "../../../core/sources/describe-source.ts";
import { formatFieldPath } from "../../../core/sources/field-path.ts";
import { mappingPaths } from "../../../core/sources/mapping-paths.ts";
import { parseOwnMapping } from "../../../core/sources/own-mapping.ts";
import { sourceOfRecord, SOURCES } from "../../../core/sources/registry.ts";
import { TEXT_COLUMNS, type FieldPath, type Source } from "../../../core/sources/source.ts";
import { valueAt } from "../../../core/sources/value-at.ts";
import { hasShared, listShared, readShared } from "../../support/shared.ts";

const DOCUMENT = readFileSync(resolve(import.meta.dirname, "../../../docs/sources.md"), "utf8");

const code = (text: string): string => `\`${text}\``;
const isFallback = (name: string): boolean => name === "jsonl" || name === "csv";

/** What stands between the marks of a generated part. */
function generatedPart(name: string): readonly string[] {
  const found = new RegExp(`<!-- ${name}: [^>]*-->\n([^]*?)\n<!-- /${name} -->`).exec(DOCUMENT);
  return found?.[1]?.split("\n") ?? [];
}

function sourceRow({ name, title, recognisedBy, arrays, testedOn }: SourceDescription): string {
  const marks = recognisedBy.map((shape) => shape.map(code).join(", ")).join(" · ") || "nothing: the fallback";
  const tested = isFallback(name) ? "" : testedOn === "documentation" ? "*untested on real data*" : "real records";
  return `| ${code(name)} | ${title} | ${marks} | ${arrays.map(code).join(", ")} | ${tested} |`;
}

function columnLine({ name, rules }: SourceDescription): string {
  const parts = Object.entries(rules).map(([column, tried]) => `*${column}* ${tried.map(code).join(", ")}`);
  return `- **${name}**: ${parts.join("; ")}`;
}

test("docs/sources.md lists the sources that ship", () => {
  expect(generatedPart("sources")).toEqual([
    "| name | log | recognised by | arrays | tried on |",
    "|---|---|---|---|---|",
    ...describeSources().map(sourceRow),
  ]);
});

test("docs/sources.md says what feeds what", () => {
  expect(generatedPart("columns")).toEqual(describeSources().map(columnLine));
});

/** Every real record at hand, by the source that knows it. */
function realRecords(): ReadonlyMap<Source | undefined, readonly JsonValue[]> {
  const ofLines = listShared("data/events")
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readShared(`data/events/${name}`).toString("utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => parseStrictJson(Buffer.from(line)).value ?? null);
  const ofTrails = listShared("data/cloudtrail-invictus/CloudTrail").flatMap((name) => {
    const records = valueAt(parseStrictJson(readShared(`data/cloudtrail-invictus/CloudTrail/${name}`)).value ?? null, [
      "Records",
    ]);
    return Array.isArray(records) ? (records as readonly JsonValue[]) : [];
  });
  return groupedBy([...ofLines, ...ofTrails], sourceOfRecord);
}

function hasValue(record: JsonValue, path: FieldPath, embedded: readonly FieldPath[]): boolean {
  const above = embedded.find((start) => start.every((step, index) => step === path[index]));
  const text = above && valueAt(record, above);
  const value =
    above && typeof text === "string"
      ? valueAt(parseStrictJson(Buffer.from(text)).value ?? null, path.slice(above.length))
      : valueAt(record, path);
  return value !== undefined && value !== null && value !== "";
}

test.skipIf(!hasShared("data/events"))("docs/sources.md says which members no real record at hand has", () => {
  const records = realRecords();
  const lines = SOURCES.filter(({ testedOn }) => testedOn === "real records").map((source) => {
    const { embedded = [] } = source.mapping;
    const unseen = mappingPaths(source.mapping).filter(
      (path) => !records.get(source)?.some((record) => hasValue(record, path, embedded)),
    );
    return `- **${source.name}**: ${[...new Set(unseen.map(formatFieldPath))].map(code).join(", ") || "none"}`;
  });
  expect(generatedPart("unseen")).toEqual(lines);
});

test("the example of a mapping in docs/sources.md is one, and the columns it may have are named", () => {
  const example = /```yaml\n([^]*?)```/.exec(DOCUMENT)?.[1] ?? "";
  expect(parseOwnMapping(example).mapping?.source.name).toBe("acme-gateway");
  for (const column of TEXT_COLUMNS) expect(DOCUMENT).toContain(code(columnName(column)));
});
