import { readFile } from "node:fs/promises";

import { z } from "zod";

import { platformHash } from "../bundle/platform-crypto.ts";
import { formatHex } from "../encoding/bytes.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type Anchor } from "../model/anchor.ts";
import { Problem, quote } from "../model/problem.ts";
import { replaceFile } from "./home.ts";

/** What is found in evidence; when it is seen is added. */
export type FoundHead = Omit<Anchor, "seenAt">;

/** A signed note is at most 64 KiB; a store of a hundred thousand heads is read in a second. */
const MAX_STORE_BYTES = 256 * 2 ** 20;

const lineSchema = z.strictObject({
  v: z.literal(1),
  /** SHA-256 of the line before, without its line feed; null in the first. */
  previous: z.string().nullable(),
  kind: z.enum(["log", "cloudtrail"]),
  identity: z.string(),
  position: z.number().int().nonnegative(),
  digest: z.string().regex(/^[0-9a-f]+$/),
  signed: z.string(),
  statedAt: z.string().nullable(),
  seenAt: z.string(),
});

/**
 * Reads the store, oldest first; an absent file is an empty store. Each line names the one before it by digest, so that a
 * line taken out or changed shows. Throws `anchors-damaged` (machine): such a store is never taken for an empty one.
 */
export async function readAnchors(path: string): Promise<readonly Anchor[]> {
  return parseAnchors(await readIfThere(path), path).anchors;
}

/** Adds heads that the store does not hold yet. Throws as {@link readAnchors}. */
export async function rememberHeads(
  path: string,
  heads: readonly FoundHead[],
  seenAt: string,
): Promise<readonly Anchor[]> {
  const text = await readIfThere(path);
  const { anchors, last } = parseAnchors(text, path);
  const known = new Set(anchors.map(identityOf));
  const added: Anchor[] = [];
  let lines = "";
  let previous = last;
  for (const head of heads) {
    if (known.has(identityOf(head))) continue;
    known.add(identityOf(head));
    const { kind, identity, position, digest, signed, statedAt } = head;
    const line = JSON.stringify({ v: 1, previous, kind, identity, position, digest, signed, statedAt, seenAt });
    lines += `${line}\n`;
    previous = digestOf(line);
    added.push({ ...head, seenAt });
  }
  if (added.length > 0) await replaceFile(path, text + lines);
  return added;
}

function identityOf({ kind, identity, position, digest }: FoundHead): string {
  return JSON.stringify([kind, identity, position, digest]);
}

function parseAnchors(
  text: string,
  path: string,
): { readonly anchors: readonly Anchor[]; readonly last: string | null } {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw damaged(path, lines.length + 1, "a line that ends");
  const anchors: Anchor[] = [];
  let last: string | null = null;
  for (const [position, line] of lines.entries()) {
    const parsed = lineSchema.safeParse(parseJson(line));
    if (!parsed.success) throw damaged(path, position + 1, "a head", quote(z.prettifyError(parsed.error)));
    const { previous, kind, identity, position: reach, digest, signed, statedAt, seenAt } = parsed.data;
    if (previous !== last) throw damaged(path, position + 1, last ?? "no line before", previous ?? "none");
    anchors.push({ kind, identity, position: reach, digest, signed, statedAt, seenAt });
    last = digestOf(line);
  }
  return { anchors, last };
}

function digestOf(line: string): string {
  return formatHex(platformHash(encodeUtf8(line)));
}

async function readIfThere(path: string): Promise<string> {
  try {
    const content = await readFile(path);
    if (content.length > MAX_STORE_BYTES) throw damaged(path, 1, `at most ${MAX_STORE_BYTES} bytes`);
    return content.toString("utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function damaged(path: string, line: number, expected: string, found = "other text"): Problem {
  const message = "the store of anchors cannot be relied on; restore it or move it away";
  return new Problem("machine", "anchors-damaged", message, { file: path, line, expected, found });
}
