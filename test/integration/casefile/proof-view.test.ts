import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { EventProofs } from "../../../core/casefile/event-proof.ts";
import { importEvidence } from "../../../core/casefile/import.ts";
import { viewProof } from "../../../core/casefile/proof-view.ts";
import { prepareSample } from "../../../core/casefile/sample-case.ts";
import { NO_TRUST } from "../../../core/casefile/trust.ts";
import { parseVerifierKey, type VerifierKey } from "../../../core/signing/verifier-key.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

const ALTERED_EVENT = 17_844;
const AFTER_THE_GAP = 18_144;
const REMOVED = 256;

let bench: CaseBench;
let proofs: EventProofs;
let pinned: VerifierKey;

beforeAll(async () => {
  bench = await caseBench("proofs.assay");
  const sample = await prepareSample(bench.folder, join(import.meta.dirname, "../../../samples/bundles"));
  pinned = parseVerifierKey(platformHash, sample.vkey);
  await importEvidence(bench.session, sample.twin, { trust: { ...NO_TRUST, logKeys: [pinned] } });
  proofs = new EventProofs(bench.session.caseFile);
}, 120_000);

afterAll(async () => {
  await bench.remove();
});

const view = (seq: number, keys: readonly VerifierKey[] = [pinned]) =>
  viewProof(bench.session.caseFile, proofs, seq, keys);

test("an untouched record of an altered export still leads to the signed root", async () => {
  const proof = await view(ALTERED_EVENT + 1);
  expect(proof).toMatchObject({ verdict: "verified-with-limits", leafIndex: ALTERED_EVENT + 1, treeSize: 49_166 });
  expect(proof.path.length).toBe(16);
});

test("a record behind removed ones is proven at the index where it was signed", async () => {
  expect(await view(AFTER_THE_GAP)).toMatchObject({
    verdict: "verified-with-limits",
    leafIndex: AFTER_THE_GAP + REMOVED,
  });
});

test("the changed record shows the leaf hash that was signed in its place", async () => {
  const proof = await view(ALTERED_EVENT);
  const leaf = proof.steps.find(({ name }) => name === "Leaf hash");
  expect(proof).toMatchObject({ verdict: "altered", leafIndex: null, path: [] });
  expect(leaf).toMatchObject({ verdict: "failed" });
  expect(leaf?.expected).toMatch(/^[0-9a-f]{64}$/);
  expect(leaf?.expected).not.toBe(leaf?.found);
});

test("taking the pinned key back takes the proof back", async () => {
  expect((await view(0, [])).verdict).toBe("not-verifiable");
});
