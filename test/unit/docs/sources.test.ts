import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "vitest";

import { columnName } from "../../../core/sources/column-name.ts";
import { describeSources, type SourceDescription } from "../../../core/sources/describe-source.ts";
import { parseOwnMapping } from "../../../core/sources/own-mapping.ts";
import { TEXT_COLUMNS } from "../../../core/sources/source.ts";

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

test("the example of a mapping in docs/sources.md is one, and the columns it may have are named", () => {
  const example = /```yaml\n([^]*?)```/.exec(DOCUMENT)?.[1] ?? "";
  expect(parseOwnMapping(example).mapping?.source.name).toBe("acme-gateway");
  for (const column of TEXT_COLUMNS) expect(DOCUMENT).toContain(code(columnName(column)));
});
