import { createPublicKey, hash, verify } from "node:crypto";

import { type Hash } from "../model/digest.ts";
import { ed25519SubjectPublicKeyInfo, type Ed25519Verify } from "../signing/ed25519.ts";

/** The platform's SHA-256, for the rooms that take it as an argument. */
export const platformHash: Hash = (data) => hash("sha256", data, "buffer");

/** The platform's Ed25519 verifier. */
export const platformEd25519Verify: Ed25519Verify = (signature, message, publicKey) => {
  try {
    const key = createPublicKey({
      key: Buffer.from(ed25519SubjectPublicKeyInfo(publicKey)),
      format: "der",
      type: "spki",
    });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
};
