import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { once } from "node:events";

import { platformHash } from "../core/bundle/platform-crypto.ts";
import { DEFAULT_SEGMENT_BYTES, sealBundle } from "../core/bundle/seal.ts";
import { instant } from "../core/model/time.ts";
import { signingKey, type SigningKey } from "../core/signing/signing-key.ts";
import { generateBreach } from "../samples/generator/breach.ts";
import { Random } from "../samples/generator/random.ts";

/** Events of the sample, repeated three days later each time until there are enough, as plain files and as a bundle. */
export interface Dataset {
  readonly events: number;
  readonly bytes: number;
  /** Folder of NDJSON files without a proof. */
  readonly folder: string;
  readonly files: readonly string[];
  /** The same files, sealed. */
  readonly bundle: string;
  readonly key: SigningKey;
}

const FILE_EVENTS = 100_000;
const SAMPLE_SPAN_MS = 3 * 86_400_000;

export async function makeDataset(root: string, events: number): Promise<Dataset> {
  const folder = join(root, "plain");
  await mkdir(folder, { recursive: true });
  const sample = generateBreach().flat();
  const files: string[] = [];
  let written = 0;
  while (written < events) {
    const path = join(folder, `part-${String(files.length).padStart(4, "0")}.jsonl`);
    files.push(path);
    const stream = createWriteStream(path);
    const end = Math.min(written + FILE_EVENTS, events);
    for (; written < end; written += 1) {
      const line = sample[written % sample.length] ?? "";
      if (!stream.write(`${repeated(line, Math.floor(written / sample.length))}\n`)) await once(stream, "drain");
    }
    stream.end();
    await once(stream, "close");
  }
  const key = signingKey(platformHash, "bench.example/log", new Uint8Array(32).fill(7));
  const random = new Random(1);
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
    random: (byteLength) => random.bytes(byteLength),
  });
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  return { events, bytes: sizes.reduce((sum, size) => sum + size, 0), folder, files, bundle, key };
}

/** The same event later and with an id of its own. */
function repeated(line: string, round: number): string {
  return line
    .replace(/^\{"time":(\d+)/, (_, time: string) => `{"time":${Number(time) + round * SAMPLE_SPAN_MS}`)
    .replace(/"uid":"([a-z]+)-/, (_, node: string) => `"uid":"${node}${round}-`);
}
