/**
 * The keys that a user signs and signed with. The one that signs is in `examiner.key`; `examiner-keys.json` remembers them all:
 *
 *     { "v": 1, "keys": [ { "certificate": "-----BEGIN CERTIFICATE-----…", "origin": "created", "since": "2026-…Z",
 *         "retired": { "kind": "rotated", "at": "…", "from": "…", "reason": "…" } | null,
 *         "rotation": { "from": "<fingerprint>", "to": "<fingerprint>", "at": "…", "signature": "<base64>" } | null } ] }
 *
 * Nothing is removed from it. A key that no longer signs is kept in `retired-keys/`: it may be asked for.
 */
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { platformHash } from "../bundle/platform-crypto.ts";
import { type ExaminerKeyRecord, type ExaminerKeys } from "../model/examiner-keys.ts";
import { Problem } from "../model/problem.ts";
import { fingerprintOf, formatCertificatePem, parseCertificatePem, type Certificate } from "../signing/certificate.ts";
import { parseChain } from "../signing/certificate-chain.ts";
import { examinerAlgorithm } from "../signing/examiner-signature.ts";
import { signRotation, type KeyRotation } from "../signing/certificate-rotation.ts";
import {
  certificateFileOf,
  examinerKeyState,
  writeExaminerKey,
  type ExaminerKey,
  type ExaminerKeyState,
  type NewExaminerKey,
} from "./examiner-key.ts";
import { readIfThere, replaceFile, type Home } from "./home.ts";
import { type KeyStore } from "./key-store.ts";

const text = z.string().max(20_000);
const rotation = z.strictObject({ from: text, to: text, at: text, signature: text });
const keptKey = z.strictObject({
  certificate: text,
  origin: z.enum(["created", "imported"]),
  since: text,
  retired: z
    .strictObject({ kind: z.enum(["rotated", "lost", "compromised"]), at: text, from: text, reason: text })
    .nullable(),
  rotation: rotation.nullable(),
});
const ringShape = z.strictObject({ v: z.literal(1), keys: z.array(keptKey).max(1_000) });
type KeptKey = z.output<typeof keptKey>;

/** Digits of a fingerprint in the name of a retired key's file. */
const FILE_DIGITS = 16;

/** Every key of the user, the newest first, and how the current one is kept. Throws `key-ring-damaged` (machine). */
export async function listExaminerKeys(home: Home, store: KeyStore): Promise<ExaminerKeys> {
  const state = await examinerKeyState(home.examinerKey, store);
  const keys = (await readRing(home)).map((key) => recordOf(key)).reverse();
  const { backend, available, reason } = await store.describe();
  return {
    keys,
    protection: protectionOf(state),
    wrap: { backend, available, reason, inUse: state.state !== "absent" && state.wrapped },
  };
}

function protectionOf(state: ExaminerKeyState): ExaminerKeys["protection"] {
  if (state.state === "absent") return "no-key";
  if (state.onToken) return "token";
  return state.state === "locked" ? "passphrase" : "file-mode";
}

/** The certificate of a key of the ring, in PEM. Throws `no-such-key` (usage). */
export async function certificateOfKey(home: Home, fingerprint: string): Promise<Certificate> {
  return certificateOf(keyWith(await readRing(home), fingerprint));
}

/** Takes a key as the first, or as the next one after a report of loss. Throws `key-exists` (usage). */
export async function adoptExaminerKey(
  home: Home,
  key: NewExaminerKey,
  origin: KeptKey["origin"],
  passphrase?: string,
): Promise<ExaminerKey> {
  const ring = await readRing(home);
  const adopted = await writeExaminerKey(key, home.examinerKey, passphrase);
  await writeRing(home, [...ring, newKey(key.certificate, origin, null)]);
  return adopted;
}

/** What takes the place of a key, and why. */
export interface Succession {
  readonly key: NewExaminerKey;
  readonly origin: KeptKey["origin"];
  readonly passphrase: string | undefined;
  readonly reason: string;
}

/** Lets another key take the place of the current one, which endorses it. */
export async function rotateExaminerKey(
  home: Home,
  current: ExaminerKey,
  { key, origin, passphrase, reason }: Succession,
): Promise<{ readonly key: ExaminerKey; readonly rotation: KeyRotation }> {
  const at = new Date().toISOString();
  const ring = await readRing(home);
  keyWith(ring, current.fingerprint);
  const to = fingerprintOf(platformHash, key.certificate);
  if (ring.some((known) => fingerprintOfKept(known) === to)) {
    throw new Problem("usage", "key-known", "changing the examiner key: expected a key that was not in use before");
  }
  const change = await signRotation((data) => current.sign(data), { from: current.fingerprint, to, at });
  const next = `${home.examinerKey}.next`;
  const adopted = await writeExaminerKey(key, next, passphrase);
  const retired = { kind: "rotated" as const, at, from: at, reason };
  await writeRing(home, [...retire(ring, current.fingerprint, retired), newKey(key.certificate, origin, change)]);
  await putAside(home, current.fingerprint);
  await rename(certificateFileOf(next), certificateFileOf(home.examinerKey));
  await rename(next, home.examinerKey);
  return { key: adopted, rotation: change };
}

/** What a user reports of a key. `from` is when it was out of their hands, RFC 3339. */
export interface KeyReport {
  readonly fingerprint: string;
  readonly kind: "lost" | "compromised";
  readonly from: string;
  readonly reason: string;
}

