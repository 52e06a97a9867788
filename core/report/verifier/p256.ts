/** ECDSA on P-256 with SHA-256, and the certificates that hold its keys. */
import { hex, join, unbase64 } from "./bytes.ts";

/** The DER of a certificate in PEM and nothing else. */
export function certificateOf(pem: string): Uint8Array | undefined {
  const body = /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n$/.exec(pem)?.[1];
  return body === undefined ? undefined : unbase64(body.replaceAll("\n", ""));
}

/** DER of SubjectPublicKeyInfo for an uncompressed P-256 point, up to the point (RFC 5480). */
const P256_PREFIX = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";

export function spkiOf(certificate: Uint8Array): Uint8Array {
  const all = hex(certificate);
  const at = all.indexOf(P256_PREFIX);
  if (at < 0 || at % 2 !== 0 || all.includes(P256_PREFIX, at + 2))
    throw new Error("expected one P-256 key in the certificate");
  return certificate.slice(at / 2, at / 2 + 91);
}

export function importP256(spki: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("spki", new Uint8Array(spki), { name: "ECDSA", namedCurve: "P-256" }, false, [
    "verify",
  ]);
}

export async function verifyP256(key: CryptoKey, der: Uint8Array, data: Uint8Array): Promise<boolean> {
  const raw = rawSignature(der);
  if (raw === undefined) return false;
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, raw, new Uint8Array(data));
}

/** r ‖ s of a DER signature in its shortest form; undefined for any other bytes. */
function rawSignature(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const r = integerAt(der, 2);
  const s = r && integerAt(der, r.end);
  return r === undefined || s === undefined || s.end !== der.length ? undefined : join(r.value, s.value);
}

function integerAt(der: Uint8Array, at: number): { value: Uint8Array; end: number } | undefined {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  const first = der[at + 2] ?? 0;
  const second = der[at + 3] ?? 0;
  if (der[at] !== 2 || length < 1 || length > 33 || end > der.length || first >= 0x80) return undefined;
  if (length > 1 && first === 0 && second < 0x80) return undefined;
  const digits = der.slice(at + 2 + (first === 0 ? 1 : 0), end);
  if (digits.length > 32) return undefined;
  return { value: join(new Uint8Array(32 - digits.length), digits), end };
}
