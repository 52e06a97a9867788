/**
 * SHA256SUMS, the root of a findings package: one line for each file, as `sha256sum` reads and writes it.
 *
 *     9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  exhibits/index.json
 *
 * Lower-case hex, two spaces, a relative path in NFC; sorted by the path's bytes, each line ended by one line feed.
 */
import { memberNameFault } from "../bundle/member-name.ts";
import { decodeUtf8, encodeUtf8 } from "../encoding/utf8.ts";
import { assert } from "../model/assert.ts";

export interface SumLine {
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** The file's bytes, of digests (lower-case hex) by path. Precondition: every path passes the rules for names of evidence. */
export function formatSums(digests: ReadonlyMap<string, string>): Uint8Array<ArrayBuffer> {
  const lines = sumLines(digests);
  for (const { path } of lines) assert(pathFault(path) === undefined, `a name of our own is a plain one: ${path}`);
  return encodeUtf8(lines.map(({ sha256, path }) => `${sha256}  ${path}\n`).join(""));
}

/** Digests (lower-case hex) by path, in the order of the file. */
export function sumLines(digests: ReadonlyMap<string, string>): readonly SumLine[] {
  return [...digests]
    .map(([path, sha256]) => ({ path, sha256 }))
    .sort((left, right) => compareBytes(left.path, right.path));
}

/** The lines of a file that has exactly the form above; the text says what is wrong otherwise. */
export function parseSums(bytes: Uint8Array): readonly SumLine[] | string {
  const text = decodeUtf8(bytes);
  if (text === undefined) return "expected UTF-8";
  if (!text.endsWith("\n")) return "expected a line feed at the end";
  const lines: SumLine[] = [];
  for (const [index, line] of text.slice(0, -1).split("\n").entries()) {
    const match = /^([0-9a-f]{64}) {2}(.+)$/u.exec(line);
    const [, sha256, path] = match ?? [];
    if (sha256 === undefined || path === undefined) return `line ${index + 1}: expected a digest, two spaces, a path`;
    const fault = pathFault(path);
    if (fault !== undefined) return `line ${index + 1}: ${fault}`;
    const previous = lines.at(-1);
    if (previous !== undefined && compareBytes(previous.path, path) >= 0) {
      return `line ${index + 1}: expected paths in order, each once`;
    }
    lines.push({ path, sha256 });
  }
  return lines;
}

function pathFault(path: string): string | undefined {
  if (path.normalize("NFC") !== path) return "a name that is not in NFC";
  return memberNameFault(path);
}

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
