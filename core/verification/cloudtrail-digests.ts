/**
 * Judges every digest of an export by itself and by what its successor says of it. The signature of a digest lies in S3
 * metadata, which copies lose; the successor repeats it, and the RSA check decides, wherever the signature came from.
 */
import { formatChainIdentity, signedBytes, type Digest } from "../bundle/cloudtrail-digest.ts";
import { type CloudTrailExport, type DigestFile } from "../bundle/cloudtrail-export.ts";
import { type ObjectMetadata } from "../bundle/object-metadata.ts";
import { equalBytes, parseHex } from "../encoding/bytes.ts";
import { groupedBy } from "../model/grouped.ts";
import { quote } from "../model/problem.ts";
import { type Check, type VerificationFinding } from "../model/verdict.ts";
import { type RsaVerify } from "../signing/rsa-key.ts";
import { type DigestKey, type KeyRing } from "./cloudtrail-keys.ts";
import { countOf, finding } from "./findings.ts";

/**
 * `verified` under its metadata's signature · `from-successor` under the signature that its successor repeats ·
 * `hash-committed` not signed under a known key, named by hash in a verified successor · `unsigned` without any ·
 * `refuted` a signature, or a verified successor's hash, says otherwise · `key-unknown` · `key-unreadable`.
 */
export type DigestStatus =
  "verified" | "from-successor" | "hash-committed" | "unsigned" | "refuted" | "key-unknown" | "key-unreadable";

export interface JudgedDigest {
  readonly file: DigestFile;
  readonly digest: Digest;
  readonly chain: string;
  readonly status: DigestStatus;
  /** Of the key that proves it; undefined when nothing does. */
  readonly trust: "pinned" | "bundle" | undefined;
  readonly key: DigestKey | undefined;
  /** The signature that verified under `key`; undefined when none did. */
  readonly signature: Uint8Array | undefined;
  /** Genuine, and not where it says it was kept. */
  readonly relocated: boolean;
}

export interface DigestsOutcome {
  /** Oldest first. Those that could not be read are not among them. */
  readonly digests: readonly JudgedDigest[];
  /** Files that are digests by name and cannot be read as one. */
  readonly unreadable: readonly DigestFile[];
  readonly findings: readonly VerificationFinding[];
  readonly check: Check;
}

/** Whether a digest is proven, by whatever key. */
export function isConsistent({ trust }: JudgedDigest): boolean {
  return trust !== undefined;
}

/** Whether a digest is proven under a key that the examiner pinned. */
export function isProven({ trust }: JudgedDigest): boolean {
  return trust === "pinned";
}

/** Whether a file lies where an S3 key says, below whatever folder; a browser unpacks `.gz` and drops the ending. */
export function liesAt(path: string, key: string): boolean {
  const ends = (end: string): boolean => path === end || path.endsWith(`/${end}`);
  return ends(key) || (key.endsWith(".gz") && ends(key.slice(0, -".gz".length)));
}

/** Judges the digests of an export, the newest of each chain first: a successor speaks for what is before it. */
export function judgeDigests(contents: CloudTrailExport, ring: KeyRing, rsa: RsaVerify): DigestsOutcome {
  const { digests: files, metadata } = contents;
  const signatures = new SignatureIndex(metadata.entries);
  const findings: VerificationFinding[] = [];
  const judged: JudgedDigest[] = [];
  const doubtful: WrongSignature[] = [];
  const fulfilled = new Set<ObjectMetadata>();
  const successors = new Map<string, JudgedDigest[]>();
  for (const { file, digest } of readable(files)) {
    const before = [...(successors.get(digest.key) ?? []), ...(successors.get(keyOfPath(file.path)) ?? [])];
    const judge = new DigestJudge(file, digest, signatures.of(file, digest), [...new Set(before)], ring, rsa);
    const result = judge.judge();
    for (const entry of judge.fulfilled) fulfilled.add(entry);
    findings.push(...judge.findings);
    doubtful.push(...judge.doubtful);
    judged.push(result);
    if (digest.previous !== null) append(successors, digest.previous.key, result);
  }
  judged.reverse();
  const unreadable = files.filter(({ reading }) => reading.kind !== "digest");
  findings.push(
    // Where two digests are signed for one object, the signature of one is none of the other.
    ...doubtful.flatMap(({ entry, finding: wrong }) => (fulfilled.has(entry) ? [] : [wrong])),
    ...unreadable.map(unreadableFinding),
    ...packingFindings(files),
    ...metadataFindings(contents, signatures),
    ...trustFindings(judged),
    ...relocationFinding(judged),
    ...periodFinding(judged),
    ...duplicateFindings(judged),
  );
  return { digests: judged, unreadable, findings, check: digestCheck(judged, unreadable) };
}

