/** Tiles (C2SP tlog-tiles) against proven leaves: they prove nothing by themselves, and may not say anything else. */
import { type BagFile } from "../bundle/bag-files.ts";
import { type SegmentFile } from "../bundle/bundle-reader.ts";
import { type TileName } from "../bundle/layout.ts";
import { type LogTile } from "../bundle/tile-log.ts";
import { concatBytes, equalBytes } from "../encoding/bytes.ts";
import { parentsOf, TILE_WIDTH } from "../merkle/tree.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { type Check, type VerificationFinding } from "../model/verdict.ts";
import { tileKey, type TileDigests } from "./expected-tiles.ts";
import { check, countOf, finding, type CheckOutcome } from "./findings.ts";

const WRONG_LENGTH = "A tile does not hold as much as its name says.";
const OTHER_HASHES = "A tile does not fit the records, which are proven.";

/** Hashes of one tile level, one after the other, from the one at index `first` on. */
interface KnownHashes {
  readonly first: number;
  readonly hashes: Uint8Array;
}

/**
 * Compares every hash that can be computed from proven segments. What of a tile is not known, because its leaves are absent,
 * is not compared; what is behind the signed state of `size` leaves is told.
 */
export function judgeTiles(
  tiles: readonly LogTile[],
  segments: readonly SegmentFile[],
  size: number,
  hash: Hash,
): CheckOutcome {
  const findings: VerificationFinding[] = [];
  const top = Math.max(...tiles.map(({ level }) => level));
  let known = runsOf(segments);
  for (let level = 0; level <= top; level += 1) {
    for (const tile of tiles.filter((candidate) => candidate.level === level)) {
      const fault = faultOf(tile, known);
      if (fault !== null) findings.push(finding("tile-altered", "altered", fault, { file: tile.path }));
    }
    known = known.map((run) => above(run, hash));
  }
  const beyond = tiles.filter(({ level, index, width }) => (index * TILE_WIDTH + width) * TILE_WIDTH ** level > size);
  const [first] = beyond;
  if (first !== undefined) {
    const message = `${countOf(beyond.length, "tile")} ${beyond.length === 1 ? "holds" : "hold"} hashes behind the size of the checkpoint: nothing signed says what they are.`;
    findings.push(finding("tiles-beyond-checkpoint", "verified-with-limits", message, { file: first.path }));
  }
  return { findings, checks: [tilesCheck(tiles, findings)] };
}

/** A tile by its file. */
type TileFile = TileName & Pick<BagFile, "path" | "byteLength" | "sha256">;

/** Compares tiles with the digests of those that proven records have; null when some of the tiles are none of them. */
export function judgeTileDigests(tiles: readonly TileFile[], expected: TileDigests | null): CheckOutcome | null {
  const byLevel = tiles.toSorted((a, b) => a.level - b.level);
  const findings: VerificationFinding[] = [];
  for (const tile of byLevel) {
    const { path, byteLength, width, sha256 } = tile;
    const digest = expected?.get(tileKey(tile));
    if (digest === undefined) return null;
    const fault = byteLength !== width * HASH_BYTES ? WRONG_LENGTH : sha256 !== digest ? OTHER_HASHES : null;
    if (fault !== null) findings.push(finding("tile-altered", "altered", fault, { file: path }));
  }
  return { findings, checks: [tilesCheck(tiles, findings)] };
}

function tilesCheck(tiles: readonly unknown[], findings: readonly unknown[]): Check {
  return check("tiles", tiles.length, findings.length, "tiles hold the hashes of the records");
}

/** The leaves of segments that follow each other, as runs without a gap. */
function runsOf(segments: readonly SegmentFile[]): readonly KnownHashes[] {
  const runs: { first: number; end: number; parts: Uint8Array[] }[] = [];
  for (const { firstIndex, content } of segments) {
    if (content === null || content.leaves.length !== content.count * HASH_BYTES) continue;
    const last = runs.at(-1);
    const run = last?.end === firstIndex ? last : { first: firstIndex, end: firstIndex, parts: [] };
    if (run !== last) runs.push(run);
    run.parts.push(content.leaves);
    run.end += content.count;
  }
  return runs.map(({ first, parts }) => ({ first, hashes: concatBytes(...parts) }));
}

function faultOf({ width, index, hashes }: LogTile, known: readonly KnownHashes[]): string | null {
  if (hashes.length !== width * HASH_BYTES) return WRONG_LENGTH;
  const differs = known.some((run) => {
    const first = Math.max(index * TILE_WIDTH, run.first);
    const end = Math.min(index * TILE_WIDTH + width, run.first + run.hashes.length / HASH_BYTES);
    const own = between(hashes, first - index * TILE_WIDTH, end - index * TILE_WIDTH);
    return end > first && !equalBytes(own, between(run.hashes, first - run.first, end - run.first));
  });
  return differs ? OTHER_HASHES : null;
}

/** The next tile level: roots of the full tiles whose hashes are all known. */
function above({ first, hashes }: KnownHashes, hash: Hash): KnownHashes {
  const start = Math.ceil(first / TILE_WIDTH);
  const end = Math.floor((first + hashes.length / HASH_BYTES) / TILE_WIDTH);
  if (end <= start) return { first: start, hashes: new Uint8Array() };
  let nodes = between(hashes, start * TILE_WIDTH - first, end * TILE_WIDTH - first);
  for (let width = TILE_WIDTH; width > 1; width /= 2) nodes = parentsOf(hash, nodes);
  return { first: start, hashes: nodes };
}

function between(hashes: Uint8Array, first: number, end: number): Uint8Array {
  return hashes.subarray(first * HASH_BYTES, end * HASH_BYTES);
}
