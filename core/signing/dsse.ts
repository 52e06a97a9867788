/**
 * DSSE envelopes (secure-systems-lab/dsse, protocol.md v1.0.2): a signature over exact payload bytes and their declared type.
 *
 *     {"payloadType":"application/vnd.in-toto+json","payload":"eyJ9…","signatures":[{"keyid":"de20ee95","sig":"q0k…"}]}
 *
 * What is signed is PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body, so nothing is parsed before it is
 * verified. `keyid` is a hint that nobody signs: keys are tried, never looked up by it. After verification only the payload
 * bytes of the parsed envelope are used.
 */

import { Problem, quote } from "../model/problem.ts";
import { formatBase64, parseBase64Either } from "../encoding/base64.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { memberOf } from "../encoding/json-value.ts";
import { type JsonValue, parseStrictJson } from "../encoding/strict-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type Ed25519Verify, signEd25519, verifyEd25519 } from "./ed25519.ts";
import { type SigningKey } from "./signing-key.ts";
import { ED25519_TYPE, type VerifierKey } from "./verifier-key.ts";

export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly EnvelopeSignature[];
}

export interface EnvelopeSignature {
  /** An unauthenticated hint; undefined when it is not given. */
  readonly keyId: string | undefined;
  readonly signature: Uint8Array;
}

/** A statement lists one subject and one segment per file: a hundred thousand fit. */
export const MAX_ENVELOPE_BYTES = 64 * 1024 * 1024;

const MAX_ENVELOPE_SIGNATURES = 100;

/** PAE(type, body): the bytes that are signed. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const type = encodeUtf8(payloadType);
  return concatBytes(encodeUtf8(`DSSEv1 ${type.length} `), type, encodeUtf8(` ${payload.length} `), payload);
}

/** An envelope signed by log keys. Other kinds of key sign {@link preAuthEncoding} themselves. */
export function signEnvelope(payloadType: string, payload: Uint8Array, keys: readonly SigningKey[]): Envelope {
  const message = preAuthEncoding(payloadType, payload);
  const signatures = keys.map(({ verifier, seed }) => ({ keyId: verifier.id, signature: signEd25519(seed, message) }));
  return { payloadType, payload, signatures };
}

/** What known keys say of an envelope. */
export interface EnvelopeVerification {
  /** Known keys that signed it, each once. */
  readonly verifiedBy: readonly VerifierKey[];
  /** Signatures that verify under no known key: by others, or damaged; the two cannot be told apart. */
  readonly unverified: readonly EnvelopeSignature[];
}

/** Tries every known note key (type 0x01) on every signature. */
export function verifyEnvelope(
  native: Ed25519Verify,
  envelope: Envelope,
  keys: readonly VerifierKey[],
): EnvelopeVerification {
  const message = preAuthEncoding(envelope.payloadType, envelope.payload);
  const verifiedBy = new Set<VerifierKey>();
  const unverified: EnvelopeSignature[] = [];
  for (const signature of envelope.signatures) {
    const key = keys.find(
      ({ type, publicKey }) =>
        type === ED25519_TYPE && verifyEd25519(native, signature.signature, message, publicKey) === "valid",
    );
    if (key === undefined) unverified.push(signature);
    else verifiedBy.add(key);
  }
  return { verifiedBy: [...verifiedBy], unverified };
}

/**
 * Reads an envelope: JSON without duplicate names, base64 in either alphabet as the standard asks of readers, members that
 * we do not know ignored. Throws `envelope-malformed`.
 */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length > MAX_ENVELOPE_BYTES)
    throw malformed(`at most ${MAX_ENVELOPE_BYTES} bytes`, `${bytes.length} bytes`);
  const { value, problems } = parseStrictJson(bytes);
  const [problem] = problems;
  if (problem !== undefined) throw malformed("unambiguous JSON", problem.message, problem.offset);
  return envelopeOf(value);
}

/** The envelope that a JSON document is, or that one holds. Throws `envelope-malformed`. */
export function envelopeOf(value: JsonValue | undefined): Envelope {
  const payloadType = memberOf(value, "payloadType");
  if (typeof payloadType !== "string" || payloadType === "") throw malformed("a payloadType", "none");
  const signatures = memberOf(value, "signatures");
  if (!Array.isArray(signatures) || signatures.length === 0) throw malformed("signatures", "none");
  if (signatures.length > MAX_ENVELOPE_SIGNATURES) {
    throw malformed(`at most ${MAX_ENVELOPE_SIGNATURES} signatures`, `${signatures.length}`);
  }
  return {
    payloadType,
    payload: parseMember(value, "payload"),
    signatures: signatures.map((entry: JsonValue) => {
      const keyId = memberOf(entry, "keyid");
      if (keyId !== undefined && typeof keyId !== "string") throw malformed("a keyid that is a string", typeof keyId);
      return { keyId, signature: parseMember(entry, "sig") };
    }),
  };
}

/** The bytes of an envelope as we write it: fixed order of members, standard base64, one line with a line feed. */
export function formatEnvelope(envelope: Envelope): Uint8Array<ArrayBuffer> {
  const document = {
    payloadType: envelope.payloadType,
    payload: formatBase64(envelope.payload),
    signatures: envelope.signatures.map(({ keyId, signature }) => ({
      ...(keyId === undefined ? {} : { keyid: keyId }),
      sig: formatBase64(signature),
    })),
  };
  return encodeUtf8(`${JSON.stringify(document)}\n`);
}

function parseMember(value: JsonValue | undefined, name: string): Uint8Array {
  const text = memberOf(value, name);
  const bytes = typeof text === "string" ? parseBase64Either(text) : undefined;
  if (bytes === undefined) throw malformed(`${name} in base64`, typeof text === "string" ? quote(text) : typeof text);
  return bytes;
}

function malformed(expected: string, found: string, offset?: number): Problem {
  const message = `envelope: expected ${expected}, got ${found}`;
  return new Problem("refused", "envelope-malformed", message, {
    expected,
    found,
    ...(offset === undefined ? {} : { offset }),
  });
}
