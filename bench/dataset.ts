import { closeSync, createReadStream, mkdirSync, openSync, writeSync } from "node:fs";
import { stat } from "node:fs/promises";
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

export async function makeDataset(root: string, events: number): Promise<Dataset> {
  const folder = join(root, "plain");
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (let written = 0; written < events; written += FILE_EVENTS) {
    const path = join(folder, `part-${String(files.length).padStart(4, "0")}.jsonl`);
    files.push(path);
    writeFile(path, written, Math.min(written + FILE_EVENTS, events));
  }
  const key = signingKey(platformHash, "bench.example/log", new Uint8Array(32).fill(7));
  const bundle = join(root, "bundle");
  await sealBundle({
    inputs: files.map((path) => ({ name: path, open: () => createReadStream(path) })),
    origin: key.verifier.name,
    key,
    output: bundle,
    encoding: "plain",
    segmentBytes: DEFAULT_SEGMENT_BYTES,
    addSalt: false,
    tool: { name: "assay-bench", version: "1" },
    hash: platformHash,
    now: () => instant(0n),
    random: (byteLength) => new Uint8Array(byteLength),
  });
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  return { events, bytes: sizes.reduce((sum, size) => sum + size, 0), files, bundle, key };
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
