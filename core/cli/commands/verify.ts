import { writeFile } from "node:fs/promises";

import { type Command } from "commander";

import { type ContainerLimits } from "../../bundle/container.ts";
import { openContainer } from "../../bundle/open-container.ts";
import { type Trust } from "../../casefile/trust.ts";
import { verifyContainer, verifyContainerTwice } from "../../casefile/verify-evidence.ts";
import { Problem } from "../../model/problem.ts";
import { exitCodeOfVerdict, verdictWord, type Check, type VerifyResult } from "../../model/verdict.ts";
import { type AskedWindow } from "../../verification/cloudtrail-window.ts";
import { refusedResult } from "../../verification/verify-bundle.ts";
import { runs, textOption, type CommandIo } from "../command.ts";
import { errorDocument } from "../failure.ts";
import { askedWindow, withWindow } from "../foreign-option.ts";
import { withLaterOptions } from "../later-options.ts";
import { limitsOf, withLimits } from "../limits-option.ts";
import { trustOf, withTrust } from "../trust-option.ts";

type Options = Readonly<Record<string, unknown>>;

const LATER_OPTIONS = ["--segments [range]", "--merge [result...]"];
/** Findings shown as text; --json has them all. */
const SHOWN_FINDINGS = 50;

/** `assay verify`: what can be proved about a piece of evidence. Nothing is written but `--save`. */
export function registerVerify(program: Command): void {
  const command = withLimits(
    withTrust(
      program
        .command("verify")
        .description("prove what can be proved about evidence")
        .usage("[options] <path>")
        .argument("<path...>", "a bundle, a folder, a zip, a tar or a file"),
    ),
  )
    .option("--save <file>", "write the result as JSON, too")
    .option("--both", "compute every digest of records, tree and chain by a second implementation, too");
  runs(withLaterOptions(withWindow(command), LATER_OPTIONS), verify);
}

async function verify(io: CommandIo, options: Options, operands: readonly string[]): Promise<number> {
  const [path = "", ...more] = operands;
  if (more.length > 0) {
    const message = `verify expected one path, got ${operands.length}; this version of assay does not compare copies`;
    throw new Problem("usage", "one-path", message);
  }
  const trust = await trustOf(io, options);
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
  const save = textOption(options["save"]);
  if (save !== undefined) await writeFile(io.path(save), `${JSON.stringify(document, null, 2)}\n`, { flag: "wx" });
  await io.print(document, describe(result));
  return exitCodeOfVerdict(result.verdict);
}

async function verifyPath(
  { work }: CommandIo,
  path: string,
  limits: ContainerLimits,
  trust: Trust,
  asked: AskedWindow | null,
  both: boolean,
): Promise<VerifyResult> {
  const container = await openContainer(path, limits);
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
    ...result.findings.slice(0, SHOWN_FINDINGS).map(({ verdict, code, message, where }) => {
      const { file, line, offset } = where;
      const place = [
        file,
        line === undefined ? undefined : `line ${line}`,
        offset === undefined ? undefined : `byte ${offset}`,
      ].filter((part) => part !== undefined);
      return `! ${verdict}: ${message}${place.length > 0 ? ` (${place.join(", ")})` : ""} [${code}]`;
    }),
    ...(hidden > 0 ? [`! and ${hidden} more findings; --json lists them all`] : []),
  ].join("\n");
}

function describeCheck({ name, verdict, checked, failed, note }: Check): string {
  const count = failed > 0 ? `${failed} of ${checked} failed` : checked > 0 ? String(checked) : "";
  return `  ${verdict.padEnd(14)} ${name.padEnd(14)} ${count}${count === "" ? "" : ": "}${note}`;
}
