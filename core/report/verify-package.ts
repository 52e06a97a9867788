import { openContainer } from "../bundle/open-container.ts";
import { platformHash } from "../bundle/platform-crypto.ts";
import { fingerprintOf } from "../signing/certificate.ts";
import { type TimeAuthority } from "../signing/time-authority.ts";
import { checkCustody } from "./check-custody.ts";
import { checkCustodyBinding } from "./check-custody-binding.ts";
import { checkExhibits } from "./check-exhibits.ts";
import { checkStatement } from "./check-in-toto.ts";
import { checkList } from "./check-list.ts";
import { checkReport } from "./check-report.ts";
import { checkSignatures } from "./check-signatures.ts";
import { checkChain, checkRetirement, checkRotations, type RetiredKey } from "./check-signer.ts";
import { checkTimeStamps } from "./check-time-stamps.ts";
import { PackageChecks } from "./package-checks.ts";
import { CUSTODY } from "./package-layout.ts";
import { PackageReader } from "./package-reader.ts";
import { assertPackage } from "./package-reading.ts";
import { concludePackage, type PackageVerification } from "./package-verdict.ts";

export interface VerifyPackageOptions {
  /** SHA-256 fingerprints (lower-case hex) of certificates that the verifying person holds. */
  readonly trusted: readonly string[];
  /** Certificates of time authorities that the verifying person pinned. */
  readonly authorities?: readonly TimeAuthority[];
  /** Keys that their holder reported: of the verifying person, as far as they are. */
  readonly retired?: readonly RetiredKey[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Verifies a findings package, a folder or a zip, by itself: its list and signatures, the report, the cited records and
 * the custody journal. Every change of a byte of any of its files is found, as is a file that is not listed. Files are read
 * one at a time.
 *
 * The certificate in a package is never trusted because it is there: without a trusted fingerprint the best verdict is
 * `not-verifiable`. Throws `not-a-package`, the refusals of containers and `cancelled`.
 */
export async function verifyPackage(path: string, options: VerifyPackageOptions): Promise<PackageVerification> {
  const container = await openContainer(path);
  try {
    assertPackage(container);
    return await verifyPackageFiles(new PackageReader(container, options.signal), options);
  } finally {
    await container.close();
  }
}

/** The same for files that are open already. */
export async function verifyPackageFiles(
  files: PackageReader,
  { trusted, authorities = [], retired = [] }: VerifyPackageOptions,
): Promise<PackageVerification> {
  const checks = new PackageChecks();
  await checkList(checks, files);
  const { certificate, signedAtMs } = await checkSignatures(checks, files);
  await checkStatement(checks, files, certificate);
  await checkReport(checks, files, certificate);
  await checkExhibits(checks, files);
  const custody = await checkCustody(checks, await files.read(CUSTODY));
  await checkCustodyBinding(checks, files, custody);
  const stampedMs = await checkTimeStamps(checks, files, authorities);
  await checkRotations(checks, files, certificate);
  await checkChain(checks, files, certificate);
  if (certificate !== undefined) {
    const fingerprint = fingerprintOf(platformHash, certificate);
    checkRetirement(checks, fingerprint, { claimedMs: signedAtMs, stampedMs }, retired);
  }
  return concludePackage(checks, certificate, trusted);
}
