import { type VerifyResult } from "../model/verdict.ts";

/** The result for evidence that carries no proof: nothing can be told about it, and the reason is said. */
export function unprovenResult(source: string, records: number, files: number): VerifyResult {
  const { code, message } = reasonFor(source);
  return {
    verdict: "not-verifiable",
    proof: "none",
    log: null,
    chains: [],
    window: { asked: null, proven: null },
    counts: { records, segments: files, withheld: 0, absent: 0 },
    checks: [{ name: "content", verdict: "not-attempted", checked: 0, failed: 0, note: message }],
    findings: [{ code, verdict: "not-verifiable", message, where: {} }],
    keys: [],
  };
}

function reasonFor(source: string): { readonly code: string; readonly message: string } {
  return source === "cloudtrail"
    ? {
        code: "no-digests",
        message:
          "The evidence holds no CloudTrail digest files, so nothing shows whether its log files are complete and unchanged.",
      }
    : {
        code: "no-proof",
        message:
          "The evidence carries no proof that is recognised, so nothing shows whether it is complete and unchanged.",
      };
}
