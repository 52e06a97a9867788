/**
 * Where things lie in an Evidence Log Bundle v1 (docs/formats/evidence-log-bundle.md §1). Paths are relative to the bag
 * and have exactly one spelling each: `parse…` returns undefined for every other.
 */

export const BAGIT_PATH = "bagit.txt";
export const BAG_INFO_PATH = "bag-info.txt";
export const MANIFEST_PATH = "manifest-sha256.txt";
export const TAG_MANIFEST_PATH = "tagmanifest-sha256.txt";
export const STATEMENT_PATH = "statement.dsse.json";
export const FETCH_PATH = "fetch.txt";
export const CHECKPOINT_PATH = "data/checkpoint";
export const TRUSTED_ROOT_PATH = "data/keys/trusted_root.json";
export const POLICY_PATH = "data/policy";

/** How a segment file is packed. */
export type SegmentEncoding = "plain" | "gzip" | "zstd";

const EXTENSIONS: Record<SegmentEncoding, string> = { plain: "", gzip: ".gz", zstd: ".zst" };
const SEGMENT = /^data\/segments\/([0-9]{20})\.jsonl(\.gz|\.zst)?$/;
const CHECKPOINT = /^data\/checkpoints\/(0|[1-9][0-9]{0,15})(\.tsr)?$/;
/** A width of 1 to 255: full tiles name none. */
const TILE =
  /^data\/tile\/(0|[1-9][0-9]?)\/(?!x000)((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5]))?$/;
const ROTATION = /^data\/keys\/rotation-([1-9][0-9]{0,3})\.note$/;
const DISCLOSURES = /^data\/disclosures\/([0-9]{20})\.jsonl$/;
const CUSTODY = /^custody\/([0-9]{4})\.dsse\.json$/;

export interface SegmentName {
  readonly firstIndex: number;
  readonly encoding: SegmentEncoding;
}

/** `data/segments/<first index, 20 digits>.jsonl[.gz|.zst]` */
export function formatSegmentPath(firstIndex: number, encoding: SegmentEncoding): string {
  return `data/segments/${firstIndex.toString().padStart(20, "0")}.jsonl${EXTENSIONS[encoding]}`;
}

export function parseSegmentPath(path: string): SegmentName | undefined {
  const match = SEGMENT.exec(path);
  if (!match) return undefined;
  const firstIndex = Number(match[1]);
  if (!Number.isSafeInteger(firstIndex)) return undefined;
  const encoding = match[2] === ".gz" ? "gzip" : match[2] === ".zst" ? "zstd" : "plain";
  return { firstIndex, encoding };
}

/** `data/checkpoints/<size>`: the note signed when the tree had this size. */
export function formatCheckpointPath(size: number): string {
  return `data/checkpoints/${size}`;
}

export function parseCheckpointPath(path: string): { readonly size: number; readonly stamp: boolean } | undefined {
  const match = CHECKPOINT.exec(path);
  if (!match) return undefined;
  const size = Number(match[1]);
  return Number.isSafeInteger(size) ? { size, stamp: match[2] !== undefined } : undefined;
}

export interface TileName {
  readonly level: number;
  readonly index: number;
  /** Hashes in the tile: 256, or fewer for the partial tile at the right edge. */
  readonly width: number;
}

/** C2SP tlog-tiles: `data/tile/<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last with an `x`. */
export function formatTilePath({ level, index, width }: TileName): string {
  const digits = index.toString().padStart(Math.ceil(index.toString().length / 3) * 3, "0");
  const groups = digits.match(/[0-9]{3}/g) ?? [];
  const spelled = groups.map((group, position) => (position < groups.length - 1 ? `x${group}` : group)).join("/");
  return `data/tile/${level}/${spelled}${width < 256 ? `.p/${width}` : ""}`;
}

export function parseTilePath(path: string): TileName | undefined {
  const match = TILE.exec(path);
  if (!match) return undefined;
  const index = Number((match[2] ?? "").replaceAll(/[x/]/g, ""));
  return Number.isSafeInteger(index) ? { level: Number(match[1]), index, width: Number(match[3] ?? 256) } : undefined;
}

/** `data/checkpoints/<size>.tsr`: a time stamp of the note of this size. */
export function formatStampPath(size: number): string {
  return `${formatCheckpointPath(size)}.tsr`;
}

/** `data/keys/rotation-<n>.note`, n from 1. */
export function formatRotationPath(number: number): string {
  return `data/keys/rotation-${number}.note`;
}

/** The number of a rotation note. */
export function parseRotationPath(path: string): number | undefined {
  const match = ROTATION.exec(path);
  return match ? Number(match[1]) : undefined;
}

/** `data/disclosures/<first index of the segment, 20 digits>.jsonl` */
export function formatDisclosuresPath(firstIndex: number): string {
  return `data/disclosures/${firstIndex.toString().padStart(20, "0")}.jsonl`;
}

export function isDisclosuresPath(path: string): boolean {
  return DISCLOSURES.test(path);
}

/** `custody/<NNNN>.dsse.json`, from 0001. */
export function formatCustodyPath(number: number): string {
  return `custody/${number.toString().padStart(4, "0")}.dsse.json`;
}

/** The number of a custody envelope: added after export, so the tag manifest does not list it. */
export function parseCustodyPath(path: string): number | undefined {
  const match = CUSTODY.exec(path);
  return match ? Number(match[1]) : undefined;
}

/** Whether a path is a custody envelope. */
export function isCustodyPath(path: string): boolean {
  return CUSTODY.test(path);
}

const SINGLE_PATHS: ReadonlySet<string> = new Set([
  BAGIT_PATH,
  BAG_INFO_PATH,
  MANIFEST_PATH,
  TAG_MANIFEST_PATH,
  STATEMENT_PATH,
  FETCH_PATH,
  CHECKPOINT_PATH,
  TRUSTED_ROOT_PATH,
  POLICY_PATH,
]);
const PARSERS = [parseSegmentPath, parseCheckpointPath, parseTilePath, parseRotationPath, parseCustodyPath];

/** Whether the format has a file of this name. */
export function isFormatPath(path: string): boolean {
  return SINGLE_PATHS.has(path) || isDisclosuresPath(path) || PARSERS.some((parse) => parse(path) !== undefined);
}