/** Each digest once, however often it was copied, the newest first. */
function readable(files: readonly DigestFile[]): readonly { readonly file: DigestFile; readonly digest: Digest }[] {
  const found = new Map<string, { file: DigestFile; digest: Digest }>();
  for (const file of files) {
    if (file.reading.kind !== "digest") continue;
    const { digest } = file.reading;
    const known = found.get(file.sha256);
    if (!known || (!liesAt(known.file.path, digest.key) && liesAt(file.path, digest.key))) {
      found.set(file.sha256, { file, digest });
    }
  }
  return [...found.values()].sort(
    (a, b) =>
      Number(b.digest.end - a.digest.end) ||
      Number(b.digest.start - a.digest.start) ||
      (a.file.path < b.file.path ? -1 : 1),
  );
}

/** The S3 key that a path shows: from its `AWSLogs` on. */
function keyOfPath(path: string): string {
  return path.slice(Math.max(0, path.indexOf("AWSLogs/")));
}

/** Finds the metadata of a digest: by the object it names, or beside the file, and tells what was never asked for. */
class SignatureIndex {
  readonly #byObject = new Map<string, ObjectMetadata[]>();
  readonly #byFile = new Map<string, ObjectMetadata[]>();
  readonly #used = new Set<ObjectMetadata>();
  readonly #entries: readonly ObjectMetadata[];

