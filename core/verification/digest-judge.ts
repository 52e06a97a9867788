/**
 * One digest by itself and by what its successors say of it. Its signature lies in S3 metadata, which copies lose; the
 * successor repeats it, and the RSA check decides, wherever the signature came from.
 */
import { formatChainIdentity, signedBytes, type Digest } from "../bundle/cloudtrail-digest.ts";
import { type DigestFile } from "../bundle/cloudtrail-export.ts";
import { type ObjectMetadata } from "../bundle/object-metadata.ts";
import { equalBytes, parseHex } from "../encoding/bytes.ts";
import { quote } from "../model/problem.ts";
import { parseInstant, type Instant } from "../model/time.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { type RsaVerify } from "../signing/rsa-key.ts";
import { type DigestKey, type KeyRing } from "./cloudtrail-keys.ts";
import { finding } from "./findings.ts";
import { isConsistent, isProven, liesAt, type DigestStatus, type JudgedDigest } from "./judged-digest.ts";

/** Metadata whose signature is not that of the digest it stands beside. */
export interface WrongSignature {
  readonly entry: ObjectMetadata;
  readonly finding: VerificationFinding;
}

/** The judgement of one digest. */
export class DigestJudge {
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
    this.#findUndated();
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

  /** S3 keeps beside a backfill digest when it was made: without that, its key cannot be said to have been in use. */
  #findUndated(): void {
    if (this.#digest.identity?.kind !== "backfill") return;
    for (const { path, line, backfillTime } of this.fulfilled) {
      if (parseInstant(backfillTime ?? "") !== undefined) continue;
      const message = "Object metadata of a backfill digest does not state when it was made.";
      this.findings.push(finding("metadata-malformed", "verified-with-limits", message, { file: path, line }));
    }
  }

  /** A digest that is genuine and a genuine successor that says something else of it: both are signed. */
  #findConflicts(own: readonly ObjectMetadata[], key: DigestKey | undefined): void {
    for (const successor of this.#successors.filter(isConsistent)) {
      const { previous } = successor.digest;
      // Of a digest that lies in the place of another one, what is said of that other one says nothing.
      if (previous?.key !== this.#digest.key) continue;
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
    const [signedAt, relocated] = [this.#signedAt(), !liesAt(file.path, digest.key)];
    return { file, digest, chain: chainOf(digest), status, trust: key?.trust, key, signature, signedAt, relocated };
  }

  #signedAt(): Instant | null {
    if (this.#digest.identity?.kind !== "backfill") return this.#digest.end;
    const times = this.fulfilled.map(({ backfillTime }) => parseInstant(backfillTime ?? ""));
    return times.find((time) => time !== undefined) ?? null;
  }
}

/** Chains of digests with keys that name no region or trail are told apart by their folder. */
function chainOf({ identity, account, bucket, key }: Digest): string {
  if (identity !== null) return formatChainIdentity(identity);
  return `${account}/${bucket}/${key.slice(0, key.lastIndexOf("/"))}`;
}
