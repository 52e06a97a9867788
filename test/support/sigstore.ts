import { platformHash } from "../../core/bundle/platform-crypto.ts";
import { formatBase64 } from "../../core/encoding/base64.ts";
import { concatBytes, formatHex, formatUint64 } from "../../core/encoding/bytes.ts";
import { canonicalJsonBytes } from "../../core/encoding/canonical-json.ts";
import { encodeUtf8 } from "../../core/encoding/utf8.ts";
import { leafHash, nodeHash } from "../../core/merkle/hash.ts";
import { formatCheckpoint } from "../../core/signing/checkpoint.ts";
import {
  BIT_STRING,
  der,
  derInteger,
  derObjectIdentifier,
  derOctets,
  OCTET_STRING,
  SEQUENCE,
} from "../../core/signing/der.ts";
import { derTime } from "../../core/signing/der-time.ts";
import { preAuthEncoding } from "../../core/signing/dsse.ts";
import { exportEcdsaPublicKey, generateEcdsaKey, signEcdsa } from "../../core/signing/ecdsa.ts";
import { formatPem } from "../../core/signing/pem.ts";

const ECDSA_WITH_SHA256 = der(SEQUENCE, derObjectIdentifier("1.2.840.10045.4.3.2"));
const ORIGIN = "log.example";
const TRUE = der(0x01, Uint8Array.of(0xff));

export const IDENTITY = { subject: "export@example.com", issuer: "https://issuer.example" };

interface Pair {
  readonly keys: CryptoKeyPair;
  readonly spki: Uint8Array;
}

/** What departs from a good bundle. */
export interface BundleOptions {
  /** Milliseconds since 1970 that the log states. */
  readonly loggedAt?: number;
  readonly purpose?: string;
  readonly withoutTimestamp?: boolean;
  readonly envelope?: { readonly payloadType: string; readonly payload: Uint8Array };
  /** The version of the log: 2 states no time. */
  readonly log?: 1 | 2;
  readonly stamps?: readonly Uint8Array[];
}

/** A bundle before it is written as JSON; its members are those of the format. */
export interface BundleDocument {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string };
    publicKey?: { hint: string };
    tlogEntries: EntryDocument[];
    timestampVerificationData?: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  messageSignature?: { messageDigest: { algorithm: string; digest: string }; signature: string };
  dsseEnvelope?: { payload: string; payloadType: string; signatures: { sig: string }[] };
}

interface EntryDocument {
  logIndex: string;
  logId: { keyId: string };
  kindVersion: { kind: string; version: string };
  integratedTime?: string;
  inclusionPromise?: { signedEntryTimestamp: string };
  inclusionProof?: {
    logIndex: string;
    rootHash: string;
    treeSize: string;
    hashes: string[];
    checkpoint: { envelope: string };
  };
  canonicalizedBody: string;
}

/** A Sigstore of this machine: an authority, a log of certificates and a log of signatures, all with ECDSA P-256. */
export class SigstoreForTests {
  private readonly authority: Pair;
  private readonly certificateLog: Pair;
  private readonly log: Pair;
  readonly signer: Pair;

  /** When everything is signed, milliseconds since 1970: the certificate is valid from it for ten minutes. */
  readonly signedAt: number;

  private constructor(signedAt: number, authority: Pair, certificateLog: Pair, log: Pair, signer: Pair) {
    this.signedAt = signedAt;
    this.authority = authority;
    this.certificateLog = certificateLog;
    this.log = log;
    this.signer = signer;
  }

  static async create(signedAt = Date.UTC(2026, 0, 2, 3, 4, 5)): Promise<SigstoreForTests> {
    return new SigstoreForTests(signedAt, await pair(), await pair(), await pair(), await pair());
  }

  /** The trusted root, before it is written as JSON. */
  async root(timeAuthority?: readonly Uint8Array[]): Promise<Record<string, unknown>> {
    const validFor = { start: "2025-01-01T00:00:00Z" };
    const logOf = (name: string, { spki }: Pair) => ({
      baseUrl: `https://${name}`,
      hashAlgorithm: "SHA2_256",
      publicKey: { rawBytes: formatBase64(spki), keyDetails: "PKIX_ECDSA_P256_SHA_256", validFor },
      logId: { keyId: formatBase64(platformHash(spki)) },
    });
    const chainOf = (certificates: readonly Uint8Array[]) => ({
      certChain: { certificates: certificates.map((bytes) => ({ rawBytes: formatBase64(bytes) })) },
      validFor,
    });
    return {
      mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
      tlogs: [logOf(ORIGIN, this.log)],
      certificateAuthorities: [chainOf([await this.authorityCertificate()])],
      ctlogs: [logOf("ct.example", this.certificateLog)],
      timestampAuthorities: timeAuthority === undefined ? [] : [chainOf(timeAuthority)],
    };
  }

