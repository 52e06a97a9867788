/** X.509 certificates, as far as their key goes. */
import { unbase64 } from "./bytes.ts";

/** The DER of a certificate in PEM and nothing else. */
export function certificateOf(pem: string): Uint8Array | undefined {
  const body = /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n$/.exec(pem)?.[1];
  return body === undefined ? undefined : unbase64(body.replaceAll("\n", ""));
}

const SEQUENCE = 0x30;
/** The version of a certificate (RFC 5280 §4.1); those of version 1 have none. */
const VERSION = 0xa0;

/** The SubjectPublicKeyInfo of a certificate, DER. */
export function spkiOf(certificate: Uint8Array): Uint8Array {
  const [signed] = members(certificate);
  const [first, ...others] = members(signed ?? new Uint8Array());
  // Serial number, signature algorithm, issuer, validity and subject stand before it.
  const spki = first?.[0] === VERSION ? others[5] : others[4];
  if (spki === undefined) throw new Error("expected an X.509 certificate");
  return spki;
}

/** The elements of a SEQUENCE that is the whole input, each with its tag and length. */
export function members(sequence: Uint8Array): readonly Uint8Array[] {
  const { start, end } = extentOf(sequence, 0);
  if (sequence[0] !== SEQUENCE || end !== sequence.length) throw new Error("expected a SEQUENCE in DER");
  const found: Uint8Array[] = [];
  for (let at = start; at < end;) {
    const next = extentOf(sequence, at).end;
    found.push(sequence.slice(at, next));
    at = next;
  }
  return found;
}

/** Where the content of the element at `at` begins, and where it ends. */
function extentOf(der: Uint8Array, at: number): { readonly start: number; readonly end: number } {
  const short = der[at + 1] ?? 0;
  const lengthBytes = short < 0x80 ? 0 : short - 0x80;
  const start = at + 2 + lengthBytes;
  const length = lengthBytes === 0 ? short : der.slice(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0);
  if (short === 0x80 || lengthBytes > 3 || start + length > der.length) throw new Error("expected DER");
  return { start, end: start + length };
}
