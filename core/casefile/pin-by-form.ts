import { X509Certificate } from "node:crypto";

import { pinExaminer, pinLogKey, pinPolicy, pinPublicKeys, pinTimeAuthority } from "./pins.ts";
import { type TrustStore } from "./trust-store.ts";

/** Extended key usage of time stamping, RFC 3161 §2.3. */
const TIME_STAMPING = "1.3.6.1.5.5.7.3.8";

/**
 * Pins what a text is by its form: a list or key of CloudTrail, a policy by its quorum line, certificates by what they are
 * for, a fingerprint, else the key of a log. Throws as the function that pins each.
 */
export function pinByForm(path: string, text: string, reason: string, pinnedAt: string): Promise<TrustStore> {
  return pinnerOf(text.trim())(path, text, reason, pinnedAt);
}

function pinnerOf(text: string): typeof pinLogKey {
  const isPublicKey =
    text.startsWith("{") || /^-----BEGIN (RSA )?PUBLIC KEY-----/.test(text) || /^MII[A-Za-z0-9+/=\s]+$/.test(text);
  if (isPublicKey) return pinPublicKeys;
  if (/^[ \t]*quorum[ \t]/m.test(text)) return pinPolicy;
  if (text.startsWith("-----BEGIN ")) return isTimeAuthority(text) ? pinTimeAuthority : pinExaminer;
  return /^[0-9a-fA-F:]{64,95}$/.test(text) ? pinExaminer : pinLogKey;
}

/** A person signs with one certificate, which is no authority; what cannot be read is left to whom it is given to. */
function isTimeAuthority(pem: string): boolean {
  if (pem.split("-----BEGIN CERTIFICATE-----").length > 2) return true;
  try {
    const { ca, keyUsage } = new X509Certificate(pem);
    // Node names the purposes of the certificate "key usage", and types them as always there.
    return ca || ((keyUsage as readonly string[] | undefined) ?? []).includes(TIME_STAMPING);
  } catch {
    return false;
  }
}
