import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";

import { type Command } from "commander";

import { type Container } from "../../bundle/container.ts";
import { exportBundle } from "../../bundle/export-bundle.ts";
import { parseLeafRange, type LeafRange } from "../../bundle/leaf-range.ts";
import { type Expiry, type Withholding } from "../../bundle/omissions.ts";
import { openContainer } from "../../bundle/open-container.ts";
import { platformHash } from "../../bundle/platform-crypto.ts";
import { type SealInput } from "../../bundle/record-source.ts";
import { DEFAULT_SEGMENT_BYTES, sealBundle, type SealSummary } from "../../bundle/seal.ts";
import { Problem, quote } from "../../model/problem.ts";
import { instantFromMillis } from "../../model/time.ts";
import { isCosignerKey } from "../../signing/cosignature.ts";
import { type SigningKey } from "../../signing/signing-key.ts";
import { formatVerifierKey } from "../../signing/verifier-key.ts";
import { collect, listOption, runs, textOption, type CommandIo } from "../command.ts";
import { readPassphrase } from "../examiner-option.ts";
import { readLogKey } from "../log-key.ts";
import { PROGRAM } from "../program.ts";

/** Time stamp responses are a few kilobytes. */
const MAX_STAMP_BYTES = 64 * 1024;

type Options = Readonly<Record<string, unknown>>;

/** `assay seal`: NDJSON files into an Evidence Log Bundle, or another export of one that was sealed before. */
export function registerSeal(program: Command): void {
  const command = program
    .command("seal")
    .description(
      "seal NDJSON logs into an evidence log bundle (docs/formats/evidence-log-bundle.md), or export a sealed one again",
    )
    .argument("<files...>", "NDJSON files, in the order of the log; or one bundle")
    .requiredOption("--origin <name>", "name of the log")
    .requiredOption("--key <file>", "the log's key (assay keygen)")
    .requiredOption("--out <path>", "the bundle: a new folder, or a new zip when it ends in .zip")
    .option("--segment-bytes <n>", "close a segment before it grows beyond this", String(DEFAULT_SEGMENT_BYTES))
    .option("--gzip", "compress segments")
    .option("--salt", "add 128 random bits to records that have no salt, so that withheld ones cannot be guessed")
    .option("--witness <key>", "cosign every checkpoint with this key (assay keygen --kind witness); repeats", collect)
    .option("--timestamp <size>=<tsr>", "add this time stamp to the checkpoint of that size; repeats", collect)
    .option("--rotate-to <key>", "hand the log over to this key before the last file; with one file, at its end")
    .option(
      "--withhold <range>:<reason>",
      "leave out these records but for their hashes, as in 17-42:…; repeats",
      collect,
    )
    .option(
      "--expire <range>:<policy>",
      "leave out whole segments past retention, as in 0-99:R7/P90D; repeats",
      collect,
    )
    .option("--passphrase-file <file>", "file that holds the passphrase of the keys");
  runs(command, seal);
}

async function seal(io: CommandIo, options: Options, operands: readonly string[]): Promise<void> {
  const passphrase = await readPassphrase(io, options);
  const readKey = (path: string): Promise<SigningKey> => readLogKey(io.path(path), passphrase);
  const key = await logKey(textOption(options["key"]) ?? "", readKey);
  const rotateTo = textOption(options["rotateTo"]);
  const common = {
    origin: textOption(options["origin"]) ?? "",
    key,
    output: io.path(textOption(options["out"]) ?? ""),
    encoding: options["gzip"] === true ? "gzip" : "plain",
    witnesses: await Promise.all(listOption(options["witness"]).map((path) => witnessKey(path, readKey))),
    timeStamps: new Map(await Promise.all(listOption(options["timestamp"]).map((text) => timeStamp(io, text)))),
    withhold: listOption(options["withhold"]).map(withholding),
    expire: listOption(options["expire"]).map(expiry),
    tool: { name: "assay", version: PROGRAM.version },
    hash: platformHash,
    now: () => instantFromMillis(Date.now()),
    random: randomBytes,
  } as const;
  const sealed = await openSealed(operands.map((operand) => io.path(operand)));
  let summary: SealSummary;
  if (sealed === undefined) {
    const inputs = await Promise.all(operands.map((operand) => fileInput(io.path(operand))));
    const to = rotateTo === undefined ? {} : { rotateTo: await logKey(rotateTo, readKey) };
    const bytes = segmentBytes(options["segmentBytes"]);
    const records = { inputs, segmentBytes: bytes, addSalt: options["salt"] === true, ...to };
    summary = await sealBundle({ ...common, ...records }, io.work);
  } else {
    try {
      if (rotateTo !== undefined || options["salt"] === true) {
        const message = "--rotate-to and --salt are for new logs; a log that is sealed keeps its records and keys";
        throw new Problem("usage", "sealed-already", message);
      }
      summary = await exportBundle({ ...common, container: sealed }, io.work);
    } finally {
      await sealed.close();
    }
  }
  const vkey = formatVerifierKey(key.verifier);
  const out = common.output;
  await io.print({ out, ...summary, vkey }, describe(out, summary, vkey));
}

