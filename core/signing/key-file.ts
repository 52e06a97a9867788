/** Public keys in whatever form their owners hand them out: JWK, PEM of a key or a certificate, or the line of a note key. */
import { parseStrictJson } from "../encoding/strict-json.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { type Hash } from "../model/digest.ts";
import { Problem } from "../model/problem.ts";
import { parseCertificate } from "./certificate.ts";
import { parseJsonWebKeys, type PublishedKey } from "./jwk.ts";
import { parsePem } from "./pem.ts";
import { ed25519Key, parsePublicKey } from "./public-key.ts";
import { ED25519_TYPE, parseVerifierKey, type VerifierKey } from "./verifier-key.ts";

const MAX_KEY_FILE_BYTES = 256 * 1024;

/**
 * The keys of a file. Throws `key-malformed`, `key-weak`, `key-type`, `key-id`, `pem-malformed` and `certificate-malformed`
 * (refused).
 */
export function parseKeyFile(hash: Hash, bytes: Uint8Array): readonly PublishedKey[] {
  const text = bytes.length <= MAX_KEY_FILE_BYTES ? decodeUtf8(bytes)?.trim() : undefined;
  if (text === undefined) throw malformed();
  if (text.startsWith("{")) {
    const { value, problems } = parseStrictJson(bytes);
    if (value === undefined || problems.length > 0) throw malformed();
    return parseJsonWebKeys(value);
  }
  if (text.includes("-----BEGIN ")) {
    const { label, der } = parsePem(text);
    if (label !== "PUBLIC KEY" && label !== "CERTIFICATE") throw malformed();
    return [unnamed(label === "CERTIFICATE" ? parseCertificate(der).publicKey : der)];
  }
  const key = noteKey(parseVerifierKey(hash, text));
  if (key === undefined) throw malformed();
  return [key];
}

/** The key of a log or exporter that signs notes; undefined for one that only cosigns. */
export function noteKey({ type, publicKey, id }: VerifierKey): PublishedKey | undefined {
  return type === ED25519_TYPE ? { key: ed25519Key(publicKey), keyId: id, algorithm: undefined } : undefined;
}

function unnamed(spki: Uint8Array): PublishedKey {
  return { key: parsePublicKey(spki), keyId: undefined, algorithm: undefined };
}

function malformed(): Problem {
  const expected = "a JSON Web Key, PEM of a public key or certificate, or a verifier key";
  return new Problem("refused", "key-malformed", `key file: expected ${expected}`, { expected });
}
