import { type IdentityRules } from "../rule.ts";
import { cloudtrail } from "./cloudtrail.ts";

/** Raised with every change of a rule: exhibits that were read by an older version are read again. */
export const RULES_VERSION = 1;

const RULES: readonly IdentityRules[] = [cloudtrail];

/** The rules for a source; those over the columns of events for one that has none of its own. */
export function rulesOf(source: string): IdentityRules {
  return RULES.find(({ sources }) => sources.includes(source)) ?? cloudtrail;
}
