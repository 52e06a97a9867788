import { closeSync, createReadStream, existsSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { platformHash } from "../core/bundle/platform-crypto.ts";
import { DEFAULT_SEGMENT_BYTES, sealBundle } from "../core/bundle/seal.ts";
import { instant } from "../core/model/time.ts";
import { signingKey, type SigningKey } from "../core/signing/signing-key.ts";
import { recordLine } from "./records.ts";

/** Generated events as plain files and as a sealed bundle of the same bytes. */
export interface Dataset {
  readonly events: number;
  readonly bytes: number;
  /** NDJSON files without a proof. */
  readonly files: readonly string[];
  /** The same files, sealed. */
  readonly bundle: string;
  readonly key: SigningKey;
}

const FILE_EVENTS = 100_000;
const LINES_TOGETHER = 2_000;

/** The key that every bundle of the bench is sealed with. */
export function benchKey(): SigningKey {
  return signingKey(platformHash, "bench.example/log", new Uint8Array(32).fill(7));
}

/** The data of so many events in `root`: what an earlier bench made there, when that was finished, or made now. */
export async function makeDataset(root: string, events: number): Promise<Dataset> {
  const folder = join(root, "plain");
  const bundle = join(root, "bundle");
  const finished = join(root, "finished");
  const names = Array.from({ length: Math.ceil(events / FILE_EVENTS) }, (_, index) => String(index).padStart(4, "0"));
  const files = names.map((name) => join(folder, `part-${name}.jsonl`));
  if (!existsSync(finished)) {
    await rm(root, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    for (const [index, path] of files.entries()) {
      writeFile(path, index * FILE_EVENTS, Math.min((index + 1) * FILE_EVENTS, events));
    }
    await seal(files, bundle);
    writeFileSync(finished, "");
  }
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  return { events, bytes: sizes.reduce((sum, size) => sum + size, 0), files, bundle, key: benchKey() };
}

async function seal(files: readonly string[], output: string): Promise<void> {
  const key = benchKey();
  await sealBundle({
    inputs: files.map((path) => ({ name: path, open: () => createReadStream(path) })),
    origin: key.verifier.name,
    key,
    output,
    encoding: "plain",
    segmentBytes: DEFAULT_SEGMENT_BYTES,
    addSalt: false,
    tool: { name: "assay-bench", version: "1" },
    hash: platformHash,
    now: () => instant(0n),
    random: (byteLength) => new Uint8Array(byteLength),
  });
}

function writeFile(path: string, from: number, to: number): void {
  const file = openSync(path, "w");
  for (let first = from; first < to; first += LINES_TOGETHER) {
    const count = Math.min(LINES_TOGETHER, to - first);
    const lines = Array.from({ length: count }, (_, index) => recordLine(first + index));
    writeSync(file, `${lines.join("\n")}\n`);
  }
  closeSync(file);
}
