import { type SqlSession } from "../casefile/database.ts";
import { jsonOf, textOf, textOrNull, type Row } from "../casefile/row.ts";
import { joinSql, sql } from "../casefile/sql.ts";
import { type FiredRule } from "../model/detection.ts";
import { Problem, quote } from "../model/problem.ts";
import { type RuleFile } from "./read-rules.ts";
import { type FilterReading } from "./rule-set.ts";
import { type RuleInfo } from "./rule.ts";

/** A rule as it is stored with its matches. */
export interface StoredRule {
  readonly number: number;
  readonly info: RuleInfo;
  readonly kind: "detection" | "correlation";
  readonly shown: boolean;
  readonly applied: AppliedToRule;
  /** Numbers of the rules that a correlation refers to, in its order. */
  readonly members: readonly number[];
}

/** What a rule was read with, so that it can be read again to explain what it found. */
export interface AppliedToRule {
  readonly filters: readonly (RuleFile & { readonly title: string })[];
  readonly filterReading: FilterReading;
  /** Values of the placeholders that the rule and its filters name. */
  readonly placeholders: Readonly<Record<string, readonly string[]>>;
}

/** What a rule says of itself beside its title and level. */
type Said = Omit<FiredRule, "rule" | "title" | "level" | "hash" | "muted">;

/** What is stored of a rule beside its own columns. */
interface StoredInfo {
  readonly said: Said;
  readonly applied: AppliedToRule;
}

/** Writes the rules of a run. Precondition: those of the run before are deleted. */
export async function writeRules(session: SqlSession, rules: readonly StoredRule[]): Promise<void> {
  if (rules.length === 0) return;
  const rows = rules.map(({ number, info, kind, shown, applied }) => {
    const { id, title, level, hash } = info;
    const stored: StoredInfo = { said: saidBy(info), applied };
    return sql`(${number}, ${id}, ${kind}, ${title}, ${level}, ${JSON.stringify(stored)}, ${hash}, ${shown})`;
  });
  await session.run(sql`INSERT INTO detection_rule VALUES ${joinSql(rows, sql`, `)}`);
  const members = rules.flatMap(({ number, members: of }) =>
    of.map((member, position) => sql`(${number}, ${position}, ${member})`),
  );
  if (members.length > 0) await session.run(sql`INSERT INTO detection_member VALUES ${joinSql(members, sql`, `)}`);
}

function saidBy(info: RuleInfo): Said {
  const { file, line, author, license, version, status, tags, description, text, falsePositives, references } = info;
  return { file, line, author, license, version, status, tags, description, text, falsePositives, references };
}

/** A detection rule of the last run as it stands in its file, and what it was read with. Throws `no-such-rule` (usage). */
export async function readStoredRule(
  session: Pick<SqlSession, "query">,
  id: string,
): Promise<RuleFile & { readonly applied: AppliedToRule }> {
  const [row] = await session.query(sql`SELECT info FROM detection_rule WHERE id = ${id} AND kind = 'detection'`);
  if (row) {
    const { said, applied } = jsonOf(row, "info") as StoredInfo; // written by writeRules
    return { file: said.file, text: said.text, applied };
  }
  throw new Problem("usage", "no-such-rule", `explaining a match: expected a rule that was run, got ${quote(id)}`);
}

/** The rule in a row of `detection_rule` with `muted`. */
export function firedRule(row: Row): FiredRule {
  const { said } = jsonOf(row, "info") as StoredInfo; // written by writeRules
  return {
    ...said,
    rule: textOf(row, "id"),
    title: textOf(row, "title"),
    level: textOf(row, "level"),
    hash: textOf(row, "hash"),
    muted: textOrNull(row, "muted") ?? "",
  };
}
