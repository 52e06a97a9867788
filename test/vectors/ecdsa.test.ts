import { describe, expect, it } from "vitest";
import { importEcdsaPublicKey, verifyEcdsa } from "../../core/signing/ecdsa.ts";
import { hasShared, readShared } from "../support/shared.ts";

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

const WYCHEPROOF = "vectors/wycheproof/ecdsa_secp256r1_sha256_test.json";

describe.skipIf(!hasShared(WYCHEPROOF))("Wycheproof ECDSA P-256 (skipped: no vectors)", () => {
  it("is judged as published", async () => {
    // A trusted file of a known shape.
    const file = JSON.parse(readShared(WYCHEPROOF).toString()) as WycheproofFile;
    let cases = 0;
    for (const group of file.testGroups) {
      const key = await importEcdsaPublicKey(globalThis.crypto, Buffer.from(group.publicKeyDer, "hex"));
      if (key === undefined) throw new Error("a published key does not import");
      for (const { tcId, comment, msg, sig, result } of group.tests) {
        const valid = await verifyEcdsa(globalThis.crypto, key, Buffer.from(msg, "hex"), Buffer.from(sig, "hex"));
        expect(valid, `${tcId} ${comment}`).toBe(result === "valid");
        cases++;
      }
    }
    expect(cases).toBeGreaterThan(400);
  });
});
