/**
 * The second implementation of the package checks, for verify.html. It shares no code with the rest of the program on
 * purpose: it imports the platform's WebCrypto and, for Ed25519 only, @noble/curves. docs/package.md has the formats.
 */
import { ed25519 } from "@noble/curves/ed25519.js";

type Outcome = "pass" | "fail" | "open";

/** One line of the result. `open` is what this page cannot decide. */
export interface Line {
  readonly outcome: Outcome;
  readonly name: string;
  readonly text: string;
}

export interface PageResult {
  readonly lines: readonly Line[];
  /** SHA-256 of the certificate in the package, hex; empty when there is none. */
  readonly fingerprint: string;
  /** SHA-256 of verify.html in the folder, hex; empty when there is none. */
  readonly page: string;
}

type Files = ReadonlyMap<string, Uint8Array>;

const UNLISTED = /^(SHA256SUMS|signatures\/SHA256SUMS\.(p7s|sig)|timestamps\/[A-Za-z0-9._-]+\.(tsr|pem))$/;
const NAMESPACE = "https://assay.example";
/** More lines of one kind say nothing new, and a hostile package could make the page endless. */
const MAX_FAULTS = 100;

/** Checks all files of a package. Never throws for what is in them. */
export async function checkPackage(files: Files): Promise<PageResult> {
  const certificate = readCertificate(files);
  const lines = [
    ...(await attempt("Files", () => checkFiles(files))),
    ...(await attempt("Signature", () => checkSignature(files, certificate))),
    ...(await attempt("Cited records", () => checkExhibits(files))),
    ...(await attempt("Custody journal", () => checkCustody(files, certificate))),
  ];
  const page = files.get("verify.html");
  return {
    lines,
    fingerprint: certificate === undefined ? "" : hex(await sha256(certificate)),
    page: page === undefined ? "" : hex(await sha256(page)),
  };
}

async function attempt(name: string, check: () => Promise<Line[]>): Promise<Line[]> {
  try {
    return await check();
  } catch (error) {
    return [fail(name, `could not be read: ${error instanceof Error ? error.message : "unknown form"}`)];
  }
}

async function checkFiles(files: Files): Promise<Line[]> {
  const sums = text(files.get("SHA256SUMS"));
  if (sums === undefined || !sums.endsWith("\n")) return [fail("Files", "SHA256SUMS is missing or not a list")];
  const listed = new Map<string, string>();
  const faults: Line[] = [];
  for (const row of sums.slice(0, -1).split("\n")) {
    const match = /^([0-9a-f]{64}) {2}(.+)$/.exec(row);
    if (match?.[1] === undefined || match[2] === undefined)
      return [fail("Files", "SHA256SUMS holds a line of another form")];
    if (listed.has(match[2])) faults.push(fail("Files", `listed twice: ${match[2]}`));
    listed.set(match[2], match[1]);
  }
  for (const [path, digest] of listed) {
    const bytes = files.get(path);
    if (bytes === undefined) faults.push(fail("Files", `missing: ${path}`));
    else if (hex(await sha256(bytes)) !== digest) faults.push(fail("Files", `changed: ${path}`));
  }
  for (const path of files.keys()) {
    if (!listed.has(path) && !UNLISTED.test(path)) faults.push(fail("Files", `not listed, added later: ${path}`));
  }
  return faults.length > 0
    ? faults.slice(0, MAX_FAULTS)
    : [pass("Files", `${listed.size} files are the listed ones; none is missing, none was added`)];
}

async function checkSignature(files: Files, certificate: Uint8Array | undefined): Promise<Line[]> {
  const sums = files.get("SHA256SUMS");
  const signature = files.get("signatures/SHA256SUMS.sig");
  if (certificate === undefined || sums === undefined || signature === undefined) {
    return [fail("Signature", "the list, its signature or the certificate is missing")];
  }
  const key = await importP256(spkiOf(certificate));
  const valid = await verifyP256(key, signature, sums);
  return [
    valid
      ? pass("Signature", "the key of keys/examiner.crt signed SHA256SUMS")
      : fail("Signature", "no signature of SHA256SUMS by the key of keys/examiner.crt"),
    open(
      "Signature",
      "signatures/SHA256SUMS.p7s and the signature in report.pdf are not checked by this page: use openssl and pdfsig",
    ),
  ];
}

interface IndexEntry {
  readonly item: string;
  /** Null when the content is withheld. */
  readonly line: string | null;
  readonly sha256: string;
  readonly leafHash: string;
  readonly length: number;
  readonly proof: {
    readonly leafIndex: number;
    readonly treeSize: number;
    readonly rootHash: string;
    readonly hashes: readonly string[];
    readonly checkpoint: string;
    readonly keys: string | null;
  } | null;
}

