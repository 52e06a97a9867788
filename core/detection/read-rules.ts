import { createHash } from "node:crypto";

import { quote } from "../model/problem.ts";
import { type Placeholders } from "./placeholders.ts";
import { namePlaces, readCorrelation, readNewValue, readTimespan } from "./read-correlation.ts";
import { readDetection } from "./read-detection.ts";
import { LEVELS, type FilterRule, type LogSource, type Rejection, type RuleInfo, type SigmaRule } from "./rule.ts";
import { described, readYaml, RuleFault, type YamlDocument, type YamlEntry, type YamlNode } from "./yaml-tree.ts";

/** A file of rules, as it was read. */
export interface RuleFile {
  /** As messages name it. */
  readonly file: string;
  readonly text: string;
}

/** What the documents of rule files came to. `loaded` counts all of them; a file without any counts as one. */
export interface ReadRules {
  readonly loaded: number;
  readonly rules: readonly SigmaRule[];
  readonly rejected: readonly Rejection[];
}

/** Reads every document of the files: rules, correlations and filters, in the order in which they stand. */
export function readRules(files: readonly RuleFile[], placeholders: Placeholders = new Map()): ReadRules {
  const rules: SigmaRule[] = [];
  const rejected: Rejection[] = [];
  const known = new Map<string, SigmaRule>();
  let loaded = 0;
  for (const { file, text } of files) {
    const documents = readYaml(text);
    if (documents.length === 0) {
      loaded += 1;
      rejected.push({
        file,
        line: 1,
        column: 1,
        reason: "expected a rule, a correlation or a filter, found an empty file",
      });
    }
    for (const document of documents) {
      loaded += 1;
      try {
        const rule = readRule(file, document, placeholders);
        for (const name of [rule.id, ...(rule.name === null ? [] : [rule.name])]) {
          const other = known.get(name);
          if (other && other !== rule) {
            throw new RuleFault(
              document,
              `${quote(name)} is already the id or name of ${other.file}, line ${other.line}`,
            );
          }
          known.set(name, rule);
        }
        rules.push(rule);
      } catch (error) {
        if (!(error instanceof RuleFault)) throw error;
        rejected.push({ file, ...error.at, reason: error.message });
      }
    }
  }
  return { loaded, rules, rejected };
}

type Entries = ReadonlyMap<string, YamlEntry>;

function readRule(file: string, document: YamlDocument, placeholders: Placeholders): SigmaRule {
  if (document.fault) throw document.fault;
  const { root } = document;
  if (root?.type !== "map") throw new RuleFault(document, "expected a rule, a correlation or a filter");
  const { entries } = root;
  const action = entries.get("action");
  if (action) throw new RuleFault(action, "action: documents that continue one another are obsolete in Sigma 2");
  const taxonomy = textAt(entries, "taxonomy");
  if (taxonomy !== "" && taxonomy !== "sigma") {
    throw new RuleFault(entries.get("taxonomy") ?? document, `taxonomy: expected sigma, got ${quote(taxonomy)}`);
  }
  const info = readInfo(file, document, entries);
  const correlation = entries.get("correlation");
  if (correlation) return { ...info, kind: "correlation", ...readCorrelation(correlation) };
  const logSource = readLogSource(document, entries.get("logsource"));
  const filter = entries.get("filter");
  if (filter) {
    const expression = readDetection(filter, placeholders, ["rules"]);
    const { rules, places } = readFilteredRules(filter);
    return { ...info, kind: "filter", logSource, rules, places, expression };
  }
  const detection = entries.get("detection");
  if (!detection) throw new RuleFault(document, "expected one of detection, correlation and filter, found none");
  const newValue = entries.get("new-value");
  const nearGap = entries.get("near-gap");
  return {
    ...info,
    kind: "detection",
    logSource,
    expression: readDetection(detection, placeholders),
    newValue: newValue ? readNewValue(newValue) : null,
    nearGap: nearGap ? readTimespan(nearGap, "near-gap") : null,
  };
}

const MAX_TITLE = 256;

function readInfo(file: string, document: YamlDocument, entries: Entries): RuleInfo {
  const { line, text } = document;
  const title = textAt(entries, "title");
  if (title === "") throw new RuleFault(document, "title: expected a text, found none");
  if (title.length > MAX_TITLE)
    throw new RuleFault(entries.get("title") ?? document, `title: expected at most ${MAX_TITLE} characters`);
  const name = textAt(entries, "name") || null;
  return {
    file,
    line,
    id: textAt(entries, "id") || (name ?? `${file}:${line}`),
    name,
    title,
    description: textAt(entries, "description").trim(),
    author: textAt(entries, "author"),
    license: textAt(entries, "license"),
    version: textAt(entries, "modified") || textAt(entries, "date"),
    status: textAt(entries, "status"),
    level: readLevel(document, entries),
    tags: textsAt(entries, "tags"),
    falsePositives: textsAt(entries, "falsepositives"),
    references: textsAt(entries, "references"),
    text,
    hash: createHash("sha256").update(text).digest("hex"),
  };
}

/** A rule that does not say its level counts as medium. */
function readLevel(document: YamlDocument, entries: Entries): RuleInfo["level"] {
  const given = textAt(entries, "level");
  if (given === "") return "medium";
  const level = LEVELS.find((known) => known === given);
  if (level) return level;
  throw new RuleFault(entries.get("level") ?? document, `level: expected ${LEVELS.join(", ")}, got ${quote(given)}`);
}

function readLogSource(document: YamlDocument, entry: YamlEntry | undefined): LogSource {
  if (entry?.value.type !== "map")
    throw new RuleFault(entry ?? document, "logsource: expected category, product or service");
  const { entries } = entry.value;
  const part = (name: string): string | null => textAt(entries, name) || null;
  const logSource = { category: part("category"), product: part("product"), service: part("service") };
  if (Object.values(logSource).every((value) => value === null)) {
    throw new RuleFault(entry, "logsource: expected category, product or service, found none of them");
  }
  return logSource;
}

function readFilteredRules(filter: YamlEntry): Pick<FilterRule, "rules" | "places"> {
  const rules = filter.value.type === "map" ? filter.value.entries.get("rules") : undefined;
  if (!rules) throw new RuleFault(filter, "filter: expected the rules that it is for, found none");
  const names = textList("rules", rules);
  const isAny = rules.value.type === "scalar" && names[0] === "any";
  return { rules: isAny ? null : names, places: namePlaces([rules]) };
}

function textList(name: string, entry: YamlEntry): readonly string[] {
  const { value } = entry;
  const nodes = value.type === "list" ? value.items : [value];
  if (nodes.length === 0) throw new RuleFault(entry, `${name}: expected at least one`);
  return nodes.map((node) => {
    const text = plainText(node);
    if (text === "") throw new RuleFault(node, `${name}: expected a text, got ${described(node)}`);
    return text;
  });
}

function textAt(entries: Entries, name: string): string {
  const entry = entries.get(name);
  if (!entry) return "";
  if (entry.value.type !== "scalar")
    throw new RuleFault(entry, `${name}: expected a text, got ${described(entry.value)}`);
  return plainText(entry.value);
}

function textsAt(entries: Entries, name: string): readonly string[] {
  const value = entries.get(name)?.value;
  if (!value) return [];
  return (value.type === "list" ? value.items : [value]).map(plainText).filter((text) => text !== "");
}

/** A scalar as text; empty for anything else. */
function plainText(node: YamlNode): string {
  if (node.type !== "scalar") return "";
  switch (node.scalar.kind) {
    case "null":
      return "";
    case "boolean":
      return String(node.scalar.value);
    default:
      return node.scalar.text;
  }
}
