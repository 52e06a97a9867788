import { describe, expect, it } from "vitest";

import { platformEd25519Verify } from "../../../core/bundle/platform-crypto.ts";
import { formatHex } from "../../../core/encoding/bytes.ts";
import { present } from "../../../core/model/assert.ts";
import {
  cosignatureBlob,
  cosignatureTime,
  isCosignerKey,
  verifyCosignature,
} from "../../../core/signing/cosignature.ts";
import { signingKey } from "../../../core/signing/signing-key.ts";
import { COSIGNATURE_TYPE, ML_DSA_44_TYPE, type VerifierKey } from "../../../core/signing/verifier-key.ts";
import { nativeHash } from "../../support/hashes.ts";

const TEXT = "example.com/audit/demo\n4\nTmj36LU1kgpXiymTVZQD3WKt7prUEn0sZIdwBfLjjAA=\n";
const SECONDS = 1_679_315_147n;

function witness(type: typeof COSIGNATURE_TYPE | typeof ML_DSA_44_TYPE, name = "example.net/w2") {
  const { verifier, seed } = signingKey(nativeHash, name, new Uint8Array(32).fill(9), type);
  return { verifier: present(isCosignerKey(verifier) ? verifier : undefined, "a witness"), seed };
}

describe.each([
  ["Ed25519", COSIGNATURE_TYPE],
  ["ML-DSA-44", ML_DSA_44_TYPE],
] as const)("a cosignature by %s", (_name, type) => {
  const key = witness(type);
  const blob = cosignatureBlob(TEXT, SECONDS, key);
  const judge = (text: string, bytes: Uint8Array, by: VerifierKey = key.verifier): string =>
    isCosignerKey(by) ? verifyCosignature(platformEd25519Verify, text, bytes, by) : "no witness";

  it("is over the checkpoint, the time and the key", () => {
    expect(judge(TEXT, blob)).toBe("valid");
    expect(cosignatureTime(blob)).toBe(SECONDS);
    expect(judge(TEXT.replace("\n4\n", "\n5\n"), blob)).toBe("invalid");
    expect(judge(TEXT.replace("demo", "dema"), blob)).toBe("invalid");
    expect(judge(TEXT, cosignatureBlob(TEXT, SECONDS, { ...key, seed: new Uint8Array(32).fill(8) }))).toBe("invalid");
    for (const at of [0, 7, 8, 40, blob.length - 1]) {
      expect(judge(TEXT, blob.with(at, (blob[at] ?? 0) ^ 1))).toBe("invalid");
    }
  });

  it("of another length, over no checkpoint, or at a time above 2^63 is none", () => {
    for (const bytes of [blob.subarray(1), blob.subarray(0, 7), new Uint8Array([...blob, 0]), new Uint8Array()]) {
      expect(judge(TEXT, bytes)).toBe("invalid");
    }
    expect(judge("no checkpoint\n", blob)).toBe("invalid");
    expect(judge(TEXT, blob.with(0, 0x80))).toBe("invalid");
  });
});

it("ML-DSA-44 commits to the name of the witness, Ed25519 to its key alone", () => {
  for (const [type, result] of [
    [ML_DSA_44_TYPE, "invalid"],
    [COSIGNATURE_TYPE, "valid"],
  ] as const) {
    const blob = cosignatureBlob(TEXT, SECONDS, witness(type));
    const renamed = witness(type, "example.net/other").verifier;
    expect(verifyCosignature(platformEd25519Verify, TEXT, blob, renamed)).toBe(result);
  }
});

it("ML-DSA-44 signs what it signed when liboqs 0.15.1 verified it", () => {
  const key = witness(ML_DSA_44_TYPE);
  const digest = (bytes: Uint8Array): string => formatHex(nativeHash(bytes));
  expect(key.verifier.id).toBe("408dc2e6");
  expect(digest(key.verifier.publicKey)).toBe("1f474e06e67a1538eea15b137249f2acf9d5471bf142f23f9d569a5ad61b161e");
  expect(digest(cosignatureBlob(TEXT, SECONDS, key))).toBe(
    "ac6f9ae6f9bd57e41511e2c863b0fc20a3418d7ba775283c31007896e1b8503a",
  );
});
