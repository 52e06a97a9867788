import { type Files, hex, join, sha256, text, unhex } from "./bytes.ts";
import { checkCheckpoint, rootOfCheckpoint } from "./checkpoint.ts";
import { fail, type Line, MAX_FAULTS, open, pass } from "./line.ts";

interface IndexEntry {
  readonly item: string;
  /** Null when the content is withheld. */
  readonly line: string | null;
  readonly sha256: string;
  readonly leafHash: string;
  readonly length: number;
  readonly proof: {
    readonly leafIndex: number;
    readonly treeSize: number;
    readonly rootHash: string;
    readonly hashes: readonly string[];
    readonly checkpoint: string;
    readonly keys: string | null;
  } | null;
}

/** Whether the cited records have the digests of the index, and lead to the roots that their logs signed. */
export async function checkExhibits(files: Files): Promise<Line[]> {
  // The form of the index is not trusted: whatever does not fit fails a comparison or throws, which is a failed check.
  const index = JSON.parse(text(files.get("exhibits/index.json")) ?? "") as { exhibits: readonly IndexEntry[] };
  const lines: Line[] = [];
  const checkpoints = new Map<string, string | null>();
  let proven = 0;
  let withheld = 0;
  for (const entry of index.exhibits) {
    const record = entry.line === null ? undefined : files.get(entry.line);
    if (record === undefined && entry.line !== null) {
      lines.push(fail(entry.item, "the record is missing"));
      continue;
    }
    const leaf =
      record === undefined ? (unhex(entry.leafHash) ?? new Uint8Array()) : await sha256(join(Uint8Array.of(0), record));
    if (record === undefined) withheld += 1;
    else if (
      hex(await sha256(record)) !== entry.sha256 ||
      hex(leaf) !== entry.leafHash ||
      record.length !== entry.length
    ) {
      lines.push(fail(entry.item, "the record does not have the digests of the index"));
    }
    if (entry.proof === null) continue;
    checkpoints.set(entry.proof.checkpoint, entry.proof.keys);
    const root = await rootOf(leaf, entry.proof.leafIndex, entry.proof.treeSize, entry.proof.hashes);
    const signed = rootOfCheckpoint(files.get(entry.proof.checkpoint), entry.proof.treeSize);
    if (root === undefined || root !== entry.proof.rootHash || root !== signed) {
      lines.push(fail(entry.item, "the proof does not lead to the root of the checkpoint"));
    } else {
      proven += 1;
    }
  }
  if (lines.length === 0) {
    lines.push(pass("Cited records", `${index.exhibits.length - withheld} records have the digests of the index`));
    if (proven > 0) lines.push(pass("Cited records", `${proven} of them lead to the root of their checkpoint`));
    if (withheld > 0) lines.push(open("Cited records", `the content of ${withheld} is withheld; its digest is given`));
    const without = index.exhibits.length - proven;
    if (without > 0)
      lines.push(open("Cited records", `${without} have no inclusion proof; exhibits/index.json says why`));
  }
  for (const [path, keys] of checkpoints)
    lines.push(await checkCheckpoint(path, files.get(path), text(files.get(keys ?? ""))));
  return lines.slice(0, MAX_FAULTS);
}

/** RFC 9162 §2.1.3.2 in arithmetic that holds to 2^53. */
async function rootOf(
  leaf: Uint8Array,
  index: number,
  size: number,
  hashes: readonly string[],
): Promise<string | undefined> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined;
  let node = leaf;
  let position = index;
  let last = size - 1;
  for (const hash of hashes) {
    const sibling = unhex(hash);
    if (last === 0 || sibling?.length !== 32) return undefined;
    if (position % 2 === 1 || position === last) {
      node = await sha256(join(Uint8Array.of(1), sibling, node));
      while (position % 2 === 0 && position !== 0) {
        position = Math.floor(position / 2);
        last = Math.floor(last / 2);
      }
    } else {
      node = await sha256(join(Uint8Array.of(1), node, sibling));
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hex(node) : undefined;
}
