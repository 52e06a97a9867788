import { literal, sql, type Sql } from "../../casefile/sql.ts";
import { at } from "../../sources/field-path.ts";
import { SOURCES } from "../../sources/registry.ts";
import { type ClaimRule, type IdentityRules, key, where } from "../rule.ts";

/** Sources whose column `session` is a second name of the account, or a connection. */
const WITHOUT_SESSION = ["cloudtrail-lake", "zeek"];

const OWN_SESSION: ClaimRule = { rule: "E1", kind: "session", confidence: "S", from: "account", to: "session" };
const OWN_CREDENTIAL: ClaimRule = { rule: "E2", kind: "credential", confidence: "S", from: "account", to: "token" };

/**
 * What every source has: the columns of its events. What a log calls a session or a credential is taken at its word, so
 * links are strong, not proven. Names are those of one log: the same word in two logs is not the same account.
 */
export function columnRules(source: string): IdentityRules {
  // Evidence with a mapping of its own may have both.
  const texts = SOURCES.find(({ name }) => name === source)?.mapping.texts ?? { session: [], credential: [] };
  const hasSession = texts.session !== undefined && !WITHOUT_SESSION.includes(source);
  const hasCredential = texts.credential !== undefined;
  return {
    sources: [source],
    columns: ["principal", "principal_kind", "session", "credential"],
    fields: {},
    names: {
      account: {
        kind: sql`CASE WHEN regexp_matches(lower(principal_kind), 'service|bot|machine|app') THEN 'service-account'
          WHEN regexp_matches(lower(principal_kind), 'system') THEN 'service' ELSE 'user' END`,
        key: inLog("account", source, sql`principal`),
        label: sql`principal`,
      },
      ...(hasSession && {
        session: { kind: "session", key: inLog("session", source, sql`session`), label: sql`session` },
      }),
      ...(hasCredential && {
        token: { kind: "token", key: inLog("credential", source, sql`credential`), label: sql`credential` },
      }),
    },
    actor: [...(hasCredential ? ["token"] : []), ...(hasSession ? ["session"] : []), "account"],
    claims: [...(hasSession ? [OWN_SESSION] : []), ...(hasCredential ? [OWN_CREDENTIAL] : [])],
  };
}

function inLog(space: string, source: string, value: Sql): Sql {
  return key(space, value, sql`${literal(`${source}/`)} || log`);
}

const ofTeleport = columnRules("teleport");

/** Teleport names who had a certificate made in another user's name. */
export const teleport: IdentityRules = {
  ...ofTeleport,
  fields: { impersonator: at("identity.impersonator") },
  names: {
    ...ofTeleport.names,
    impersonator: {
      kind: "user",
      key: where(sql`impersonator IS DISTINCT FROM principal`, inLog("account", "teleport", sql`impersonator`)),
      label: sql`impersonator`,
    },
  },
  claims: [
    ...ofTeleport.claims,
    { rule: "E3", kind: "impersonated", confidence: "P", from: "impersonator", to: "account" },
  ],
};
