import { type SqlSession } from "../casefile/database.ts";
import { sql } from "../casefile/sql.ts";
import { quote } from "../model/problem.ts";
import { itemsOf } from "./expression-sql.ts";
import { regexOf } from "./matcher-sql.ts";
import { type ReadRules } from "./read-rules.ts";
import { type Rejection, type SigmaRule } from "./rule.ts";

/** The rules whose regular expressions the database can run; the others are rejected with what it says of them. */
export async function checkRegexes(session: Pick<SqlSession, "query">, read: ReadRules): Promise<ReadRules> {
  const rules: SigmaRule[] = [];
  const rejected: Rejection[] = [...read.rejected];
  for (const rule of read.rules) {
    const fault = rule.kind === "correlation" ? undefined : await regexFault(session, rule);
    if (fault) rejected.push(fault);
    else rules.push(rule);
  }
  return { loaded: read.loaded, rules, rejected };
}

async function regexFault(
  session: Pick<SqlSession, "query">,
  rule: Exclude<SigmaRule, { readonly kind: "correlation" }>,
): Promise<Rejection | undefined> {
  for (const item of itemsOf(rule.expression)) {
    for (const matcher of item.matchers) {
      if (matcher.kind !== "regex") continue;
      try {
        await session.query(sql`SELECT regexp_matches('', ${regexOf(matcher.source, matcher.flags)})`);
      } catch (error) {
        const said = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
        const { line, column } = item;
        return { file: rule.file, line, column, reason: `regular expression ${quote(matcher.source)}: ${said}` };
      }
    }
  }
  return undefined;
}
