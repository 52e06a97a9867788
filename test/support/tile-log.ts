import { formatCheckpoint } from "../../core/signing/checkpoint.ts";
import { formatNote } from "../../core/signing/note.ts";
import { signNote, type SigningKey } from "../../core/signing/signing-key.ts";
import { platformHash } from "../../core/bundle/platform-crypto.ts";
import { formatTilePath } from "../../core/bundle/layout.ts";
import { leafHash } from "../../core/merkle/hash.ts";
import { buildTree, rootOf, tileOf } from "../../core/merkle/tree.ts";

/** A tiled log as its files. */
export type TileFiles = Map<string, Buffer>;

/** Entry `index` of a test log. */
export function entryOf(index: number): Buffer {
  const time = new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + index * 1_000).toISOString();
  return Buffer.from(`{"time":"${time}","actor":"user-${index % 5}","action":"read","n":${index}}`);
}

/** A log of `size` entries as C2SP tlog-tiles lays it out, signed by `key`. */
export function tileLog(key: SigningKey, size: number, entries: (index: number) => Buffer = entryOf): TileFiles {
  const all = Array.from({ length: size }, (_, index) => entries(index));
  const tree = buildTree(
    platformHash,
    new Uint8Array(Buffer.concat(all.map((entry) => leafHash(platformHash, entry)))),
  );
  const files: TileFiles = new Map();
  const checkpoint = formatCheckpoint({ origin: key.verifier.name, size, root: rootOf(tree), extensions: [] });
  files.set("checkpoint", Buffer.from(formatNote(signNote(checkpoint, [key]))));
  for (let level = 0; 8 * level < tree.levels.length; level += 1) {
    for (let index = 0; ; index += 1) {
      const hashes = tileOf(tree, level, index);
      if (!hashes) break;
      files.set(pathOf(level, index, hashes.length / 32), Buffer.from(hashes));
    }
  }
  for (let index = 0; index * 256 < size; index += 1) {
    const bundle = all.slice(index * 256, (index + 1) * 256);
    const path = pathOf(0, index, bundle.length).replace("tile/0/", "tile/entries/");
    files.set(path, entryBundle(bundle));
  }
  return files;
}

/** Entries behind their lengths. */
export function entryBundle(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(entries.flatMap((entry) => [Buffer.of(entry.length >> 8, entry.length & 255), entry]));
}

function pathOf(level: number, index: number, width: number): string {
  return formatTilePath({ level, index, width }).slice("data/".length);
}
