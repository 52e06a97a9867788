/**
 * JSON Web Signatures (RFC 7515), compact or as JSON, with the content in them or detached from them, and with content that is
 * signed as it is (RFC 7797):
 *
 *     eyJhbGciOiJFZERTQSJ9.eyJldmVudHMiOltdfQ.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6d…
 *     {"protected":"eyJhbGciOiJFZERTQSIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19","signature":"hgyY0il_MGCjP0JzlnLW…"}
 *
 * What says how to verify counts only where it is signed. Keys that a header holds or points to are never used: they are
 * whatever the signer wants them to be.
 */
import { formatBase64Url, parseBase64Url } from "../encoding/base64.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { listOf, memberOf, textOf } from "../encoding/json-value.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { Problem, quote } from "../model/problem.ts";
import { type SignatureScheme } from "./public-key.ts";

export interface JsonWebSignature {
  /** The content that the file carries; undefined when it is detached. */
  readonly payload: Uint8Array | undefined;
  readonly signatures: readonly JwsSignature[];
}

export interface JwsSignature {
  /** As it is stated, and signed; of {@link SCHEMES} only some are accepted. */
  readonly algorithm: string;
  /** A hint; not always signed. */
  readonly keyId: string | undefined;
  /** Members of the header that name a key of the signer's choice. */
  readonly offeredKeys: readonly string[];
  /** The key in the header itself, not yet parsed. */
  readonly offeredKey: JsonValue | undefined;
  readonly signature: Uint8Array;
  /** What the signature is over, given the content. */
  readonly signedBytes: (content: Uint8Array) => Uint8Array;
}

/** RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. Never `none`, and nothing with a secret that both sides hold. */
const SCHEMES: ReadonlyMap<string, SignatureScheme> = new Map<string, SignatureScheme>([
  ["EdDSA", { kind: "ed25519" }],
  ["Ed25519", { kind: "ed25519" }],
  ["ES256", { kind: "ecdsa", hash: "SHA-256", form: "raw" }],
  ["ES384", { kind: "ecdsa", hash: "SHA-384", form: "raw" }],
  ["ES512", { kind: "ecdsa", hash: "SHA-512", form: "raw" }],
  ["RS256", { kind: "rsa-pkcs1", hash: "SHA-256" }],
  ["RS384", { kind: "rsa-pkcs1", hash: "SHA-384" }],
  ["RS512", { kind: "rsa-pkcs1", hash: "SHA-512" }],
  ["PS256", { kind: "rsa-pss", hash: "SHA-256" }],
  ["PS384", { kind: "rsa-pss", hash: "SHA-384" }],
  ["PS512", { kind: "rsa-pss", hash: "SHA-512" }],
]);

/** The only extension that we know, RFC 7797. */
const UNENCODED = "b64";
/** RFC 7515 §4.1: header members that name a key. */
const KEY_MEMBERS = ["jku", "jwk", "x5u", "x5c"];
const MAX_SIGNATURES = 20;

/** How an algorithm's signatures are verified; undefined for one that is not accepted. */
export function jwsScheme(algorithm: string): SignatureScheme | undefined {
  return SCHEMES.get(algorithm);
}

/** Whether a file looks like one: three parts of base64url, or JSON with a `signature` beside `protected`, or `signatures` with one. */
export function isJsonWebSignature(text: string, document: JsonValue | undefined): boolean {
  if (document === undefined) return COMPACT.test(text);
  const [first] = listOf(document, "signatures");
  return [document, first].some((entry) => textOf(entry, "signature") !== undefined);
}

const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*\n?$/;

/** Reads either form. Throws `jws-malformed` (refused). */
export function parseJsonWebSignature(text: string, document: JsonValue | undefined): JsonWebSignature {
  return document === undefined ? parseCompact(text) : parseJson(document);
}

function parseCompact(text: string): JsonWebSignature {
  const [header = "", content = "", signature = ""] = text.trimEnd().split(".");
  const parsed = parseSignature(header, undefined, signature);
  if (content !== "" && !parsed.isEncoded) throw malformed("detached content, as it is not encoded", "content");
  return { payload: content === "" ? undefined : decode("content", content), signatures: [parsed] };
}

