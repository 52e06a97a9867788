import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { concatBytes, formatHex } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { TILE_WIDTH } from "../merkle/tree.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { Problem, quote, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { formatInstant, type Instant } from "../model/time.ts";
import { formatCheckpoint } from "../signing/checkpoint.ts";
import { formatEnvelope, signEnvelope } from "../signing/dsse.ts";
import { formatNote } from "../signing/note.ts";
import { signNote, type SigningKey } from "../signing/signing-key.ts";
import { assertAbsent, BagFolder } from "./bag-folder.ts";
import { BAGIT_TEXT } from "./bag-text.ts";
import { gzipMember } from "./gzip-write.ts";
import {
  BAG_INFO_PATH,
  BAGIT_PATH,
  CHECKPOINT_PATH,
  formatCheckpointPath,
  formatSegmentPath,
  formatTilePath,
  MANIFEST_PATH,
  STATEMENT_PATH,
  TAG_MANIFEST_PATH,
  TRUSTED_ROOT_PATH,
} from "./layout.ts";
import { formatManifest } from "./manifest.ts";
import { recordsOf, SALT_BYTES, type SealInput } from "./record-source.ts";
import { MAX_SEGMENT_BYTES } from "./segment-scan.ts";
import { SegmentBuilder, type BuiltSegment } from "./segment-builder.ts";
import { formatStatement, IN_TOTO_PAYLOAD_TYPE, type StatementSegment, SUBJECT_PATHS } from "./statement.ts";
import { formatTrustedRoot } from "./trusted-root.ts";
import { writeZip } from "./zip-write.ts";

export const DEFAULT_SEGMENT_BYTES = 8 * 2 ** 20;
/** Smaller ones would hold little but the log's own records. */
const MIN_SEGMENT_BYTES = 1_024;
/** Kept free for the record that seals the segment. */
const SEAL_RECORD_BYTES = 1_024;

/** Same options and same inputs make the same bundle, byte for byte: clock, random bytes and key are arguments. */
export interface SealOptions {
  readonly inputs: readonly SealInput[];
  /** Name of the log; must be the name of its key. */
  readonly origin: string;
  readonly key: SigningKey;
  /** A new folder, or a new zip when it ends in `.zip`. */
  readonly output: string;
  readonly encoding: "plain" | "gzip";
  /** A segment is closed before it grows beyond this; each input begins one. */
  readonly segmentBytes: number;
  /** Give records without a `salt` member one. */
  readonly addSalt: boolean;
  readonly tool: { readonly name: string; readonly version: string };
  readonly hash: Hash;
  readonly now: () => Instant;
  readonly random: (byteLength: number) => Uint8Array;
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
}

/**
 * Seals NDJSON files into an Evidence Log Bundle v1. Memory does not depend on the inputs: one segment is held at a time.
 * Throws `bad-record`, `no-records`, `segment-bytes`, `origin-key`, `output-exists`; on any failure nothing is left behind.
 */
