import { expect, test } from "vitest";

import { matrixPlaces, techniqueOf } from "../../../core/detection/attack.ts";
import { PACK } from "../../../core/detection/pack.ts";
import { readRules } from "../../../core/detection/read-rules.ts";
import { hasShared, listShared, readShared } from "../../support/shared.ts";

const headings = (...tags: readonly string[]): readonly string[] =>
  matrixPlaces(tags.map((tag) => `attack.${tag}`)).map(({ tactic, technique }) => `${technique} ${tactic}`);

test("a known technique stands only under those of its rule's tactics that it serves", () => {
  expect(headings("initial-access", "credential-access", "t1078", "t1110")).toEqual([
    "T1078 Initial access",
    "T1110 Credential access",
  ]);
});

test("a technique that no tactic of its rule goes with is not hidden and not put under a wrong one", () => {
  expect(headings("impact", "t1110")).toEqual(["T1110 No tactic named with it"]);
});

test("an unknown technique stands under every tactic of its rule, without a name", () => {
  expect(matrixPlaces(["attack.impact", "attack.t9999.001"])).toEqual([
    { tactic: "Impact", technique: "T9999.001", name: "" },
  ]);
});

test("every technique of the shipped rules has a name and stands under a tactic", () => {
  for (const { title, tags } of readRules(PACK).rules) {
    for (const { tactic, name } of matrixPlaces(tags)) {
      expect([title, tactic === "No tactic named with it", name === ""]).toEqual([title, false, false]);
    }
  }
});

test.skipIf(!hasShared("rules/sigmahq"))("every technique that published rules name is in the matrix", () => {
  const files = listShared("rules/sigmahq").filter((path) => path.endsWith(".yml"));
  for (const path of files) {
    const text = readShared(`rules/sigmahq/${path}`).toString("utf8");
    for (const { tags } of readRules([{ file: path, text }]).rules) {
      const named = new Set(tags.flatMap((tag) => techniqueOf(tag) ?? []));
      expect(new Set(matrixPlaces(tags).map(({ technique }) => technique))).toEqual(named);
      expect(matrixPlaces(tags).every(({ name }) => name !== "")).toBe(true);
    }
  }
});
