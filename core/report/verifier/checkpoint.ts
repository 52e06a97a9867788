/** Checkpoints: C2SP signed notes whose lines are origin, tree size and root. */
import { ed25519 } from "@noble/curves/ed25519.js";

import { hex, join, sha256, text, unbase64 } from "./bytes.ts";
import { fail, type Line, open, pass } from "./line.ts";

/** The root that a checkpoint states for a tree of this size, hex; undefined when it states none. */
export function rootOfCheckpoint(bytes: Uint8Array | undefined, size: number): string | undefined {
  const [, sizeLine, rootLine] = (text(bytes) ?? "").split("\n");
  const root = sizeLine === String(size) ? unbase64(rootLine ?? "") : undefined;
  return root?.length === 32 ? hex(root) : undefined;
}

/** Whether a C2SP signed note carries the Ed25519 signature of one of the keys (vkey lines) that names its origin. */
export async function checkCheckpoint(
  path: string,
  bytes: Uint8Array | undefined,
  keys: string | undefined,
): Promise<Line> {
  if (keys === undefined) return open(path, "the examiner pinned no key for this log, so its signature is not checked");
  const note = text(bytes) ?? "";
  const split = note.lastIndexOf("\n\n");
  const signed = new TextEncoder().encode(note.slice(0, split + 1));
  const [origin = ""] = note.split("\n");
  for (const line of keys.trimEnd().split("\n")) {
    const [name = "", id = "", ...rest] = line.split("+");
    const material = unbase64(rest.join("+"));
    if (name !== origin || material?.length !== 33 || material[0] !== 1) continue;
    const expectedId = await sha256(join(new TextEncoder().encode(`${name}\n`), material));
    if (hex(expectedId.slice(0, 4)) !== id) continue;
    for (const signatureLine of note.slice(split + 2).split("\n")) {
      if (!signatureLine.startsWith(`\u2014 ${name} `)) continue;
      const blob = unbase64(signatureLine.slice(name.length + 3));
      if (blob?.length !== 68 || hex(blob.slice(0, 4)) !== id) continue;
      if (ed25519.verify(blob.slice(4), signed, material.slice(1), { zip215: false })) {
        return pass(path, `signed by ${name}, key ${id}, which the examiner put in this package`);
      }
    }
  }
  return fail(path, "no signature of the log's key in the package");
}