  constructor(entries: readonly ObjectMetadata[]) {
    this.#entries = entries;
    for (const entry of entries) {
      if ("file" in entry.object) append(this.#byFile, entry.object.file, entry);
      else append(this.#byObject, entry.object.key, entry);
    }
  }

  of({ path }: DigestFile, { key, bucket }: Digest): readonly ObjectMetadata[] {
    const named = [...(this.#byObject.get(key) ?? []), ...(this.#byObject.get(keyOfPath(path)) ?? [])];
    const ofBucket = named.filter(({ object }) => "bucket" in object && object.bucket === bucket);
    const found = [...new Set([...(this.#byFile.get(path) ?? []), ...ofBucket])];
    for (const entry of found) this.#used.add(entry);
    return found;
  }

  unused(): readonly ObjectMetadata[] {
    return this.#entries.filter((entry) => !this.#used.has(entry));
  }
}

/** Metadata whose signature is not that of the digest it stands beside. */
interface WrongSignature {
  readonly entry: ObjectMetadata;
  readonly finding: VerificationFinding;
}

/** The judgement of one digest. */
class DigestJudge {
  readonly findings: VerificationFinding[] = [];
  /** Of a digest that another signature proves. */
  readonly doubtful: WrongSignature[] = [];
  /** Metadata whose signature verifies. */
  fulfilled: readonly ObjectMetadata[] = [];
  readonly #file: DigestFile;
  readonly #digest: Digest;
  readonly #metadata: readonly ObjectMetadata[];
  readonly #successors: readonly JudgedDigest[];
  readonly #keys: readonly DigestKey[];
  readonly #rsa: RsaVerify;

  constructor(
    file: DigestFile,
    digest: Digest,
    metadata: readonly ObjectMetadata[],
    successors: readonly JudgedDigest[],
    ring: KeyRing,
    rsa: RsaVerify,
  ) {
    this.#file = file;
    this.#digest = digest;
    this.#metadata = metadata;
    this.#successors = successors;
    const named = ring.named(digest.keyFingerprint);
    const pinned = named.filter(({ trust }) => trust === "pinned");
    // Where a key is pinned under this name, another one of the same name is a substitute.
    this.#keys = pinned.length > 0 ? pinned : named;
    this.#rsa = rsa;
  }

  judge(): JudgedDigest {
    const message = signedBytes(this.#digest, this.#file.sha256);
    const own = this.#metadata.map((entry) => {
      const { signature } = entry;
      return { entry, signature, key: this.#keyFor(signature, message) };
    });
    const repeated = this.#successors.map((successor) => {
      const signature = parseHex(successor.digest.previous?.signature ?? "");
      return { successor, signature, key: signature && this.#keyFor(signature, message) };
    });
    const proof = own.find(({ key }) => key) ?? repeated.find(({ key }) => key);
    const committing = this.#successors.find((successor) => this.#commits(successor) && isConsistent(successor));
    const wrong = own.filter(({ key }) => key === undefined);
    this.fulfilled = own.flatMap(({ entry, key }) => (key ? [entry] : []));
    if (proof) {
      this.doubtful.push(...wrong.map(({ entry }) => this.#wrongSignature(entry)));
      this.#findConflicts(this.fulfilled, proof.key);
      const status = this.fulfilled.length > 0 ? "verified" : "from-successor";
      return this.#result(status, proof.key, proof.signature);
    }
    const contradicting = this.#successors.find((successor) => !this.#commits(successor) && isConsistent(successor));
    if (committing) {
      if (this.#readableKeys().length > 0) this.doubtful.push(...wrong.map(({ entry }) => this.#wrongSignature(entry)));
      this.#limit("digest-hash-committed", "its signature cannot be checked; the digest after it names it by its hash");
      return { ...this.#result("hash-committed", committing.key), trust: committing.trust };
    }
    if (contradicting) return this.#refutedBy(contradicting);
    if (this.#readableKeys().length === 0) return this.#withoutKey();
    if (wrong.length > 0) {
      this.findings.push(...wrong.map(({ entry }) => this.#wrongSignature(entry).finding));
      return this.#result("refuted", undefined);
    }
    const refuting = repeated.find(({ successor, signature }) => signature && isConsistent(successor));
    if (refuting) return this.#refutedBy(refuting.successor);
    this.#limit("digest-unsigned", this.#reasonUnsigned());
    return this.#result("unsigned", undefined);
  }

  #readableKeys(): readonly DigestKey[] {
    return this.#keys.filter(({ key }) => key !== undefined);
  }

  #keyFor(signature: Uint8Array, message: Uint8Array): DigestKey | undefined {
    return this.#keys.find(({ key }) => key !== undefined && this.#rsa(signature, message, key.spki));
  }

  #commits({ digest }: JudgedDigest): boolean {
    return digest.previous?.sha256 === this.#file.sha256;
  }

  /** A digest that is genuine and a genuine successor that says something else of it: both are signed. */
  #findConflicts(own: readonly ObjectMetadata[], key: DigestKey | undefined): void {
    for (const successor of this.#successors.filter(isConsistent)) {
      const { previous } = successor.digest;
      const repeated = parseHex(previous?.signature ?? "");
      const differs = !this.#commits(successor)
        ? "another hash"
        : own.some(({ signature }) => repeated === undefined || !equalBytes(signature, repeated))
          ? "another signature"
          : undefined;
      if (differs === undefined) continue;
      const pinned = key?.trust === "pinned" && isProven(successor);
      const message = `The digest ending ${this.#digest.endText} and the one after it are both signed, and the later one states ${differs} for the earlier.`;
      const where = { file: this.#file.path };
      this.findings.push(finding("chain-conflict", pinned ? "conflict" : "not-verifiable", message, where));
    }
  }

  /** Under a pinned key a wrong signature is a changed digest; under a key of the export it is merely inconsistent. */
  #wrongSignature(entry: ObjectMetadata): WrongSignature {
    const pinned = this.#keys.some(({ trust }) => trust === "pinned");
    const message = `The signature kept for the digest ending ${this.#digest.endText} does not verify.`;
    const found = `the signature in ${entry.path}, line ${entry.line}`;
    const where = { file: this.#file.path };
    const verdict = pinned ? "altered" : "not-verifiable";
    return { entry, finding: finding("digest-signature-invalid", verdict, message, where, { found }) };
  }

  #refutedBy(successor: JudgedDigest): JudgedDigest {
    const message = `The digest ending ${this.#digest.endText} is not the one that the digest after it names: it was changed.`;
    const expected = successor.digest.previous?.sha256;
    const difference = { ...(typeof expected === "string" && { expected }), found: this.#file.sha256 };
    const verdict = isProven(successor) ? "altered" : "not-verifiable";
    this.findings.push(finding("digest-hash-mismatch", verdict, message, { file: this.#file.path }, difference));
    return this.#result("refuted", undefined);
  }

  #withoutKey(): JudgedDigest {
    const listed = this.#keys.find(({ fault }) => fault !== undefined);
    const name = quote(this.#digest.keyFingerprint);
    if (listed) {
      const message = `Key ${name}, which signed the digest ending ${this.#digest.endText}, cannot be read: ${listed.fault ?? ""}.`;
      this.findings.push(finding("digest-key-unreadable", "not-verifiable", message, { file: this.#file.path }));
      return this.#result("key-unreadable", undefined);
    }
    const message = `Key ${name}, which signed the digest ending ${this.#digest.endText}, is neither pinned nor in the export.`;
    this.findings.push(finding("digest-key-unknown", "not-verifiable", message, { file: this.#file.path }));
    return this.#result("key-unknown", undefined);
  }

  #reasonUnsigned(): string {
    return this.#successors.length === 0
      ? "its S3 metadata is not in the export, and no later digest repeats its signature"
      : "its S3 metadata is not in the export, and the digest after it is not verified either";
  }

  #limit(code: string, reason: string): void {
    const message = `The digest ending ${this.#digest.endText} is not verified by a signature: ${reason}.`;
    this.findings.push(finding(code, "verified-with-limits", message, { file: this.#file.path }));
  }

  #result(status: DigestStatus, key: DigestKey | undefined, signature?: Uint8Array): JudgedDigest {
    const { file, digest } = { file: this.#file, digest: this.#digest };
    const relocated = !liesAt(file.path, digest.key);
    return { file, digest, chain: chainOf(digest), status, trust: key?.trust, key, signature, relocated };
  }
}

/** Chains of digests with keys that name no region or trail are told apart by their folder. */
function chainOf({ identity, account, bucket, key }: Digest): string {
  if (identity !== null) return formatChainIdentity(identity);
  return `${account}/${bucket}/${key.slice(0, key.lastIndexOf("/"))}`;
}

function unreadableFinding({ path, reading, packing }: DigestFile): VerificationFinding {
  if (reading.kind === "algorithm") {
    const message = `The digest ${quote(path)} uses an algorithm that is not accepted: ${quote(reading.algorithm)}.`;
    return finding("digest-algorithm", "not-verifiable", message, { file: path });
  }
  const reason = reading.kind === "malformed" ? reading.reason : (packing.fault?.message ?? "");
  return finding("digest-malformed", "altered", `The digest cannot be read: ${reason}.`, { file: path });
}

function packingFindings(files: readonly DigestFile[]): readonly VerificationFinding[] {
  return files
    .filter(({ packing, reading }) => packing.trailerDamaged && reading.kind === "digest")
    .map(({ path }) => trailerFinding(path));
}

/** The check sum of a compressed file is wrong, while its content is what was signed. */
export function trailerFinding(path: string): VerificationFinding {
  const message = "The compressed file's own check sum does not fit its content; the content is proven by its hash.";
  return finding("gzip-trailer-damaged", "verified-with-limits", message, { file: path });
}

function metadataFindings({ metadata }: CloudTrailExport, index: SignatureIndex): readonly VerificationFinding[] {
  const malformed = metadata.faults.map(({ path, line, reason }) =>
    finding("metadata-malformed", "verified-with-limits", `Object metadata cannot be read: ${reason}.`, {
      file: path,
      line,
    }),
  );
  const unused = index.unused();
  const [first] = unused;
  if (!first) return malformed;
  const message = `Object metadata names ${countOf(unused.length, "digest")} that ${unused.length === 1 ? "is" : "are"} not in the export.`;
  const note = finding("metadata-unmatched", "verified", message, { file: first.path, line: first.line });
  return [...malformed, note];
}

function trustFindings(digests: readonly JudgedDigest[]): readonly VerificationFinding[] {
  const byKey = groupedBy(
    digests.filter(({ trust }) => trust === "bundle"),
    ({ digest }) => digest.keyFingerprint,
  );
  return [...byKey].map(([fingerprint, signed]) => {
    const source = signed[0]?.key?.source ?? "";
    const message = `${countOf(signed.length, "digest")} ${signed.length === 1 ? "is" : "are"} consistent with the keys supplied in this export (key ${quote(fingerprint)} in ${quote(source)}), which proves nothing about who made ${signed.length === 1 ? "it" : "them"}.`;
    return finding("digest-key-not-pinned", "not-verifiable", message, { file: source }, { found: fingerprint });
  });
}

function relocationFinding(digests: readonly JudgedDigest[]): readonly VerificationFinding[] {
  const moved = digests.filter((digest) => digest.relocated && isConsistent(digest));
  const [first] = moved;
  if (!first) return [];
  const message = `${countOf(moved.length, "digest")} ${moved.length === 1 ? "is" : "are"} not where CloudTrail kept ${moved.length === 1 ? "it" : "them"}; the content is what was signed.`;
  const difference = { expected: quote(first.digest.key), found: quote(first.file.path) };
  return [finding("digest-relocated", "verified-with-limits", message, { file: first.file.path }, difference)];
}

function periodFinding(digests: readonly JudgedDigest[]): readonly VerificationFinding[] {
  const outside = digests.filter(
    ({ key, digest: { end } }) =>
      key !== undefined &&
      ((key.validFrom !== null && end < key.validFrom) || (key.validTo !== null && end > key.validTo)),
  );
  const [first] = outside;
  if (!first) return [];
  const message = `${countOf(outside.length, "digest")} ended outside the stated period of use of the key.`;
  return [finding("digest-key-period", "verified-with-limits", message, { file: first.file.path })];
}

/** Two digests for one object, both signed. */
function duplicateFindings(digests: readonly JudgedDigest[]): readonly VerificationFinding[] {
  const byObject = groupedBy(digests.filter(isConsistent), ({ digest }) => `${digest.bucket}/${digest.key}`);
  return [...byObject.values()]
    .filter(({ length }) => length > 1)
    .map(([first, second]) => {
      const pinned = first !== undefined && second !== undefined && isProven(first) && isProven(second);
      const message = `Two different digests are signed for ${quote(first?.digest.key ?? "")}. Keep both.`;
      const where = { file: second?.file.path ?? "" };
      return finding("chain-conflict", pinned ? "conflict" : "not-verifiable", message, where);
    });
}

function digestCheck(digests: readonly JudgedDigest[], unreadable: readonly DigestFile[]): Check {
  const count = (...statuses: readonly DigestStatus[]): number =>
    digests.filter(({ status }) => statuses.includes(status)).length;
  const parts = [
    [count("verified"), "verified by their own signature"],
    [count("from-successor"), "by the signature that their successor repeats"],
    [count("hash-committed"), "by the hash that their successor names"],
    [count("unsigned"), "without a signature"],
    [count("key-unknown", "key-unreadable"), "by a key that is not known"],
    [count("refuted"), "altered"],
    [unreadable.length, "not readable"],
  ] as const;
  const note = parts.flatMap(([number, text]) => (number > 0 ? [`${number} ${text}`] : [])).join(", ");
  const failed = count("refuted") + unreadable.length;
  const checked = digests.length + unreadable.length;
  const unproven = digests.some((digest) => !isProven(digest));
  const verdict = failed > 0 ? "failed" : unproven ? "not-verifiable" : checked > 0 ? "verified" : "not-attempted";
  return { name: "digests", verdict, checked, failed, note };
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
