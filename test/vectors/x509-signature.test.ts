import { BitString, fromBER } from "asn1js";
import { AlgorithmIdentifier, PublicKeyInfo } from "pkijs";
import { describe, expect, it } from "vitest";

import { der, derInteger, derNull, derObjectIdentifier, SEQUENCE } from "../../core/signing/der.ts";
import { verifyX509Signature } from "../../core/signing/x509-signature.ts";
import { hasShared, readShared } from "../support/shared.ts";

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly flags: readonly string[];
      readonly msg: string;
      readonly sig: string;
      readonly result: "valid" | "invalid" | "acceptable";
    }[];
  }[];
}

const SHA256 = "2.16.840.1.101.3.4.2.1";
const MGF1 = "1.2.840.113549.1.1.8";
const CONTEXT_0 = 0xa0;

/** RSASSA-PSS with SHA-256, MGF1 with SHA-256, and 32 bytes of salt (RFC 4055 §3.1). */
function pssAlgorithm(): Uint8Array {
  const sha256 = der(SEQUENCE, derObjectIdentifier(SHA256), derNull());
  const parameters = der(
    SEQUENCE,
    der(CONTEXT_0, sha256),
    der(CONTEXT_0 + 1, der(SEQUENCE, derObjectIdentifier(MGF1), sha256)),
    der(CONTEXT_0 + 2, derInteger(32)),
  );
  return der(SEQUENCE, derObjectIdentifier("1.2.840.113549.1.1.10"), parameters);
}

const plain = (oid: string): Uint8Array => der(SEQUENCE, derObjectIdentifier(oid), derNull());

const SETS = [
  ["rsa_signature_2048_sha256_test", plain("1.2.840.113549.1.1.11"), 250],
  ["rsa_signature_4096_sha256_test", plain("1.2.840.113549.1.1.11"), 250],
  ["rsa_pss_2048_sha256_mgf1_32_test", pssAlgorithm(), 100],
  ["ecdsa_secp256r1_sha256_test", der(SEQUENCE, derObjectIdentifier("1.2.840.10045.4.3.2")), 450],
  ["ecdsa_secp384r1_sha384_test", der(SEQUENCE, derObjectIdentifier("1.2.840.10045.4.3.3")), 450],
] as const;

describe.skipIf(!hasShared("vectors/wycheproof"))("signatures under certificates (skipped: no vectors)", () => {
  it.each(SETS)("judge Wycheproof's %s as published", async (name, algorithm, atLeast) => {
    const path = `vectors/wycheproof/${name}.json`;
    const file = JSON.parse(readShared(path).toString()) as WycheproofFile; // a trusted file of a known shape
    const parsed = new AlgorithmIdentifier({ schema: fromBER(new Uint8Array(algorithm)).result });
    let cases = 0;
    const accepted: string[] = [];
    for (const group of file.testGroups) {
      const key = PublicKeyInfo.fromBER(new Uint8Array(Buffer.from(group.publicKeyDer, "hex")));
      for (const { tcId, comment, flags, msg, sig, result } of group.tests) {
        const signature = new BitString({ valueHex: new Uint8Array(Buffer.from(sig, "hex")).buffer });
        const judged = await verifyX509Signature(
          crypto,
          { data: Buffer.from(msg, "hex"), signature, algorithm: parsed },
          key,
        );
        if (result === "valid") expect([tcId, comment, judged]).toEqual([tcId, comment, "valid"]);
        if (result === "invalid" && judged === "valid") accepted.push(`${tcId} ${flags.join()} ${comment}`);
        cases += 1;
      }
    }
    expect(cases).toBeGreaterThan(atLeast);
    expect(accepted).toEqual([]);
  });
});
