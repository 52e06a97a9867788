import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { openContainer } from "../../../core/bundle/open-container.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { prepareSample, type SampleFiles } from "../../../core/casefile/sample-case.ts";
import { NO_TRUST, sealedLogMeans } from "../../../core/casefile/trust.ts";
import { present } from "../../../core/model/assert.ts";
import { type VerifyResult } from "../../../core/model/verdict.ts";
import { parseVerifierKey } from "../../../core/signing/verifier-key.ts";
import { verifyBundle } from "../../../core/verification/verify-bundle.ts";

let home: string;
let sample: SampleFiles;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "assay-sample-verdicts-"));
  sample = await prepareSample(home, join(import.meta.dirname, "../../../samples/bundles"));
});
afterAll(async () => {
  await rm(home, { recursive: true });
});

async function verified(path: string, pinned: boolean): Promise<VerifyResult> {
  const container = await openContainer(path);
  try {
    const logKeys = pinned ? [parseVerifierKey(platformHash, sample.vkey)] : [];
    const means = sealedLogMeans({ ...NO_TRUST, logKeys });
    return present(await verifyBundle(container, means), "the sample is a bundle").result;
  } finally {
    await container.close();
  }
}

test("the intact sample is verified with limits once its key is pinned", async () => {
  const result = await verified(sample.intact, true);
  expect(result.verdict).toBe("verified-with-limits");
  expect(result.findings.filter(({ verdict }) => verdict === "altered")).toEqual([]);
  expect(result.counts).toMatchObject({ records: 49_166, segments: 12, withheld: 0, absent: 0 });
});

test("the intact sample is not verifiable without its key", async () => {
  expect((await verified(sample.intact, false)).verdict).toBe("not-verifiable");
});

test("the twin is altered, and the changed event and the missing range are named", async () => {
  const result = await verified(sample.twin, true);
  expect(result.verdict).toBe("altered");
  const located = result.findings.filter(({ where }) => where.index !== undefined);
  expect(located.map(({ code, where: { index, endIndex } }) => [code, index, endIndex])).toEqual([
    ["record-altered", ALTERED, undefined],
    ["records-missing", ALTERED + 300, ALTERED + 300 + 255],
  ]);
});

/** Position of the changed record in the log; samples/README.md tells its time. */
const ALTERED = 17_844;
