import { describe, expect, it } from "vitest";

import { concatBytes } from "../../../core/encoding/bytes.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { leafHash } from "../../../core/merkle/hash.ts";
import { buildTree, rootOf } from "../../../core/merkle/tree.ts";
import { type ProofView } from "../../../core/model/proof-view.ts";
import { formatCheckpoint } from "../../../core/signing/checkpoint.ts";
import { formatNote } from "../../../core/signing/note.ts";
import { signNote } from "../../../core/signing/signing-key.ts";
import { proveEvent, type EventInLog } from "../../../core/verification/prove-event.ts";
import { indexOfPosition, treeOfSigned } from "../../../core/verification/signed-leaves.ts";
import { judge, linesOf, memoryBundle, segmentsOf, type MemoryBundle } from "../../support/memory-bundle.ts";
import { ORIGIN, testKey, trusting } from "../../support/sealed-bundle.ts";

const RECORDS = Array.from({ length: 21 }, (_, index) => Buffer.from(`{"n":${index}}`));
const LEAVES = concatBytes(...RECORDS.map((record) => leafHash(platformHash, record)));

const TREE = buildTree(platformHash, LEAVES);

function checkpointOf(size: number): Uint8Array {
  const root = rootOf(TREE, size);
  return formatNote(signNote(formatCheckpoint({ origin: ORIGIN, size, root, extensions: [] }), [testKey()]));
}

function eventAt(index: number): EventInLog {
  const record = RECORDS[index] ?? Buffer.alloc(0);
  const leaves = { leaves: LEAVES, absent: [] };
  return { record, withheld: false, index, leaves, tree: TREE, checkpoint: checkpointOf(RECORDS.length) };
}

/** The proof of every record that a bundle holds or withholds. */
async function proofsOf(bundle: MemoryBundle): Promise<readonly ProofView[]> {
  const means = trusting(testKey());
  const { signedLeaves: leaves } = await judge(bundle, means);
  const tree = leaves && treeOfSigned(platformHash, leaves);
  if (!tree) throw new Error("no tree");
  const checkpoint = bundle.get("data/checkpoint") ?? Buffer.alloc(0);
  const records = segmentsOf(bundle).flatMap((path) => linesOf(bundle, path));
  return records.map((line, position) => {
    const place = { index: indexOfPosition(leaves, position), leaves, tree, checkpoint };
    return proveEvent({ record: Buffer.from(line), withheld: line.startsWith("~"), ...place }, means);
  });
}

describe("proveEvent", () => {
  it("ties every record of a log to its signed root", () => {
    for (const index of RECORDS.keys()) {
      const view = proveEvent(eventAt(index), trusting(testKey()));
      expect(view.verdict).toBe("verified");
      expect(view.steps.map(({ verdict }) => verdict)).toEqual(["verified", "verified", "verified"]);
      expect(view.path.length).toBeGreaterThan(0);
    }
  });

  it("fails for a record with other bytes, and says which step failed", () => {
    const view = proveEvent({ ...eventAt(4), record: Buffer.from('{"n":5}') }, trusting(testKey()));
    expect(view.verdict).toBe("altered");
    expect(view.steps.map(({ verdict }) => verdict)).toEqual(["failed", "failed", "verified"]);
  });

  it("fails for the right record at another index", () => {
    expect(proveEvent({ ...eventAt(4), index: 5 }, trusting(testKey())).verdict).toBe("altered");
  });

  it("proves nothing without a pinned key", () => {
    expect(proveEvent(eventAt(4), trusting()).verdict).toBe("not-verifiable");
    expect(proveEvent(eventAt(4), trusting(testKey(ORIGIN, 8))).verdict).toBe("not-verifiable");
  });

  it("ties records beside an absent range to the root by the hashes that stand for it", async () => {
    const range = { first: 6, last: 12 };
    const expire = [{ range, policy: { id: "audit-90d", period: null } }];
    const withhold = [{ range: { first: 2, last: 2 }, reason: "privileged" }];
    const whole = await proofsOf(await memoryBundle([4, 5, 3]));
    const less = await proofsOf(await memoryBundle([4, 5, 3], { expire, withhold }));
    expect(less.map(({ leafIndex }) => leafIndex)).toEqual([0, 1, 2, 3, 4, 5, 13, 14, 15, 16, 17]);
    for (const proof of less) {
      const index = proof.leafIndex ?? -1;
      expect(proof.verdict).toBe(index === 2 ? "verified-with-limits" : "verified");
      expect([proof.path, proof.chain]).toEqual([whole[index]?.path, whole[index]?.chain]);
    }
  });

  it("cannot prove a record that the signed state does not hold yet", () => {
    const view = proveEvent({ ...eventAt(20), checkpoint: checkpointOf(9) }, trusting(testKey()));
    expect(view.verdict).toBe("altered");
  });
});
