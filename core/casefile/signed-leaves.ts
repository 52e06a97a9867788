/**
 * `signed-leaves.bin` of an exhibit: the leaf hashes that the log signed, 32 bytes each, in order of their index, and
 * `absent-ranges.json`: the hashes that stand for ranges which the exhibit does not hold. They are kept because the records
 * of such an exhibit, and of an altered one, are not all of the leaves: with these files a record that was not touched can
 * still be led to the signed root. They are no evidence; whoever uses them recomputes the root first.
 */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { z } from "zod";

import { formatHex, parseHex } from "../encoding/bytes.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { type AbsentRange, type SignedLeaves } from "../verification/signed-leaves.ts";
import { exhibitFolder, type CaseFolder } from "./case-folder.ts";

const LEAVES_NAME = "signed-leaves.bin";
const RANGES_NAME = "absent-ranges.json";

const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((text) => parseHex(text) ?? new Uint8Array());
const index = z.number().int().nonnegative();
const absentRanges = z.array(
  z.object({ firstIndex: index, endIndex: index, range: z.array(hash), chainAfter: hash.nullable() }),
);

/** Keeps the signed leaves of an exhibit beside its working copies. */
export async function keepSignedLeaves(
  folder: CaseFolder,
  exhibit: number,
  { leaves, absent }: SignedLeaves,
): Promise<void> {
  const path = exhibitFolder(folder, exhibit);
  await replace(join(path, LEAVES_NAME), leaves);
  await rm(join(path, RANGES_NAME), { force: true });
  if (absent.length > 0) await replace(join(path, RANGES_NAME), JSON.stringify(absent.map(writtenRange)));
}

/** The signed leaves of an exhibit; undefined when none were kept or the files are damaged. */
export async function readSignedLeaves(folder: CaseFolder, exhibit: number): Promise<SignedLeaves | undefined> {
  const path = exhibitFolder(folder, exhibit);
  const leaves = await readIfThere(join(path, LEAVES_NAME));
  if (leaves === undefined || leaves.length % HASH_BYTES !== 0) return undefined;
  const ranges = await readIfThere(join(path, RANGES_NAME));
  const absent = ranges === undefined ? [] : parseRanges(ranges.toString("utf8"));
  return absent && { leaves: new Uint8Array(leaves), absent };
}

function writtenRange({ firstIndex, endIndex, range, chainAfter }: AbsentRange): z.input<typeof absentRanges>[number] {
  return { firstIndex, endIndex, range: range.map(formatHex), chainAfter: chainAfter && formatHex(chainAfter) };
}

function parseRanges(text: string): readonly AbsentRange[] | undefined {
  try {
    return absentRanges.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function replace(path: string, content: Uint8Array | string): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, content, { mode: 0o444 });
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Position of a leaf hash among the signed leaves, or -1. Looks at `likely` first: where nothing was removed, the row is
 * the position.
 */
export function positionOfLeaf(leaves: Uint8Array, leaf: Uint8Array, likely: number): number {
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
