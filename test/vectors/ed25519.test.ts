import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { StrictEd25519Key } from "../../core/signing/ed25519-strict.ts";
import { ed25519PublicKey, signEd25519, verifyEd25519, weaknessOfEd25519Key } from "../../core/signing/ed25519.ts";
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
      signature,
      message,
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

  it("are accepted by the strict rule exactly as its library does, with tables and without", () => {
    const keys = new Map<string, ReturnType<typeof StrictEd25519Key.read>>();
    for (const { key, signature, message, strict } of judged) {
      const read = keys.get(key) ?? StrictEd25519Key.read(bytesOf(key));
      keys.set(key, read);
      const found = Array.from({ length: 8 }, () => typeof read !== "string" && read.verify(signature, message));
      expect(found).toEqual(Array(8).fill(strict));
    }
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

it("a signature of our own passes until a bit of it, of its message or of its scalar's spelling changes", () => {
  const seed = new Uint8Array(32).fill(9);
  const read = StrictEd25519Key.read(ed25519PublicKey(seed));
  const message = Buffer.from("a state of a log\n");
  const signature = signEd25519(seed, message);
  for (let round = 0; round < 10; round += 1) {
    expect(read).toBeInstanceOf(StrictEd25519Key);
    if (typeof read === "string") return;
    expect(read.verify(signature, message)).toBe(true);
    const flipped = signature.slice();
    flipped[round * 6] = (flipped[round * 6] ?? 0) ^ 1;
    expect(read.verify(flipped, message)).toBe(false);
    expect(read.verify(signature, Buffer.from("another state\n"))).toBe(false);
    expect(read.verify(withScalarPlusOrder(signature), message)).toBe(false);
  }
});

/** The same signature with S + L for S. */
function withScalarPlusOrder(signature: Uint8Array): Uint8Array {
  const scalar = BigInt(`0x${Buffer.from(signature.slice(32).reverse()).toString("hex")}`) + ed25519.Point.Fn.ORDER;
  const spelled = Buffer.from(scalar.toString(16).padStart(64, "0"), "hex").reverse();
  return Buffer.concat([signature.subarray(0, 32), spelled]);
}
