/**
 * The certificates by which authorities stand behind an examiner's certificate: the first one's key signed it, the second one's
 * the first. They are kept and shown; trust in a package comes from the examiner's fingerprint, or from a root that its reader holds.
 */
import { Certificate as X509 } from "pkijs";

import { equalBytes } from "../encoding/bytes.ts";
import { present } from "../model/assert.ts";
import { type Certificate, formatCertificatePem, parseCertificate } from "./certificate.ts";
import { parsePemBlocks } from "./pem.ts";
import { verifyX509Signature } from "./x509-signature.ts";

/** Longer ones are no chain. */
const MAX_CHAIN = 6;

/** The chain of a certificate among other ones, as far as it goes: issuer first, a root last if it is there. */
export function orderChain(certificate: Certificate, others: readonly Certificate[]): readonly Certificate[] {
  const chain: Certificate[] = [];
  for (let current = certificate; !current.isSelfIssued && chain.length < MAX_CHAIN;) {
    const { issuerName } = current;
    const issuer = others.find((other) => equalBytes(other.subjectName, issuerName));
    if (issuer === undefined) break;
    chain.push(issuer);
    current = issuer;
  }
  return chain;
}

/** Why these are not the certificates behind one, or undefined when each signed the one before it. */
export async function chainFault(
  crypto: Crypto,
  certificate: Certificate,
  chain: readonly Certificate[],
): Promise<string | undefined> {
  let current = certificate;
  for (const issuer of chain) {
    const signed = X509.fromBER(new Uint8Array(current.der));
    const { tbsView: data, signatureValue: signature, signatureAlgorithm: algorithm } = signed;
    const key = X509.fromBER(new Uint8Array(issuer.der)).subjectPublicKeyInfo;
    const named = equalBytes(issuer.subjectName, current.issuerName);
    const result = named ? await verifyX509Signature(crypto, { data, signature, algorithm }, key) : "invalid";
    if (result !== "valid") return `the certificate of ${issuer.commonName} is not that of the issuer before it`;
    current = issuer;
  }
  return undefined;
}

/** One PEM block for each certificate. */
export function formatChain(chain: readonly Certificate[]): string {
  return chain.map((certificate) => formatCertificatePem(certificate)).join("");
}

/** The certificates of a PEM text, at least one. Throws `pem-malformed` and `certificate-malformed`. */
export function parseChain(pem: string): readonly [Certificate, ...Certificate[]] {
  const [first, ...others] = parsePemBlocks(pem).map(({ der }) => parseCertificate(der));
  return [present(first, "PEM has at least one block"), ...others];
}
