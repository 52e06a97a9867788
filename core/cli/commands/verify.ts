import { readFile, writeFile } from "node:fs/promises";

import { type Command } from "commander";

import { type ContainerLimits } from "../../bundle/container.ts";
import { parseLeafRange } from "../../bundle/leaf-range.ts";
import { openEvidence } from "../../casefile/evidence-place.ts";
import { parsePartial, type PartialResult } from "../../casefile/partial-result.ts";
import { mergeSegments, verifySegments } from "../../casefile/partial-verification.ts";
import { sealedLogMeans, type Trust } from "../../casefile/trust.ts";
import { verifyCopies } from "../../casefile/verify-copies.ts";
import { verifyContainer, verifyContainerTwice } from "../../casefile/verify-evidence.ts";
import { Problem, quote } from "../../model/problem.ts";
import { exitCodeOfVerdict, verdictWord, type VerifyResult } from "../../model/verdict.ts";
import { type AskedWindow } from "../../verification/cloudtrail-window.ts";
import { refusedResult } from "../../verification/verify-bundle.ts";
import { collect, listOption, runs, textOption, type CommandIo } from "../command.ts";
import { describeCopies } from "../copies.ts";
import { describeCheck, describeFinding } from "../check-lines.ts";
import { errorDocument } from "../failure.ts";
import { askedWindow, withWindow } from "../foreign-option.ts";
import { limitsOf, withLimits } from "../limits-option.ts";
import { trustOf, withTrust } from "../trust-option.ts";

type Options = Readonly<Record<string, unknown>>;

/** Findings shown as text; --json has them all. */
const SHOWN_FINDINGS = 50;

/** `assay verify`: what can be proved about a piece of evidence. Nothing is written but `--save`. */
export function registerVerify(program: Command): void {
  const command = withLimits(
    withTrust(
      program
        .command("verify")
        .description("prove what can be proved about evidence")
        .usage("[options] <path> [<copy>…]")
        .argument("[path...]", "a bundle, a folder, a zip, a tar or a file"),
    ),
  )
    .option("--save <file>", "write the result as JSON, too")
    .option("--both", "compute every digest of records, tree and chain by a second implementation, too")
    .option("--segments <range>", "read only these segments of a bundle, such as 0-99, and print a partial result")
    .option("--merge <result>", "judge a bundle from partial results, all that are named, and nothing else", collect);
  runs(withWindow(command), verify);
}

async function verify(io: CommandIo, options: Options, operands: readonly string[]): Promise<number> {
  const parts = listOption(options["merge"]);
  if (parts.length > 0) return mergeParts(io, options, [...parts, ...operands]);
  const [path, ...more] = operands;
  if (path === undefined) throw new Problem("usage", "one-path", "verify expected the path of evidence");
  const range = textOption(options["segments"]);
  if (range !== undefined) return verifyPart(io, options, io.path(path), range);
  const trust = await trustOf(io, options);
  if (more.length > 0) {
    const result = await verifyCopies(
      operands.map((operand) => io.path(operand)),
      trust,
      io.work,
      limitsOf(options),
    );
    await save(io, options, result);
    await io.print(result, describeCopies(result, operands, describe));
    return exitCodeOfVerdict(result.verdict);
  }
  const asked = askedWindow(options);
  const limits = limitsOf(options);
  let result: VerifyResult;
  let refusal: Problem | undefined;
  try {
    result = await verifyPath(io, io.path(path), limits, trust, asked, options["both"] === true);
  } catch (error) {
    if (!(error instanceof Problem) || error.kind !== "refused") throw error;
    refusal = error;
    result = refusedResult(error);
  }
  const document = { ...result, ...(refusal ? errorDocument(refusal) : {}) };
  await save(io, options, document);
  await io.print(document, describe(result));
  return exitCodeOfVerdict(result.verdict);
}

/** Prints what follows from some of the segments; that is no verdict, hence exit 0 unless one of them is unreadable. */
async function verifyPart(io: CommandIo, options: Options, path: string, text: string): Promise<number> {
  const range = parseLeafRange(text);
  if (range === undefined) {
    throw new Problem("usage", "bad-range", `--segments expected a range such as 0-99, got ${quote(text)}`);
  }
  const container = await openEvidence(path, limitsOf(options));
  try {
    const part = await verifySegments(container, range, io.work);
    await save(io, options, part);
    const { first, last, of } = part.range;
    const unread = part.segments.filter(({ fault }) => fault !== null);
    const records = part.leafRange.to - part.leafRange.from;
    const lines = [`segments ${first} to ${last} of ${of} read, ${records} records; merge all parts for a verdict`];
    await io.print(part, [...lines, ...unread.map(({ fault }) => `! ${fault?.message ?? ""}`)].join("\n"));
    return unread.length > 0 ? exitCodeOfVerdict("refused") : 0;
  } finally {
    await container.close();
  }
}

/** The verdict over all parts, the same that one machine would have come to. */
async function mergeParts(io: CommandIo, options: Options, parts: readonly string[]): Promise<number> {
  if (options["segments"] !== undefined) {
    throw new Problem("usage", "merge-alone", "--merge expected partial results and no segments to read");
  }
  const trust = await trustOf(io, options);
  const partials: PartialResult[] = [];
  for (const part of parts) partials.push(parsePartial(await readFile(io.path(part), "utf8"), part));
  const { result } = await mergeSegments(partials, sealedLogMeans(trust));
  await save(io, options, result);
  await io.print(result, describe(result));
  return exitCodeOfVerdict(result.verdict);
}

async function save(io: CommandIo, options: Options, document: unknown): Promise<void> {
  const path = textOption(options["save"]);
  if (path !== undefined) await writeFile(io.path(path), `${JSON.stringify(document, null, 2)}\n`, { flag: "wx" });
}

async function verifyPath(
  { work }: CommandIo,
  path: string,
  limits: ContainerLimits,
  trust: Trust,
  asked: AskedWindow | null,
  both: boolean,
): Promise<VerifyResult> {
  const container = await openEvidence(path, limits);
  try {
    return await (both ? verifyContainerTwice : verifyContainer)(container, trust, work, asked);
  } finally {
    await container.close();
  }
}

function describe(result: VerifyResult): string {
  const { log, counts } = result;
  const hidden = result.findings.length - SHOWN_FINDINGS;
  return [
    `${verdictWord(result.verdict)} (${result.verdict})`,
    ...(log === null ? [] : [`log      ${log.origin}, ${log.treeSize} records, root ${log.rootHash}`]),
    `content  ${counts.records} records in ${counts.segments} files, ${counts.withheld} withheld, ${counts.absent} absent`,
    ...result.checks.map(describeCheck),
    ...result.findings.slice(0, SHOWN_FINDINGS).map(describeFinding),
    ...(hidden > 0 ? [`! and ${hidden} more findings; --json lists them all`] : []),
  ].join("\n");
}