/** Retires a key: it signs no more, and what it signed from then on is flagged. Throws `no-such-key`, `key-retired` (usage). */
export async function reportExaminerKey(home: Home, { fingerprint, ...report }: KeyReport): Promise<void> {
  const ring = await readRing(home);
  const { retired } = keyWith(ring, fingerprint);
  // A key that was rotated can still fall into other hands; what was reported once stays as it was reported.
  if (retired !== null && retired.kind !== "rotated") {
    throw new Problem("usage", "key-retired", `the key was reported ${retired.kind} at ${retired.at}`);
  }
  await writeRing(home, retire(ring, fingerprint, { ...report, at: new Date().toISOString() }));
  if (retired === null) await putAside(home, fingerprint);
}

/** Keys that no longer sign for this user, and from when on. */
export async function retiredExaminerKeys(
  home: Home,
): Promise<
  readonly { readonly fingerprint: string; readonly kind: "rotated" | "lost" | "compromised"; readonly from: string }[]
> {
  return (await readRing(home)).flatMap((key) =>
    key.retired === null
      ? []
      : [{ fingerprint: fingerprintOfKept(key), kind: key.retired.kind, from: key.retired.from }],
  );
}

/** The changes of key that lead to this one, the oldest first; empty for a key that none endorsed. */
export async function rotationsTo(
  home: Home,
  fingerprint: string,
): Promise<readonly { readonly rotation: KeyRotation; readonly certificate: string }[]> {
  const ring = await readRing(home);
  const steps: { rotation: KeyRotation; certificate: string }[] = [];
  let current = ring.find((key) => fingerprintOfKept(key) === fingerprint);
  while (current?.rotation && steps.length < ring.length) {
    const { rotation: change } = current;
    const before = keyWith(ring, change.from);
    steps.unshift({ rotation: change, certificate: before.certificate });
    current = before;
  }
  return steps;
}

/** The ring, with the current key in it also when it was made before there was a ring. */
async function readRing(home: Home): Promise<readonly KeptKey[]> {
  const kept = await readRingFile(home.keyRing);
  const pem = await readIfThere(certificateFileOf(home.examinerKey));
  if (pem === undefined) return kept;
  const [certificate] = parseChain(pem);
  const current = fingerprintOf(platformHash, certificate);
  if (kept.some((key) => fingerprintOfKept(key) === current)) return kept;
  return [...kept, { ...newKey(certificate, "created", null), since: timeOf(certificate.notBeforeMs) }];
}

async function readRingFile(file: string): Promise<readonly KeptKey[]> {
  const json = await readIfThere(file);
  if (json === undefined) return [];
  try {
    return ringShape.parse(JSON.parse(json)).keys;
  } catch (cause) {
    const message = "reading the ring of examiner keys: expected the file that Assay wrote";
    throw new Problem("machine", "key-ring-damaged", message, { file }, { cause });
  }
}

async function writeRing(home: Home, keys: readonly KeptKey[]): Promise<void> {
  await replaceFile(home.keyRing, `${JSON.stringify({ v: 1, keys }, null, 2)}\n`);
}

function newKey(certificate: Certificate, origin: KeptKey["origin"], change: KeyRotation | null): KeptKey {
  const since = new Date().toISOString();
  return { certificate: formatCertificatePem(certificate), origin, since, retired: null, rotation: change };
}

function retire(ring: readonly KeptKey[], fingerprint: string, retired: KeptKey["retired"]): readonly KeptKey[] {
  return ring.map((key) => (fingerprintOfKept(key) === fingerprint ? { ...key, retired } : key));
}

/** Moves a key that signed until now to where such keys are kept; its files may be gone with it. */
async function putAside(home: Home, fingerprint: string): Promise<void> {
  const aside = join(home.retiredKeys, `${fingerprint.slice(0, FILE_DIGITS)}.key`);
  const pem = await readIfThere(certificateFileOf(home.examinerKey));
  if (pem === undefined || fingerprintOf(platformHash, parseChain(pem)[0]) !== fingerprint) return;
  await mkdir(home.retiredKeys, { recursive: true, mode: 0o700 });
  if ((await readIfThere(home.examinerKey)) !== undefined) await rename(home.examinerKey, aside);
  await rename(certificateFileOf(home.examinerKey), certificateFileOf(aside));
}

function keyWith(ring: readonly KeptKey[], fingerprint: string): KeptKey {
  const key = ring.find((known) => fingerprintOfKept(known) === fingerprint);
  if (key !== undefined) return key;
  throw new Problem("usage", "no-such-key", `expected a key of this user, got ${fingerprint}`);
}

function certificateOf({ certificate }: KeptKey): Certificate {
  return parseCertificatePem(certificate);
}

function fingerprintOfKept(key: KeptKey): string {
  return fingerprintOf(platformHash, certificateOf(key));
}

function recordOf(key: KeptKey): ExaminerKeyRecord {
  const certificate = certificateOf(key);
  const { origin, since, retired } = key;
  return {
    fingerprint: fingerprintOfKept(key),
    name: certificate.commonName,
    organization: certificate.organization ?? "",
    origin,
    since,
    notBefore: timeOf(certificate.notBeforeMs),
    notAfter: timeOf(certificate.notAfterMs),
    expired: certificate.notAfterMs < Date.now(),
    algorithm: examinerAlgorithm(certificate.publicKey)?.label ?? "",
    selfIssued: certificate.isSelfIssued,
    state: retired?.kind ?? "current",
    retired: retired && { at: retired.at, from: retired.from, reason: retired.reason },
    endorsedBy: key.rotation?.from ?? null,
  };
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
