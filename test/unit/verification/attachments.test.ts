import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { platformEd25519Verify, platformHash } from "../../../core/bundle/platform-crypto.ts";
import { formatBase64, formatBase64Url } from "../../../core/encoding/base64.ts";
import { concatBytes, formatHex } from "../../../core/encoding/bytes.ts";
import { parseStrictJson } from "../../../core/encoding/strict-json.ts";
import { encodeUtf8 } from "../../../core/encoding/utf8.ts";
import { type AttachmentResult } from "../../../core/model/attachment.ts";
import { Problem } from "../../../core/model/problem.ts";
import { preAuthEncoding } from "../../../core/signing/dsse.ts";
import { parseKeyFile } from "../../../core/signing/key-file.ts";
import { parsePemBlocks } from "../../../core/signing/pem.ts";
import { parseSigstoreRoot } from "../../../core/signing/sigstore-root.ts";
import { verifyAttachment } from "../../../core/verification/attachment.ts";
import { type AttachmentMeans } from "../../../core/verification/attachment-means.ts";
import { type BundleDocument, type BundleOptions, IDENTITY, SigstoreForTests } from "../../support/sigstore.ts";
import { hasOpenssl, TimeAuthorityForTests } from "../../support/time-authority.ts";

const file = { name: "export.jsonl", content: encodeUtf8('{"time":"2026-01-02T03:04:05Z","action":"login"}\n') };
const otherFile = { ...file, content: encodeUtf8('{"time":"2026-01-02T03:04:05Z","action":"logout"}\n') };
const statement = encodeUtf8(
  JSON.stringify({
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "export.jsonl", digest: { sha256: formatHex(platformHash(file.content)) } }],
    predicateType: "https://example.com/export/v1",
    predicate: {},
  }),
);
const IN_TOTO = "application/vnd.in-toto+json";

const bare: AttachmentMeans = {
  hash: platformHash,
  crypto,
  ed25519: platformEd25519Verify,
  keys: [],
  root: undefined,
  identity: undefined,
};

function bytesOf(document: unknown): Uint8Array {
  return encodeUtf8(typeof document === "string" ? document : JSON.stringify(document));
}

function meansWith(...documents: readonly unknown[]): AttachmentMeans {
  const keys = documents.flatMap((document) => parseKeyFile(platformHash, bytesOf(document)));
  return { ...bare, keys: keys.map((key) => ({ ...key, name: key.keyId ?? "given" })) };
}

const codesOf = ({ verdict, findings }: AttachmentResult): readonly string[] => [
  verdict,
  ...findings.map(({ code }) => code),
];

async function refusalOf(attachment: Uint8Array, means: AttachmentMeans): Promise<string> {
  try {
    return codesOf(await verifyAttachment(attachment, file, means)).join(" ");
  } catch (error) {
    if (error instanceof Problem) return `${error.kind} ${error.code}`;
    throw error;
  }
}

/** The verdicts that appear when each byte of an attachment is changed in turn. */
async function verdictsOfFlips(
  attachment: Uint8Array,
  means: AttachmentMeans,
  step = 1,
): Promise<readonly (readonly [number, string])[]> {
  const accepted: (readonly [number, string])[] = [];
  for (let offset = 0; offset < attachment.length; offset += step) {
    const flipped = Uint8Array.from(attachment);
    flipped[offset] = (flipped[offset] ?? 0) ^ 1;
    const found = await refusalOf(flipped, means);
    if (found === "verified") accepted.push([offset, String.fromCharCode(flipped[offset] ?? 0)]);
  }
  return accepted;
}

interface Pair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const pairs = {
  EdDSA: generateKeyPairSync("ed25519"),
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  ES384: generateKeyPairSync("ec", { namedCurve: "P-384" }),
  RS256: generateKeyPairSync("rsa", { modulusLength: 2_048 }),
} as const;
const rsa = pairs.RS256;

function jwkOf({ publicKey }: Pair, members: Record<string, unknown> = {}): Record<string, unknown> {
  return { ...publicKey.export({ format: "jwk" }), ...members };
}

