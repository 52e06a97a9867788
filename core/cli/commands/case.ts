import { readFile } from "node:fs/promises";

import { type Command } from "commander";
import { parse } from "yaml";
import { type z } from "zod";

import { caseDetailsShape } from "../../casefile/case-details-shape.ts";
import { type CaseFile } from "../../casefile/case-file.ts";
import { openCase } from "../../casefile/open-case.ts";
import { changeCaseDetails } from "../../casefile/change-details.ts";
import { integerOf } from "../../casefile/row.ts";
import { sql } from "../../casefile/sql.ts";
import { type CaseDetails } from "../../model/case-details.ts";
import { Problem } from "../../model/problem.ts";
import { worstVerdict } from "../../model/verdict.ts";
import { holdsCommands, runs, textOption, type CommandIo } from "../command.ts";
import { openCaseForWork, withExaminer } from "../examiner-option.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay case show|set`: what a case holds, and what a human states about it. */
export function registerCase(program: Command): void {
  const command = holdsCommands(program.command("case").description("show a case, or state who asked what of whom"));
  const show = command
    .command("show")
    .description("show what a case holds")
    .requiredOption("--case <folder>", "the case");
  runs(show, showCommand);
  const set = withExaminer(
    command.command("set").description("set details of a case; what the file does not name stays as it is"),
  ).requiredOption("--details <yaml>", "file with the details");
  runs(set, setCommand);
}

async function showCommand(io: CommandIo, options: Options): Promise<void> {
  const caseFile = await openCase(io.path(textOption(options["case"]) ?? ""), { writable: false });
  try {
    const state = await describeCase(caseFile);
    await io.print(state, formatCase(state));
  } finally {
    await caseFile.close();
  }
}

async function setCommand(io: CommandIo, options: Options): Promise<void> {
  const given = await readDetails(io.path(textOption(options["details"]) ?? ""));
  const session = await openCaseForWork(io, options);
  try {
    await changeCaseDetails(session, withGiven(await session.caseFile.details(), given));
    const state = await describeCase(session.caseFile);
    await io.print(state, formatCase(state));
  } finally {
    await session.close();
  }
}

/** What a details file may name: any of it, and any of its parts. A key without a value is an empty text. */
const detailsFile = caseDetailsShape
  .extend({ examiner: caseDetailsShape.shape.examiner.partial(), report: caseDetailsShape.shape.report.partial() })
  .partial();

type GivenDetails = z.infer<typeof detailsFile>;

/** Reads a details file. Throws `bad-details` (usage) naming the first field that is none. */
async function readDetails(path: string): Promise<GivenDetails> {
  const source = await readFile(path, "utf8");
  const result = detailsFile.safeParse(parseYaml(source, path));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const member = issue?.path.join(".") ?? "";
  const found = issue?.message ?? "not the details of a case";
  throw badDetails(path, member === "" ? found : `${member}: ${found}`);
}

function withGiven(before: CaseDetails, given: GivenDetails): CaseDetails {
  const { examiner, report, ...rest } = given;
  return caseDetailsShape.parse({
    ...before,
    ...rest,
    examiner: { ...before.examiner, ...examiner },
    report: { ...before.report, ...report },
  });
}

function parseYaml(source: string, path: string): unknown {
  try {
    return parse(source, (_key, value: unknown) => value ?? "");
  } catch (error) {
    throw badDetails(path, error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error));
  }
}

function badDetails(path: string, found: string): Problem {
  return new Problem("usage", "bad-details", `reading case details: ${found}`, { file: path });
}

interface CaseDocument {
  readonly label: string;
  readonly details: CaseDetails;
  readonly exhibits: CaseFile["exhibits"];
  readonly events: number;
  readonly undated: number;
  readonly problems: number;
  readonly findings: number;
  readonly verdict: string | null;
  readonly revision: number;
}

async function describeCase(caseFile: CaseFile): Promise<CaseDocument> {
  const { exhibits } = caseFile;
  const [row] = await caseFile.query(sql`SELECT count(*) AS findings FROM finding WHERE withdrawn_at IS NULL`);
  return {
    label: caseFile.folder.label,
    details: await caseFile.details(),
    exhibits,
    events: caseFile.events,
    undated: exhibits.reduce((sum, exhibit) => sum + exhibit.undated, 0),
    problems: exhibits.reduce((sum, exhibit) => sum + exhibit.problems, 0),
    findings: row ? integerOf(row, "findings") : 0,
    verdict: exhibits.length === 0 ? null : worstVerdict(exhibits.map((exhibit) => exhibit.verdict)),
    revision: caseFile.revision,
  };
}

function formatCase(state: CaseDocument): string {
  const { details } = state;
  const stated = (value: string): string => (value === "" ? "(not given)" : value);
  return [
    `case       ${state.label}`,
    `id         ${stated(details.caseId)}`,
    `title      ${stated(details.title)}`,
    `examiner   ${stated(details.examiner.name)}`,
    `events     ${state.events}, undated ${state.undated}, problems ${state.problems}, findings ${state.findings}`,
    `verdict    ${state.verdict ?? "no evidence yet"}`,
    ...state.exhibits.map(
      (exhibit) =>
        `${exhibit.id.padEnd(10)} ${exhibit.label}: ${exhibit.records} records, ${exhibit.source.name}, ${exhibit.verdict}`,
    ),
  ].join("\n");
}
