import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";

import { type Command } from "commander";

import { platformHash } from "../../bundle/platform-crypto.ts";
import { type SealInput } from "../../bundle/record-source.ts";
import { DEFAULT_SEGMENT_BYTES, sealBundle } from "../../bundle/seal.ts";
import { Problem } from "../../model/problem.ts";
import { instantFromMillis } from "../../model/time.ts";
import { formatVerifierKey } from "../../signing/verifier-key.ts";
import { runs, textOption, type CommandIo } from "../command.ts";
import { readPassphrase } from "../examiner-option.ts";
import { withLaterOptions } from "../later-options.ts";
import { readLogKey } from "../log-key.ts";
import { PROGRAM } from "../program.ts";

const LATER_OPTIONS = [
  "--witness [key]",
  "--timestamp [stamp]",
  "--rotate-to [key]",
  "--withhold [range]",
  "--expire [range]",
];

type Options = Readonly<Record<string, unknown>>;

/** `assay seal`: NDJSON files into an Evidence Log Bundle. */
export function registerSeal(program: Command): void {
  const command = program
    .command("seal")
    .description("seal NDJSON logs into an evidence log bundle (docs/formats/evidence-log-bundle.md)")
    .argument("<files...>", "NDJSON files, in the order of the log")
    .requiredOption("--origin <name>", "name of the log")
    .requiredOption("--key <file>", "the log's key (assay keygen)")
    .requiredOption("--out <path>", "the bundle: a new folder, or a new zip when it ends in .zip")
    .option("--segment-bytes <n>", "close a segment before it grows beyond this", String(DEFAULT_SEGMENT_BYTES))
    .option("--gzip", "compress segments")
    .option("--salt", "add 128 random bits to records that have no salt, so that withheld ones cannot be guessed")
    .option("--passphrase-file <file>", "file that holds the key's passphrase");
  withLaterOptions(command, LATER_OPTIONS);
  runs(command, seal);
}

async function seal(io: CommandIo, options: Options, operands: readonly string[]): Promise<void> {
  const key = await readLogKey(io.path(textOption(options["key"]) ?? ""), await readPassphrase(io, options));
  const output = io.path(textOption(options["out"]) ?? "");
  const inputs = await Promise.all(operands.map((operand) => fileInput(io.path(operand))));
  const summary = await sealBundle(
    {
      inputs,
      origin: textOption(options["origin"]) ?? "",
      key,
      output,
      encoding: options["gzip"] === true ? "gzip" : "plain",
      segmentBytes: segmentBytes(options["segmentBytes"]),
      addSalt: options["salt"] === true,
      tool: { name: "assay", version: PROGRAM.version },
      hash: platformHash,
      now: () => instantFromMillis(Date.now()),
      random: randomBytes,
    },
    io.work,
  );
  const vkey = formatVerifierKey(key.verifier);
  await io.print(
    { out: output, ...summary, vkey },
    [
      `sealed        ${output}`,
      `records       ${summary.records} in ${summary.segments} segments, tree size ${summary.treeSize}`,
      `root hash     ${summary.rootHash}`,
      `verifier key  ${vkey}`,
    ].join("\n"),
  );
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
