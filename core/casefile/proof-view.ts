import { platformEd25519Verify, platformHash } from "../bundle/platform-crypto.ts";
import { formatHex } from "../encoding/bytes.ts";
import { leafHash } from "../merkle/hash.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { Problem } from "../model/problem.ts";
import { type ProofStep, type ProofView } from "../model/proof-view.ts";
import { type BundleVerdict, type EvidenceLocation, type VerificationFinding } from "../model/verdict.ts";
import { type VerifierKey } from "../signing/verifier-key.ts";
import { proveEvent } from "../verification/prove-event.ts";
import { type CaseFile } from "./case-file.ts";
import { exhibitOf, type EventProofs } from "./event-proof.ts";
import { provesFiles, viewFileProof } from "./file-proof-view.ts";

const LIMITS_WITHOUT_PROOF =
  "This record carries no proof. Its bytes are what was imported; whether they are what was logged cannot be told.";
const LIMITS_OF_ALTERED =
  "A digest shows that a record is not one that was signed. It does not show who changed it, when, or what it said before.";

/** Where a record lies in its exhibit: the file as the exhibit names it, and the line from 1. */
type Place = Pick<EvidenceLocation, "file" | "line">;

/** Checks of the exhibit that belong to the signed state, and so to the proof of each record. */
const ADDITIONS: ReadonlyMap<string, string> = new Map([
  ["witnesses", "Witnesses"],
  ["time-stamps", "Time stamp"],
]);

/**
 * Walks the proof of one event again: reads the record from the working copy, hashes it, computes the path to the root,
 * and verifies the checkpoint's signature under the keys that are pinned now.
 */
export async function viewProof(
  caseFile: CaseFile,
  proofs: EventProofs,
  seq: number,
  pinnedKeys: readonly VerifierKey[],
): Promise<ProofView> {
  const location = await caseFile.locate(seq);
  const exhibit = exhibitOf(caseFile, location);
  const record = await readOrExplain(caseFile, seq);
  const place = `${location.file}, record ${location.line}, byte ${location.offset}`;
  if (record instanceof Problem) {
    const { expected, found } = record.details;
    const difference = { ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) };
    const summary = `${record.message} (${place})`;
    const bytes: ProofStep = { name: "Record bytes", verdict: "failed", summary, ...difference };
    return withoutPath("altered", [bytes, skipped("Leaf hash"), skipped("Inclusion in the tree")], LIMITS_OF_ALTERED);
  }
  const summary = `${record.length} bytes, as they were imported: ${place}`;
  const bytes: ProofStep = { name: "Record bytes", verdict: "verified", summary };
  if (provesFiles(exhibit.verification)) return viewFileProof(caseFile, exhibit, location, bytes);
  const inLog = await proofs.placeOf(seq);
  if (typeof inLog === "string") {
    return unproven(exhibit, location, bytes, formatHex(leafHash(platformHash, record)), inLog);
  }
  const means = { pinnedKeys, hash: platformHash, ed25519: platformEd25519Verify };
  const view = proveEvent({ record, ...inLog }, means);
  const additions = additionSteps(exhibit);
  // Without a witness or a time stamp, no proof is better than with limits.
  const isLimited = view.verdict === "verified" && additions.some(({ verdict }) => verdict !== "verified");
  const verdict = isLimited ? "verified-with-limits" : view.verdict;
  return { ...view, verdict, steps: [bytes, ...view.steps, ...additions] };
}

async function readOrExplain(caseFile: CaseFile, seq: number): Promise<Uint8Array | Problem> {
  try {
    return await caseFile.readRecord(seq);
  } catch (error) {
    if (error instanceof Problem && error.code === "working-copy-altered") return error;
    throw error;
  }
}

function unproven(
  { verification, verdict }: Exhibit,
  location: Place,
  bytes: ProofStep,
  digest: string,
  reason: string,
): ProofView {
  const altered = verification.log !== null && verdict === "altered";
  const expected = signedInstead(verification.findings, location);
  const leaf: ProofStep = {
    name: "Leaf hash",
    verdict: altered ? "failed" : "not-verifiable",
    summary: reason,
    digest,
    ...(altered && { found: digest }),
    ...(altered && expected !== undefined && { expected }),
  };
  return withoutPath(
    altered ? "altered" : "not-verifiable",
    [bytes, leaf, skipped("Inclusion in the tree")],
    altered ? LIMITS_OF_ALTERED : LIMITS_WITHOUT_PROOF,
  );
}

/** The leaf hash that the log signed in this record's place, when the verification located the difference. */
function signedInstead(findings: readonly VerificationFinding[], { file, line }: Place): string | undefined {
  return findings.find(
    ({ where }) => where.line === line && where.file !== undefined && `/${file ?? ""}`.endsWith(`/${where.file}`),
  )?.expected;
}

function additionSteps({ verification }: Exhibit): readonly ProofStep[] {
  return verification.checks.flatMap(({ name, verdict, note }): ProofStep[] => {
    const title = ADDITIONS.get(name);
    if (title === undefined) return [];
    return [{ name: title, verdict: verdict === "not-attempted" ? "with-limits" : verdict, summary: note }];
  });
}

function skipped(name: string): ProofStep {
  return { name, verdict: "not-attempted", summary: "the step before it did not hold" };
}

function withoutPath(verdict: BundleVerdict, steps: readonly ProofStep[], limits: string): ProofView {
  return { verdict, steps, path: [], leafIndex: null, treeSize: null, chain: null, limits };
}
