/**
 * Entries of Rekor, the log of Sigstore: JSON that names a signature, what it is over and who made it. A signature is logged
 * only when the entry is about this very signature; one about another would prove nothing (CVE-2022-36056).
 *
 *     {"apiVersion":"0.0.1","kind":"hashedrekord","spec":{"data":{"hash":{"algorithm":"sha256","value":"a0cf…"}},
 *      "signature":{"content":"MEUC…","publicKey":{"content":"LS0t…"}}}}
 */
import { parseBase64 } from "../encoding/base64.ts";
import { equalBytes, parseHex } from "../encoding/bytes.ts";
import { listOf, memberAt, textOf } from "../encoding/json-value.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { quote } from "../model/problem.ts";
import { parsePemBlocks } from "./pem.ts";
import { type LogEntry } from "./sigstore-bundle.ts";

/** What the entry must be about. */
export interface LoggedSignature {
  readonly signature: Uint8Array;
  /** SHA-256 of the bytes that were signed. */
  readonly signedDigest: Uint8Array;
  /** SHA-256 of the envelope's payload; undefined for a signature over a file. */
  readonly payloadDigest: Uint8Array | undefined;
  /** DER of the signer's certificate, or of the key. */
  readonly signer: Uint8Array;
}

interface StatedDigest {
  readonly digestAlgorithm: string | undefined;
  readonly digest: Uint8Array | undefined;
}

/** What an entry states, as far as it is compared. */
interface EntryFacts extends StatedDigest {
  readonly isOverPayload: boolean;
  readonly signature: Uint8Array | undefined;
  readonly signer: Uint8Array | undefined;
  /** More signatures than one are none of ours. */
  readonly signatures: number;
}

const SHA256_NAMES = ["sha256", "SHA2_256"];

/** Reads what an entry of one kind and version states. */
const READERS: ReadonlyMap<string, (spec: JsonValue | undefined) => EntryFacts> = new Map([
  ["hashedrekord 0.0.1", hashedRekord1],
  ["hashedrekord 0.0.2", hashedRekord2],
  ["dsse 0.0.1", dsse1],
  ["dsse 0.0.2", dsse2],
  ["intoto 0.0.2", intoto2],
]);

export type EntryResult =
  | { readonly kind: "about-it" }
  | { readonly kind: "unknown-kind"; readonly found: string }
  | { readonly kind: "about-other"; readonly reason: string };

/** Whether an entry is about a signature. Never throws for what is in the entry. */
export function compareEntry({ kind, version, body }: LogEntry, logged: LoggedSignature): EntryResult {
  const { value, problems } = parseStrictJson(body);
  if (problems.length > 0) return aboutOther("it is no unambiguous JSON");
  if (textOf(value, "kind") !== kind || textOf(value, "apiVersion") !== version) {
    return aboutOther("it is of another kind than stated");
  }
  const read = READERS.get(`${kind} ${version}`);
  if (read === undefined) return { kind: "unknown-kind", found: quote(`${kind} ${version}`) };
  const facts = read(memberAt(value, "spec"));
  const digest = facts.isOverPayload ? logged.payloadDigest : logged.signedDigest;
  if (facts.signatures !== 1) return aboutOther("it is not about one signature");
  if (!SHA256_NAMES.includes(facts.digestAlgorithm ?? "")) return aboutOther("its digest is none of SHA-256");
  if (!isEqual(facts.digest, digest)) return aboutOther("it is about other content");
  if (!isEqual(facts.signature, logged.signature)) return aboutOther("it is about another signature");
  if (!isEqual(facts.signer, logged.signer)) return aboutOther("it is about another signer");
  return { kind: "about-it" };
}

function hashedRekord1(spec: JsonValue | undefined): EntryFacts {
  return {
    ...digestInHex(memberAt(spec, "data", "hash")),
    isOverPayload: false,
    signature: base64Of(textOf(spec, "signature", "content")),
    signer: pemOf(textOf(spec, "signature", "publicKey", "content")),
    signatures: 1,
  };
}

function hashedRekord2(spec: JsonValue | undefined): EntryFacts {
  const record = memberAt(spec, "hashedRekordV002");
  return {
    ...digestInBase64(memberAt(record, "data")),
    isOverPayload: false,
    signature: base64Of(textOf(record, "signature", "content")),
    signer: verifierOf(memberAt(record, "signature", "verifier")),
    signatures: 1,
  };
}

function dsse1(spec: JsonValue | undefined): EntryFacts {
  const [first, ...more] = listOf(spec, "signatures");
  return {
    ...digestInHex(memberAt(spec, "payloadHash")),
    isOverPayload: true,
    signature: base64Of(textOf(first, "signature")),
    signer: pemOf(textOf(first, "verifier")),
    signatures: 1 + more.length,
  };
}

function dsse2(spec: JsonValue | undefined): EntryFacts {
  const entry = memberAt(spec, "dsseV002");
  const [first, ...more] = listOf(entry, "signatures");
  return {
    ...digestInBase64(memberAt(entry, "payloadHash")),
    isOverPayload: true,
    signature: base64Of(textOf(first, "content")),
    signer: verifierOf(memberAt(first, "verifier")),
    signatures: 1 + more.length,
  };
}

/** Its signature is base64 of the base64 in the envelope. */
function intoto2(spec: JsonValue | undefined): EntryFacts {
  const [first, ...more] = listOf(spec, "content", "envelope", "signatures");
  const inner = base64Of(textOf(first, "sig"));
  return {
    ...digestInHex(memberAt(spec, "content", "payloadHash")),
    isOverPayload: true,
    signature: base64Of(inner && decodeUtf8(inner)),
    signer: pemOf(textOf(first, "publicKey")),
    signatures: 1 + more.length,
  };
}

/** As entries of version 0.0.1 state it, and of `intoto`. */
function digestInHex(stated: JsonValue | undefined): StatedDigest {
  return { digestAlgorithm: textOf(stated, "algorithm"), digest: hexOf(textOf(stated, "value")) };
}

/** As entries of Rekor v2 state it. */
function digestInBase64(stated: JsonValue | undefined): StatedDigest {
  return { digestAlgorithm: textOf(stated, "algorithm"), digest: base64Of(textOf(stated, "digest")) };
}

function verifierOf(verifier: JsonValue | undefined): Uint8Array | undefined {
  const text = textOf(verifier, "x509Certificate", "rawBytes") ?? textOf(verifier, "publicKey", "rawBytes");
  return base64Of(text);
}

/** The DER in base64 of a PEM text of one block. */
function pemOf(text: string | undefined): Uint8Array | undefined {
  const bytes = base64Of(text);
  const pem = bytes && decodeUtf8(bytes);
  if (pem === undefined) return undefined;
  try {
    const [first, ...more] = parsePemBlocks(pem);
    return more.length === 0 ? first?.der : undefined;
  } catch {
    // What is no PEM names no signer.
    return undefined;
  }
}

function base64Of(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : parseBase64(text);
}

function hexOf(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : parseHex(text);
}

function isEqual(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  return left !== undefined && right !== undefined && equalBytes(left, right);
}

function aboutOther(reason: string): EntryResult {
  return { kind: "about-other", reason };
}
