import { type Command } from "commander";

import { openCase } from "../../casefile/case-file.ts";
import { addFinding, withdrawFinding } from "../../findings/finding-store.ts";
import { readFindings } from "../../findings/finding-table.ts";
import { missingForFinal, parseStrength, wordingOfFinding } from "../../findings/rules.ts";
import { type Finding, type FindingClass, type FindingDraft } from "../../model/finding.ts";
import { Problem, quote } from "../../model/problem.ts";
import { collect, holdsCommands, listOption, runs, textOption, type CommandIo } from "../command.ts";
import { openCaseForWork, withExaminer } from "../examiner-option.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay finding add|list|withdraw`: what the examiner states about the records of a case. */
export function registerFinding(program: Command): void {
  const finding = holdsCommands(
    program.command("finding").description("record, list or withdraw findings that cite events"),
  );
  const add = withExaminer(finding.command("add").description("record a finding that cites events"))
    .requiredOption("--title <text>", "one line")
    .requiredOption("--statement <text>", "what is found, in words that claim no more than the records say")
    .requiredOption("--class <class>", "fact, tool-result or opinion")
    .requiredOption("--event <seq>", "an event to cite; repeats", collect)
    .option("--basis <text>", "rule or reasoning that leads from the records to the statement")
    .option("--uncertainty <text>", "what could make the statement wrong")
    .option("--proposition <text>", "opinion: a proposition that was weighed, at least two; repeats", collect)
    .option("--alternative <text>", "opinion: an alternative that was considered; repeats", collect)
    .option("--contradicting <text>", "what speaks against the statement, or that it was looked for and how")
    .option("--against <seq>", "an event that does; repeats", collect)
    .option("--strength <words>", "opinion: a step of the fixed scale, such as 'moderate support'");
  runs(add, addCommand);
  const list = finding
    .command("list")
    .description("list the findings of a case")
    .requiredOption("--case <folder>", "the case");
  runs(list, listCommand);
  const withdraw = withExaminer(
    finding.command("withdraw").description("withdraw a finding; it stays visible with the reason").argument("<id>"),
  ).option("--reason <text>", "why it no longer stands", "no reason given");
  runs(withdraw, withdrawCommand);
}

async function addCommand(io: CommandIo, options: Options): Promise<void> {
  const draft = draftOf(options);
  const session = await openCaseForWork(io, options);
  try {
    const finding = await addFinding(session, draft);
    for (const line of openPoints(finding)) io.say(line);
    const { contradicting } = finding;
    const items = [...finding.citations, ...contradicting.citations].map(({ exhibitItem }) => exhibitItem);
    await io.print({ id: finding.id, items }, `${finding.id} recorded, citing ${items.join(", ")}`);
  } finally {
    await session.close();
  }
}

async function listCommand(io: CommandIo, options: Options): Promise<void> {
  const caseFile = await openCase(io.path(textOption(options["case"]) ?? ""), { writable: false });
  try {
    const findings = await readFindings(caseFile);
    await io.print({ findings }, findings.length === 0 ? "no findings" : findings.map(describe).join("\n"));
  } finally {
    await caseFile.close();
  }
}

async function withdrawCommand(io: CommandIo, options: Options, operands: readonly string[]): Promise<void> {
  const session = await openCaseForWork(io, options);
  try {
    const finding = await withdrawFinding(session, operands[0] ?? "", textOption(options["reason"]) ?? "");
    await io.print({ id: finding.id, withdrawn: finding.withdrawn }, `${finding.id} withdrawn`);
  } finally {
    await session.close();
  }
}

function draftOf(options: Options): FindingDraft {
  return {
    title: textOption(options["title"]) ?? "",
    statement: textOption(options["statement"]) ?? "",
    class: classOption(options["class"]),
    events: listOption(options["event"]).map((seq) => eventOption("--event", seq)),
    basis: textOption(options["basis"]) ?? "",
    uncertainty: textOption(options["uncertainty"]) ?? "",
    propositions: listOption(options["proposition"]),
    alternatives: listOption(options["alternative"]),
    strength: parseStrength(textOption(options["strength"]) ?? ""),
    contradicting: {
      text: textOption(options["contradicting"]) ?? "",
      events: listOption(options["against"]).map((seq) => eventOption("--against", seq)),
    },
  };
}

function classOption(value: unknown): FindingClass {
  if (value === "fact" || value === "tool-result" || value === "opinion") return value;
  const found = quote(textOption(value) ?? "");
  throw new Problem("usage", "bad-class", `--class expected fact, tool-result or opinion, got ${found}`);
}

function eventOption(option: string, text: string): number {
  if (/^(0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  throw new Problem("usage", "bad-event", `${option} expected the seq of an event, got ${quote(text)}`);
}

/** What a final report will still ask for. */
function openPoints(finding: Finding): readonly string[] {
  return [
    ...missingForFinal(finding).map((what) => `a final report needs of ${finding.id}: ${what}`),
    ...wordingOfFinding(finding).map(
      ({ field, phrase, instead }) => `a final report refuses ${quote(phrase)} in the ${field}; instead: ${instead}`,
    ),
  ];
}

function describe(finding: Finding): string {
  const state = finding.withdrawn ? `withdrawn: ${quote(finding.withdrawn.reason)}` : finding.class;
  const cited = finding.citations.map(({ exhibitItem, seq }) => `${exhibitItem} (event ${seq})`).join(", ");
  return `${finding.id}  ${quote(finding.title).slice(1, -1)}  [${state}]\n        ${cited}`;
}
