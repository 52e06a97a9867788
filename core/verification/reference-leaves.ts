/** The leaves that the log signed, by its level-0 tiles: a list to be trusted once its own root is the signed one. */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { parseTilePath } from "../bundle/layout.ts";
import { concatBytes, equalBytes } from "../encoding/bytes.ts";
import { buildTree, rootOf, TILE_WIDTH, type Tree } from "../merkle/tree.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { type LogState } from "./log-states.ts";

/** The tree of the signed leaves, when tiles give all of them and its root is the signed one. */
export function readReference(contents: BundleContents, newest: LogState, hash: Hash): Tree | null {
  const { size, root } = newest.checkpoint;
  const tiles = new Map<number, Uint8Array>();
  for (const { path, content } of contents.files.values()) {
    const tile = parseTilePath(path);
    if (tile?.level !== 0 || content?.length !== tile.width * HASH_BYTES) continue;
    const known = tiles.get(tile.index);
    if (known === undefined || known.length < content.length) tiles.set(tile.index, content);
  }
  const parts: Uint8Array[] = [];
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const tile = tiles.get(index);
    if (tile === undefined) return null;
    parts.push(tile);
  }
  const leaves = concatBytes(...parts).subarray(0, size * HASH_BYTES);
  if (leaves.length !== size * HASH_BYTES) return null;
  const tree = buildTree(hash, leaves);
  return equalBytes(rootOf(tree), root) ? tree : null;
}
