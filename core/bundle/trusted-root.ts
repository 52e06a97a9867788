/**
 * `data/keys/trusted_root.json`: the log's keys with their validity, as a Sigstore TrustedRoot (protobuf-specs, trustroot
 * v1). It is a claim of the bundle: it shows which key to ask for and narrows when a key may sign, and is never a reason to
 * trust one.
 */
import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { concatBytes, equalBytes } from "../encoding/bytes.ts";
import { memberOf } from "../encoding/json-value.ts";
import { parseStrictJson, type JsonValue } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type Hash } from "../model/digest.ts";
import { ED25519_KEY_BYTES, ed25519SubjectPublicKeyInfo } from "../signing/ed25519.ts";
import { ED25519_TYPE, isKeyName, verifierKey, type VerifierKey } from "../signing/verifier-key.ts";
import { Problem } from "../model/problem.ts";

const MEDIA_TYPE = "application/vnd.dev.sigstore.trustedroot+json;version=0.1";
const HASH_ALGORITHM = "SHA2_256";
/** A bundle has one log key, and one more for each rotation. */
const MAX_KEYS = 100;

/** A key of the log and when it signs, RFC 3339. Both ends belong to the validity; one that is not stated is open. */
export interface StatedKey {
  readonly key: VerifierKey;
  readonly start?: string;
  readonly end?: string;
  /** The hash of the log's tree, where one is stated that is not SHA-256. */
  readonly otherAlgorithm?: string;
}

/** The file that states the log's Ed25519 keys. */
export function formatTrustedRoot(hash: Hash, keys: readonly StatedKey[]): Uint8Array {
  const root = {
    mediaType: MEDIA_TYPE,
    tlogs: keys.map(({ key, start, end }) => {
      const spki = ed25519SubjectPublicKeyInfo(key.publicKey);
      const validFor = { ...(start !== undefined && { start }), ...(end !== undefined && { end }) };
      return {
        baseUrl: key.name,
        hashAlgorithm: HASH_ALGORITHM,
        publicKey: { rawBytes: formatBase64(spki), keyDetails: "PKIX_ED25519", validFor },
        logId: { keyId: formatBase64(hash(spki)) },
      };
    }),
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: [],
  };
  return encodeUtf8(`${JSON.stringify(root, null, 2)}\n`);
}

/** The Ed25519 log keys that a bundle states; empty when the file is unreadable or states none that we accept. */
export function parseTrustedRoot(hash: Hash, bytes: Uint8Array): readonly StatedKey[] {
  const tlogs = memberOf(parseStrictJson(bytes).value, "tlogs");
  if (!Array.isArray(tlogs)) return [];
  return (tlogs as readonly JsonValue[]) // Array.isArray does not narrow a readonly array type
    .slice(0, MAX_KEYS)
    .map((tlog) => statedKeyOf(hash, tlog))
    .filter((stated) => stated !== undefined);
}

function statedKeyOf(hash: Hash, tlog: JsonValue): StatedKey | undefined {
  const key = keyOf(hash, tlog);
  const validFor = memberOf(memberOf(tlog, "publicKey"), "validFor");
  if (key === undefined) return undefined;
  const [start, end] = [memberOf(validFor, "start"), memberOf(validFor, "end")];
  // Of a key whose validity cannot be read nothing tells when it may sign.
  if (![start, end].every((time) => time === undefined || typeof time === "string")) return undefined;
  const algorithm = memberOf(tlog, "hashAlgorithm");
  return {
    key,
    ...(typeof start === "string" && { start }),
    ...(typeof end === "string" && { end }),
    ...(algorithm !== undefined &&
      algorithm !== HASH_ALGORITHM && {
        otherAlgorithm: typeof algorithm === "string" ? algorithm : "none",
      }),
  };
}

function keyOf(hash: Hash, tlog: JsonValue): VerifierKey | undefined {
  const name = memberOf(tlog, "baseUrl");
  const rawBytes = memberOf(memberOf(tlog, "publicKey"), "rawBytes");
  const spki = typeof rawBytes === "string" ? parseBase64(rawBytes) : undefined;
  if (typeof name !== "string" || !isKeyName(name) || spki === undefined) return undefined;
  const publicKey = spki.slice(-ED25519_KEY_BYTES);
  if (publicKey.length !== ED25519_KEY_BYTES || !equalBytes(ed25519SubjectPublicKeyInfo(publicKey), spki))
    return undefined;
  try {
    return verifierKey(hash, name, ED25519_TYPE, concatBytes(publicKey));
  } catch (error) {
    // A weak key of the bundle is no key of ours; the checkpoint then is signed by an unknown one.
    if (error instanceof Problem) return undefined;
    throw error;
  }
}
