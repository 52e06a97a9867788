import { Command, CommanderError } from "commander";

import { Problem } from "../model/problem.ts";
import { commandExitCode } from "./command.ts";
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

type Register = (program: Command) => void;

/** In the order of `assay --help`. What a command needs is loaded when it is the one that was typed. */
const COMMANDS: ReadonlyMap<string, () => Promise<Register>> = new Map(
  Object.entries({
    keygen: async () => (await import("./commands/keygen.ts")).registerKeygen,
    key: async () => (await import("./commands/key.ts")).registerKey,
    seal: async () => (await import("./commands/seal.ts")).registerSeal,
    verify: async () => (await import("./commands/verify.ts")).registerVerify,
    import: async () => (await import("./commands/import.ts")).registerImport,
    case: async () => (await import("./commands/case.ts")).registerCase,
    timeline: async () => (await import("./commands/timeline.ts")).registerTimeline,
    identities: async () => (await import("./commands/identities.ts")).registerIdentities,
    detect: async () => (await import("./commands/detect.ts")).registerDetect,
    rules: async () => (await import("./commands/rules.ts")).registerRules,
    finding: async () => (await import("./commands/finding.ts")).registerFinding,
    custody: async () => (await import("./commands/custody.ts")).registerCustody,
    sources: async () => (await import("./commands/sources.ts")).registerSources,
    trust: async () => (await import("./commands/trust.ts")).registerTrust,
    anchor: async () => (await import("./commands/anchor.ts")).registerAnchor,
    report: async () => (await import("./commands/report.ts")).registerReport,
    export: async () => (await import("./commands/export.ts")).registerExport,
    "verify-package": async () => (await import("./commands/verify-package.ts")).registerVerifyPackage,
    "verify-attachment": async () => (await import("./commands/verify-attachment.ts")).registerVerifyAttachment,
    timestamp: async () => (await import("./commands/timestamp.ts")).registerTimestamp,
    "self-test": async () => (await import("./commands/self-test.ts")).registerSelfTest,
  }),
);

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
    for (const load of commandsFor(process.argv[2])) (await load())(program);
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

/** The command that was typed; all of them where the help or a mistyped name needs them, and none for the version. */
function commandsFor(typed: string | undefined): Iterable<() => Promise<Register>> {
  const command = COMMANDS.get(typed ?? "");
  if (command) return [command];
  return typed === "--version" || typed === "-V" ? [] : COMMANDS.values();
}

process.exitCode = await main();
