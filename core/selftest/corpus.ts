import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { platformHash } from "../bundle/platform-crypto.ts";
import { sealBundle, type SealOptions, type SealSummary } from "../bundle/seal.ts";
import { instantFromMillis } from "../model/time.ts";
import { signingKey, type SigningKey } from "../signing/signing-key.ts";
import { COSIGNATURE_TYPE } from "../signing/verifier-key.ts";
import stampsOfBundles from "./assets/stamps.json?raw";
import { sha256, type BagBytes } from "./bag-bytes.ts";
import { SeededRandom } from "./seeded-random.ts";

export const SELFTEST_ORIGIN = "assay.example/self-test";
/** Noon of a day long before any time stamp of the corpus was made. */
const START_MS = Date.UTC(2026, 5, 1, 12);
const SECOND_MS = 1_000;

/** A key that is the same in every run. */
export function corpusKey(name: string, holder: string, type?: SigningKey["verifier"]["type"]): SigningKey {
  return signingKey(platformHash, name, sha256(Buffer.from(`self-test key of ${holder}`)), type);
}

export const LOG_KEY = corpusKey(SELFTEST_ORIGIN, "log");
export const WITNESS_KEYS = ["one", "two"].map((name) =>
  corpusKey(`${name}.witness.example`, `witness ${name}`, COSIGNATURE_TYPE),
);

/** The time stamps of the corpus's bundles, made once with openssl, and the root of their authority. */
interface Stamps {
  readonly root: string;
  /** Time stamp responses in base64, by the digest they are for. */
  readonly stamps: Readonly<Record<string, string>>;
}

export function corpusStamps(): Stamps {
  return JSON.parse(stampsOfBundles) as Stamps; // our own file
}

export interface BundleShape {
  /** Seeds clock, salts and names. */
  readonly seed: string;
  /** Records of each segment. */
  readonly counts: readonly number[];
  readonly encoding: "plain" | "gzip";
}

/** The bundles that have a time stamp. Packing is no part of what is signed: each stamp serves both. */
export const STAMPED_SHAPES: readonly BundleShape[] = [
  { seed: "first", counts: [4, 5, 3], encoding: "plain" },
  { seed: "second", counts: [1, 1, 1], encoding: "gzip" },
  { seed: "third", counts: [9, 6], encoding: "plain" },
  { seed: "fourth", counts: [12], encoding: "gzip" },
];

/** A bundle of the corpus in memory, and what sealing said. */
export async function sealCorpusBundle(
  shape: BundleShape,
  change: Partial<SealOptions> = {},
): Promise<{ readonly bag: BagBytes; readonly summary: SealSummary }> {
  const folder = await mkdtemp(join(tmpdir(), "assay-self-test-"));
  try {
    const output = join(folder, "bundle");
    const summary = await sealBundle({ ...sealOptions(shape, output), ...change });
    return { bag: await readBag(output), summary };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A bundle of the corpus whose log recorded these lines: `edit` changes those of each segment before they are sealed. */
export async function sealRecorded(
  shape: BundleShape,
  edit: (lines: readonly string[], position: number) => readonly string[],
): Promise<BagBytes> {
  const records = new SeededRandom(`${shape.seed} records`);
  const inputs = shape.counts.map((count, position) => ({
    name: `input-${position}`,
    open: () => textOf(edit(recordLines(records, position, count), position)),
  }));
  return (await sealCorpusBundle(shape, { inputs, addSalt: false })).bag;
}

/** The same bundle with the time stamp of its newest checkpoint. */
export async function sealStampedBundle(shape: BundleShape, change: Partial<SealOptions> = {}): Promise<BagBytes> {
  const { summary } = await sealCorpusBundle(shape, change);
  const newest = summary.checkpoints.at(-1);
  const stamp = corpusStamps().stamps[newest?.stampDigest ?? ""];
  if (newest === undefined || stamp === undefined) throw new Error(`no time stamp for ${JSON.stringify(newest)}`);
  const timeStamps = new Map([[newest.size, Buffer.from(stamp, "base64")]]);
  return (await sealCorpusBundle(shape, { ...change, timeStamps })).bag;
}

function sealOptions({ seed, counts, encoding }: BundleShape, output: string): SealOptions {
  const random = new SeededRandom(seed);
  const records = new SeededRandom(`${seed} records`);
  let second = 0;
  return {
    inputs: counts.map((count, position) => ({
      name: `input-${position}`,
      open: () => textOf(recordLines(records, position, count)),
    })),
    origin: SELFTEST_ORIGIN,
    key: LOG_KEY,
    witnesses: WITNESS_KEYS,
    output,
    encoding,
    segmentBytes: 2 ** 20,
    addSalt: true,
    tool: { name: "assay-self-test", version: "1" },
    hash: platformHash,
    // Later than every record: a log is sealed after its events.
    now: () => instantFromMillis(START_MS + 3_600 * SECOND_MS + SECOND_MS * second++),
    random: (byteLength) => random.bytes(byteLength),
  };
}

function recordLines(random: SeededRandom, position: number, count: number): readonly string[] {
  const actions = ["read", "export", "grant", "delete"];
  return Array.from({ length: count }, (_, index) => {
    const time = new Date(START_MS + (position * 100 + index) * SECOND_MS).toISOString();
    const action = actions[random.integer(0, actions.length)] ?? "";
    return `{"time":"${time}","actor":"user-${random.integer(0, 9)}","action":"${action}","salt":"${random.bytes(16).toString("base64url")}"}`;
  });
}

async function* textOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(lines.map((line) => `${line}\n`).join("")));
}

async function readBag(folder: string): Promise<BagBytes> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(paths.sort().map(async (path) => [path.slice(folder.length + 1), await readFile(path)] as const)),
  );
}
