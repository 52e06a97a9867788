// The shipped and the published rules over whole logs whose story is known.
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { PACK } from "../../../core/detection/pack.ts";
import { readRules } from "../../../core/detection/read-rules.ts";
import { type DetectionState } from "../../../core/model/detection.ts";
import { caseWithEvidence, type DetectionCase } from "../../support/detection-case.ts";
import { hasShared, listShared, readShared } from "../../support/shared.ts";

const texts = PACK.map(({ text }) => text);

function titlesOf({ hits, correlations }: DetectionState): ReadonlySet<string> {
  return new Set([...hits, ...correlations].map(({ title }) => title));
}

describe("the sample", () => {
  let open: DetectionCase | undefined;
  beforeAll(async () => {
    const bundle = fileURLToPath(new URL("../../../samples/bundles/marrowbridge-audit.zip", import.meta.url));
    open = await caseWithEvidence(await mkdtemp(join(tmpdir(), "assay-pack-")), bundle);
  });
  afterAll(() => open?.close());

  test("its story is told by the rules, step by step", { timeout: 120_000 }, async () => {
    const state = await open?.run(texts);
    const found = state?.correlations.map(({ title, group, count }) => [title, Object.values(group)[0], count]);
    for (const step of [
      ["Credential stuffing that succeeded", "Mozilla/5.0 (Windows NT 10.0) Chrome/109.0", 1_874],
      ["Secrets enumerated", "dara.lindqvist", 11],
      ["Credential used elsewhere by another program", "tok-ci-7f2c", 1],
      ["Rights probed", "tok-ci-7f2c", 287],
      ["Privilege refused, then granted", "svc-reports", 3],
      ["Mass export", "svc-reports", 1_216],
    ]) {
      expect(found).toContainEqual(step);
    }
    expect(state && titlesOf(state)).toContain("Privilege granted to oneself");
    expect(state && titlesOf(state)).toContain("Removal of audit records refused");
  });
});

describe.skipIf(!hasShared("data/cloudtrail-invictus"))("the exercise of 2023-07-10 with published rules", () => {
  test("trail deletion, key creation and policy changes are found", async () => {
    const folder = fileURLToPath(new URL("../../../../shared/data/cloudtrail-invictus/CloudTrail", import.meta.url));
    const open = await caseWithEvidence(await mkdtemp(join(tmpdir(), "assay-invictus-")), folder);
    try {
      const published = listShared("rules/sigmahq")
        .filter((path) => path.endsWith(".yml"))
        .map((path) => readShared(`rules/sigmahq/${path}`).toString("utf8"));
      const state = await open.run([...texts, ...published]);
      expect(state.rules.rejected).toEqual([]);
      expect(state.rules.loaded).toBe(readRules(PACK).loaded + 294);
      expect(state.hits.map(({ title, count }) => [title, count])).toEqual(
        expect.arrayContaining([
          ["AWS CloudTrail Important Change", 6],
          ["AWS IAM Backdoor Users Keys", 2],
          ["Credential created", 4],
          ["Privilege granted", 17],
          ["Logging switched off or changed", 6],
        ]),
      );
    } finally {
      await open.close();
    }
  }, 120_000);
});
