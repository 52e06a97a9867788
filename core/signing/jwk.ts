/**
 * JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037), as examiners hold them: one key, or a set `{"keys":[…]}`.
 *
 *     {"kty":"OKP","crv":"Ed25519","kid":"exports-2026","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
 */
import { parseBase64Url } from "../encoding/base64.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { listOf, memberOf, textOf } from "../encoding/json-value.ts";
import { type JsonValue } from "../encoding/strict-json.ts";
import { Problem, quote } from "../model/problem.ts";
import { der, derUnsigned, SEQUENCE } from "./der.ts";
import { ecdsaPublicKey, ed25519Key, parsePublicKey, type CurveName, type PublicKey } from "./public-key.ts";
import { parseRsaPublicKey } from "./rsa-key.ts";

/** A key as its owner hands it out. */
export interface PublishedKey {
  readonly key: PublicKey;
  /** A name that signatures may call the key by. */
  readonly keyId: string | undefined;
  /** The one algorithm that the key is for, where it says so. */
  readonly algorithm: string | undefined;
}

const MAX_KEYS = 100;
const CURVE_BYTES: ReadonlyMap<string, { readonly name: CurveName; readonly bytes: number }> = new Map([
  ["P-256", { name: "P-256", bytes: 32 }],
  ["P-384", { name: "P-384", bytes: 48 }],
  ["P-521", { name: "P-521", bytes: 66 }],
]);

/**
 * The keys of a JWK or a set of them. Of a set, keys for other uses and of other kinds are passed over (RFC 7517 §5).
 * Throws `key-malformed`, `key-weak` and `key-type` (refused), also for a set without a key that signs.
 */
export function parseJsonWebKeys(value: JsonValue): readonly PublishedKey[] {
  if (memberOf(value, "keys") === undefined) return [parseJsonWebKey(value)];
  const entries = listOf(value, "keys");
  if (entries.length > MAX_KEYS) throw keyProblem("key-malformed", `at most ${MAX_KEYS} keys`, `${entries.length}`);
  const keys = entries.filter((entry) => isForSignatures(entry)).map((entry) => parseJsonWebKey(entry));
  if (keys.length === 0) throw keyProblem("key-type", "a key for signatures", "none");
  return keys;
}

/** Reads one key. Throws `key-malformed`, `key-weak` and `key-type` (refused). */
export function parseJsonWebKey(value: JsonValue): PublishedKey {
  if (["d", "k"].some((name) => memberOf(value, name) !== undefined)) {
    throw keyProblem("key-type", "a public key", "a secret one");
  }
  if (!isForSignatures(value)) throw keyProblem("key-type", "a key for signatures", "a key for another use");
  return { key: publicKeyOf(value), keyId: textOf(value, "kid"), algorithm: textOf(value, "alg") };
}

function isForSignatures(value: JsonValue): boolean {
  const use = memberOf(value, "use");
  const operations = memberOf(value, "key_ops");
  const isVerified = operations === undefined || listOf(value, "key_ops").includes("verify");
  const isKnown = ["OKP", "EC", "RSA"].includes(textOf(value, "kty") ?? "");
  return (use === undefined || use === "sig") && isVerified && isKnown;
}

function publicKeyOf(value: JsonValue): PublicKey {
  const [type, curve] = [textOf(value, "kty"), textOf(value, "crv")];
  if (type === "RSA") {
    const pkcs1 = der(SEQUENCE, derUnsigned(numberOf(value, "n")), derUnsigned(numberOf(value, "e")));
    return parsePublicKey(parseRsaPublicKey(pkcs1).spki);
  }
  if (type === "OKP" && curve === "Ed25519") return ed25519Key(bytesOf(value, "x", 32));
  const known = type === "EC" ? CURVE_BYTES.get(curve ?? "") : undefined;
  if (known === undefined) throw keyProblem("key-type", "Ed25519, P-256, P-384, P-521 or RSA", quote(curve ?? "none"));
  const point = ["x", "y"].map((name) => bytesOf(value, name, known.bytes));
  return ecdsaPublicKey(known.name, concatBytes(Uint8Array.of(0x04), ...point));
}

function bytesOf(value: JsonValue, name: string, length: number): Uint8Array {
  const bytes = numberOf(value, name);
  if (bytes.length !== length) throw keyProblem("key-malformed", `${length} bytes as ${name}`, `${bytes.length}`);
  return bytes;
}

function numberOf(value: JsonValue, name: string): Uint8Array {
  const text = textOf(value, name);
  const bytes = text === undefined ? undefined : parseBase64Url(text);
  if (bytes === undefined) throw keyProblem("key-malformed", `base64url as ${name}`, quote(text ?? "none"));
  return bytes;
}

function keyProblem(code: string, expected: string, found: string): Problem {
  return new Problem("refused", code, `JSON Web Key: expected ${expected}, got ${found}`, { expected, found });
}
