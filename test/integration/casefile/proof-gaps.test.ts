import { afterAll, beforeAll, expect, test } from "vitest";

import { sealBundle } from "../../../core/bundle/seal.ts";
import { EventProofs } from "../../../core/casefile/event-proof.ts";
import { importEvidence } from "../../../core/casefile/import.ts";
import { viewProof } from "../../../core/casefile/proof-view.ts";
import { NO_TRUST } from "../../../core/casefile/trust.ts";
import { sealOptions, testKey } from "../../support/sealed-bundle.ts";
import { caseBench, type CaseBench } from "./import-support.ts";

const WITHHELD_ROW = 2;
const PINNED = [testKey().verifier];

let bench: CaseBench;
let proofs: EventProofs;

beforeAll(async () => {
  bench = await caseBench("gaps.assay");
  const bundle = sealOptions(bench.folder, [4, 5, 3], {
    expire: [{ range: { first: 6, last: 12 }, policy: { id: "audit-90d", period: null } }],
    withhold: [{ range: { first: WITHHELD_ROW, last: WITHHELD_ROW }, reason: "privileged" }],
  });
  await sealBundle(bundle);
  await importEvidence(bench.session, bundle.output, { trust: { ...NO_TRUST, logKeys: PINNED } });
  await bench.reopen();
  proofs = new EventProofs(bench.session.caseFile);
});

afterAll(async () => {
  await bench.remove();
});

test("every record beside a range that is absent is led to the signed root", async () => {
  const views = await Promise.all(
    Array.from({ length: 11 }, (_, seq) => viewProof(bench.session.caseFile, proofs, seq, PINNED)),
  );
  expect(views.map(({ leafIndex }) => leafIndex)).toEqual([0, 1, 2, 3, 4, 5, 13, 14, 15, 16, 17]);
  expect(views.map(({ verdict }) => verdict)).toEqual(views.map(() => "verified-with-limits"));
  const inclusion = views.map(({ steps }) => steps.find(({ name }) => name === "Inclusion in the tree")?.verdict);
  expect(inclusion).toEqual(views.map(() => "verified"));
});

test("a withheld record is proven by the digest that stands for it, and says so", async () => {
  const { steps } = await viewProof(bench.session.caseFile, proofs, WITHHELD_ROW, PINNED);
  expect(steps.find(({ name }) => name === "Leaf hash")).toMatchObject({
    verdict: "with-limits",
    summary: "The record is withheld; its digest stands in for it.",
  });
});

test("a package gets proofs of the records that are there, and the reason why a withheld one has none", async () => {
  expect(await proofs.prove(6)).toMatchObject({ kind: "inclusion", leafIndex: 13, treeSize: 18 });
  expect(await proofs.prove(WITHHELD_ROW)).toEqual({
    kind: "none",
    reason: "the record is withheld in this exhibit: there are no bytes that could be proven",
  });
});
