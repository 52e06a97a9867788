/** The keys that sign a package: ECDSA on P-256 or P-384, and RSA (PKCS#1 v1.5), all with SHA-256. */
import { hex, join } from "./bytes.ts";
import { members } from "./certificate.ts";

/** Whether a signature over `data` is one by the key. */
export type Verify = (signature: Uint8Array, data: Uint8Array) => Promise<boolean>;

/** Bytes of r and of s, and the curve, by the algorithm that an elliptic key names (RFC 5480 §2.1), hex. */
const CURVES: Readonly<Record<string, { readonly namedCurve: string; readonly scalarBytes: number }>> = {
  "301306072a8648ce3d020106082a8648ce3d030107": { namedCurve: "P-256", scalarBytes: 32 },
  "301006072a8648ce3d020106052b81040022": { namedCurve: "P-384", scalarBytes: 48 },
};
/** What an RSA key names (RFC 3279 §2.3.1), hex. */
const RSA = "300d06092a864886f70d0101010500";
const MIN_RSA_BITS = 2_048;

/** The examiner's key of a SubjectPublicKeyInfo in DER. Throws for one of another kind. */
export async function examinerKey(spki: Uint8Array): Promise<Verify> {
  const algorithm = hex(members(spki)[0] ?? new Uint8Array());
  const curve = CURVES[algorithm];
  if (curve !== undefined) return ellipticKey(spki, curve.namedCurve, curve.scalarBytes);
  if (algorithm === RSA) return rsaKey(spki);
  throw new Error("expected an ECDSA key on P-256 or P-384, or an RSA key");
}

/** The key of a session, which is on P-256 whatever the examiner's is. */
export function sessionKey(spki: Uint8Array): Promise<Verify> {
  return ellipticKey(spki, "P-256", 32);
}

async function ellipticKey(spki: Uint8Array, namedCurve: string, scalarBytes: number): Promise<Verify> {
  const algorithm = { name: "ECDSA", namedCurve, hash: "SHA-256" };
  const key = await crypto.subtle.importKey("spki", new Uint8Array(spki), algorithm, false, ["verify"]);
  return async (signature, data) => {
    const raw = rawSignature(signature, scalarBytes);
    return raw !== undefined && crypto.subtle.verify(algorithm, key, raw, new Uint8Array(data));
  };
}

async function rsaKey(spki: Uint8Array): Promise<Verify> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("spki", new Uint8Array(spki), algorithm, false, ["verify"]);
  const { modulusLength } = key.algorithm as RsaHashedKeyAlgorithm;
  if (modulusLength < MIN_RSA_BITS) throw new Error(`expected an RSA key of at least ${MIN_RSA_BITS} bits`);
  return (signature, data) => crypto.subtle.verify(algorithm, key, new Uint8Array(signature), new Uint8Array(data));
}

/** r ‖ s of a DER signature in its shortest form; undefined for any other bytes. */
function rawSignature(der: Uint8Array, scalarBytes: number): Uint8Array<ArrayBuffer> | undefined {
  // Both curves keep the length of the SEQUENCE below 128.
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const r = integerAt(der, 2, scalarBytes);
  const s = r && integerAt(der, r.end, scalarBytes);
  return r === undefined || s === undefined || s.end !== der.length ? undefined : join(r.value, s.value);
}

function integerAt(der: Uint8Array, at: number, scalarBytes: number): { value: Uint8Array; end: number } | undefined {
  const length = der[at + 1] ?? 0;
  const end = at + 2 + length;
  const first = der[at + 2] ?? 0;
  const second = der[at + 3] ?? 0;
  if (der[at] !== 2 || length < 1 || length > scalarBytes + 1 || end > der.length || first >= 0x80) return undefined;
  if (length > 1 && first === 0 && second < 0x80) return undefined;
  const digits = der.slice(at + 2 + (first === 0 ? 1 : 0), end);
  if (digits.length > scalarBytes) return undefined;
  return { value: join(new Uint8Array(scalarBytes - digits.length), digits), end };
}
