/**
 * Sigstore bundles (protobuf-specs, bundle v0.1 to v0.3): a signature over a file, or a DSSE envelope, with the certificate of
 * the signer's identity and what a transparency log and time authorities say about when it was made.
 *
 *     {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json",
 *      "verificationMaterial":{"certificate":{"rawBytes":"MIIC…"},"tlogEntries":[{"logIndex":"25",…}]},
 *      "messageSignature":{"messageDigest":{"algorithm":"SHA2_256","digest":"oM/H…"},"signature":"MEUC…"}}
 */
import { parseBase64 } from "../encoding/base64.ts";
import { formatHex } from "../encoding/bytes.ts";
import { listOf, memberAt, memberOf, textOf } from "../encoding/json-value.ts";
import { type JsonValue } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { Problem, quote } from "../model/problem.ts";
import { parseTreeSize } from "./checkpoint.ts";
import { type Envelope, envelopeOf } from "./dsse.ts";

export interface SigstoreBundle {
  /** The signer's certificate, DER; undefined for a key that the verifier is to know. */
  readonly certificate: Uint8Array | undefined;
  readonly content: SigstoreContent;
  readonly entries: readonly LogEntry[];
  /** TimeStampResp of RFC 3161, DER, over the signature. */
  readonly timeStamps: readonly Uint8Array[];
}

export type SigstoreContent =
  | { readonly kind: "file"; readonly digest: Uint8Array; readonly signature: Uint8Array }
  | { readonly kind: "envelope"; readonly envelope: Envelope };

/** What a transparency log says of the signature. */
export interface LogEntry {
  readonly logIndex: number;
  /** Hex. */
  readonly logId: string;
  readonly kind: string;
  readonly version: string;
  /** The entry as it was hashed into the log. */
  readonly body: Uint8Array;
  /** Seconds since 1970 that the log promised; only its signature makes it a time. */
  readonly integratedTime: number;
  /** SignedEntryTimestamp; undefined when the log gives none. */
  readonly promise: Uint8Array | undefined;
  readonly proof: EntryProof | undefined;
}

export interface EntryProof {
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  /** Leaf to root. */
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, not yet parsed; bundles of version 0.1 may lack it. */
  readonly checkpoint: Uint8Array | undefined;
}

const MEDIA_TYPE = /^application\/vnd\.dev\.sigstore\.bundle(?:\.v0\.3\+json|\+json;version=0\.[123])$/;
const MAX_ENTRIES = 20;
/** Digits below 2^53 make at most 53 hashes. */
const MAX_HASHES = 53;

/** Whether a document claims to be a Sigstore bundle. */
export function isSigstoreBundle(document: JsonValue | undefined): boolean {
  return textOf(document, "mediaType")?.startsWith("application/vnd.dev.sigstore.bundle") ?? false;
}

/** Reads a bundle. Throws `sigstore-malformed` and `envelope-malformed` (refused). */
export function parseSigstoreBundle(document: JsonValue): SigstoreBundle {
  const mediaType = textOf(document, "mediaType") ?? "";
  if (!MEDIA_TYPE.test(mediaType)) throw malformed("a bundle of version 0.1 to 0.3", quote(mediaType));
  const material = memberOf(document, "verificationMaterial");
  const entries = limited("tlogEntries", listOf(material, "tlogEntries"));
  const stamps = limited("timestamps", listOf(material, "timestampVerificationData", "rfc3161Timestamps"));
  return {
    certificate: certificateOf(material),
    content: contentOf(document),
    entries: entries.map((entry) => logEntry(entry)),
    timeStamps: stamps.map((stamp) => bytesOf(stamp, "signedTimestamp")),
  };
}

/** Version 0.3 has the certificate alone; earlier ones a chain, of which only the first is the signer's. */
function certificateOf(material: JsonValue | undefined): Uint8Array | undefined {
  const [first] = listOf(material, "x509CertificateChain", "certificates");
  const given = memberOf(material, "certificate") ?? first;
  if (given !== undefined) return bytesOf(given, "rawBytes");
  if (memberOf(material, "publicKey") === undefined) throw malformed("a certificate or a public key", "neither");
  return undefined;
}