function describe(out: string, summary: SealSummary, vkey: string): string {
  const newest = summary.checkpoints.at(-1);
  return [
    `sealed        ${out}`,
    `records       ${summary.records} in ${summary.segments} segments, tree size ${summary.treeSize}`,
    `root hash     ${summary.rootHash}`,
    ...(newest === undefined ? [] : [`to time-stamp  ${newest.size}: sha256 ${newest.stampDigest}`]),
    `verifier key  ${vkey}`,
  ].join("\n");
}

/** The one operand, opened, when it is a folder or named as an archive; undefined for files of records. */
async function openSealed([path = "", ...more]: readonly string[]): Promise<Container | undefined> {
  if (more.length > 0) return undefined;
  const isBundle = /\.(?:zip|tar|tar\.gz|tgz)$/.test(path) || (await stat(path)).isDirectory();
  return isBundle ? openContainer(path) : undefined;
}

async function logKey(path: string, readKey: (path: string) => Promise<SigningKey>): Promise<SigningKey> {
  const key = await readKey(path);
  if (!isCosignerKey(key.verifier)) return key;
  const message = `expected a key of a log (assay keygen --kind log), got one of a witness in ${quote(path)}`;
  throw new Problem("usage", "not-a-log-key", message, { file: path });
}

async function witnessKey(path: string, readKey: (path: string) => Promise<SigningKey>): Promise<SigningKey> {
  const key = await readKey(path);
  if (isCosignerKey(key.verifier)) return key;
  const message = `--witness expected a key of a witness (assay keygen --kind witness), got a log key in ${quote(path)}`;
  throw new Problem("usage", "not-a-witness", message, { file: path });
}

async function timeStamp(io: CommandIo, text: string): Promise<readonly [size: number, response: Uint8Array]> {
  const match = /^([1-9][0-9]{0,15})=(.+)$/.exec(text);
  if (match === null) throw badOption("timestamp", "<size>=<file of a time stamp response>", text);
  const path = io.path(match[2] ?? "");
  const { size } = await stat(path);
  if (size > MAX_STAMP_BYTES) throw badOption("timestamp", `a file of at most ${MAX_STAMP_BYTES} bytes`, text);
  return [Number(match[1]), await readFile(path)];
}

function withholding(text: string): Withholding {
  const [range, reason] = rangeAndText(text);
  if (range === undefined || reason === "") throw badOption("withhold", "<first>[-<last>]:<reason>", text);
  return { range, reason };
}

function expiry(text: string): Expiry {
  const [range, policy] = rangeAndText(text);
  const match = /^([^/]+)(?:\/(P[0-9A-Z]+))?$/.exec(policy);
  if (range === undefined || match === null) throw badOption("expire", "<first>[-<last>]:<policy>[/<period>]", text);
  return { range, policy: { id: match[1] ?? "", period: match[2] ?? null } };
}

function rangeAndText(text: string): readonly [range: LeafRange | undefined, text: string] {
  const colon = text.indexOf(":");
  return [parseLeafRange(text.slice(0, Math.max(0, colon))), colon < 0 ? "" : text.slice(colon + 1)];
}

function badOption(name: string, expected: string, found: string): Problem {
  const message = `--${name} expected ${expected}, got ${quote(found)}`;
  return new Problem("usage", `bad-${name}`, message, { expected, found });
}

async function fileInput(path: string): Promise<SealInput> {
  const { size } = await stat(path);
  return { name: basename(path), byteLength: size, open: () => createReadStream(path) as AsyncIterable<Buffer> };
}

function segmentBytes(value: unknown): number {
  const bytes = typeof value === "string" && /^[1-9][0-9]{0,9}$/.test(value) ? Number(value) : NaN;
  if (!Number.isNaN(bytes)) return bytes;
  throw new Problem("usage", "segment-bytes", `--segment-bytes expected a number, got ${JSON.stringify(value)}`);
}
