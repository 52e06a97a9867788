import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Anchor } from "../model/anchor.ts";
import { formatInstant, instantFromMillis } from "../model/time.ts";
import { readAnchors } from "./anchors.ts";

/**
 * Writes every head that is remembered as a file of its own, verbatim as it was signed, and the store beside them, into a new
 * folder: for another party to compare, or as an exhibit of two histories. Throws as `readAnchors`.
 *
 * @returns the names of the heads' files.
 */
export async function exportAnchors(store: string, folder: string): Promise<readonly string[]> {
  const anchors = await readAnchors(store);
  await mkdir(folder);
  const files = anchors.map((anchor, position) => ({ name: nameOf(anchor, position), signed: anchor.signed }));
  for (const { name, signed } of files) await writeFile(join(folder, name), signed, { flag: "wx" });
  if (anchors.length > 0) await writeFile(join(folder, "anchors.jsonl"), await readFile(store), { flag: "wx" });
  return files.map(({ name }) => name);
}

function nameOf({ kind, position }: Anchor, index: number): string {
  const number = String(index + 1).padStart(6, "0");
  if (kind === "log") return `${number}-${position}.note`;
  return `${number}-${formatInstant(instantFromMillis(position)).replaceAll(":", "")}.digest`;
}
