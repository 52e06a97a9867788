/**
 * Whom an examiner trusts for Sigstore bundles: a TrustedRoot (protobuf-specs, `trusted_root.json`) that the examiner holds.
 *
 *     {"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1",
 *      "tlogs":[{"baseUrl":"https://rekor.example","publicKey":{"rawBytes":"MFkw…","validFor":{"start":"2021-01-12T11:53:27Z"}},
 *                "logId":{"keyId":"wNI9…"}}],
 *      "certificateAuthorities":[{"certChain":{"certificates":[{"rawBytes":"MIIC…"}]},"validFor":{"start":"…"}}],
 *      "ctlogs":[…as tlogs…],"timestampAuthorities":[…as certificateAuthorities…]}
 */
import { Certificate as X509 } from "pkijs";

import { parseBase64 } from "../encoding/base64.ts";
import { formatHex } from "../encoding/bytes.ts";
import { listOf, memberAt, memberOf, textOf } from "../encoding/json-value.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { Problem, quote } from "../model/problem.ts";
import { parseInstant, toMillisLossy } from "../model/time.ts";
import { parsePublicKey, type PublicKey } from "./public-key.ts";

export interface SigstoreRoot {
  /** Of signatures (Rekor). */
  readonly logs: readonly TrustedLog[];
  /** Of certificates (certificate transparency). */
  readonly certificateLogs: readonly TrustedLog[];
  readonly certificateAuthorities: readonly TrustedAuthority[];
  readonly timeAuthorities: readonly TrustedAuthority[];
}

export interface TrustedLog {
  readonly name: string;
  readonly key: PublicKey;
  /** Hex: SHA-256 of the key or, for logs of tiles, the id of signed notes, of which notes hold four bytes. */
  readonly logId: string;
  readonly validity: Validity;
}

export interface TrustedAuthority {
  /** Leaf first, root last; at least one. */
  readonly certificates: readonly X509[];
  readonly validity: Validity;
}

/** Milliseconds since 1970; both ends belong to it. */
export interface Validity {
  readonly startMs: number;
  /** Infinity while it has no end. */
  readonly endMs: number;
}

const MEDIA_TYPE = /^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=0\.1|\.v0\.2\+json)$/;
const MAX_ROOT_BYTES = 1024 * 1024;
/** A decade of rotations fits. */
const MAX_ENTRIES = 100;

export function isValidAt({ startMs, endMs }: Validity, timeMs: number): boolean {
  return startMs <= timeMs && timeMs <= endMs;
}

/** Reads a TrustedRoot. Throws `trusted-root-malformed`, and as keys are read (refused). */
export function parseSigstoreRoot(bytes: Uint8Array): SigstoreRoot {
  if (bytes.length > MAX_ROOT_BYTES) throw malformed(`at most ${MAX_ROOT_BYTES} bytes`, `${bytes.length} bytes`);
  const { value, problems } = parseStrictJson(bytes);
  const [problem] = problems;
  if (problem !== undefined) throw malformed("unambiguous JSON", problem.message);
  const mediaType = textOf(value, "mediaType");
  if (mediaType === undefined || !MEDIA_TYPE.test(mediaType)) {
    throw malformed("the media type of a Sigstore trusted root", quote(mediaType ?? "none"));
  }
  return {
    logs: entriesOf(value, "tlogs").map((entry) => trustedLog(entry)),
    certificateLogs: entriesOf(value, "ctlogs").map((entry) => trustedLog(entry)),
    certificateAuthorities: entriesOf(value, "certificateAuthorities").map((entry) => trustedAuthority(entry)),
    timeAuthorities: entriesOf(value, "timestampAuthorities").map((entry) => trustedAuthority(entry)),
  };
}

function entriesOf(value: JsonValue | undefined, name: string): readonly JsonValue[] {
  const entries = listOf(value, name);
  if (entries.length > MAX_ENTRIES) throw malformed(`at most ${MAX_ENTRIES} ${name}`, `${entries.length}`);
  return entries;
}

function trustedLog(entry: JsonValue): TrustedLog {
  const hashAlgorithm = textOf(entry, "hashAlgorithm");
  if (hashAlgorithm !== "SHA2_256") throw malformed("logs that hash with SHA2_256", quote(hashAlgorithm ?? "none"));
  return {
    name: textOf(entry, "baseUrl") ?? "",
    key: parsePublicKey(bytesOf(entry, "publicKey", "rawBytes")),
    logId: formatHex(bytesOf(entry, "logId", "keyId")),
    validity: validityOf(memberAt(entry, "publicKey", "validFor")),
  };
}

function trustedAuthority(entry: JsonValue): TrustedAuthority {
  const chain = listOf(entry, "certChain", "certificates");
  if (chain.length === 0) throw malformed("certificates of an authority", "none");
  return {
    certificates: chain.map((certificate) => certificateOf(bytesOf(certificate, "rawBytes"))),
    validity: validityOf(memberOf(entry, "validFor")),
  };
}

function certificateOf(der: Uint8Array): X509 {
  try {
    return X509.fromBER(new Uint8Array(der));
  } catch (cause) {
    throw malformed("X.509 certificates in DER", "other bytes", cause);
  }
}

function validityOf(value: JsonValue | undefined): Validity {
  const start = timeOf(textOf(value, "start"));
  const end = memberOf(value, "end") === undefined ? Infinity : timeOf(textOf(value, "end"));
  if (start === undefined || end === undefined) throw malformed("a validity with a start", "none that is readable");
  return { startMs: start, endMs: end };
}

function timeOf(text: string | undefined): number | undefined {
  const time = text === undefined ? undefined : parseInstant(text);
  return time === undefined ? undefined : toMillisLossy(time);
}

function bytesOf(value: JsonValue, ...names: readonly string[]): Uint8Array {
  const text = textOf(value, ...names);
  const bytes = text === undefined ? undefined : parseBase64(text);
  if (bytes === undefined || bytes.length === 0) throw malformed(`base64 as ${names.join(".")}`, quote(text ?? "none"));
  return bytes;
}

function malformed(expected: string, found: string, cause?: unknown): Problem {
  const message = `trusted root: expected ${expected}, got ${found}`;
  return new Problem("refused", "trusted-root-malformed", message, { expected, found }, { cause });
}
