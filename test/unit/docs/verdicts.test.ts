import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
const CORE_ROOMS = ["bundle", "casefile", "encoding", "merkle", "model", "report", "signing", "verification"];
/** `finding("code", …)`, `{ code: "code" }`, `code = proven ? "one" : "other"`, and the check of each name. */
const FINDING =
  /\bfinding\(\s*"([a-z0-9-]+)"|\bcode(?::| =)\s*(?:[\w.]+ \? "([a-z0-9-]+)" : )?"([a-z0-9]+(?:-[a-z0-9]+)+)"/g;
const CHECK = /\b(?:check|notAttempted|notVerifiable|listed)\(\s*"([a-z0-9-]+)"|\bname: "([a-z0-9-]+)", verdict/g;
const REFUSAL = /"refused",\s*(?:\w+ \? "([a-z0-9-]+)" : )?"([a-z0-9-]+)"/g;

function textsOf(room: string): string {
  const folder = join(ROOT, "core", room);
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  return files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
}

function codesIn(text: string, pattern: RegExp): Set<string> {
  return new Set([...text.matchAll(pattern)].flatMap((match) => match.slice(1).filter((code) => code !== undefined)));
}

const documentation = readFileSync(join(ROOT, "docs/verdicts.md"), "utf8");
const documented = codesIn(documentation, /`([a-z0-9-]+)`/g);
const unproven = readFileSync(join(ROOT, "core/casefile/unproven.ts"), "utf8");
const verification = `${textsOf("verification")}\n${unproven}`;
const packages = readdirSync(join(ROOT, "core/report"))
  .filter((name) => /^(?:verify-package|package-|check-)/.test(name))
  .map((name) => readFileSync(join(ROOT, "core/report", name), "utf8"))
  .join("\n");
const everything = CORE_ROOMS.map(textsOf).join("\n");

it.each([
  ["finding of a sealed log", verification, FINDING, 35],
  ["check of a sealed log", verification, CHECK, 20],
  ["finding of a findings package", packages, FINDING, 13],
  ["refusal", everything, REFUSAL, 30],
] as const)("explains every %s", (_what, text, pattern, atLeast) => {
  const codes = codesIn(text, pattern);
  expect(codes.size).toBeGreaterThanOrEqual(atLeast);
  expect([...codes].filter((code) => !documented.has(code))).toEqual([]);
});

it("explains nothing that does not exist", () => {
  const rows = documentation.split("\n").filter((line) => line.startsWith("| `"));
  const codes = rows.flatMap((row) => [...codesIn(row.split("|")[1] ?? "", /`([a-z0-9-]+)`/g)]);
  expect(codes.length).toBeGreaterThan(80);
  expect(codes.filter((code) => !everything.includes(`"${code}"`))).toEqual([]);
});