function signJws(algorithm: string, { privateKey }: Pair, message: Uint8Array): Buffer {
  const digest = algorithm === "EdDSA" ? null : `sha${algorithm.slice(2)}`;
  const padding = algorithm.startsWith("PS") ? { padding: 6, saltLength: 32 } : {};
  return sign(digest, message, { key: privateKey, dsaEncoding: "ieee-p1363", ...padding });
}

function headerOf(header: Record<string, unknown>): string {
  return formatBase64Url(bytesOf(header));
}

function compactJws(header: Record<string, unknown>, pair: Pair, content: Uint8Array, isDetached = false): string {
  const head = headerOf(header);
  const encoded = formatBase64Url(content);
  const signature = signJws(String(header["alg"]), pair, encodeUtf8(`${head}.${encoded}`));
  return `${head}.${isDetached ? "" : encoded}.${formatBase64Url(signature)}`;
}

describe("JSON Web Signatures", () => {
  it.each([
    ["EdDSA", pairs.EdDSA],
    ["ES256", pairs.ES256],
    ["ES384", pairs.ES384],
    ["RS256", rsa],
    ["PS256", rsa],
  ])("by %s are verified under a given key, in the file or detached", async (alg, pair) => {
    const means = meansWith(jwkOf(pair));
    for (const isDetached of [false, true]) {
      const result = await verifyAttachment(bytesOf(compactJws({ alg }, pair, file.content, isDetached)), file, means);
      expect(codesOf(result)).toEqual(["verified"]);
      expect(result.keys).toMatchObject([{ name: "given", trust: "pinned" }]);
    }
  });

  it("are judged by the content in them when no file is given, and need one when they have none", async () => {
    const means = meansWith(jwkOf(pairs.EdDSA));
    const attached = bytesOf(compactJws({ alg: "EdDSA" }, pairs.EdDSA, file.content));
    expect(codesOf(await verifyAttachment(attached, undefined, means))).toEqual(["verified"]);
    const detached = bytesOf(compactJws({ alg: "EdDSA" }, pairs.EdDSA, file.content, true));
    await expect(verifyAttachment(detached, undefined, means)).rejects.toMatchObject({
      code: "no-file",
      kind: "usage",
    });
  });

  it("are verified over content that is signed as it is (RFC 7797), as JSON and compact", async () => {
    const header = { alg: "EdDSA", b64: false, crit: ["b64"] };
    const protectedHeader = headerOf(header);
    const message = concatBytes(encodeUtf8(`${protectedHeader}.`), file.content);
    const signature = formatBase64Url(signJws("EdDSA", pairs.EdDSA, message));
    const means = meansWith(jwkOf(pairs.EdDSA));
    const document = { protected: protectedHeader, signature };
    for (const form of [document, { signatures: [document] }, `${protectedHeader}..${signature}`]) {
      expect(codesOf(await verifyAttachment(bytesOf(form), file, means))).toEqual(["verified"]);
      expect(codesOf(await verifyAttachment(bytesOf(form), otherFile, means))).toEqual([
        "not-verifiable",
        "key-not-pinned",
      ]);
    }
  });

  it("tell a changed file, a claimed key that does not verify, and a key that was not given apart", async () => {
    const named = meansWith(jwkOf(pairs.EdDSA, { kid: "exports" }));
    const detached = bytesOf(compactJws({ alg: "EdDSA", kid: "exports" }, pairs.EdDSA, file.content, true));
    expect(codesOf(await verifyAttachment(detached, otherFile, named))).toEqual(["altered", "signature-invalid"]);
    const attached = bytesOf(compactJws({ alg: "EdDSA" }, pairs.EdDSA, file.content));
    expect(codesOf(await verifyAttachment(attached, otherFile, named))).toEqual([
      "altered",
      "attached-to-other-content",
    ]);
    expect(codesOf(await verifyAttachment(attached, file, bare))).toEqual(["not-verifiable", "key-not-pinned"]);
    expect(codesOf(await verifyAttachment(attached, file, meansWith(jwkOf(pairs.ES256))))).toEqual([
      "not-verifiable",
      "key-not-pinned",
    ]);
  });

  it.each(["none", "HS256", "RS1"])("with the algorithm %s prove nothing", async (alg) => {
    const head = headerOf({ alg });
    const token = `${head}.${formatBase64Url(file.content)}.${alg === "none" ? "" : "AAAA"}`;
    const result = await verifyAttachment(bytesOf(token), file, meansWith(jwkOf(rsa)));
    expect(codesOf(result)).toEqual(["not-verifiable", "algorithm-not-accepted"]);
  });

  it("with an HMAC over the published key prove nothing", async () => {
    expect(() => meansWith({ kty: "oct", k: "AAAA" })).toThrow("a public key");
    const key = jwkOf(rsa, { alg: "RS256" });
    const psOnly = bytesOf(compactJws({ alg: "PS256" }, rsa, file.content));
    expect(codesOf(await verifyAttachment(psOnly, file, meansWith(key)))).toEqual(["not-verifiable", "key-not-pinned"]);
  });

  it("never count by a key that comes in their header, but say that it fits", async () => {
    const header = { alg: "EdDSA", jwk: jwkOf(pairs.EdDSA) };
    const token = bytesOf(compactJws(header, pairs.EdDSA, file.content));
    const result = await verifyAttachment(token, file, bare);
    expect(codesOf(result)).toEqual(["not-verifiable", "key-not-pinned", "offered-key-ignored"]);
    expect(result.findings[1]?.message).toContain("consistent with the key supplied in it");
    expect(codesOf(await verifyAttachment(token, file, meansWith(jwkOf(pairs.ES256))))[0]).toBe("not-verifiable");
    const linked = bytesOf(compactJws({ alg: "EdDSA", x5u: "https://e.example" }, pairs.EdDSA, file.content));
    expect(codesOf(await verifyAttachment(linked, file, meansWith(jwkOf(pairs.EdDSA))))).toEqual([
      "verified",
      "offered-key-ignored",
    ]);
  });

  it.each([
    ["an unknown critical member", { alg: "EdDSA", crit: ["exp"], exp: 1 }],
    ["critical members that are not there", { alg: "EdDSA", crit: ["b64"] }],
    ["no critical members", { alg: "EdDSA", crit: [] }],
    ["b64 that is not critical", { alg: "EdDSA", b64: false }],
    ["b64 that is no truth value", { alg: "EdDSA", b64: "false", crit: ["b64"] }],
  ])("with %s are refused", async (_, header) => {
    const token = compactJws(header, pairs.EdDSA, file.content, true);
    expect(await refusalOf(bytesOf(token), meansWith(jwkOf(pairs.EdDSA)))).toBe("refused jws-malformed");
  });

  it("whose headers contradict each other, or that name a header twice, are refused", async () => {
    const means = meansWith(jwkOf(pairs.EdDSA));
    const [head = "", , signature = ""] = compactJws({ alg: "EdDSA" }, pairs.EdDSA, file.content).split(".");
    const twice = formatBase64Url(encodeUtf8('{"alg":"EdDSA","alg":"none"}'));
    const payload = formatBase64Url(file.content);
    const documents = [
      { protected: head, header: { alg: "none" }, payload, signature },
      { protected: head, header: { crit: ["b64"], b64: false }, payload, signature },
      { protected: head, payload, signature, signatures: [] },
      `${twice}.${payload}.${signature}`,
      `${head}.${payload}.${signature}=`,
    ];
    const found = await Promise.all(documents.map((document) => refusalOf(bytesOf(document), means)));
    expect(found).toEqual([...Array<string>(4).fill("refused jws-malformed"), "refused no-attachment"]);
    // An algorithm that stands where nobody signs it is none.
    const unsigned = { header: { alg: "EdDSA" }, protected: headerOf({ kid: "a" }), payload, signature };
    expect(await refusalOf(bytesOf(unsigned), means)).toBe("not-verifiable algorithm-not-accepted");
  });

  it("are never verified after any byte was changed", async () => {
    const token = bytesOf(compactJws({ alg: "EdDSA" }, pairs.EdDSA, file.content));
    expect(await verdictsOfFlips(token, meansWith(jwkOf(pairs.EdDSA)))).toEqual([]);
  });
});