  /** A bundle over a file, or with an envelope. */
  async bundle(file: Uint8Array, options: BundleOptions = {}): Promise<BundleDocument> {
    const { envelope } = options;
    const certificate = await this.signerCertificate(options);
    const message = envelope === undefined ? file : preAuthEncoding(envelope.payloadType, envelope.payload);
    const signature = formatBase64(await signEcdsa(crypto, this.signer.keys.privateKey, message));
    const verifier = {
      x509Certificate: { rawBytes: formatBase64(certificate) },
      keyDetails: "PKIX_ECDSA_P256_SHA_256",
    };
    const pem = formatBase64(encodeUtf8(formatPem("CERTIFICATE", certificate)));
    const digest = platformHash(envelope === undefined ? file : envelope.payload);
    const body = bodyOf(envelope !== undefined, options.log ?? 1, { digest, signature, verifier, pem });
    return {
      mediaType: "application/vnd.dev.sigstore.bundle.v0.3+json",
      verificationMaterial: {
        certificate: { rawBytes: formatBase64(certificate) },
        tlogEntries: [await this.entry(body, options)],
        ...(options.stamps && {
          timestampVerificationData: {
            rfc3161Timestamps: options.stamps.map((stamp) => ({ signedTimestamp: formatBase64(stamp) })),
          },
        }),
      },
      ...(envelope === undefined
        ? { messageSignature: { messageDigest: { algorithm: "SHA2_256", digest: formatBase64(digest) }, signature } }
        : {
            dsseEnvelope: {
              payload: formatBase64(envelope.payload),
              payloadType: envelope.payloadType,
              signatures: [{ sig: signature }],
            },
          }),
    };
  }

  /** The third of three entries, so that its proof has a hash. */
  private async entry(
    { kind, version, body }: ReturnType<typeof bodyOf>,
    { loggedAt = this.signedAt + 1_000, log = 1 }: BundleOptions,
  ): Promise<EntryDocument> {
    const [first, second] = ["first", "second"].map((text) => leafHash(platformHash, encodeUtf8(text)));
    const before = nodeHash(platformHash, first ?? new Uint8Array(), second ?? new Uint8Array());
    const root = nodeHash(platformHash, before, leafHash(platformHash, body));
    const text = formatCheckpoint({ origin: ORIGIN, size: 3, root, extensions: [] });
    const logId = platformHash(this.log.spki);
    const line = concatBytes(logId.subarray(0, 4), await signEcdsa(crypto, this.log.keys.privateKey, encodeUtf8(text)));
    const integratedTime = loggedAt / 1_000;
    const promised = { body: formatBase64(body), integratedTime, logID: formatHex(logId), logIndex: 102 };
    const promise = await signEcdsa(crypto, this.log.keys.privateKey, canonicalJsonBytes(promised));
    return {
      logIndex: log === 1 ? "102" : "2",
      logId: { keyId: formatBase64(logId) },
      kindVersion: { kind, version },
      ...(log === 1 && {
        integratedTime: `${integratedTime}`,
        inclusionPromise: { signedEntryTimestamp: formatBase64(promise) },
      }),
      inclusionProof: {
        logIndex: "2",
        rootHash: formatBase64(root),
        treeSize: "3",
        hashes: [formatBase64(before)],
        checkpoint: { envelope: `${text}\n— ${ORIGIN} ${formatBase64(line)}\n` },
      },
      canonicalizedBody: formatBase64(body),
    };
  }

  private authorityCertificate(): Promise<Uint8Array> {
    const extensions = [
      extension("2.5.29.19", der(SEQUENCE, TRUE), true),
      extension("2.5.29.15", der(BIT_STRING, Uint8Array.of(2, 0x04)), true),
    ];
    const validity = der(SEQUENCE, derTime(Date.UTC(2025, 0, 1)), derTime(Date.UTC(2035, 0, 1)));
    return this.issue(tbs(AUTHORITY, validity, this.authority.spki, extensions));
  }

