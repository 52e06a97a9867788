import { createPublicKey, verify } from "node:crypto";
import { type Ed25519Verify, ed25519SubjectPublicKeyInfo } from "../../core/signing/ed25519.ts";

/** The platform's Ed25519; what it cannot read is not valid. */
export const nativeEd25519: Ed25519Verify = (signature, message, publicKey) => {
  try {
    const key = Buffer.from(ed25519SubjectPublicKeyInfo(publicKey));
    return verify(null, message, createPublicKey({ key, format: "der", type: "spki" }), signature);
  } catch {
    return false;
  }
};
