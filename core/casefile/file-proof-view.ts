import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { present } from "../model/assert.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { type ProofStep, type ProofView } from "../model/proof-view.ts";
import { type BundleVerdict, type VerifyResult } from "../model/verdict.ts";
import { type CaseFile } from "./case-file.ts";
import { parseExhibitLabel } from "./exhibit-table.ts";
import { type RecordLocation } from "./record-locator.ts";
import { textOf } from "./row.ts";
import { sql } from "./sql.ts";

const LIMITS =
  "This shows that the file that holds the record is the one that was delivered, as a whole. It does not show that the service recorded everything, or recorded it truthfully.";

/** Whether a proof is about whole files: CloudTrail signs no single events. */
export function provesFiles({ proof }: VerifyResult): boolean {
  return proof === "cloudtrail-digests" || proof === "cloudtrail-lake";
}

/**
 * Walks the proof of an event whose file is proven: hashes the working copy again, and tells what the verification said of the
 * digest that names it. `bytes` is the step from the record to its bytes.
 */
export async function viewFileProof(
  caseFile: CaseFile,
  exhibit: Exhibit,
  location: RecordLocation,
  bytes: ProofStep,
): Promise<ProofView> {
  const number = parseExhibitLabel(exhibit.id);
  const file = present(
    caseFile.files.find((candidate) => candidate.exhibit === number && candidate.file === location.fileNumber),
    "a located record lies in a file",
  );
  const found = await hashOf(location.stagedPath);
  const isSame = found === file.sha256;
  const content: ProofStep = isSame
    ? { name: "File", verdict: "verified", summary: "SHA-256 over the file that holds the record.", digest: found }
    : {
        name: "File",
        verdict: "failed",
        summary: "The working copy is not the file that was imported.",
        expected: file.sha256,
        found,
      };
  const [row] = await caseFile.query(sql`SELECT verdict FROM timeline_event WHERE seq = ${location.seq}`);
  const judged = textOf(present(row, "a located record has its row"), "verdict");
  const digest = digestStep(exhibit, file.path, judged);
  const verdict: BundleVerdict = isSame ? verdictOf(judged) : "altered";
  const unsure = exhibit.verification.chains.length > 0 ? chainStep(exhibit) : [];
  const steps = [bytes, content, digest, ...unsure];
  return { verdict, steps, path: [], leafIndex: null, treeSize: null, chain: null, limits: LIMITS };
}

async function hashOf(path: string): Promise<string> {
  const digest = createHash("sha256");
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) digest.update(chunk);
  return digest.digest("hex");
}

function digestStep({ verification }: Exhibit, path: string, verdict: string): ProofStep {
  const name = verification.proof === "cloudtrail-lake" ? "Signed list" : "Digest";
  const cause = verification.findings.find(({ where }) => where.file === path);
  switch (verdict) {
    case "verified":
      return { name, verdict: "verified", summary: "It is signed by a key that you pinned, and names this content." };
    case "with-limits":
      return {
        name,
        verdict: "with-limits",
        summary: cause?.message ?? "It names this content; its proof has limits.",
      };
    case "altered": {
      const { expected, found } = cause ?? {};
      const difference = { ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) };
      return { name, verdict: "failed", summary: cause?.message ?? "It names another content.", ...difference };
    }
    default:
      return { name, verdict: "not-verifiable", summary: cause?.message ?? "No verified digest names this file." };
  }
}

function verdictOf(verdict: string): BundleVerdict {
  switch (verdict) {
    case "verified":
      return "verified";
    case "with-limits":
      return "verified-with-limits";
    case "altered":
      return "altered";
    default:
      return "not-verifiable";
  }
}

function chainStep({ verification }: Exhibit): readonly ProofStep[] {
  const check = verification.checks.find(({ name }) => name === "digest-chains");
  if (!check) return [];
  const { note } = check;
  return [{ name: "Chain of digests", verdict: check.verdict, summary: note }];
}
