/**
 * `signed-leaves.bin` of an exhibit: the leaf hashes that the log signed, 32 bytes each, in order of their index. They are
 * kept because the records of an altered exhibit are no longer all of them: with the signed leaves, a record that was not
 * touched can still be led to the signed root. The file is no evidence; whoever uses it recomputes the root first.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { HASH_BYTES } from "../model/digest.ts";
import { exhibitFolder, type CaseFolder } from "./case-folder.ts";

const FILE_NAME = "signed-leaves.bin";

/** Keeps the signed leaves of an exhibit beside its working copies. */
export async function keepSignedLeaves(folder: CaseFolder, exhibit: number, leaves: Uint8Array): Promise<void> {
  const path = join(exhibitFolder(folder, exhibit), FILE_NAME);
  await rm(path, { force: true });
  await writeFile(path, leaves, { mode: 0o444 });
}

/** The signed leaves of an exhibit; undefined when none were kept or the file is damaged. */
export async function readSignedLeaves(folder: CaseFolder, exhibit: number): Promise<Uint8Array | undefined> {
  try {
    const leaves = await readFile(join(exhibitFolder(folder, exhibit), FILE_NAME));
    return leaves.length % HASH_BYTES === 0 ? new Uint8Array(leaves) : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Position of a leaf hash among the signed leaves, or -1. Looks at `likely` first: where nothing was removed, the row is
 * the index.
 */
export function indexOfLeaf(leaves: Uint8Array, leaf: Uint8Array, likely: number): number {
  const bytes = Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength);
  const start = likely * HASH_BYTES;
  if (start + HASH_BYTES <= bytes.length && bytes.compare(leaf, 0, HASH_BYTES, start, start + HASH_BYTES) === 0) {
    return likely;
  }
  for (let at = bytes.indexOf(leaf); at !== -1; at = bytes.indexOf(leaf, at + 1)) {
    if (at % HASH_BYTES === 0) return at / HASH_BYTES;
  }
  return -1;
}
