import { platformEd25519Verify, platformHash } from "../bundle/platform-crypto.ts";
import { formatHex, parseHex } from "../encoding/bytes.ts";
import { extendChain, extendChainByAll, initialChainHead } from "../merkle/chain.ts";
import { leafHash } from "../merkle/hash.ts";
import { inclusionProofSides, rootFromInclusionProof } from "../merkle/inclusion.ts";
import { present } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { Problem } from "../model/problem.ts";
import { type ProofStep, type ProofView } from "../model/proof-view.ts";
import { worstVerdict, type BundleVerdict } from "../model/verdict.ts";
import { parseCheckpoint } from "../signing/checkpoint.ts";
import { parseNote, verifyNote } from "../signing/note.ts";
import { parseVerifierKey } from "../signing/verifier-key.ts";
import { type CaseFile } from "./case-file.ts";
import { exhibitOf, type EventProof, type EventProofs } from "./event-proof.ts";

type Inclusion = Extract<EventProof, { readonly kind: "inclusion" }>;

const LIMITS =
  "A proof shows that the log was not changed after signing. It does not show that the system recorded everything, or recorded it truthfully.";
const LIMITS_WITHOUT_PROOF =
  "This record carries no proof. Its bytes are what was imported; whether they are what was logged cannot be told.";

/**
 * Walks the proof of one event again: reads the record from evidence, hashes it, computes the path to the root, and
 * verifies the checkpoint's signature. Steps after the first failure are not attempted.
 */
export async function viewProof(caseFile: CaseFile, proofs: EventProofs, seq: number): Promise<ProofView> {
  const location = await caseFile.locate(seq);
  const exhibit = exhibitOf(caseFile, location);
  const record = await readOrExplain(caseFile, seq);
  const place = `${location.file}, line ${location.line}, byte ${location.offset}`;
  if (record instanceof Problem) {
    const { expected, found } = record.details;
    const difference = { ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) };
    const bytes: ProofStep = {
      name: "Record bytes",
      verdict: "failed",
      summary: `${place}: ${record.message}`,
      ...difference,
    };
    return { ...withoutPath("altered", [bytes, skipped("Leaf digest"), skipped("Path to root")], LIMITS) };
  }
  const leaf = leafHash(platformHash, record);
  const digest = formatHex(leaf);
  const bytes: ProofStep = { name: "Record bytes", verdict: "verified", summary: `${record.length} bytes: ${place}` };
  const proof = await proofs.prove(seq);
  if (proof.kind === "none") {
    const altered = exhibit.verification.log !== null && exhibit.verdict === "altered";
    const step: ProofStep = {
      name: "Leaf digest",
      verdict: altered ? "failed" : "not-verifiable",
      summary: proof.reason,
      digest,
      ...(altered && { found: digest }),
    };
    const limits = altered ? LIMITS : LIMITS_WITHOUT_PROOF;
    return withoutPath(altered ? "altered" : "not-verifiable", [bytes, step, skipped("Path to root")], limits);
  }
  const path = [bytes, leafStep(proof, digest), rootStep(proof, leaf)];
  const steps = [...path, checkpointStep(proof), ...additionSteps(exhibit)];
  return {
    verdict: worstVerdict(steps.map(verdictOfStep)),
    steps,
    path: pathOf(proof),
    leafIndex: proof.leafIndex,
    treeSize: proof.treeSize,
    chain: await chainAround(proofs, seq, proof),
    limits: LIMITS,
  };
}

async function readOrExplain(caseFile: CaseFile, seq: number): Promise<Uint8Array | Problem> {
  try {
    return await caseFile.readRecord(seq);
  } catch (error) {
    if (error instanceof Problem && error.code === "working-copy-altered") return error;
    throw error;
  }
}

function leafStep({ leafIndex }: Inclusion, digest: string): ProofStep {
  const summary = `SHA-256(0x00 ‖ record) is leaf ${leafIndex} of the signed log`;
  return { name: "Leaf digest", verdict: "verified", summary, digest };
}