async function checkExhibits(files: Files): Promise<Line[]> {
  // The form of the index is not trusted: whatever does not fit fails a comparison or throws, which is a failed check.
  const index = JSON.parse(text(files.get("exhibits/index.json")) ?? "") as { exhibits: readonly IndexEntry[] };
  const lines: Line[] = [];
  const checkpoints = new Map<string, string | null>();
  let proven = 0;
  let withheld = 0;
  for (const entry of index.exhibits) {
    const record = entry.line === null ? undefined : files.get(entry.line);
    if (record === undefined && entry.line !== null) {
      lines.push(fail(entry.item, "the record is missing"));
      continue;
    }
    const leaf =
      record === undefined ? (unhex(entry.leafHash) ?? new Uint8Array()) : await sha256(join(Uint8Array.of(0), record));
    if (record === undefined) withheld += 1;
    else if (
      hex(await sha256(record)) !== entry.sha256 ||
      hex(leaf) !== entry.leafHash ||
      record.length !== entry.length
    ) {
      lines.push(fail(entry.item, "the record does not have the digests of the index"));
    }
    if (entry.proof === null) continue;
    checkpoints.set(entry.proof.checkpoint, entry.proof.keys);
    const root = await rootOf(leaf, entry.proof.leafIndex, entry.proof.treeSize, entry.proof.hashes);
    const signed = rootOfCheckpoint(files.get(entry.proof.checkpoint), entry.proof.treeSize);
    if (root === undefined || root !== entry.proof.rootHash || root !== signed) {
      lines.push(fail(entry.item, "the proof does not lead to the root of the checkpoint"));
    } else {
      proven += 1;
    }
  }
  if (lines.length === 0) {
    lines.push(pass("Cited records", `${index.exhibits.length - withheld} records have the digests of the index`));
    if (proven > 0) lines.push(pass("Cited records", `${proven} of them lead to the root of their checkpoint`));
    if (withheld > 0) lines.push(open("Cited records", `the content of ${withheld} is withheld; its digest is given`));
    const without = index.exhibits.length - proven;
    if (without > 0)
      lines.push(open("Cited records", `${without} have no inclusion proof; exhibits/index.json says why`));
  }
  for (const [path, keys] of checkpoints)
    lines.push(await checkCheckpoint(path, files.get(path), text(files.get(keys ?? ""))));
  return lines.slice(0, MAX_FAULTS);
}

