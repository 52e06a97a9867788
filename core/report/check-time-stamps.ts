import { webcrypto } from "node:crypto";

import { type TimeAuthority } from "../signing/time-authority.ts";
import { verifyTimeStamp } from "../signing/time-stamp.ts";
import { type PackageChecks, type PackageFault } from "./package-checks.ts";
import { SUMS_CMS, TIME_STAMPS } from "./package-layout.ts";
import { type PackageReader } from "./package-reader.ts";

// The types of Node's WebCrypto and of the DOM's differ in overloads that are not used; it is the same interface.
const platformCrypto = webcrypto as Crypto;

/**
 * Checks the tokens in timestamps/ over the package's signature, under authorities that the verifying person pinned.
 * @returns the earliest time that one of them states, milliseconds since 1970.
 */
export async function checkTimeStamps(
  checks: PackageChecks,
  files: PackageReader,
  authorities: readonly TimeAuthority[],
): Promise<number | undefined> {
  const tokens = files.paths.filter((path) => path.startsWith(`${TIME_STAMPS}/`) && path.endsWith(".tsr"));
  const signature = await files.read(SUMS_CMS);
  if (tokens.length === 0 || signature === undefined) {
    checks.without(
      "package-time-stamps",
      "not-attempted",
      "no time stamp: the time of signing is the signer's own clock",
    );
    return undefined;
  }
  const faults: PackageFault[] = [];
  const times: string[] = [];
  let earliest: number | undefined;
  const reasons: string[] = [];
  for (const file of tokens) {
    const token = (await files.read(file)) ?? new Uint8Array();
    const result = await verifyTimeStamp(platformCrypto, token, signature, authorities);
    switch (result.kind) {
      case "valid":
        earliest = Math.min(earliest ?? Infinity, result.stamp.timeMs);
        times.push(`signed before ${new Date(result.stamp.timeMs).toISOString()} by ${result.stamp.authority}`);
        break;
      case "other-data":
        faults.push({
          code: "package-stamp-of-other-data",
          message: "the time stamp is of other data than this package's signature",
          file,
          expected: result.expected,
          found: result.found,
        });
        break;
      case "malformed":
        faults.push({
          code: "package-stamp-malformed",
          message: `${file}: ${result.reason}`,
          file,
          verdict: "verified-with-limits",
        });
        break;
      default:
        reasons.push(
          `${file}: ${result.kind === "weak" ? `algorithm ${result.algorithm} is too weak` : result.reason}`,
        );
    }
  }
  if (faults.length === 0 && times.length === 0)
    checks.without("package-time-stamps", "not-verifiable", reasons.join("; "));
  else checks.counted("package-time-stamps", tokens.length, faults, [...times, ...reasons].join("; "));
  return earliest;
}