  private async signerCertificate({ purpose, withoutTimestamp }: BundleOptions): Promise<Uint8Array> {
    const validity = der(SEQUENCE, derTime(this.signedAt), derTime(this.signedAt + 600_000));
    const extensions = [
      extension("2.5.29.37", der(SEQUENCE, derObjectIdentifier(purpose ?? "1.3.6.1.5.5.7.3.3"))),
      extension("2.5.29.17", der(SEQUENCE, der(0x81, encodeUtf8(IDENTITY.subject))), true),
      extension("1.3.6.1.4.1.57264.1.8", der(0x0c, encodeUtf8(IDENTITY.issuer))),
    ];
    const unlogged = tbs(der(SEQUENCE), validity, this.signer.spki, extensions);
    if (withoutTimestamp === true) return this.issue(unlogged);
    const list = await this.certificateTimestamps(unlogged);
    const logged = [...extensions, extension("1.3.6.1.4.1.11129.2.4.2", der(OCTET_STRING, list))];
    return this.issue(tbs(der(SEQUENCE), validity, this.signer.spki, logged));
  }

  /** RFC 6962 §3.2 and §3.3, one timestamp. */
  private async certificateTimestamps(certificate: Uint8Array): Promise<Uint8Array> {
    const time = formatUint64(BigInt(this.signedAt));
    const signed = concatBytes(
      Uint8Array.of(0, 0),
      time,
      Uint8Array.of(0, 1),
      platformHash(this.authority.spki),
      Uint8Array.of(0),
      vector(certificate),
      Uint8Array.of(0, 0),
    );
    const signature = await signEcdsa(crypto, this.certificateLog.keys.privateKey, signed);
    const logId = platformHash(this.certificateLog.spki);
    const timestamp = concatBytes(Uint8Array.of(0), logId, time, Uint8Array.of(0, 0, 4, 3), vector(signature));
    return vector(vector(timestamp));
  }

  private async issue(unsigned: Uint8Array): Promise<Uint8Array> {
    const signature = await signEcdsa(crypto, this.authority.keys.privateKey, unsigned);
    return der(SEQUENCE, unsigned, ECDSA_WITH_SHA256, der(BIT_STRING, Uint8Array.of(0), signature));
  }
}

const AUTHORITY = der(
  SEQUENCE,
  der(0x31, der(SEQUENCE, derObjectIdentifier("2.5.4.3"), der(0x0c, encodeUtf8("Test Authority")))),
);

async function pair(): Promise<Pair> {
  const keys = await generateEcdsaKey(crypto, false);
  return { keys, spki: await exportEcdsaPublicKey(crypto, keys.publicKey) };
}

function tbs(
  subject: Uint8Array,
  validity: Uint8Array,
  spki: Uint8Array,
  extensions: readonly Uint8Array[],
): Uint8Array {
  return der(
    SEQUENCE,
    der(0xa0, derInteger(2)),
    derInteger(7),
    ECDSA_WITH_SHA256,
    AUTHORITY,
    validity,
    subject,
    spki,
    der(0xa3, der(SEQUENCE, ...extensions)),
  );
}

function extension(type: string, value: Uint8Array, isCritical = false): Uint8Array {
  return der(SEQUENCE, derObjectIdentifier(type), ...(isCritical ? [TRUE] : []), derOctets(value));
}

/** Two bytes of length before the content. */
function vector(content: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(content.length >> 8, content.length & 255), content);
}

/** The entry of a log of either version about a signature over a file or an envelope. */
function bodyOf(
  isEnvelope: boolean,
  log: 1 | 2,
  facts: { digest: Uint8Array; signature: string; verifier: unknown; pem: string },
): { readonly kind: string; readonly version: string; readonly body: Uint8Array } {
  const { digest, signature, verifier, pem } = facts;
  const hex = { algorithm: "sha256", value: formatHex(digest) };
  const base64 = { algorithm: "SHA2_256", digest: formatBase64(digest) };
  const kind = isEnvelope ? "dsse" : "hashedrekord";
  const version = log === 1 ? "0.0.1" : "0.0.2";
  const specs = {
    "hashedrekord 0.0.1": { data: { hash: hex }, signature: { content: signature, publicKey: { content: pem } } },
    "hashedrekord 0.0.2": { hashedRekordV002: { data: base64, signature: { content: signature, verifier } } },
    "dsse 0.0.1": { envelopeHash: hex, payloadHash: hex, signatures: [{ signature, verifier: pem }] },
    "dsse 0.0.2": { dsseV002: { payloadHash: base64, signatures: [{ content: signature, verifier }] } },
  };
  return { kind, version, body: canonicalJsonBytes({ apiVersion: version, kind, spec: specs[`${kind} ${version}`] }) };
}