function contentOf(document: JsonValue): SigstoreContent {
  const [message, envelope] = [memberOf(document, "messageSignature"), memberOf(document, "dsseEnvelope")];
  if ((message === undefined) === (envelope === undefined)) {
    throw malformed("a message signature or an envelope", message === undefined ? "neither" : "both");
  }
  if (envelope !== undefined) return { kind: "envelope", envelope: envelopeOf(envelope) };
  const algorithm = textOf(message, "messageDigest", "algorithm");
  if (algorithm !== "SHA2_256") throw malformed("a SHA2_256 digest", quote(algorithm ?? "none"));
  return {
    kind: "file",
    digest: bytesOf(message, "messageDigest", "digest"),
    signature: bytesOf(message, "signature"),
  };
}

function logEntry(entry: JsonValue): LogEntry {
  const promise = memberAt(entry, "inclusionPromise", "signedEntryTimestamp");
  const proof = memberOf(entry, "inclusionProof");
  return {
    logIndex: numberOf(entry, "logIndex"),
    logId: formatHex(bytesOf(entry, "logId", "keyId")),
    kind: textOf(entry, "kindVersion", "kind") ?? "",
    version: textOf(entry, "kindVersion", "version") ?? "",
    body: bytesOf(entry, "canonicalizedBody"),
    integratedTime: memberOf(entry, "integratedTime") === undefined ? 0 : numberOf(entry, "integratedTime"),
    promise: promise === undefined ? undefined : bytesOf(entry, "inclusionPromise", "signedEntryTimestamp"),
    proof: proof === undefined ? undefined : entryProof(proof),
  };
}

function entryProof(proof: JsonValue): EntryProof {
  const hashes = listOf(proof, "hashes");
  const checkpoint = textOf(proof, "checkpoint", "envelope");
  if (hashes.length > MAX_HASHES) throw malformed(`at most ${MAX_HASHES} hashes`, `${hashes.length}`);
  return {
    // The index of the first entry may be left out: protobuf drops zeros.
    index: memberOf(proof, "logIndex") === undefined ? 0 : numberOf(proof, "logIndex"),
    size: numberOf(proof, "treeSize"),
    root: bytesOf(proof, "rootHash"),
    hashes: hashes.map((hash) => decode("a hash", hash)),
    checkpoint: checkpoint === undefined ? undefined : encodeUtf8(checkpoint),
  };
}

function limited(name: string, entries: readonly JsonValue[]): readonly JsonValue[] {
  if (entries.length > MAX_ENTRIES) throw malformed(`at most ${MAX_ENTRIES} ${name}`, `${entries.length}`);
  return entries;
}

/** A 64-bit number, which JSON of protobuf writes as a text. */
function numberOf(value: JsonValue, name: string): number {
  const text = textOf(value, name);
  const number = text === undefined ? undefined : parseTreeSize(text);
  if (number === undefined) throw malformed(`a decimal text below 2^53 as ${name}`, quote(text ?? "none"));
  return number;
}

function bytesOf(value: JsonValue | undefined, ...names: readonly string[]): Uint8Array {
  return decode(names.join("."), memberAt(value, ...names));
}

function decode(name: string, value: JsonValue | undefined): Uint8Array {
  const bytes = typeof value === "string" ? parseBase64(value) : undefined;
  if (bytes === undefined || bytes.length === 0) {
    throw malformed(`base64 as ${name}`, typeof value === "string" ? quote(value) : "none");
  }
  return bytes;
}

function malformed(expected: string, found: string): Problem {
  return new Problem("refused", "sigstore-malformed", `Sigstore bundle: expected ${expected}, got ${found}`, {
    expected,
    found,
  });
}