function parseJson(document: JsonValue): JsonWebSignature {
  const isFlat = memberOf(document, "signature") !== undefined;
  if (isFlat && memberOf(document, "signatures") !== undefined) throw malformed("signature or signatures", "both");
  const entries = isFlat ? [document] : listOf(document, "signatures");
  if (entries.length === 0 || entries.length > MAX_SIGNATURES) {
    throw malformed(`1 to ${MAX_SIGNATURES} signatures`, `${entries.length}`);
  }
  const signatures = entries.map((entry) =>
    parseSignature(textOf(entry, "protected") ?? "", memberOf(entry, "header"), textOf(entry, "signature") ?? ""),
  );
  const content = memberOf(document, "payload");
  if (content !== undefined && typeof content !== "string") throw malformed("content as a text", typeof content);
  // RFC 7797 §3: it is one content, encoded for all or for none.
  const [isEncoded, ...others] = new Set(signatures.map((signature) => signature.isEncoded));
  if (others.length > 0) throw malformed("content that is encoded for all signatures or for none", "both");
  if (content === undefined || content === "") return { payload: undefined, signatures };
  return { payload: isEncoded ? decode("content", content) : encodeUtf8(content), signatures };
}

function parseSignature(
  header: string,
  unprotected: JsonValue | undefined,
  signature: string,
): JwsSignature & { readonly isEncoded: boolean } {
  const text = decodeUtf8(decode("header", header));
  const { value, problems } = parseStrictJson(encodeUtf8(text ?? ""));
  if (typeof value !== "object" || value === null || Array.isArray(value) || problems.length > 0) {
    throw malformed("a protected header that is one unambiguous JSON object", quote(text ?? "other bytes"));
  }
  const repeated = Object.keys(value).find((name) => memberOf(unprotected, name) !== undefined);
  if (repeated !== undefined) throw malformed("a header that says each thing once", quote(repeated));
  const isEncoded = isContentEncoded(value);
  if (memberOf(unprotected, "crit") !== undefined || memberOf(unprotected, UNENCODED) !== undefined) {
    throw malformed("what is critical in the protected header", "it beside that");
  }
  return {
    algorithm: textOf(value, "alg") ?? "none",
    keyId: textOf(value, "kid") ?? textOf(unprotected, "kid"),
    offeredKeys: KEY_MEMBERS.filter((name) => [value, unprotected].some((part) => memberOf(part, name) !== undefined)),
    offeredKey: memberOf(value, "jwk") ?? memberOf(unprotected, "jwk"),
    signature: decode("signature", signature),
    signedBytes: (content) =>
      concatBytes(encodeUtf8(`${header}.`), isEncoded ? encodeUtf8(formatBase64Url(content)) : content),
    isEncoded,
  };
}

/** RFC 7515 §4.1.11 and RFC 7797 §6: what is critical is known, stands in the header, and `b64` is named as critical. */
function isContentEncoded(header: JsonValue): boolean {
  const critical = memberOf(header, "crit");
  const names = listOf(header, "crit");
  const unknown = names.find((name) => name !== UNENCODED);
  if (unknown !== undefined) throw malformed("critical members that are known", quote(JSON.stringify(unknown)));
  if (critical !== undefined && names.length !== 1) throw malformed("names of critical members, each once", "others");
  const encoded = memberOf(header, UNENCODED);
  if (encoded === undefined && names.length > 0) throw malformed("the critical member b64", "none");
  if (encoded === undefined) return true;
  if (typeof encoded !== "boolean" || names.length === 0)
    throw malformed("b64 as true or false, and critical", "not so");
  return encoded;
}

function decode(part: string, text: string): Uint8Array {
  const bytes = parseBase64Url(text);
  if (bytes === undefined) throw malformed(`base64url as ${part}`, quote(text));
  return bytes;
}

function malformed(expected: string, found: string): Problem {
  return new Problem("refused", "jws-malformed", `web signature: expected ${expected}, got ${found}`, {
    expected,
    found,
  });
}
