import { Command, CommanderError } from "commander";

import { Problem } from "../model/problem.ts";
import { commandExitCode } from "./command.ts";
import { registerAnchor } from "./commands/anchor.ts";
import { registerCase } from "./commands/case.ts";
import { registerCustody } from "./commands/custody.ts";
import { registerExport } from "./commands/export.ts";
import { registerDetect } from "./commands/detect.ts";
import { registerFinding } from "./commands/finding.ts";
import { registerIdentities } from "./commands/identities.ts";
import { registerImport } from "./commands/import.ts";
import { registerKey } from "./commands/key.ts";
import { registerKeygen } from "./commands/keygen.ts";
import { registerReport } from "./commands/report.ts";
import { registerRules } from "./commands/rules.ts";
import { registerSeal } from "./commands/seal.ts";
import { registerSelfTest } from "./commands/self-test.ts";
import { registerSources } from "./commands/sources.ts";
import { registerTimeline } from "./commands/timeline.ts";
import { registerTimestamp } from "./commands/timestamp.ts";
import { registerTrust } from "./commands/trust.ts";
import { registerVerifyPackage } from "./commands/verify-package.ts";
import { registerVerify } from "./commands/verify.ts";
import { errorDocument, errorText, toProblem } from "./failure.ts";
import { PROGRAM } from "./program.ts";

const USAGE_EXIT_CODE = 64;

const program = new Command("assay")
  .description(
    "Verifies exported API audit logs offline, loads them into a case, and exports findings that a stranger can check.",
  )
  .version(PROGRAM.version)
  .exitOverride()
  .configureOutput({ writeErr: () => undefined })
  .showHelpAfterError(false);

const COMMANDS: readonly ((program: Command) => void)[] = [
  registerKeygen,
  registerKey,
  registerSeal,
  registerVerify,
  registerImport,
  registerCase,
  registerTimeline,
  registerIdentities,
  registerDetect,
  registerRules,
  registerFinding,
  registerCustody,
  registerSources,
  registerTrust,
  registerAnchor,
  registerReport,
  registerExport,
  registerVerifyPackage,
  registerTimestamp,
  registerSelfTest,
];
for (const register of COMMANDS) register(program);

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe (`| head`) may leave early; that is its right and no failure of ours.
  if (error.code === "EPIPE") process.exit(commandExitCode());
  throw error;
});

async function main(): Promise<number> {
  const json = process.argv.includes("--json");
  try {
    if (process.argv.length <= 2) {
      throw new Problem("usage", "no-command", "expected a command; `assay --help` lists them");
    }
    await program.parseAsync();
    return commandExitCode();
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const problem =
      error instanceof CommanderError
        ? new Problem("usage", "usage", error.message.replace(/^error: /, ""), {}, { cause: error })
        : toProblem(error);
    if (json) process.stdout.write(`${JSON.stringify(errorDocument(problem))}\n`);
    else process.stderr.write(`assay: ${errorText(problem)}\n`);
    return error instanceof CommanderError ? USAGE_EXIT_CODE : problem.exitCode;
  }
}

process.exitCode = await main();