function rootStep(proof: Inclusion, leaf: Uint8Array): ProofStep {
  const hashes = proof.hashes.map((hash) => present(parseHex(hash), "the hashes of a proof are hex"));
  const root = rootFromInclusionProof(platformHash, proof.leafIndex, proof.treeSize, leaf, hashes);
  const found = root === undefined ? "no root" : formatHex(root);
  const name = "Path to root";
  if (found !== proof.rootHash) {
    const summary = "the path does not lead to the signed root";
    return { name, verdict: "failed", summary, expected: proof.rootHash, found };
  }
  return { name, verdict: "verified", summary: `${hashes.length} digests lead to the signed root`, digest: found };
}

function checkpointStep({ checkpoint, pinnedKeys, treeSize, rootHash }: Inclusion): ProofStep {
  const note = parseNote(checkpoint);
  const { origin, size, root } = parseCheckpoint(note.text);
  const name = `Checkpoint ${treeSize}`;
  if (size !== treeSize || formatHex(root) !== rootHash) {
    const summary = "the checkpoint kept with the case states another log";
    return { name, verdict: "failed", summary, expected: rootHash, found: formatHex(root) };
  }
  const keys = pinnedKeys.map((vkey) => parseVerifierKey(platformHash, vkey));
  const { verified, failed } = verifyNote(platformEd25519Verify, note, keys);
  const [by] = verified;
  if (failed.length > 0)
    return { name, verdict: "failed", summary: `a signature by the pinned key of ${origin} does not fit` };
  if (!by) return { name, verdict: "not-verifiable", summary: `signed by ${origin}, with a key that is not pinned` };
  return { name, verdict: "verified", summary: `signed by ${origin} with the key ${by.key.id} that you pinned` };
}

/** Witnesses and time stamps: what the verification of the exhibit said of them. */
function additionSteps({ verification }: Exhibit): readonly ProofStep[] {
  return verification.checks.flatMap(({ name, verdict, note }): ProofStep[] => {
    if (name !== "witnesses" && name !== "time-stamps") return [];
    return [{ name: name === "witnesses" ? "Witnesses" : "Time stamp", verdict: limited(verdict), summary: note }];
  });
}

function limited(verdict: Exhibit["verification"]["checks"][number]["verdict"]): ProofStep["verdict"] {
  return verdict === "not-attempted" ? "with-limits" : verdict;
}

function verdictOfStep({ verdict }: ProofStep): BundleVerdict {
  switch (verdict) {
    case "verified":
      return "verified";
    case "with-limits":
    case "not-attempted":
      return "verified-with-limits";
    case "not-verifiable":
      return "not-verifiable";
    case "failed":
      return "altered";
  }
}

function pathOf({ leafIndex, treeSize, hashes }: Inclusion): ProofView["path"] {
  const sides = inclusionProofSides(leafIndex, treeSize);
  return hashes.map((hash, level) => ({ hash, side: present(sides[level], "a proof has one side per hash") }));
}

async function chainAround(proofs: EventProofs, seq: number, { leafIndex }: Inclusion): Promise<ProofView["chain"]> {
  const leaves = await proofs.signedLeavesOf(seq);
  if (!leaves) return null;
  const end = leafIndex * HASH_BYTES;
  const before = extendChainByAll(platformHash, initialChainHead(), leaves.subarray(0, end));
  const leaf = leaves.subarray(end, end + HASH_BYTES);
  const after = extendChain(platformHash, before, leaf);
  return { before: formatHex(before), leaf: formatHex(leaf), after: formatHex(after) };
}

function skipped(name: string): ProofStep {
  return { name, verdict: "not-attempted", summary: "not attempted: the step before it did not hold" };
}

function withoutPath(verdict: BundleVerdict, steps: readonly ProofStep[], limits: string): ProofView {
  return { verdict, steps, path: [], leafIndex: null, treeSize: null, chain: null, limits };
}
