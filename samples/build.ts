import { createHash } from "node:crypto";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DEFAULT_SEGMENT_BYTES, sealBundle, type SealOptions, type SealSummary } from "../core/bundle/seal.ts";
import { platformHash } from "../core/bundle/platform-crypto.ts";
import { instantFromMillis, parseInstant, type Instant } from "../core/model/time.ts";
import { present } from "../core/model/assert.ts";
import { signingKey, type SigningKey } from "../core/signing/signing-key.ts";
import { formatPolicy } from "../core/signing/tlog-policy.ts";
import { COSIGNATURE_TYPE, formatVerifierKey } from "../core/signing/verifier-key.ts";
import { generateBreach } from "./generator/breach.ts";
import { HOUR, SECOND, SEGMENTS, SEGMENT_HOURS, START_MS } from "./generator/clock.ts";
import { Random } from "../core/selftest/random.ts";
import { AUTHORITY, timeStampOf } from "./generator/time-authority.ts";

const ORIGIN = "audit.marrowbridge.example/parcel-platform";
const SAMPLE = "marrowbridge-audit";
const SEALED_AT = "2026-09-17T06:00:00Z";

const WITNESS = "witness.example/sample";
/** How long after the last record of a segment its witness signs. */
const WITNESS_DELAY_MS = 5 * SECOND;

/** The keys of the sample. Anyone can make them from these texts: they prove nothing outside the sample. */
function sampleKeys(): { readonly log: SigningKey; readonly witness: SigningKey } {
  const seed = (holder: string): Uint8Array =>
    createHash("sha256").update(`key of the Assay sample ${holder}, known to everyone`).digest();
  return {
    log: signingKey(platformHash, ORIGIN, seed("log")),
    witness: signingKey(platformHash, WITNESS, seed("witness"), COSIGNATURE_TYPE),
  };
}

/**
 * Seals the sample into `folder`, and puts beside it what an examiner pins: the log's key, a policy with its witness, and
 * the root of its time authority. Same content on every machine.
 */
export async function buildSample(folder: string): Promise<SealSummary> {
  const { log, witness } = sampleKeys();
  const inputs = generateBreach().map((lines, index) => ({
    name: `stretch-${index + 1}.jsonl`,
    open: () => linesOf(lines),
  }));
  const output = join(folder, `${SAMPLE}.zip`);
  await rm(output, { force: true });
  const stamp = await stampOf(inputs);
  const summary = await sealBundle(sealOptions(inputs, output, stamp));
  const vkey = formatVerifierKey(log.verifier);
  await writeFile(join(folder, `${SAMPLE}.vkey`), `${vkey}\n`);
  await writeFile(join(folder, `${SAMPLE}.policy`), formatPolicy([vkey], [formatVerifierKey(witness.verifier)], 1));
  await copyFile(AUTHORITY, join(folder, `${SAMPLE}.tsa.pem`));
  return summary;
}

/** The stamp of the newest checkpoint, which has to be sealed before it can be stamped. */
async function stampOf(inputs: SealOptions["inputs"]): Promise<ReadonlyMap<number, Uint8Array>> {
  const folder = await mkdtemp(join(tmpdir(), "assay-sample-"));
  try {
    const { checkpoints } = await sealBundle(sealOptions(inputs, join(folder, "unstamped"), new Map()));
    const { size, stampDigest } = present(checkpoints.at(-1), "the sample has checkpoints");
    return new Map([[size, timeStampOf(stampDigest)]]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function sealOptions(
  inputs: SealOptions["inputs"],
  output: string,
  timeStamps: ReadonlyMap<number, Uint8Array>,
): SealOptions {
  const random = new Random(5_848);
  const clock = clockOfTheLog();
  const { log, witness } = sampleKeys();
  return {
    inputs,
    origin: ORIGIN,
    key: log,
    witnesses: [witness],
    timeStamps,
    output,
    encoding: "gzip",
    segmentBytes: DEFAULT_SEGMENT_BYTES,
    addSalt: false,
    tool: { name: "assay-samples", version: "1" },
    hash: platformHash,
    now: () => present(clock.next().value, "the seal reads the clock once, and twice a segment"),
    random: (byteLength) => random.bytes(byteLength),
  };
}

/** The export is made the morning after; each segment was opened when its first hour began, and witnessed when it was full. */
function* clockOfTheLog(): Generator<Instant, undefined> {
  yield present(parseInstant(SEALED_AT), "the constant is a time");
  for (let segment = 0; segment < SEGMENTS; segment += 1) {
    yield instantFromMillis(START_MS + segment * SEGMENT_HOURS * HOUR);
    yield instantFromMillis(START_MS + (segment + 1) * SEGMENT_HOURS * HOUR + WITNESS_DELAY_MS);
  }
  return undefined;
}

// eslint-disable-next-line @typescript-eslint/require-await -- the seal takes asynchronous chunks; these are at hand
async function* linesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(lines.map((line) => `${line}\n`).join(""));
}
