import { type IdentityRules } from "../rule.ts";
import { cloudtrail } from "./cloudtrail.ts";
import { columnRules, teleport } from "./columns.ts";
import { github } from "./github.ts";
import { googleCloud, googleWorkspace } from "./google.ts";
import { hoopAudit, hoopInspect, hoopSessions } from "./hoop.ts";
import { kubernetes } from "./kubernetes.ts";
import { azure, entra } from "./microsoft.ts";
import { microsoft365 } from "./microsoft-365.ts";
import { ocsf } from "./ocsf.ts";
import { okta } from "./okta.ts";

/** Raised with every change of a rule: exhibits that were read by an older version are read again. */
export const RULES_VERSION = 3;

const RULES: readonly IdentityRules[] = [
  cloudtrail,
  kubernetes,
  okta,
  github,
  googleCloud,
  googleWorkspace,
  azure,
  entra,
  microsoft365,
  hoopSessions,
  hoopAudit,
  hoopInspect,
  ocsf,
  teleport,
];

/** The rules for a source; those over the columns of events for one that has none of its own. */
export function rulesOf(source: string): IdentityRules {
  return RULES.find(({ sources }) => sources.includes(source)) ?? columnRules(source);
}
