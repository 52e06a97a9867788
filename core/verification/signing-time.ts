/** When a Sigstore signature was made: what time authorities and logs of the trusted root say of it. */
import { type Certificate as X509 } from "pkijs";

import { isValidAt } from "../signing/sigstore-root.ts";
import { verifyTimeStamp, type TimeStampResult } from "../signing/time-stamp.ts";
import { type AttachmentMeans } from "./attachment-means.ts";
import { check, countOf, finding, notAttempted, notVerifiable, type CheckOutcome } from "./findings.ts";

/** Checks and the times that they prove, milliseconds since 1970. */
export interface ProvenTimes extends CheckOutcome {
  readonly times: readonly number[];
}

/** The check `time-stamps`: tokens of RFC 3161 over the signature, each by an authority while the root calls it valid. */
export async function stampedTimes(
  { crypto, root }: AttachmentMeans,
  tokens: readonly Uint8Array[],
  signature: Uint8Array,
): Promise<ProvenTimes> {
  if (tokens.length === 0)
    return { times: [], checks: [notAttempted("signature-time-stamps", "there are none")], findings: [] };
  if (root === undefined) {
    const reason = "no trusted root names authorities for them";
    return { times: [], checks: [notAttempted("signature-time-stamps", reason, tokens.length)], findings: [] };
  }
  const times: number[] = [];
  const faults: TimeStampResult[] = [];
  for (const token of tokens) {
    const results: TimeStampResult[] = [];
    for (const { certificates, validity } of root.timeAuthorities) {
      const pins = certificates.map((certificate) => ({ certificate }));
      const result = await verifyTimeStamp(crypto, token, signature, pins);
      const isTimely = result.kind !== "valid" || isValidAt(validity, result.stamp.timeMs);
      results.push(isTimely ? result : { kind: "untrusted", reason: "its authority was not valid then" });
    }
    const valid = results.find((result) => result.kind === "valid");
    if (valid === undefined) faults.push(results[0] ?? { kind: "untrusted", reason: "the root names no authority" });
    else times.push(valid.stamp.timeMs);
  }
  return { times, ...judgeTokens(tokens.length, faults) };
}

function judgeTokens(count: number, faults: readonly TimeStampResult[]): CheckOutcome {
  const foreign = faults.filter(({ kind }) => kind === "other-data").length;
  const findings = [
    ...(foreign > 0
      ? [finding("time-stamp-other-data", "altered", "The time stamp belongs to another signature.")]
      : []),
    ...(faults.length > foreign
      ? [
          finding(
            "time-stamp-not-trusted",
            "verified-with-limits",
            `${countOf(faults.length - foreign, "time stamp")} proved no time: ${reasonOf(faults)}.`,
          ),
        ]
      : []),
  ];
  const note = faults.length === 0 ? "over this signature, by authorities of the trusted root" : reasonOf(faults);
  return { checks: [check("signature-time-stamps", count, faults.length, note)], findings };
}

function reasonOf(faults: readonly TimeStampResult[]): string {
  const [fault] = faults.filter(({ kind }) => kind !== "other-data");
  if (fault === undefined) return "it belongs to another signature";
  return "reason" in fault ? fault.reason : "its algorithm is no longer accepted";
}

/**
 * The check `signing-time`. A certificate is good for the minutes of its validity, so that every proven time must lie in them;
 * a key that the examiner gave needs no time, and lacks one as a limit.
 */
export function judgeSigningTime(
  times: readonly number[],
  certificate: X509 | undefined,
): CheckOutcome & { readonly provenMs: number | undefined } {
  const provenMs = times.length === 0 ? undefined : Math.min(...times);
  if (provenMs === undefined) {
    const message = "No log and no time authority that you trust shows when the signature was made.";
    const verdict = certificate === undefined ? "verified-with-limits" : "not-verifiable";
    return {
      provenMs,
      checks: [notVerifiable("signing-time", message)],
      findings: [finding("signing-time-not-proven", verdict, message)],
    };
  }
  const start = certificate?.notBefore.value.getTime() ?? -Infinity;
  const end = certificate?.notAfter.value.getTime() ?? Infinity;
  const outside = times.filter((time) => time < start || time > end);
  const [first] = outside;
  if (first === undefined) {
    const note = `at the latest ${new Date(provenMs).toISOString()}`;
    const during = certificate === undefined ? "" : ", while the certificate was valid";
    return { provenMs, checks: [check("signing-time", times.length, 0, note + during)], findings: [] };
  }
  const message = "The signature was not made while its certificate was valid.";
  const difference = {
    expected: `${new Date(start).toISOString()} to ${new Date(end).toISOString()}`,
    found: new Date(first).toISOString(),
  };
  return {
    provenMs,
    checks: [check("signing-time", times.length, outside.length, message)],
    findings: [finding("outside-certificate-validity", "not-verifiable", message, {}, difference)],
  };
}
