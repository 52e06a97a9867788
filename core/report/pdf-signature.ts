/**
 * The signature of report.pdf: PAdES B-B (ETSI EN 319 142-1) with SHA-256, appended as an incremental
 * update. The unsigned PDF stays an exact prefix of the signed one, so that `head -c <unsigned_length> report.pdf |
 * sha256sum` reproduces a digest that does not depend on the signature.
 */
import { PDF } from "@libpdf/core";
import { ContentInfo, SignedData } from "pkijs";

import { assert, present } from "../model/assert.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { type Endorser } from "../casefile/custody-session.ts";
import { parseCertificate } from "../signing/certificate.ts";
import { examinerAlgorithm } from "../signing/examiner-signature.ts";
import { hexDigest } from "./hex-digest.ts";

/** A signed report, and what it was before it was signed. */
export interface SignedPdf {
  readonly bytes: Uint8Array;
  readonly unsignedLength: number;
  /** Lower-case hex. */
  readonly unsignedSha256: string;
}

/** Room for one CMS signature beside its certificate: attributes of some 0.5 KB, and a signature of up to 1 KB. */
const SIGNATURE_BYTES = 3_072;

/** How the library names kinds of keys. */
const PDF_KEYS = {
  ecdsa: { keyType: "EC", signatureAlgorithm: "ECDSA" },
  rsa: { keyType: "RSA", signatureAlgorithm: "RSASSA-PKCS1-v1_5" },
} as const;

/** Signs a rendered report. `at` is the claimed time of signing; it is the workstation's clock and proves nothing. */
export async function signPdf(unsigned: Uint8Array, signer: Endorser, at: Date): Promise<SignedPdf> {
  const pdf = await PDF.load(unsigned);
  const { publicKey } = parseCertificate(signer.certificate);
  const { kind } = present(examinerAlgorithm(publicKey), "the key is one that examiners sign with");
  const { bytes } = await pdf.sign({
    signer: {
      certificate: signer.certificate,
      ...PDF_KEYS[kind],
      sign: (data) => signer.sign(data),
    },
    reason: "Findings report issued by the examiner",
    signingTime: at,
    level: "B-B",
    estimatedSize: SIGNATURE_BYTES + signer.certificate.length,
  });
  assert(
    equalBytes(bytes.subarray(0, unsigned.length), unsigned),
    "a signature is appended and changes nothing before it",
  );
  return { bytes, unsignedLength: unsigned.length, unsignedSha256: hexDigest(unsigned) };
}

/** The embedded file of that name, or null where there is none, or where it is no PDF. */
export async function readAttachment(bytes: Uint8Array, name: string): Promise<Uint8Array | null> {
  try {
    return (await PDF.load(bytes)).getAttachment(name);
  } catch {
    // The reader throws many kinds of error on hostile bytes; all mean that nothing can be read.
    return null;
  }
}

/** The one string of this form: pdfkit writes the information dictionary in plain text. */
const KEYWORDS = /\((findings-sha256:[0-9a-f]{64} custody:\d{1,15}:[0-9a-f]{64})\)/g;

/** The key words of a report as this program writes them, in plain text and once; otherwise undefined. */
export function readKeywords(bytes: Uint8Array): string | undefined {
  const found = [...latin1(bytes).matchAll(KEYWORDS)];
  return found.length === 1 ? found[0]?.[1] : undefined;
}

/**
 * Why the signature of a PDF is not one by this certificate over the whole file, or undefined when it is.
 * @param certificate X.509, DER.
 */
export async function pdfSignatureFault(bytes: Uint8Array, certificate: Uint8Array): Promise<string | undefined> {
  const signature = signatureOf(bytes);
  if (typeof signature === "string") return signature;
  try {
    const signedData = new SignedData({ schema: ContentInfo.fromBER(new Uint8Array(signature.cms)).content });
    const [only, ...others] = signedData.certificates ?? [];
    if (only === undefined || others.length > 0) return "expected one certificate in the signature";
    if (!equalBytes(new Uint8Array(only.toSchema().toBER()), certificate)) return "it names another certificate";
    const data = new Uint8Array(signature.covered).buffer;
    return (await signedData.verify({ signer: 0, data })) ? undefined : "the signature does not verify";
  } catch {
    return "the signature does not verify";
  }
}

const BYTE_RANGE = /\/ByteRange\s*\[\s*(\d{1,15})\s+(\d{1,15})\s+(\d{1,15})\s+(\d{1,15})\s*\]/g;

/** The bytes a signature covers and the signature, or why there is not one that covers all of the file but itself. */
function signatureOf(bytes: Uint8Array): { readonly covered: Uint8Array; readonly cms: Uint8Array } | string {
  const text = latin1(bytes);
  const ranges = [...text.matchAll(BYTE_RANGE)];
  const [range] = ranges;
  if (range === undefined || ranges.length !== 1) return `expected one signature, found ${ranges.length}`;
  const [start = 0, firstLength = 0, second = 0, secondLength = 0] = range.slice(1).map(Number);
  if (start !== 0 || second <= firstLength || second + secondLength !== bytes.length) {
    return "the signature does not cover the whole file";
  }
  const gap = text.slice(firstLength, second);
  const hex = /^<([0-9A-Fa-f]*)>$/.exec(gap)?.[1];
  if (hex === undefined || hex.length % 2 !== 0) return "the gap of the signature holds something else";
  const padded = Buffer.from(hex, "hex");
  const cms = derOf(padded);
  if (cms === undefined) return "the signature is no DER value with zero padding";
  const covered = Buffer.concat([bytes.subarray(0, firstLength), bytes.subarray(second)]);
  return { covered, cms };
}

/** The DER value at the start of bytes that are otherwise zero. */
function derOf(padded: Uint8Array): Uint8Array | undefined {
  const first = padded[1] ?? 0;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (padded[0] !== 0x30 || lengthBytes > 4) return undefined;
  let length = lengthBytes === 0 ? first : 0;
  for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + (padded[2 + index] ?? 0);
  const end = 2 + lengthBytes + length;
  if (end > padded.length || padded.subarray(end).some((byte) => byte !== 0)) return undefined;
  return padded.subarray(0, end);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
