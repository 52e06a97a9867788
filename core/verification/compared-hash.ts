import { sha256 } from "@noble/hashes/sha2.js";

import { equalBytes, formatHex } from "../encoding/bytes.ts";
import { type Hash } from "../model/digest.ts";
import { worstVerdict, type VerifyResult } from "../model/verdict.ts";
import { check, finding } from "./findings.ts";

/** SHA-256 computed twice, by the given implementation and by `@noble/hashes`: the results of the first, compared. */
export class ComparedHash {
  checked = 0;
  differing = 0;
  readonly hash: Hash;

  constructor(first: Hash) {
    this.hash = (data) => {
      const digest = first(data);
      this.checked += 1;
      if (!equalBytes(digest, sha256(data))) this.differing += 1;
      return digest;
    };
  }

  /** Compares a digest that was computed elsewhere, lower-case hex. */
  check(data: Uint8Array, digest: string): void {
    this.checked += 1;
    if (formatHex(sha256(data)) !== digest) this.differing += 1;
  }
}

/** The result with what the comparison showed. Where implementations disagree, nothing that was computed can be relied on. */
export function withComparison(result: VerifyResult, { checked, differing }: ComparedHash): VerifyResult {
  const checks = [
    ...result.checks,
    check("hash-comparison", checked, differing, "digests computed by two implementations"),
  ];
  if (differing === 0) return { ...result, checks };
  const message = `Two implementations of SHA-256 disagree about ${differing} of ${checked} digests. This computer cannot be relied on.`;
  const findings = [...result.findings, finding("hash-disagreement", "not-verifiable", message)];
  return { ...result, verdict: worstVerdict([result.verdict, "not-verifiable"]), checks, findings };
}
