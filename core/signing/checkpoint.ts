/**
 * Checkpoints, c2sp.org/tlog-checkpoint@v1.0.0: the text of a signed note about the state of a log.
 *
 *     example.com/audit/demo
 *     4
 *     Tmj36LU1kgpXiymTVZQD3WKt7prUEn0sZIdwBfLjjAA=
 *
 * Origin, tree size in decimal, base64 of the RFC 6962 root; then optional extension lines, which are not recommended and
 * which we never write: what belongs to a state is in the records.
 */

import { assert } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { Problem, quote } from "../model/problem.ts";
import { formatBase64, parseBase64 } from "../encoding/base64.ts";

export interface Checkpoint {
  /** Unique name of the log. */
  readonly origin: string;
  /** Number of leaves, at most 2^53 - 1. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** Further lines, shown and otherwise without meaning to us. */
  readonly extensions: readonly string[];
}

/**
 * Reads the text of a checkpoint note. Throws `checkpoint-malformed` with the line.
 * `formatCheckpoint(parseCheckpoint(x))` is `x`.
 */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith("\n")) throw malformed(1, "a text that ends in a line feed", quote(text.slice(-20)));
  const [origin = "", sizeText = "", rootText = "", ...extensions] = text.slice(0, -1).split("\n");
  if (origin === "") throw malformed(1, "the origin of the log", "an empty line");
  const size = parseTreeSize(sizeText);
  if (size === undefined) {
    throw malformed(2, "a tree size: a decimal without leading zeros, below 2^53", quote(sizeText));
  }
  const root = parseBase64(rootText);
  if (root?.length !== HASH_BYTES) throw malformed(3, "base64 of a 32-byte root hash", quote(rootText));
  const empty = extensions.indexOf("");
  if (empty >= 0) throw malformed(4 + empty, "extension lines that are not empty", "an empty line");
  return { origin, size, root, extensions };
}

/** The note text. Preconditions: those of {@link Checkpoint}; a line holds no line feed. */
export function formatCheckpoint(checkpoint: Checkpoint): string {
  const { origin, size, root, extensions } = checkpoint;
  assert(Number.isSafeInteger(size) && size >= 0 && root.length === HASH_BYTES, "a checkpoint has a size and a root");
  const lines = [origin, String(size), formatBase64(root), ...extensions];
  assert(
    lines.every((line) => line !== "" && !line.includes("\n")),
    "a checkpoint line is not empty and is one line",
  );
  return `${lines.join("\n")}\n`;
}

/** A count in decimal ASCII digits without sign or leading zeros, at most 2^53 - 1; otherwise undefined. */
export function parseTreeSize(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const size = Number(text);
  return Number.isSafeInteger(size) ? size : undefined;
}

function malformed(line: number, expected: string, found: string): Problem {
  const message = `checkpoint: expected ${expected}, got ${found} (line ${line})`;
  return new Problem("refused", "checkpoint-malformed", message, { line, expected, found });
}