/** RFC 9162 §2.1.3.2 in arithmetic that holds to 2^53. */
async function rootOf(
  leaf: Uint8Array,
  index: number,
  size: number,
  hashes: readonly string[],
): Promise<string | undefined> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined;
  let node = leaf;
  let position = index;
  let last = size - 1;
  for (const hash of hashes) {
    const sibling = unhex(hash);
    if (last === 0 || sibling?.length !== 32) return undefined;
    if (position % 2 === 1 || position === last) {
      node = await sha256(join(Uint8Array.of(1), sibling, node));
      while (position % 2 === 0 && position !== 0) {
        position = Math.floor(position / 2);
        last = Math.floor(last / 2);
      }
    } else {
      node = await sha256(join(Uint8Array.of(1), node, sibling));
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hex(node) : undefined;
}

function rootOfCheckpoint(bytes: Uint8Array | undefined, size: number): string | undefined {
  const [, sizeLine, rootLine] = (text(bytes) ?? "").split("\n");
  const root = sizeLine === String(size) ? unbase64(rootLine ?? "") : undefined;
  return root?.length === 32 ? hex(root) : undefined;
}

/** Whether a C2SP signed note carries the Ed25519 signature of one of the keys (vkey lines) that names its origin. */
async function checkCheckpoint(path: string, bytes: Uint8Array | undefined, keys: string | undefined): Promise<Line> {
  if (keys === undefined) return open(path, "the examiner pinned no key for this log, so its signature is not checked");
  const note = text(bytes) ?? "";
  const split = note.lastIndexOf("\n\n");
  const signed = new TextEncoder().encode(note.slice(0, split + 1));
  const [origin = ""] = note.split("\n");
  for (const line of keys.trimEnd().split("\n")) {
    const [name = "", id = "", ...rest] = line.split("+");
    const material = unbase64(rest.join("+"));
    if (name !== origin || material?.length !== 33 || material[0] !== 1) continue;
    const expectedId = await sha256(join(new TextEncoder().encode(`${name}\n`), material));
    if (hex(expectedId.slice(0, 4)) !== id) continue;
    for (const signatureLine of note.slice(split + 2).split("\n")) {
      if (!signatureLine.startsWith(`\u2014 ${name} `)) continue;
      const blob = unbase64(signatureLine.slice(name.length + 3));
      if (blob?.length !== 68 || hex(blob.slice(0, 4)) !== id) continue;
      if (ed25519.verify(blob.slice(4), signed, material.slice(1), { zip215: false })) {
        return pass(path, `signed by ${name}, key ${id}, which the examiner put in this package`);
      }
    }
  }
  return fail(path, "no signature of the log's key in the package");
}

interface Entry {
  readonly seq: number;
  readonly prev: string;
  readonly at: string;
  readonly action: string;
  readonly params?: {
    readonly publicKey?: string;
    readonly certificate?: string | null;
    readonly endorsement?: string | null;
  };
}

async function checkCustody(files: Files, certificate: Uint8Array | undefined): Promise<Line[]> {
  const journal = text(files.get("custody.jsonl"));
  if (journal === undefined || !journal.endsWith("\n"))
    return [fail("Custody journal", "missing, or its last line is cut")];
  let prev = "0".repeat(64);
  let seq = 0;
  let key: CryptoKey | undefined;
  let unendorsed = 0;
  for (const line of journal.slice(0, -1).split("\n")) {
    const outer = JSON.parse(line) as { e: string; hash: string; sig: string };
    const data = new TextEncoder().encode(outer.e);
    const entry = JSON.parse(outer.e) as Entry;
    const where = `entry ${seq}`;
    if (hex(await sha256(data)) !== outer.hash) return [fail("Custody journal", `${where} does not have its hash`)];
    if (entry.seq !== seq || entry.prev !== prev)
      return [fail("Custody journal", `${where} does not follow the one before`)];
    if (entry.action === "session.opened") {
      key = await importP256(unbase64(entry.params?.publicKey ?? "") ?? new Uint8Array());
      const endorsed = await isEndorsed(entry, certificate);
      if (endorsed === false) return [fail("Custody journal", `the session of ${where} carries a false endorsement`)];
      if (endorsed === undefined) unendorsed += 1;
    }
    const signature = unbase64(outer.sig);
    if (key === undefined || signature === undefined || !(await verifyP256(key, signature, data))) {
      return [fail("Custody journal", `${where} is not signed by the key of its session`)];
    }
    prev = outer.hash;
    seq += 1;
  }
  const lines = [pass("Custody journal", `${seq} entries in one chain, each signed; the last has the hash ${prev}`)];
  if (unendorsed > 0) {
    lines.push(open("Custody journal", `${unendorsed} sessions are not endorsed by the key of keys/examiner.crt`));
  }
  return lines;
}

/** Whether the examiner's key endorses a session; undefined when nobody does, or another certificate. */
async function isEndorsed(entry: Entry, certificate: Uint8Array | undefined): Promise<boolean | undefined> {
  const { publicKey = "", certificate: named, endorsement } = entry.params ?? {};
  const der = typeof named === "string" ? unbase64(named) : undefined;
  const signature = typeof endorsement === "string" ? unbase64(endorsement) : undefined;
  if (der === undefined || signature === undefined) return undefined;
  const message = `${NAMESPACE}/custody-session/v1\n${entry.seq}\n${entry.prev}\n${entry.at}\n${publicKey}\n`;
  const valid = await verifyP256(await importP256(spkiOf(der)), signature, new TextEncoder().encode(message));
  if (!valid) return false;
  return certificate !== undefined && hex(der) === hex(certificate) ? true : undefined;
}

function readCertificate(files: Files): Uint8Array | undefined {
  const pem = text(files.get("keys/examiner.crt")) ?? "";
  const body = /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n$/.exec(pem)?.[1];
  return body === undefined ? undefined : unbase64(body.replaceAll("\n", ""));
}

/** DER of SubjectPublicKeyInfo for an uncompressed P-256 point, up to the point (RFC 5480). */
const P256_PREFIX = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";

function spkiOf(certificate: Uint8Array): Uint8Array {
  const all = hex(certificate);
  const at = all.indexOf(P256_PREFIX);
  if (at < 0 || at % 2 !== 0 || all.includes(P256_PREFIX, at + 2))
    throw new Error("expected one P-256 key in the certificate");
  return certificate.slice(at / 2, at / 2 + 91);
}

function importP256(spki: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey("spki", new Uint8Array(spki), { name: "ECDSA", namedCurve: "P-256" }, false, [
    "verify",
  ]);
}

async function verifyP256(key: CryptoKey, der: Uint8Array, data: Uint8Array): Promise<boolean> {
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

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
}

function text(bytes: Uint8Array | undefined): string | undefined {
  try {
    return bytes && new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function unhex(digits: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2})*$/.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The bytes of canonical base64; undefined for any other text. */
function unbase64(base64: string): Uint8Array | undefined {
  try {
    const binary = atob(base64);
    return btoa(binary) === base64 ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : undefined;
  } catch {
    return undefined;
  }
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function pass(name: string, message: string): Line {
  return { outcome: "pass", name, text: message };
}

function fail(name: string, message: string): Line {
  return { outcome: "fail", name, text: message };
}

function open(name: string, message: string): Line {
  return { outcome: "open", name, text: message };
}
