import { createHash } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { DEFAULT_SEGMENT_BYTES, sealBundle, type SealSummary } from "../core/bundle/seal.ts";
import { platformHash } from "../core/bundle/platform-crypto.ts";
import { instantFromMillis, parseInstant, type Instant } from "../core/model/time.ts";
import { present } from "../core/model/assert.ts";
import { signingKey, type SigningKey } from "../core/signing/signing-key.ts";
import { formatVerifierKey } from "../core/signing/verifier-key.ts";
import { generateBreach } from "./generator/breach.ts";
import { HOUR, SEGMENTS, SEGMENT_HOURS, START_MS } from "./generator/clock.ts";
import { Random } from "./generator/random.ts";

const ORIGIN = "audit.marrowbridge.example/parcel-platform";
const SAMPLE = "marrowbridge-audit";
const SEALED_AT = "2026-09-17T06:00:00Z";

/** The key of the sample's log. Anyone can make it from this text: it proves nothing outside the sample. */
function sampleKey(): SigningKey {
  const seed = createHash("sha256").update("key of the Assay sample log, known to everyone").digest();
  return signingKey(platformHash, ORIGIN, seed);
}

/** Seals the sample into `folder`, and puts the key to pin beside it. Same content on every machine. */
export async function buildSample(folder: string): Promise<SealSummary> {
  const random = new Random(5_848);
  const clock = clockOfTheLog();
  const key = sampleKey();
  const output = join(folder, `${SAMPLE}.zip`);
  await rm(output, { force: true });
  const summary = await sealBundle({
    inputs: generateBreach().map((lines, index) => ({
      name: `stretch-${index + 1}.jsonl`,
      open: () => linesOf(lines),
    })),
    origin: ORIGIN,
    key,
    output,
    encoding: "gzip",
    segmentBytes: DEFAULT_SEGMENT_BYTES,
    addSalt: false,
    tool: { name: "assay-samples", version: "1" },
    hash: platformHash,
    now: () => present(clock.next().value, "the seal reads the clock once, and once a segment"),
    random: (byteLength) => random.bytes(byteLength),
  });
  await writeFile(join(folder, `${SAMPLE}.vkey`), `${formatVerifierKey(key.verifier)}\n`);
  return summary;
}

/** The export is made the morning after; each segment was opened when its first hour began. */
function* clockOfTheLog(): Generator<Instant, undefined> {
  yield present(parseInstant(SEALED_AT), "the constant is a time");
  for (let segment = 0; segment < SEGMENTS; segment += 1) {
    yield instantFromMillis(START_MS + segment * SEGMENT_HOURS * HOUR);
  }
  return undefined;
}

// eslint-disable-next-line @typescript-eslint/require-await -- the seal takes asynchronous chunks; these are at hand
async function* linesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(lines.map((line) => `${line}\n`).join(""));
}
