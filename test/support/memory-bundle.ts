import { deepStrictEqual } from "node:assert";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { locateBundle, segmentPaths } from "../../core/bundle/bundle-reader.ts";
import { memoryContainer } from "../../core/bundle/memory-container.ts";
import { sealBundle, type SealOptions } from "../../core/bundle/seal.ts";
import { parsePartial, type PartialResult } from "../../core/casefile/partial-result.ts";
import { mergeSegments, verifySegments } from "../../core/casefile/partial-verification.ts";
import { type SealedLogMeans } from "../../core/verification/means.ts";
import { type SealedLogJudgement } from "../../core/verification/sealed-log.ts";
import { verifyBundle, verifyBundleOutline } from "../../core/verification/verify-bundle.ts";
import { sealOptions } from "./sealed-bundle.ts";

/** A bundle as its files, to be changed byte by byte. */
export type MemoryBundle = Map<string, Buffer>;

/** Seals a bundle and takes it into memory. */
export async function memoryBundle(
  counts: readonly number[],
  change: Partial<SealOptions> = {},
): Promise<MemoryBundle> {
  const folder = mkdtempSync(join(tmpdir(), "assay-bundle-"));
  try {
    const options = sealOptions(folder, counts, change);
    await sealBundle(options);
    const entries = readdirSync(options.output, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    return new Map(
      entries.map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(options.output.length + 1), readFileSync(path)];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Verifies a bundle, and by its outline and in parts too: the result must be the same. */
export async function judge(bundle: MemoryBundle, means: SealedLogMeans): Promise<SealedLogJudgement> {
  const judgement = await verifyBundle(memoryContainer("bundle", bundle), means);
  if (judgement === undefined) throw new Error("no bundle");
  const outline = await verifyBundleOutline(memoryContainer("bundle", bundle), means);
  deepStrictEqual(outline?.result, judgement.result);
  const merged = await judgeInParts(bundle, means);
  if (merged) deepStrictEqual(merged.result, judgement.result);
  return judgement;
}

/** Verifies a bundle segment by segment, and merges; undefined for one without segments. */
export async function judgeInParts(
  bundle: MemoryBundle,
  means: SealedLogMeans,
): Promise<SealedLogJudgement | undefined> {
  const container = memoryContainer("bundle", bundle);
  const segments = segmentPaths(container, locateBundle(container) ?? "").length;
  const parts: PartialResult[] = [];
  for (let at = 0; at < segments; at += 1) {
    // Through the text that is sent from machine to machine.
    const text = JSON.stringify(await verifySegments(container, { first: at, last: at }, {}));
    parts.push(parsePartial(text, `${at}.json`));
  }
  return segments === 0 ? undefined : mergeSegments(parts, means);
}

/** The segment files in order. */
export function segmentsOf(bundle: MemoryBundle): string[] {
  return [...bundle.keys()].filter((path) => path.startsWith("data/segments/")).sort();
}

/** The lines of a segment, without their line feeds. */
export function linesOf(bundle: MemoryBundle, path: string): string[] {
  return (bundle.get(path) ?? Buffer.alloc(0)).toString("utf8").split("\n").slice(0, -1);
}

export function setLines(bundle: MemoryBundle, path: string, lines: readonly string[]): void {
  bundle.set(path, Buffer.from(lines.map((line) => `${line}\n`).join("")));
}

/** Writes both manifests anew, as anyone can. */
export function rewriteManifests(bundle: MemoryBundle): void {
  const listing = (covers: (path: string) => boolean): Buffer =>
    Buffer.from(
      [...bundle]
        .filter(([path]) => covers(path))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, bytes]) => `${createHash("sha256").update(bytes).digest("hex")}  ${path}\n`)
        .join(""),
    );
  bundle.set(
    "manifest-sha256.txt",
    listing((path) => path.startsWith("data/")),
  );
  const isTag = (path: string): boolean => !path.startsWith("data/") && !path.startsWith("tagmanifest");
  bundle.set("tagmanifest-sha256.txt", listing(isTag));
}
