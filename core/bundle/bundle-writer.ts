import { formatHex } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type Hash } from "../model/digest.ts";
import { Problem } from "../model/problem.ts";
import { formatEnvelope, signEnvelope } from "../signing/dsse.ts";
import { formatNote, type Note } from "../signing/note.ts";
import { type SigningKey } from "../signing/signing-key.ts";
import { BAGIT_TEXT } from "./bag-text.ts";
import { type BagFolder } from "./bag-folder.ts";
import { gzipMember } from "./gzip-write.ts";
import {
  BAG_INFO_PATH,
  BAGIT_PATH,
  CHECKPOINT_PATH,
  formatCheckpointPath,
  formatSegmentPath,
  formatStampPath,
  MANIFEST_PATH,
  STATEMENT_PATH,
  TAG_MANIFEST_PATH,
  TRUSTED_ROOT_PATH,
} from "./layout.ts";
import { formatManifest } from "./manifest.ts";
import { Omissions, type OmissionOrders } from "./omissions.ts";
import { type BuiltSegment } from "./segment-builder.ts";
import { formatStatement, IN_TOTO_PAYLOAD_TYPE, type StatementSegment, SUBJECT_PATHS } from "./statement.ts";
import { TileWriter } from "./tile-writer.ts";
import { formatTrustedRoot, type StatedKey } from "./trusted-root.ts";

/** What one export says of itself, and what it leaves out. */
export interface ExportOptions extends OmissionOrders {
  readonly origin: string;
  readonly encoding: "plain" | "gzip";
  readonly tool: { readonly name: string; readonly version: string };
  readonly hash: Hash;
  /** Time stamp responses (RFC 3161, DER) by the size of the tree whose checkpoint they are for. */
  readonly timeStamps?: ReadonlyMap<number, Uint8Array>;
}

export interface ExportClosing {
  /** RFC 3339. */
  readonly createdAt: string;
  readonly bundleId: string;
  /** Keys of the newest checkpoint: they sign the export description. */
  readonly signers: readonly SigningKey[];
  readonly keys: readonly StatedKey[];
}

/** Fills a bag with the segments of a log, in their order, and closes it with the statement of what it holds. */
export class BundleWriter {
  readonly #folder: BagFolder;
  readonly #options: ExportOptions;
  readonly #tiles: TileWriter;
  readonly #omissions: Omissions;
  readonly #segments: StatementSegment[] = [];
  readonly #sizes = new Set<number>();
  #newest: { readonly note: Note; readonly treeSize: number } | undefined;

  constructor(folder: BagFolder, options: ExportOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#tiles = new TileWriter(folder);
    this.#omissions = new Omissions(options, options.hash);
  }

  /** Throws `withhold-range` and `expire-range` when a range does not fit the segment. */
  async add(built: BuiltSegment, note: Note): Promise<void> {
    const { encoding, hash, timeStamps } = this.#options;
    const { firstIndex, count, treeSize } = built;
    const checkpoint = formatCheckpointPath(treeSize);
    const content = this.#omissions.apply(built, checkpoint);
    if (content !== null) {
      const path = formatSegmentPath(firstIndex, encoding);
      await this.#folder.write(path, encoding === "gzip" ? gzipMember(content) : content);
      const sha256 = formatHex(hash(content));
      this.#segments.push({ path, firstIndex, count, uncompressedSize: content.length, sha256, encoding, checkpoint });
    }
    await this.#folder.write(checkpoint, formatNote(note));
    const stamp = timeStamps?.get(treeSize);
    if (stamp !== undefined) await this.#folder.write(formatStampPath(treeSize), stamp);
    await this.#tiles.append(built.leaves, content !== null);
    this.#sizes.add(treeSize);
    this.#newest = { note, treeSize };
  }

  /** Puts a further file into the payload. */
  async addFile(path: string, content: Uint8Array): Promise<void> {
    await this.#folder.write(path, content);
  }

  /**
   * Everything that states what the bag holds, in the order in which one file pins the other. Throws `no-inputs`, and
   * `withhold-range`, `expire-range` or `timestamp-size` for orders that the log has no place for.
   */
  async finish({ createdAt, bundleId, signers, keys }: ExportClosing): Promise<void> {
    if (this.#newest === undefined) throw new Problem("usage", "no-inputs", "seal expected at least one record");
    this.#assertStampsPlaced();
    const { note, treeSize } = this.#newest;
    const omissions = this.#omissions.finish(treeSize);
    await this.#tiles.finish();
    const folder = this.#folder;
    await folder.write(CHECKPOINT_PATH, formatNote(note));
    await folder.write(TRUSTED_ROOT_PATH, formatTrustedRoot(this.#options.hash, keys));
    const payload = [...folder.files];
    const oxum = `${payload.reduce((total, { byteLength }) => total + byteLength, 0)}.${payload.length}`;
    const { tool, origin } = this.#options;
    await folder.write(BAGIT_PATH, encodeUtf8(BAGIT_TEXT));
    await folder.write(
      BAG_INFO_PATH,
      encodeUtf8(
        `Bag-Software-Agent: ${tool.name} ${tool.version}\nBagging-Date: ${createdAt.slice(0, 10)}\n` +
          `External-Identifier: ${bundleId}\nPayload-Oxum: ${oxum}\n`,
      ),
    );
    await folder.write(MANIFEST_PATH, encodeUtf8(formatManifest(payload)));
    const subjects = folder.files.filter(({ path }) => SUBJECT_PATHS.some((subject) => subject === path));
    const log = { subjects, bundleId, createdAt, tool, origin, treeSize };
    const statement = formatStatement({ ...log, segments: this.#segments, ...omissions });
    await folder.write(STATEMENT_PATH, formatEnvelope(signEnvelope(IN_TOTO_PAYLOAD_TYPE, statement, signers)));
    const tags = folder.files.filter(({ path }) => !path.startsWith("data/"));
    await folder.write(TAG_MANIFEST_PATH, encodeUtf8(formatManifest(tags)));
  }

  #assertStampsPlaced(): void {
    const misplaced = [...(this.#options.timeStamps?.keys() ?? [])].find((size) => !this.#sizes.has(size));
    if (misplaced === undefined) return;
    const expected = [...this.#sizes].slice(-10).join(", ");
    const message = `no checkpoint has size ${misplaced}; checkpoints end segments, the last ones at ${expected}`;
    throw new Problem("usage", "timestamp-size", message, { expected, found: String(misplaced) });
  }
}