describe("DSSE envelopes", () => {
  const { privateKey, publicKey } = pairs.EdDSA;
  const pem = publicKey.export({ format: "pem", type: "spki" }).toString();

  function envelopeOf(payloadType: string, payload: Uint8Array, members: Record<string, unknown> = {}): Uint8Array {
    const sig = formatBase64(sign(null, preAuthEncoding(payloadType, payload), privateKey));
    return bytesOf({ payload: formatBase64(payload), payloadType, signatures: [{ ...members, sig }] });
  }

  it("with a statement of in-toto about the file, or with the file in them, are verified under a given key", async () => {
    for (const envelope of [envelopeOf(IN_TOTO, statement), envelopeOf("text/plain", file.content)]) {
      expect(codesOf(await verifyAttachment(envelope, file, meansWith(pem)))).toEqual(["verified"]);
      expect(codesOf(await verifyAttachment(envelope, otherFile, meansWith(pem)))).toEqual([
        "altered",
        "attached-to-other-content",
      ]);
      expect(codesOf(await verifyAttachment(envelope, file, bare))).toEqual(["not-verifiable", "key-not-pinned"]);
    }
  });

  it("with a statement of another type say nothing about the file", async () => {
    const envelope = envelopeOf(IN_TOTO, encodeUtf8('{"_type":"https://example.com/v9","subject":[]}'));
    expect(codesOf(await verifyAttachment(envelope, file, meansWith(pem)))).toEqual([
      "not-verifiable",
      "statement-unknown",
    ]);
  });

  it("that claim a given key and do not verify are altered", async () => {
    const key = meansWith(jwkOf(pairs.EdDSA, { kid: "exports" }));
    const [envelope, forged] = [statement, otherFile.content].map(
      (payload) => parseStrictJson(envelopeOf(IN_TOTO, payload, { keyid: "exports" })).value,
    ) as [Record<string, unknown>, Record<string, unknown>]; // both are objects, as written above
    const swapped = bytesOf({ ...envelope, signatures: forged["signatures"] });
    expect(codesOf(await verifyAttachment(swapped, file, key))).toEqual(["altered", "signature-invalid"]);
  });

  it("are never verified after any byte was changed", async () => {
    expect(await verdictsOfFlips(envelopeOf(IN_TOTO, statement), meansWith(pem))).toEqual([]);
  });
});

