import { readFile, rm } from "node:fs/promises";
import { basename } from "node:path";

import { type Command } from "commander";

import { type MappingText } from "../../casefile/chosen-source.ts";
import { importEvidence } from "../../casefile/import.ts";
import { detectAfterImport } from "../../detection/after-import.ts";
import { type Exhibit, type ImportResult } from "../../model/exhibit.ts";
import { Problem } from "../../model/problem.ts";
import { isDiskFull } from "../../model/system-problem.ts";
import { verdictWord } from "../../model/verdict.ts";
import { runs, textOption, type CommandIo } from "../command.ts";
import { openCaseForWork, withExaminer } from "../examiner-option.ts";
import { limitsOf, withLimits } from "../limits-option.ts";
import { trustOf, withTrust } from "../trust-option.ts";

type Options = Readonly<Record<string, unknown>>;

/** Problems shown as text; --json has them all. */
const SHOWN_PROBLEMS = 20;
/** Reasons of the verdict shown; `assay case show --json` has them all. */
const SHOWN_REASONS = 8;

/** `assay import`: loads evidence into a case, one row per record, whatever its verdict. */
export function registerImport(program: Command): void {
  const base = withExaminer(
    program
      .command("import")
      .description("verify evidence and load every record of it into a case")
      .argument("<path>", "a bundle, a folder, a zip, a tar or a file"),
  );
  const command = withLimits(withTrust(base))
    .option("--source <name>", "take the records for those of this source instead of recognising them")
    .option("--mapping <yaml>", "read the records by a mapping of your own (docs/sources.md)")
    .option("--resume", "go on with an interrupted import of the same evidence; without one, import as usual");
  runs(command, importCommand);
}

async function importCommand(io: CommandIo, options: Options, operands: readonly string[]): Promise<void> {
  const trust = await trustOf(io, options);
  const session = await openCaseForWork(io, options, { create: true });
  let keep = !session.created;
  try {
    const result = await importEvidence(session, io.path(operands[0] ?? ""), {
      ...io.work,
      trust,
      limits: limitsOf(options),
      source: textOption(options["source"]),
      mapping: await mappingOption(io, options),
      resume: options["resume"] === true,
    });
    keep = true;
    await detectAfterImport(session, io.work);
    const exhibit = session.caseFile.exhibits.find(({ id }) => id === result.exhibit);
    await io.print(result, describe(result, exhibit ? reasonsOf(exhibit) : []));
  } catch (error) {
    // What was loaded can be resumed when there is room.
    keep ||= isDiskFull(error);
    throw error;
  } finally {
    await session.close();
    if (!keep) await rm(session.caseFile.folder.root, { recursive: true, force: true });
  }
}

async function mappingOption(io: CommandIo, options: Options): Promise<MappingText | undefined> {
  const given = textOption(options["mapping"]);
  if (given === undefined) return undefined;
  const path = io.path(given);
  try {
    return { file: basename(path), text: await readFile(path, "utf8") };
  } catch (cause) {
    throw new Problem(
      "machine",
      "mapping-unreadable",
      "reading the mapping: the file cannot be read",
      { file: path },
      { cause },
    );
  }
}

/** The findings that bring the exhibit down to its verdict. */
function reasonsOf({ verdict, verification }: Exhibit): readonly string[] {
  return verification.findings.filter((finding) => finding.verdict === verdict).map(({ message }) => message);
}

function describe(result: ImportResult, reasons: readonly string[]): string {
  const again = result.notes.some((note) => note.code === "already-imported");
  const problems = result.problems
    .slice(0, SHOWN_PROBLEMS)
    .map((problem) => `  ${problem.file}, line ${problem.line}: ${problem.message} [${problem.code}]`);
  const hidden = result.problems.length - problems.length;
  return [
    again ? `${result.exhibit}: this evidence is in the case already; nothing was added` : `${result.exhibit} imported`,
    `source     ${result.source.name} (${result.source.reason})`,
    `records    ${result.records}, events ${result.events}, undated ${result.undated}, problems ${result.problems.length}`,
    `verdict    ${verdictWord(result.verdict)} (${result.verdict})`,
    ...reasons.slice(0, SHOWN_REASONS).map((reason) => `           ${reason}`),
    ...(reasons.length > SHOWN_REASONS ? [`           and ${reasons.length - SHOWN_REASONS} more`] : []),
    `SHA-256    ${result.sha256}`,
    ...result.notes.map((note) => `note       ${note.code}: ${note.count}`),
    ...problems,
    ...(hidden > 0 ? [`  and ${hidden} more; --json lists them all`] : []),
  ].join("\n");
}
