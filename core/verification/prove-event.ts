/** How one record of a sealed log is tied to a signed state: recomputed from its bytes every time it is asked. */
import { equalBytes, formatHex } from "../encoding/bytes.ts";
import { extendChain } from "../merkle/chain.ts";
import { leafHash } from "../merkle/hash.ts";
import { inclusionProofSides, rootFromInclusionProof } from "../merkle/inclusion.ts";
import { leafOf, proveInclusion, type TreeNodes } from "../merkle/tree.ts";
import { assert } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { type ProofStep, type ProofView } from "../model/proof-view.ts";
import { parseCheckpoint, type Checkpoint } from "../signing/checkpoint.ts";
import { parseNote, verifyNote, type NoteVerification } from "../signing/note.ts";
import { type SignatureMeans } from "./means.ts";
import { chainBefore, type SignedLeaves } from "./signed-leaves.ts";

export interface EventInLog {
  /** The record's bytes, read again from the evidence. */
  readonly record: Uint8Array;
  /** A withheld line: its digest stands in for the record. */
  readonly withheld: boolean;
  readonly index: number;
  readonly leaves: SignedLeaves;
  /** The tree of these leaves. */
  readonly tree: TreeNodes;
  /** The signed note of the state to prove against. */
  readonly checkpoint: Uint8Array;
}

const LIMITS =
  "This shows that the record was in the log when the state was signed and has not changed since. It does not show that the system recorded everything, or recorded it truthfully, nor when.";

/** Walks from the record's bytes to the signed root. Precondition: `0 <= index < tree.size`, and its leaf is known. */
export function proveEvent(event: EventInLog, means: SignatureMeans): ProofView {
  const { index, tree } = event;
  const treeSize = tree.size;
  assert(index >= 0 && index < treeSize, "a proven record is one of the log's");
  const known = leafOf(tree, index);
  const leaf = event.withheld ? known : leafHash(means.hash, event.record);
  const state = readState(event.checkpoint, means);
  // A state of another size is not the one that the tree was built for.
  const isOfState = state === undefined || state.checkpoint.size === treeSize;
  const proof = isOfState ? proveInclusion(tree, index) : [];
  const root = isOfState ? rootFromInclusionProof(means.hash, index, treeSize, leaf, proof) : undefined;
  const sides = isOfState ? inclusionProofSides(index, treeSize) : [];
  const steps = [
    leafStep(leaf, known, event.withheld),
    pathStep(root, proof.length, treeSize, state?.checkpoint),
    signatureStep(state, means),
  ];
  const before = chainBefore(means.hash, event.leaves, index);
  return {
    verdict: verdictOf(steps),
    steps,
    path: proof.map((sibling, step) => ({ hash: formatHex(sibling), side: sides[step] ?? "left" })),
    leafIndex: index,
    treeSize,
    chain: before && {
      before: formatHex(before),
      leaf: formatHex(leaf),
      after: formatHex(extendChain(means.hash, before, leaf)),
    },
    limits: LIMITS,
  };
}

interface SignedState {
  readonly checkpoint: Checkpoint;
  readonly verification: NoteVerification;
}

function readState(bytes: Uint8Array, { pinnedKeys, ed25519 }: SignatureMeans): SignedState | undefined {
  try {
    const note = parseNote(bytes);
    const checkpoint = parseCheckpoint(note.text);
    const keys = pinnedKeys.filter(({ name }) => name === checkpoint.origin);
    return { checkpoint, verification: verifyNote(ed25519, note, keys) };
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function leafStep(leaf: Uint8Array, known: Uint8Array, withheld: boolean): ProofStep {
  const digest = formatHex(leaf);
  const isSame = equalBytes(leaf, known);
  if (withheld) {
    const summary = "The record is withheld; its digest stands in for it.";
    return { name: "Leaf hash", verdict: "with-limits", summary, digest };
  }
  return isSame
    ? {
        name: "Leaf hash",
        verdict: "verified",
        summary: "SHA-256 over the record's bytes gives its leaf hash.",
        digest,
      }
    : {
        name: "Leaf hash",
        verdict: "failed",
        summary: "The record's bytes do not give the leaf hash found when the evidence was loaded.",
        digest,
        expected: formatHex(known),
        found: digest,
      };
}

function pathStep(
  root: Uint8Array | undefined,
  length: number,
  size: number,
  checkpoint: Checkpoint | undefined,
): ProofStep {
  const name = "Inclusion in the tree";
  if (checkpoint === undefined) {
    return { name, verdict: "not-verifiable", summary: "There is no readable checkpoint with a root to reach." };
  }
  const expected = formatHex(checkpoint.root);
  if (root !== undefined && equalBytes(root, checkpoint.root)) {
    return {
      name,
      verdict: "verified",
      summary: `${length} sibling hashes lead from the leaf to the root of ${size} records.`,
      digest: expected,
    };
  }
  const found = root === undefined ? "no root" : formatHex(root);
  return { name, verdict: "failed", summary: "The path does not lead to the signed root.", expected, found };
}

function signatureStep(state: SignedState | undefined, { pinnedKeys }: SignatureMeans): ProofStep {
  const name = "Signature of the log";
  if (state === undefined) return { name, verdict: "not-verifiable", summary: "There is no readable checkpoint." };
  const { verified, failed } = state.verification;
  const [signer] = verified;
  if (failed.length > 0) {
    return { name, verdict: "failed", summary: "A signature claims the trusted key but does not verify." };
  }
  if (signer === undefined) {
    const some = pinnedKeys.length > 0 ? "none of the keys you have pinned" : "a key that you have not pinned";
    return { name, verdict: "not-verifiable", summary: `The checkpoint is signed by ${some}.` };
  }
  const summary = `The checkpoint of ${quote(state.checkpoint.origin)} is signed by the key you have pinned (ID ${signer.key.id}).`;
  return { name, verdict: "verified", summary };
}

function verdictOf(steps: readonly ProofStep[]): ProofView["verdict"] {
  if (steps.some(({ verdict }) => verdict === "failed")) return "altered";
  if (steps.some(({ verdict }) => verdict === "not-verifiable")) return "not-verifiable";
  return steps.some(({ verdict }) => verdict === "with-limits") ? "verified-with-limits" : "verified";
}
