import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { verifyEd25519, weaknessOfEd25519Key } from "../../core/signing/ed25519.ts";
import { hasShared, readShared } from "../support/shared.ts";
import { nativeEd25519 } from "../support/verifiers.ts";

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

interface CctvVector {
  readonly number: number;
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
  readonly flags: readonly string[] | null;
}

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
/** The vectors are trusted files of a known shape. */
const readJson = <T>(path: string): T => JSON.parse(readShared(path).toString()) as T;

const WYCHEPROOF = "vectors/wycheproof/ed25519_test.json";

describe.skipIf(!hasShared(WYCHEPROOF))("Wycheproof Ed25519 (skipped: no vectors)", () => {
  it("is judged as published, without disagreement", () => {
    let cases = 0;
    for (const group of readJson<WycheproofFile>(WYCHEPROOF).testGroups) {
      for (const { tcId, comment, msg, sig, result } of group.tests) {
        const found = verifyEd25519(nativeEd25519, bytesOf(sig), bytesOf(msg), bytesOf(group.publicKey.pk));
        expect(found, `${tcId} ${comment}`).toBe(result === "valid" ? "valid" : "invalid");
        cases++;
      }
    }
    expect(cases).toBe(151);
  });
});

const CCTV = "vectors/cctv-ed25519/ed25519vectors.json";

describe.skipIf(!hasShared(CCTV))("CCTV Ed25519 edge cases (skipped: no vectors)", () => {
  const vectors = hasShared(CCTV) ? readJson<CctvVector[]>(CCTV) : [];
  const judged = vectors.map((vector) => {
    const [signature, message, publicKey] = [
      bytesOf(vector.sig),
      Buffer.from(vector.msg),
      bytesOf(vector.key),
    ] as const;
    return {
      flags: vector.flags ?? [],
      key: vector.key,
      result: verifyEd25519(nativeEd25519, signature, message, publicKey),
      native: nativeEd25519(signature, message, publicKey),
      strict: ed25519.verify(signature, message, publicKey, { zip215: false }),
    };
  });

  it("pin the accept set of each implementation and of ours", () => {
    expect(judged.length).toBe(914);
    expect(judged.filter(({ strict }) => strict).length).toBe(212);
    const accepted = judged.filter(({ result }) => result === "valid");
    expect(accepted.every(({ native, strict }) => native && strict)).toBe(true);
    const flags = new Set(accepted.flatMap((vector) => vector.flags));
    for (const refused of ["low_order_A", "non_canonical_A", "non_canonical_R"]) expect(flags.has(refused)).toBe(false);
    expect(judged.some(({ result }) => result === "disagreement")).toBe(true);
  });

  it("refuse all 14 spellings of small-order keys, and every non-canonical key", () => {
    const small = new Set(judged.filter(({ flags }) => flags.includes("low_order_A")).map(({ key }) => key));
    expect(small.size).toBe(14);
    for (const key of small) expect(weaknessOfEd25519Key(bytesOf(key))).toBe("small-order");
    for (const { key, flags } of judged) {
      if (flags.includes("non_canonical_A")) expect(weaknessOfEd25519Key(bytesOf(key))).toBeDefined();
    }
  });
});