describe("Sigstore bundles", () => {
  let sigstore: SigstoreForTests;
  let means: AttachmentMeans;

  beforeAll(async () => {
    sigstore = await SigstoreForTests.create();
    means = { ...bare, root: parseSigstoreRoot(bytesOf(await sigstore.root())), identity: IDENTITY };
  });

  const verifyBundle = async (options?: BundleOptions, change: (bundle: BundleDocument) => void = () => undefined) => {
    const bundle = await sigstore.bundle(file.content, options);
    change(bundle);
    return verifyAttachment(bytesOf(bundle), file, means);
  };

  it("by an identity that is expected are verified, over a file and with an envelope", async () => {
    const overFile = await verifyBundle();
    expect(codesOf(overFile)).toEqual(["verified"]);
    expect(overFile).toMatchObject({
      signer: { identity: IDENTITY.subject, issuer: IDENTITY.issuer },
      provenTime: "2026-01-02T03:04:06Z",
      keys: [{ name: IDENTITY.subject, trust: "pinned" }],
    });
    expect(overFile.checks.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual([
      "signature verified",
      "signed-content verified",
      "certificate verified",
      "certificate-log verified",
      "identity verified",
      "log-entry verified",
      "signature-time-stamps not-attempted",
      "signing-time verified",
    ]);
    expect(codesOf(await verifyBundle({ envelope: { payloadType: IN_TOTO, payload: statement } }))).toEqual([
      "verified",
    ]);
  });

  it("over another file are altered, and nothing else is found", async () => {
    const bundle = bytesOf(await sigstore.bundle(file.content));
    expect(codesOf(await verifyAttachment(bundle, otherFile, means))).toEqual(["altered", "attached-to-other-content"]);
    const envelope = bytesOf(
      await sigstore.bundle(file.content, { envelope: { payloadType: IN_TOTO, payload: statement } }),
    );
    expect(codesOf(await verifyAttachment(envelope, otherFile, means))).toEqual([
      "altered",
      "attached-to-other-content",
    ]);
  });

  it("need the examiner's word: a trusted root, and whom to expect", async () => {
    const bundle = bytesOf(await sigstore.bundle(file.content));
    const judged = async (departure: Partial<AttachmentMeans>) =>
      codesOf(await verifyAttachment(bundle, file, { ...means, ...departure }));
    expect(await judged({ root: undefined, identity: undefined })).toEqual([
      "not-verifiable",
      "trusted-root-missing",
      "identity-not-pinned",
    ]);
    expect(await judged({ identity: undefined })).toEqual(["not-verifiable", "identity-not-pinned"]);
    expect(await judged({ identity: { ...IDENTITY, subject: "other@example.com" } })).toEqual([
      "not-verifiable",
      "identity-mismatch",
    ]);
    const stranger = { ...means, identity: { ...IDENTITY, subject: "other@example.com" } };
    expect((await verifyAttachment(bundle, file, stranger)).keys).toMatchObject([{ trust: "bundle" }]);
    expect(await judged({ identity: { ...IDENTITY, issuer: "https://issuer.example/" } })).toEqual([
      "not-verifiable",
      "identity-mismatch",
    ]);
    const others = await SigstoreForTests.create();
    expect(await judged({ root: parseSigstoreRoot(bytesOf(await others.root())) })).toEqual([
      "not-verifiable",
      "certificate-not-trusted",
      "log-not-trusted",
      "signing-time-not-proven",
    ]);
  });

  it.each<[string, BundleOptions, readonly string[]]>([
    ["a certificate for another purpose", { purpose: "1.3.6.1.5.5.7.3.1" }, ["certificate-not-trusted"]],
    ["a certificate that no log saw", { withoutTimestamp: true }, ["certificate-not-logged"]],
    ["a time after its certificate", { loggedAt: Date.UTC(2026, 0, 2, 3, 14, 6) }, ["outside-certificate-validity"]],
    [
      "a time before its log's key",
      { loggedAt: Date.UTC(2024, 0, 1) },
      ["outside-log-validity", "signing-time-not-proven"],
    ],
    ["a log that states no time", { log: 2 }, ["signing-time-not-proven"]],
  ])("with %s are not verifiable", async (_, options, codes) => {
    expect(codesOf(await verifyBundle(options))).toEqual(["not-verifiable", ...codes]);
  });

  it.each<[string, (bundle: BundleDocument, other: BundleDocument) => void, readonly string[]]>([
    [
      "no entry of a log",
      ({ verificationMaterial }) => (verificationMaterial.tlogEntries = []),
      ["not-verifiable", "not-logged", "signing-time-not-proven"],
    ],
    [
      "no path to a root",
      ({ verificationMaterial: { tlogEntries } }) => delete tlogEntries[0]?.inclusionProof,
      ["verified-with-limits", "inclusion-not-proven"],
    ],
    [
      "the entry of another signature (CVE-2022-36056)",
      ({ verificationMaterial }, other) => (verificationMaterial.tlogEntries = other.verificationMaterial.tlogEntries),
      ["altered", "log-entry-mismatch", "signing-time-not-proven"],
    ],
    [
      "the signature of another file",
      (bundle, other) => {
        if (bundle.messageSignature && other.messageSignature) {
          bundle.messageSignature.signature = other.messageSignature.signature;
        }
      },
      ["altered", "signature-invalid"],
    ],
    [
      "another time than the log promised",
      ({ verificationMaterial: { tlogEntries } }) =>
        Object.assign(tlogEntries[0] ?? {}, { integratedTime: "1767323099" }),
      ["altered", "log-promise-invalid", "signing-time-not-proven"],
    ],
    [
      "another path to the root",
      ({ verificationMaterial: { tlogEntries } }) => {
        const [entry] = tlogEntries;
        if (entry?.inclusionProof) entry.inclusionProof.hashes = [entry.inclusionProof.rootHash];
      },
      ["altered", "inclusion-wrong"],
    ],
    [
      "the checkpoint of another tree",
      ({ verificationMaterial: { tlogEntries } }, other) => {
        const checkpoint = other.verificationMaterial.tlogEntries[0]?.inclusionProof?.checkpoint;
        Object.assign(tlogEntries[0]?.inclusionProof ?? {}, { checkpoint });
      },
      ["altered", "inclusion-wrong"],
    ],
    [
      "a checkpoint that claims its log",
      ({ verificationMaterial: { tlogEntries } }) => {
        const proof = tlogEntries[0]?.inclusionProof;
        if (proof) proof.checkpoint.envelope = proof.checkpoint.envelope.replace("\n3\n", "\n4\n");
      },
      ["altered", "checkpoint-invalid"],
    ],
  ])("with %s are told", async (_, change, expected) => {
    const other = await sigstore.bundle(otherFile.content);
    expect(codesOf(await verifyBundle({}, (bundle) => change(bundle, other)))).toEqual(expected);
  });

  it("by a key that the examiner gave need no identity", async () => {
    const keys = meansWith(await keyDocument(sigstore)).keys;
    const bundle = await sigstore.bundle(file.content);
    const { verificationMaterial } = bundle;
    delete verificationMaterial.certificate;
    const byKey = {
      ...bundle,
      verificationMaterial: { ...verificationMaterial, publicKey: { hint: "" }, tlogEntries: [] },
    };
    expect(codesOf(await verifyAttachment(bytesOf(byKey), file, { ...means, keys, identity: undefined }))).toEqual([
      "verified-with-limits",
      "not-logged",
      "signing-time-not-proven",
    ]);
    // What a log says of a signature by an unknown key is about nothing that is known, and no alteration.
    for (const tlogEntries of [[], bundle.verificationMaterial.tlogEntries]) {
      const logged = { ...byKey, verificationMaterial: { ...byKey.verificationMaterial, tlogEntries } };
      expect(codesOf(await verifyAttachment(bytesOf(logged), file, means))).toEqual([
        "not-verifiable",
        "key-not-pinned",
      ]);
      expect(codesOf(await verifyAttachment(bytesOf(logged), otherFile, { ...means, keys }))).toEqual([
        "altered",
        "attached-to-other-content",
      ]);
    }
  });

  it("are never verified after a byte was changed", async () => {
    const bundle = bytesOf(await sigstore.bundle(file.content));
    const step = Number(process.env["ASSAY_FLIP_STEP"] ?? 23);
    expect(await verdictsOfFlips(bundle, means, step)).toEqual([]);
  });
});

describe.skipIf(!hasOpenssl)("Sigstore bundles with time stamps (no openssl on this machine)", () => {
  let authority: TimeAuthorityForTests;
  beforeAll(() => {
    authority = new TimeAuthorityForTests();
  });
  afterAll(() => authority.remove());

  it("take their time from an authority of the trusted root, over this signature alone", async () => {
    const sigstore = await SigstoreForTests.create(Math.floor(Date.now() / 1_000) * 1_000 - 60_000);
    const roots = parsePemBlocks(authority.root).map(({ der }) => der);
    const means = { ...bare, root: parseSigstoreRoot(bytesOf(await sigstore.root(roots))), identity: IDENTITY };
    const bundle = await sigstore.bundle(file.content, { log: 2 });
    const stampOver = (data: Uint8Array): BundleDocument => ({
      ...bundle,
      verificationMaterial: {
        ...bundle.verificationMaterial,
        timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: formatBase64(authority.stamp(data)) }] },
      },
    });
    const signature = Buffer.from(bundle.messageSignature?.signature ?? "", "base64");
    const judged = async (document: BundleDocument, root = means.root) =>
      codesOf(await verifyAttachment(bytesOf(document), file, { ...means, root }));
    const stamped = stampOver(signature);
    expect(await judged(stamped)).toEqual(["verified"]);
    expect(await judged(stamped, parseSigstoreRoot(bytesOf(await sigstore.root())))).toEqual([
      "not-verifiable",
      "time-stamp-not-trusted",
      "signing-time-not-proven",
    ]);
    expect(await judged(stampOver(file.content))).toEqual([
      "altered",
      "time-stamp-other-data",
      "signing-time-not-proven",
    ]);
  });
});

async function keyDocument({ signer }: SigstoreForTests): Promise<unknown> {
  return crypto.subtle.exportKey("jwk", signer.keys.publicKey);
}
