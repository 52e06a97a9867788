/**
 * Signed certificate timestamps (RFC 6962 §3.2, §3.3) that an authority put into a certificate: that a log of certificates
 * promised to show it. What the log signed is the certificate without these timestamps, and the digest of its issuer's key.
 */
import { concatBytes, formatHex, formatUint64, readUint64 } from "../encoding/bytes.ts";
import { type Hash } from "../model/digest.ts";
import { extensionValue, withoutExtension } from "./certificate-extensions.ts";
import { OCTET_STRING } from "./der.ts";
import { readDer } from "./der-reader.ts";
import { usualSchemes, verifiesBy, type SignaturePlatform } from "./public-key.ts";
import { isValidAt, type TrustedLog } from "./sigstore-root.ts";

export type CertificateTimestampResult =
  | { readonly kind: "valid"; readonly log: TrustedLog; readonly timeMs: number }
  | { readonly kind: "none" | "unknown-log" | "invalid" };

const EMBEDDED_TIMESTAMPS = "1.3.6.1.4.1.11129.2.4.2";
const VERSION_1 = 0;
const CERTIFICATE_TIMESTAMP = 0;
const PRECERTIFICATE = Uint8Array.of(0, 1);
/** RFC 5246 §7.4.1.4.1: SHA-256, with RSA or ECDSA. */
const SHA256 = 4;
const LOG_ID_BYTES = 32;

interface Timestamp {
  readonly logId: string;
  readonly timestamp: bigint;
  /** With its two bytes of length. */
  readonly extensions: Uint8Array;
  readonly hashAlgorithm: number;
  readonly signature: Uint8Array;
}

/** Judges the timestamps in a certificate (DER); one by a trusted log is enough. `issuerKey` is a SubjectPublicKeyInfo. */
export async function verifyCertificateTimestamps(
  hash: Hash,
  platform: SignaturePlatform,
  certificate: Uint8Array,
  issuerKey: Uint8Array,
  logs: readonly TrustedLog[],
): Promise<CertificateTimestampResult> {
  const value = extensionValue(certificate, EMBEDDED_TIMESTAMPS);
  const rest = withoutExtension(certificate, EMBEDDED_TIMESTAMPS);
  if (value === undefined || rest === undefined) return { kind: "none" };
  const timestamps = parseTimestamps(value);
  if (timestamps === undefined) return { kind: "invalid" };
  let kind: "unknown-log" | "invalid" = "unknown-log";
  for (const timestamp of timestamps) {
    const log = logs.find(({ logId }) => logId === timestamp.logId);
    if (log === undefined) continue;
    kind = "invalid";
    const timeMs = Number(timestamp.timestamp);
    const signed = concatBytes(
      Uint8Array.of(VERSION_1, CERTIFICATE_TIMESTAMP),
      formatUint64(timestamp.timestamp),
      PRECERTIFICATE,
      hash(issuerKey),
      withLength(rest, 3),
      timestamp.extensions,
    );
    const isSigned =
      timestamp.hashAlgorithm === SHA256 &&
      (await verifiesBy(platform, log.key, usualSchemes(log.key), timestamp.signature, signed));
    if (isSigned && isValidAt(log.validity, timeMs)) return { kind: "valid", log, timeMs };
  }
  return { kind };
}

/** RFC 6962 §3.3: a list of timestamps, each and all after two bytes of length. */
function parseTimestamps(value: Uint8Array): readonly Timestamp[] | undefined {
  const list = readDer(value);
  const all = list?.tag === OCTET_STRING ? vectorAt(list.content, 0) : undefined;
  if (all?.end !== list?.content.length || all === undefined) return undefined;
  const timestamps: Timestamp[] = [];
  for (let offset = 0; offset < all.content.length;) {
    const entry = vectorAt(all.content, offset);
    const timestamp = entry && parseTimestamp(entry.content);
    if (entry === undefined || timestamp === undefined) return undefined;
    timestamps.push(timestamp);
    offset = entry.end;
  }
  return timestamps;
}

function parseTimestamp(bytes: Uint8Array): Timestamp | undefined {
  const timeAt = 1 + LOG_ID_BYTES;
  const extensionsAt = timeAt + 8;
  const extensions = vectorAt(bytes, extensionsAt);
  const signature = extensions && vectorAt(bytes, extensions.end + 2);
  if (bytes[0] !== VERSION_1 || extensions === undefined || signature?.end !== bytes.length) return undefined;
  return {
    logId: formatHex(bytes.subarray(1, timeAt)),
    timestamp: readUint64(bytes, timeAt),
    extensions: bytes.subarray(extensionsAt, extensions.end),
    hashAlgorithm: bytes[extensions.end] ?? 0,
    signature: signature.content,
  };
}

function vectorAt(
  bytes: Uint8Array,
  offset: number,
): { readonly content: Uint8Array; readonly end: number } | undefined {
  const [high, low] = bytes.subarray(offset, offset + 2);
  if (high === undefined || low === undefined) return undefined;
  const start = offset + 2;
  const end = start + high * 256 + low;
  return end <= bytes.length ? { content: bytes.subarray(start, end), end } : undefined;
}

function withLength(bytes: Uint8Array, lengthBytes: number): Uint8Array {
  return concatBytes(formatUint64(BigInt(bytes.length)).subarray(8 - lengthBytes), bytes);
}