export async function sealBundle(options: SealOptions, work: LongWork = {}): Promise<SealSummary> {
  assertOptions(options);
  await assertAbsent(options.output);
  const asZip = options.output.endsWith(".zip");
  const folderPath = asZip ? join(dirname(options.output), `.${basename(options.output)}.bag`) : options.output;
  const folder = await BagFolder.create(folderPath);
  try {
    const summary = await fillBag(folder, options, work);
    throwIfCancelled(work.signal);
    if (asZip) {
      const paths = folder.files.map(({ path }) => path);
      await writeZip(folder.partialPath, paths, basename(options.output, ".zip"), options.output, work.signal);
      await rm(folder.partialPath, { recursive: true });
    } else {
      await folder.finish();
    }
    return summary;
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

function assertOptions({ segmentBytes, origin, key }: SealOptions): void {
  if (segmentBytes < MIN_SEGMENT_BYTES || segmentBytes > MAX_SEGMENT_BYTES) {
    const expected = `${MIN_SEGMENT_BYTES} to ${MAX_SEGMENT_BYTES} bytes`;
    throw new Problem("usage", "segment-bytes", `segment size expected ${expected}, got ${segmentBytes}`, {
      expected,
      found: String(segmentBytes),
    });
  }
  if (origin !== key.verifier.name) {
    const message = `origin expected to be the name of the key, ${quote(key.verifier.name)}, got ${quote(origin)}`;
    throw new Problem("usage", "origin-key", message, { expected: quote(key.verifier.name), found: quote(origin) });
  }
}

async function fillBag(folder: BagFolder, options: SealOptions, work: LongWork): Promise<SealSummary> {
  const createdAt = formatInstant(options.now());
  const bundleId = `urn:uuid:${formatUuid(options.random(16))}`;
  const tiles = new TileWriter(folder);
  const segments: StatementSegment[] = [];
  let newest: BuiltSegment | undefined;
  let records = 0;

  const log = new SegmentBuilder({ ...options, onLeaf: (leaf) => tiles.append(leaf) });
  const seal = async (): Promise<void> => {
    newest = log.seal();
    segments.push(await writeSegment(folder, newest, options));
    await tiles.flush();
  };
  const report = progressOf(options.inputs, work);
  for (const input of options.inputs) {
    log.open();
    let recordsOfInput = 0;
    for await (const record of recordsOf(input, options.addSalt ? () => options.random(SALT_BYTES) : undefined)) {
      throwIfCancelled(work.signal);
      const grown = log.byteLength + record.bytes.length + SEAL_RECORD_BYTES;
      if (recordsOfInput > 0 && grown > options.segmentBytes) {
        await seal();
        log.open();
      }
      log.append(record);
      recordsOfInput += 1;
      report(record.bytes.length + 1);
    }
    if (recordsOfInput === 0) {
      throw new Problem("refused", "no-records", `${quote(input.name)} has no records to seal`, {
        file: input.name,
        expected: "at least one line",
        found: "an empty file",
      });
    }
    records += recordsOfInput;
    await seal();
  }
  if (newest === undefined) throw new Problem("usage", "no-inputs", "seal expected at least one file, got none");
  await tiles.finish();
  await writeClosing(folder, options, { createdAt, bundleId, newest, segments });
  const { treeSize, rootHash } = newest;
  return {
    origin: options.origin,
    treeSize,
    rootHash: formatHex(rootHash),
    segments: segments.length,
    records,
    bundleId,
  };
}

async function writeSegment(folder: BagFolder, built: BuiltSegment, options: SealOptions): Promise<StatementSegment> {
  const { firstIndex, count, content, treeSize } = built;
  const path = formatSegmentPath(firstIndex, options.encoding);
  await folder.write(path, options.encoding === "gzip" ? gzipMember(content) : content);
  const checkpoint = formatCheckpointPath(treeSize);
  await folder.write(checkpoint, checkpointNote(built, options));
  const sha256 = formatHex(options.hash(content));
  return { path, firstIndex, count, uncompressedSize: content.length, sha256, encoding: options.encoding, checkpoint };
}

function checkpointNote({ treeSize, rootHash }: BuiltSegment, { origin, key }: SealOptions): Uint8Array {
  return formatNote(signNote(formatCheckpoint({ origin, size: treeSize, root: rootHash, extensions: [] }), [key]));
}

interface Closing {
  readonly createdAt: string;
  readonly bundleId: string;
  readonly newest: BuiltSegment;
  readonly segments: readonly StatementSegment[];
}

/** Everything that states what the bag holds, in the order in which one file pins the other. */
async function writeClosing(folder: BagFolder, options: SealOptions, closing: Closing): Promise<void> {
  const { createdAt, bundleId, newest, segments } = closing;
  await folder.write(CHECKPOINT_PATH, checkpointNote(newest, options));
  await folder.write(TRUSTED_ROOT_PATH, formatTrustedRoot(options.hash, options.key.verifier, createdAt));
  const payload = [...folder.files];
  const oxum = `${payload.reduce((total, { byteLength }) => total + byteLength, 0)}.${payload.length}`;
  const { name, version } = options.tool;
  await folder.write(BAGIT_PATH, encodeUtf8(BAGIT_TEXT));
  await folder.write(
    BAG_INFO_PATH,
    encodeUtf8(
      `Bag-Software-Agent: ${name} ${version}\nBagging-Date: ${createdAt.slice(0, 10)}\n` +
        `External-Identifier: ${bundleId}\nPayload-Oxum: ${oxum}\n`,
    ),
  );
  await folder.write(MANIFEST_PATH, encodeUtf8(formatManifest(payload)));
  const subjects = folder.files.filter(({ path }) => SUBJECT_PATHS.some((subject) => subject === path));
  const statement = { subjects, bundleId, createdAt, tool: options.tool, origin: options.origin, segments };
  const payloadBytes = formatStatement({ ...statement, treeSize: newest.treeSize });
  await folder.write(STATEMENT_PATH, formatEnvelope(signEnvelope(IN_TOTO_PAYLOAD_TYPE, payloadBytes, [options.key])));
  const tags = folder.files.filter(({ path }) => !path.startsWith("data/"));
  await folder.write(TAG_MANIFEST_PATH, encodeUtf8(formatManifest(tags)));
}

/** Level-0 tiles, full ones as they fill and the partial one at the end. */
class TileWriter {
  readonly #folder: BagFolder;
  #leaves: Uint8Array[] = [];
  #next = 0;

  constructor(folder: BagFolder) {
    this.#folder = folder;
  }

  append(leaf: Uint8Array): void {
    this.#leaves.push(leaf);
  }

  async flush(): Promise<void> {
    let start = 0;
    for (; this.#leaves.length - start >= TILE_WIDTH; start += TILE_WIDTH) {
      await this.#write(this.#leaves.slice(start, start + TILE_WIDTH));
    }
    this.#leaves = this.#leaves.slice(start);
  }

  async finish(): Promise<void> {
    await this.flush();
    if (this.#leaves.length > 0) await this.#write(this.#leaves);
  }

  async #write(leaves: readonly Uint8Array[]): Promise<void> {
    const content = concatBytes(...leaves);
    await this.#folder.write(
      formatTilePath({ level: 0, index: this.#next, width: content.length / HASH_BYTES }),
      content,
    );
    this.#next += 1;
  }
}

/** Reports at most every 64 KiB, so that the bar costs nothing. */
function progressOf(inputs: readonly SealInput[], work: LongWork): (byteLength: number) => void {
  const lengths = inputs.map(({ byteLength }) => byteLength);
  const total = lengths.includes(undefined)
    ? undefined
    : lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0);
  let done = 0;
  let shown = 0;
  let records = 0;
  return (byteLength) => {
    done += byteLength;
    records += 1;
    if (done - shown < 65_536) return;
    shown = done;
    work.onProgress?.({ phase: "sealing", bytesDone: done, bytesTotal: total, records });
  };
}

/** RFC 9562 version 4 from 16 random bytes. */
function formatUuid(random: Uint8Array): string {
  const bytes = random.slice();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return formatHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
