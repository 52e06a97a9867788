import { type Command } from "commander";

import { type CaseFile } from "../../casefile/case-file.ts";
import { setDetectsOnImport } from "../../detection/detection-settings.ts";
import { explainAlert } from "../../detection/explain-alert.ts";
import { readEventsByAlert, readHitEvents } from "../../detection/fired-events.ts";
import { PACK } from "../../detection/pack.ts";
import { type FilterReading } from "../../detection/rule-set.ts";
import { runRules } from "../../detection/run-rules.ts";
import {
  type AlertExplanation,
  type CorrelationAlert,
  type DetectionState,
  type FiredRule,
  type RuleHits,
} from "../../model/detection.ts";
import { Problem, quote } from "../../model/problem.ts";
import { collect, listOption, runs, textOption, type CommandIo } from "../command.ts";
import { openCaseForWork, withExaminer } from "../examiner-option.ts";
import { readPlaceholders, readRuleFiles } from "../rule-files.ts";

type Options = Readonly<Record<string, unknown>>;

/** `assay detect`: runs Sigma rules and correlations over the events of a case. */
export function registerDetect(program: Command): void {
  const command = withExaminer(program.command("detect").description("run Sigma rules over the events of a case"))
    .option("--rules <path>", "a rule file or a folder of them; repeats", collect)
    .option("--no-pack", "leave out the rules that ship with Assay")
    .option("--placeholders <yaml>", "values of placeholders")
    .option("--filter-reading <how>", "conjoin: a filter's condition must hold, too; exclude: it must not", "conjoin")
    .option("--on-import <switch>", "on or off: whether the pack runs after every import into this case");
  runs(command, detectCommand);
}

async function detectCommand(io: CommandIo, options: Options): Promise<void> {
  const own = await readRuleFiles(listOption(options["rules"]).map((path) => io.path(path)));
  const files = [...(options["pack"] === false ? [] : PACK), ...own];
  const values = textOption(options["placeholders"]);
  const placeholders = values === undefined ? undefined : await readPlaceholders(io.path(values));
  const filterReading = readingOption(options["filterReading"]);
  const onImport = switchOption(options["onImport"]);
  const session = await openCaseForWork(io, options);
  try {
    if (onImport !== undefined) await setDetectsOnImport(session, onImport);
    const state = await runRules(session, files, { ...io.work, placeholders, filterReading });
    await io.print(await documentOf(session.caseFile, state), await describe(session.caseFile, state));
  } finally {
    await session.close();
  }
}

function readingOption(value: unknown): FilterReading {
  if (value === "conjoin" || value === "exclude") return value;
  const found = quote(textOption(value) ?? "");
  throw new Problem("usage", "bad-filter-reading", `--filter-reading expected conjoin or exclude, got ${found}`);
}

function switchOption(value: unknown): boolean | undefined {
  if (value === undefined) return undefined;
  if (value === "on" || value === "off") return value === "on";
  throw new Problem("usage", "bad-switch", `--on-import expected on or off, got ${quote(textOption(value) ?? "")}`);
}

async function documentOf(caseFile: CaseFile, state: DetectionState): Promise<unknown> {
  const hits = [];
  for (const { rule, title, level, count, firstSeen, lastSeen } of state.hits) {
    hits.push({ rule, title, level, count, firstSeen, lastSeen, events: await readHitEvents(caseFile, rule) });
  }
  const eventsOf = await readEventsByAlert(caseFile);
  const correlations = state.correlations.map(({ alert, rule, group, firstSeen, lastSeen }) => {
    return { rule, group, firstSeen, lastSeen, events: eventsOf.get(alert) ?? [] };
  });
  const { loaded, compiled, unmappedFields } = state.rules;
  const rejected = state.rules.rejected.map(({ file, line, reason }) => ({ file, line, reason }));
  return { rules: { loaded, compiled, rejected, unmappedFields }, hits, correlations };
}

const SHOWN_REJECTED = 20;
const SHOWN_ALERTS = 50;

async function describe(caseFile: CaseFile, { rules, hits, correlations }: DetectionState): Promise<string> {
  const alerts: string[] = [];
  for (const alert of correlations.slice(0, SHOWN_ALERTS))
    alerts.push(...alertLines(alert, await explainAlert(caseFile, alert.alert)));
  const rejected = rules.rejected.slice(0, SHOWN_REJECTED);
  const more = (count: number, shown: number): readonly string[] =>
    count > shown ? [`  and ${count - shown} more; --json lists them all`] : [];
  return [
    `rules      ${rules.loaded} loaded, ${rules.compiled} compiled, ${rules.rejected.length} rejected, ${rules.unrouted} for logs that are not in the case`,
    ...rejected.map(({ file, line, column, reason }) => `  ${file}:${line}:${column}: ${reason}`),
    ...more(rules.rejected.length, SHOWN_REJECTED),
    ...(rules.unmappedFields.length > 0
      ? [`no event has: ${rules.unmappedFields.map((field) => quote(field)).join(", ")}`]
      : []),
    ...hits.map(
      (hit) => `${levelCell(hit)} ${String(hit.count).padStart(8)}  ${quote(hit.title).slice(1, -1)}${seen(hit)}`,
    ),
    ...alerts,
    ...more(correlations.length, SHOWN_ALERTS),
    ...(hits.length + correlations.length === 0 ? ["no rule fired"] : ["rules that fired:"]),
    ...[...new Map([...hits, ...correlations].map((fired) => [fired.rule, fired])).values()].map(citation),
  ].join("\n");
}

/** An alert, and why it fired: what was asked for, where that was first met, and what it rests on. */
function alertLines(alert: CorrelationAlert, { asked, met, first, last, parts }: AlertExplanation): readonly string[] {
  const shown = (text: string): string => quote(text).slice(1, -1);
  return [
    `${levelCell(alert)} ${String(alert.count).padStart(8)}  ${shown(alert.title)}${groupText(alert)}${seen(alert)}`,
    `${INDENT}asked for ${shown(asked)}`,
    `${INDENT}first met by ${shown(met)}${seen({ firstSeen: first.time, lastSeen: last.time })}`,
    ...parts.map(({ title, events, stage }) => {
      const at = stage === null ? "" : `, event ${stage.seq} at ${stage.time}`;
      return `${INDENT}${String(events).padStart(8)} of ${shown(title)}${at}`;
    }),
  ];
}

const INDENT = " ".repeat(24);

function levelCell({ level }: FiredRule): string {
  return level.padEnd(13);
}

/** What a reader needs to find the rule again and to name who wrote it. */
function citation({ rule, version, hash, author, license, file, line }: FiredRule): string {
  const given = (text: string, otherwise: string): string => (text === "" ? otherwise : quote(text).slice(1, -1));
  const by = `by ${given(author, "an unnamed author")}, licence ${given(license, "not stated")}`;
  return `  ${given(rule, "")}  version ${given(version, "not stated")}, ${by}; ${given(file, "")}:${line}, SHA-256 ${hash}`;
}

function groupText({ group }: CorrelationAlert): string {
  const values = Object.entries(group).map(([name, value]) => `${name} ${quote(value)}`);
  return values.length === 0 ? "" : `  [${values.join(", ")}]`;
}

function seen({ firstSeen, lastSeen }: Pick<RuleHits, "firstSeen" | "lastSeen">): string {
  return firstSeen === null ? "" : `  ${firstSeen}${lastSeen === firstSeen ? "" : ` to ${lastSeen ?? ""}`}`;
}
