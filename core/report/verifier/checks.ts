/**
 * The second implementation of the package checks, for verify.html. It shares no code with the rest of the program on
 * purpose: it imports the platform's WebCrypto and, for Ed25519 only, @noble/curves. docs/package.md has the formats.
 */
import { ed25519 } from "@noble/curves/ed25519.js";

import { type Files, hex, join, sha256, text, unbase64, unhex } from "./bytes.ts";
import { fail, type Line, open, pass } from "./line.ts";
import { certificateOf, importP256, spkiOf, verifyP256 } from "./p256.ts";
import { checkRotations } from "./rotations.ts";

export interface PageResult {
  readonly lines: readonly Line[];
  /** SHA-256 of the certificate in the package, hex; empty when there is none. */
  readonly fingerprint: string;
  /** SHA-256 of verify.html in the folder, hex; empty when there is none. */
  readonly page: string;
}

const UNLISTED = /^(SHA256SUMS|signatures\/SHA256SUMS\.(p7s|sig)|timestamps\/[A-Za-z0-9._-]+\.(tsr|pem))$/;
/** More lines of one kind say nothing new, and a hostile package could make the page endless. */
const MAX_FAULTS = 100;

/** Checks all files of a package. Never throws for what is in them. */
export async function checkPackage(files: Files): Promise<PageResult> {
  const certificate = certificateOf(text(files.get("keys/examiner.crt")) ?? "");
  const lines = [
    ...(await attempt("Files", () => checkFiles(files))),
    ...(await attempt("Signature", () => checkSignature(files, certificate))),
    ...(await attempt("Cited records", () => checkExhibits(files))),
    ...(await attempt("Custody journal", () => checkCustody(files, certificate))),
    ...(await attempt("Earlier keys", () => checkRotations(files, certificate))),
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
  const message = `https://assay.example/custody-session/v1\n${entry.seq}\n${entry.prev}\n${entry.at}\n${publicKey}\n`;
  const valid = await verifyP256(await importP256(spkiOf(der)), signature, new TextEncoder().encode(message));
  if (!valid) return false;
  return certificate !== undefined && hex(der) === hex(certificate) ? true : undefined;
}
