import { formatHex } from "../encoding/bytes.ts";
import { Problem, quote } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { formatInstant } from "../model/time.ts";
import { formatKeyRotation } from "../signing/key-rotation.ts";
import { formatNote, stampedBytes, type Note } from "../signing/note.ts";
import { signNote, type SigningKey } from "../signing/signing-key.ts";
import { writeBag } from "./bag-output.ts";
import { BundleWriter, type ExportOptions } from "./bundle-writer.ts";
import { signCheckpoint } from "./checkpoint-signer.ts";
import { formatRotationPath } from "./layout.ts";
import { segmentsOfRecords, type RecordsToSeal } from "./record-segments.ts";
import { type BuiltSegment } from "./segment-builder.ts";
import { MAX_SEGMENT_BYTES } from "./segment-scan.ts";
import { type StatedKey } from "./trusted-root.ts";

export const DEFAULT_SEGMENT_BYTES = 8 * 2 ** 20;
/** Smaller ones would hold little but the log's own records. */
const MIN_SEGMENT_BYTES = 1_024;

/** Same options and same inputs make the same bundle, byte for byte: clock, random bytes and keys are arguments. */
export interface SealOptions extends ExportOptions, RecordsToSeal {
  /** Name of the log; must be the name of its keys. */
  readonly origin: string;
  readonly key: SigningKey;
  /** The key that the log hands over to before its last input; with one input, at its end. */
  readonly rotateTo?: SigningKey;
  /** Cosign every checkpoint. */
  readonly witnesses?: readonly SigningKey[];
  /** A new folder, or a new zip when it ends in `.zip`. */
  readonly output: string;
}

export interface SealSummary {
  readonly origin: string;
  readonly treeSize: number;
  /** Hex. */
  readonly rootHash: string;
  readonly segments: number;
  /** Records of the inputs; the log's own are not counted. */
  readonly records: number;
  readonly bundleId: string;
  /** What a time stamp of each checkpoint is over: SHA-256 of its text and the log's signature, hex. */
  readonly checkpoints: readonly { readonly size: number; readonly stampDigest: string }[];
}

/**
 * Seals NDJSON files into an Evidence Log Bundle v1. Memory does not depend on the inputs: one segment is held at a time.
 * Throws `bad-record`, `no-records`, `segment-bytes`, `origin-key`, `output-exists`, and as {@link BundleWriter}; on any
 * failure nothing is left behind.
 */
export async function sealBundle(options: SealOptions, work: LongWork = {}): Promise<SealSummary> {
  assertSegmentBytes(options.segmentBytes);
  for (const key of [options.key, ...(options.rotateTo ? [options.rotateTo] : [])]) assertOrigin(options.origin, key);
  return writeBag(
    options.output,
    async (folder) => {
      const createdAt = options.now();
      const bundleId = newBundleId(options.random);
      const writer = new BundleWriter(folder, options);
      const signed = new SignedStates(options);
      const rotatingInput = Math.max(0, options.inputs.length - 2);
      for await (const { built, endsInput } of segmentsOfRecords(options, work)) {
        const rotates = options.rotateTo !== undefined && endsInput === rotatingInput;
        await writer.add(built, rotates ? await signed.handOver(built, options.rotateTo, writer) : signed.sign(built));
      }
      const { keys, signers } = signed;
      await writer.finish({ createdAt: formatInstant(createdAt), bundleId, signers, keys });
      return { ...signed.summary(), bundleId };
    },
    work.signal,
  );
}

/** The states of the new log: which key signs which. */
class SignedStates {
  readonly #options: SealOptions;
  readonly #checkpoints: SealSummary["checkpoints"][number][] = [];
  #key: SigningKey;
  /** Of the newest checkpoint. */
  #signers: readonly SigningKey[] = [];
  #keys: readonly StatedKey[] = [];
  #newest: BuiltSegment | undefined;

  constructor(options: SealOptions) {
    this.#options = options;
    this.#key = options.key;
  }

  get signers(): readonly SigningKey[] {
    return this.#signers;
  }

  get keys(): readonly StatedKey[] {
    return this.#keys;
  }

  sign(built: BuiltSegment, signers: readonly SigningKey[] = [this.#key]): Note {
    if (this.#keys.length === 0) this.#keys = [{ key: this.#key.verifier, start: built.openedAt }];
    const note = signCheckpoint(built, signers, this.#options);
    this.#checkpoints.push({ size: built.treeSize, stampDigest: stampDigestOf(note, this.#options) });
    this.#signers = signers;
    this.#newest = built;
    return note;
  }

  /** Signs by both keys, and lets only the new one sign from now on. */
  async handOver(built: BuiltSegment, to: SigningKey, writer: BundleWriter): Promise<Note> {
    const from = this.#key;
    const note = this.sign(built, [from, to]);
    const { origin, now } = this.#options;
    const time = formatInstant(now());
    const { treeSize: size } = built;
    const rotation = { origin, from: from.verifier, to: to.verifier, size, time, reason: "scheduled" } as const;
    await writer.addFile(formatRotationPath(1), formatNote(signNote(formatKeyRotation(rotation), [from, to])));
    this.#keys = [...this.#keys.map((stated) => ({ ...stated, end: time })), { key: to.verifier, start: time }];
    this.#key = to;
    return note;
  }

  summary(): Omit<SealSummary, "bundleId"> {
    const segments = this.#checkpoints.length;
    const treeSize = this.#newest?.treeSize ?? 0;
    return {
      origin: this.#options.origin,
      treeSize,
      rootHash: formatHex(this.#newest?.rootHash ?? new Uint8Array()),
      segments,
      records: treeSize - 2 * segments,
      checkpoints: this.#checkpoints,
    };
  }
}

/** Hex. Precondition: the first signature is the log's own. */
export function stampDigestOf(note: Note, { hash }: Pick<SealOptions, "hash">): string {
  const [signature] = note.signatures;
  return signature === undefined ? "" : formatHex(hash(stampedBytes(note, signature)));
}

function assertSegmentBytes(segmentBytes: number): void {
  if (segmentBytes >= MIN_SEGMENT_BYTES && segmentBytes <= MAX_SEGMENT_BYTES) return;
  const expected = `${MIN_SEGMENT_BYTES} to ${MAX_SEGMENT_BYTES} bytes`;
  throw new Problem("usage", "segment-bytes", `segment size expected ${expected}, got ${segmentBytes}`, {
    expected,
    found: String(segmentBytes),
  });
}

/** Throws `origin-key` unless the log is named as its key. */
export function assertOrigin(origin: string, key: SigningKey): void {
  if (origin === key.verifier.name) return;
  const message = `origin expected to be the name of the key, ${quote(key.verifier.name)}, got ${quote(origin)}`;
  throw new Problem("usage", "origin-key", message, { expected: quote(key.verifier.name), found: quote(origin) });
}

/** RFC 9562 version 4 from 16 random bytes. */
export function newBundleId(random: (byteLength: number) => Uint8Array): string {
  const bytes = random(16).slice();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const uuid = formatHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return `urn:uuid:${uuid}`;
}
