import { type SqlSession } from "../casefile/database.ts";
import { type RulesCheck } from "../model/detection.ts";
import { checkRegexes } from "./check-regexes.ts";
import { type Placeholders } from "./placeholders.ts";
import { readRules, type RuleFile } from "./read-rules.ts";
import { linkRules } from "./rule-set.ts";

/** Whether rules can run: everything that a run would reject, without a case. */
export async function checkRules(
  session: Pick<SqlSession, "query">,
  files: readonly RuleFile[],
  placeholders?: Placeholders,
): Promise<RulesCheck> {
  const set = linkRules(await checkRegexes(session, readRules(files, placeholders)), "conjoin");
  const compiled = set.routed.length + set.unrouted.length + set.correlations.length + set.filters;
  return { loaded: set.loaded, compiled, unrouted: set.unrouted.length, rejected: set.rejected };
}
