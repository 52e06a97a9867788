/**
 * The statement by which an examiner's key names the one that takes its place. The old key signs this text with
 * SHA-256 (UTF-8, each line with its line feed), so that `openssl dgst -verify` checks it:
 *
 *     https://assay.example/examiner-key-rotation/v1
 *     <SHA-256 fingerprint of the old certificate>
 *     <SHA-256 fingerprint of the new certificate>
 *     <time, RFC 3339, UTC>
 */
import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type Hash } from "../model/digest.ts";
import { NAMESPACE } from "../model/namespace.ts";
import { type Certificate, fingerprintOf } from "./certificate.ts";
import { type ExaminerSign, verifyExaminerSignature } from "./examiner-signature.ts";

/** A change of key as it is kept and told: fingerprints in lower-case hex, the signature in base64. */
export interface KeyRotation {
  readonly from: string;
  readonly to: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly signature: string;
}

/** Signs a change of key with the old key. */
export async function signRotation(sign: ExaminerSign, change: Omit<KeyRotation, "signature">): Promise<KeyRotation> {
  return { ...change, signature: formatBase64(await sign(rotationText(change))) };
}

/** Whether the key of the old certificate signed this change. It says nothing about who held that key at the time. */
export async function verifyRotation(
  hash: Hash,
  crypto: Crypto,
  rotation: KeyRotation,
  old: Certificate,
): Promise<boolean> {
  const signature = parseBase64(rotation.signature);
  if (signature === undefined || fingerprintOf(hash, old) !== rotation.from) return false;
  return verifyExaminerSignature(crypto, old.publicKey, rotationText(rotation), signature);
}

function rotationText({ from, to, at }: Omit<KeyRotation, "signature">): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`${NAMESPACE}/examiner-key-rotation/v1\n${from}\n${to}\n${at}\n`);
}
