import { type Command } from "commander";

import { openCase } from "../../casefile/open-case.ts";
import { addFinding, standingFinding, updateFinding, withdrawFinding } from "../../findings/finding-store.ts";
import { readFindings } from "../../findings/finding-table.ts";
import { missingForFinal, parseStrength, wordingOfFinding } from "../../findings/rules.ts";
import {
  draftOfFinding,
  EMPTY_FINDING_DRAFT,
  type Finding,
  type FindingClass,
  type FindingDraft,
} from "../../model/finding.ts";
import { Problem, quote } from "../../model/problem.ts";
import { collect, holdsCommands, listOption, runs, textOption, type CommandIo } from "../command.ts";
import { openCaseForWork, withExaminer } from "../examiner-option.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay finding add|edit|list|withdraw`: what the examiner states about the records of a case. */
export function registerFinding(program: Command): void {
  const finding = holdsCommands(
    program.command("finding").description("record, change, list or withdraw findings that cite events"),
  );
  const add = finding.command("add").description("record a finding that cites events");
  for (const option of withContent(withExaminer(add)).options) {
    if (REQUIRED.includes(option.attributeName())) option.makeOptionMandatory();
  }
  runs(add, addCommand);
  const edit = finding
    .command("edit")
    .description("change a finding; what is not given stays as it is, and its former content stays in the journal")
    .argument("<id>");
  runs(withContent(withExaminer(edit)), editCommand);
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

/** What a finding cannot be recorded without. */
const REQUIRED: readonly string[] = ["title", "statement", "class", "event"];

function withContent(command: Command): Command {
  return command
    .option("--title <text>", "one line")
    .option("--statement <text>", "what is found, in words that claim no more than the records say")
    .option("--class <class>", "fact, tool-result or opinion")
    .option("--event <seq>", "an event to cite; repeats", collect)
    .option("--basis <text>", "rule or reasoning that leads from the records to the statement")
    .option("--uncertainty <text>", "what could make the statement wrong")
    .option("--proposition <text>", "opinion: a proposition that was weighed, at least two; repeats", collect)
    .option("--alternative <text>", "opinion: an alternative that was considered; repeats", collect)
    .option("--contradicting <text>", "what speaks against the statement, or that it was looked for and how")
    .option("--against <seq>", "an event that does; repeats", collect)
    .option("--strength <words>", "opinion: a step of the fixed scale, such as 'moderate support'");
}

async function addCommand(io: CommandIo, options: Options): Promise<void> {
  const draft = draftOf(options, EMPTY_FINDING_DRAFT);
  const session = await openCaseForWork(io, options);
  try {
    await tell(io, await addFinding(session, draft), "recorded");
  } finally {
    await session.close();
  }
}

async function editCommand(io: CommandIo, options: Options, [id = ""]: readonly string[]): Promise<void> {
  const session = await openCaseForWork(io, options);
  try {
    const draft = draftOf(options, draftOfFinding(await standingFinding(session.caseFile, id)));
    await tell(io, await updateFinding(session, id, draft), "changed");
  } finally {
    await session.close();
  }
}

async function tell(io: CommandIo, finding: Finding, done: string): Promise<void> {
  for (const line of openPoints(finding)) io.say(line);
  const { contradicting } = finding;
  const items = [...finding.citations, ...contradicting.citations].map(({ exhibitItem }) => exhibitItem);
  await io.print({ id: finding.id, items }, `${finding.id} ${done}, citing ${items.join(", ")}`);
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

/** What the options give, in place of what they do not give. */
function draftOf(options: Options, before: FindingDraft): FindingDraft {
  const text = (name: string, kept: string): string => textOption(options[name]) ?? kept;
  const texts = (name: string, kept: readonly string[]): readonly string[] =>
    options[name] === undefined ? kept : listOption(options[name]);
  const events = (name: string, kept: readonly number[]): readonly number[] =>
    options[name] === undefined ? kept : listOption(options[name]).map((seq) => eventOption(`--${name}`, seq));
  return {
    title: text("title", before.title),
    statement: text("statement", before.statement),
    class: options["class"] === undefined ? before.class : classOption(options["class"]),
    events: events("event", before.events),
    basis: text("basis", before.basis),
    uncertainty: text("uncertainty", before.uncertainty),
    propositions: texts("proposition", before.propositions),
    alternatives: texts("alternative", before.alternatives),
    strength: parseStrength(text("strength", before.strength)),
    contradicting: {
      text: text("contradicting", before.contradicting.text),
      events: events("against", before.contradicting.events),
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
