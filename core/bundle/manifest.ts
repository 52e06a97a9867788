/**
 * BagIt manifests (RFC 8493 §2.1.3): a line `<sha256 hex>  <path>` per file. Ours are written sorted by path, with two
 * spaces and LF, and read just as strictly: one spelling per manifest.
 */
import { comparePaths } from "./container-limits.ts";

export interface ManifestLine {
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

export interface Manifest {
  readonly lines: readonly ManifestLine[];
  /** Paths that are listed more than once. */
  readonly duplicates: readonly string[];
  /** The first line that is no manifest line, from 1. */
  readonly malformedLine: number | undefined;
}

const LINE = /^([0-9a-f]{64}) {2}([^\r\n]+)$/;

/** Sorted by path; every line, the last too, ends with LF. */
export function formatManifest(lines: readonly ManifestLine[]): string {
  return [...lines]
    .sort(comparePaths)
    .map(({ sha256, path }) => `${sha256}  ${path}\n`)
    .join("");
}

/** Total: whatever is wrong is told in the result. */
export function parseManifest(text: string): Manifest {
  const lines: ManifestLine[] = [];
  const seen = new Set<string>();
  const duplicates: string[] = [];
  let malformedLine: number | undefined;
  const rows = text.split("\n");
  // A text that ends with LF splits into its lines and one empty text.
  if (rows.pop() !== "") malformedLine = rows.length + 1;
  for (const [position, row] of rows.entries()) {
    const match = LINE.exec(row);
    const [sha256, path] = [match?.[1], match?.[2]];
    if (sha256 === undefined || path === undefined) {
      malformedLine = Math.min(malformedLine ?? Infinity, position + 1);
      continue;
    }
    if (seen.has(path)) duplicates.push(path);
    seen.add(path);
    lines.push({ path, sha256 });
  }
  return { lines, duplicates, malformedLine };
}
