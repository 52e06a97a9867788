import { type Command } from "commander";

import { withScratchDatabase } from "../../casefile/scratch-database.ts";
import { checkRules } from "../../detection/check-rules.ts";
import { type RulesCheck } from "../../model/detection.ts";
import { holdsCommands, runs, textOption, type CommandIo } from "../command.ts";
import { readPlaceholders, readRuleFiles } from "../rule-files.ts";

type Options = Readonly<Record<string, unknown>>;

/** What the content of rules is not ready for: being run as it stands. */
const RULE_ERRORS = 65;

/** `assay rules check`: whether rules can run, and why not. */
export function registerRules(program: Command): void {
  const rules = holdsCommands(program.command("rules").description("look after Sigma rules"));
  const check = rules
    .command("check")
    .description("say whether rules can run; exit 65 when one cannot")
    .argument("<path...>", "rule files and folders of them")
    .option("--placeholders <yaml>", "values of placeholders");
  runs(check, checkCommand);
}

async function checkCommand(io: CommandIo, options: Options, operands: readonly string[]): Promise<number> {
  const files = await readRuleFiles(operands.map((path) => io.path(path)));
  const values = textOption(options["placeholders"]);
  const placeholders = values === undefined ? undefined : await readPlaceholders(io.path(values));
  const check = await withScratchDatabase((session) => checkRules(session, files, placeholders));
  await io.print(check, describe(check));
  return check.rejected.length > 0 ? RULE_ERRORS : 0;
}

function describe({ loaded, compiled, unrouted, rejected }: RulesCheck): string {
  return [
    `rules      ${loaded} loaded, ${compiled} can run, ${rejected.length} rejected`,
    ...(unrouted > 0 ? [`           ${unrouted} of them are for logs that no source here reads`] : []),
    ...rejected.map(({ file, line, column, reason }) => `  ${file}:${line}:${column}: ${reason}`),
  ].join("\n");
}
