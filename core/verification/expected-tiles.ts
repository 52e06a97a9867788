/** The tiles that a log has (C2SP tlog-tiles), by what is known of its segments: of each, the digest of what it holds. */
import { type SegmentFile } from "../bundle/bundle-reader.ts";
import { type TileName } from "../bundle/layout.ts";
import { formatHex } from "../encoding/bytes.ts";
import { parentsOf, TILE_WIDTH } from "../merkle/tree.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";

const TILE_BYTES = TILE_WIDTH * HASH_BYTES;

/** SHA-256 of tiles in lower-case hex, by {@link tileKey}. */
export type TileDigests = ReadonlyMap<string, string>;

/** The same for names of the same tile. */
export function tileKey({ level, index, width }: TileName): string {
  return `${level}/${index}/${width}`;
}

/**
 * Every full tile of the log, and on each level the partial one at the right edge; null when segments do not follow each
 * other from the first record on, or nothing is known of the tiles of one.
 */
export function expectedTiles(segments: readonly SegmentFile[], hash: Hash): TileDigests | null {
  const digests = new Map<string, string>();
  const leaves = new TileRow(0, hash, digests);
  let next = 0;
  for (const { firstIndex, content } of segments) {
    if (firstIndex !== next || !content?.tiles) return null;
    const { head, roots, digests: full, tail } = content.tiles;
    leaves.append(head);
    for (let at = 0; at < roots.length; at += HASH_BYTES) {
      leaves.appendTile(full.subarray(at, at + HASH_BYTES), roots.subarray(at, at + HASH_BYTES));
    }
    leaves.append(tail);
    next += content.count;
  }
  leaves.finish();
  return digests;
}

/** The tiles of one level, filled from left to right. */
class TileRow {
  readonly #level: number;
  readonly #hash: Hash;
  readonly #digests: Map<string, string>;
  readonly #open = new Uint8Array(TILE_BYTES);
  #filled = 0;
  #index = 0;
  #above: TileRow | null = null;

  constructor(level: number, hash: Hash, digests: Map<string, string>) {
    this.#level = level;
    this.#hash = hash;
    this.#digests = digests;
  }

  append(hashes: Uint8Array): void {
    for (let at = 0; at < hashes.length;) {
      const part = hashes.subarray(at, at + TILE_BYTES - this.#filled);
      this.#open.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === TILE_BYTES) {
        this.#filled = 0;
        this.appendTile(this.#hash(this.#open), rootOfTile(this.#open, this.#hash));
      }
    }
  }

  /** Precondition: no tile is begun. */
  appendTile(digest: Uint8Array, root: Uint8Array): void {
    this.#tell(TILE_WIDTH, digest);
    this.#index += 1;
    this.#above ??= new TileRow(this.#level + 1, this.#hash, this.#digests);
    this.#above.append(root);
  }

  finish(): void {
    if (this.#filled > 0) this.#tell(this.#filled / HASH_BYTES, this.#hash(this.#open.subarray(0, this.#filled)));
    this.#above?.finish();
  }

  #tell(width: number, digest: Uint8Array): void {
    this.#digests.set(tileKey({ level: this.#level, index: this.#index, width }), formatHex(digest));
  }
}

function rootOfTile(hashes: Uint8Array, hash: Hash): Uint8Array {
  let nodes = hashes;
  while (nodes.length > HASH_BYTES) nodes = parentsOf(hash, nodes);
  return nodes;
}
