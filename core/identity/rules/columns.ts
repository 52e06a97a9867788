import { literal, sql } from "../../casefile/sql.ts";
import { at } from "../../sources/field-path.ts";
import { type IdentityRules, key, where } from "../rule.ts";

/** Sources whose column `credential` says how somebody signed in, not with which credential. */
const METHOD_ONLY = ["duo", "snowflake", "teleport"];

/**
 * What every source has: the columns of its events. What a log calls a session or a credential is taken at its word, so
 * links are strong, not proven. Names are those of one source: the same word in two logs is not the same account.
 */
export function columnRules(source: string): IdentityRules {
  const within = literal(source);
  const credential = METHOD_ONLY.includes(source) ? sql`NULL::VARCHAR` : sql`credential`;
  return {
    sources: [source],
    columns: ["principal", "principal_kind", "session", "credential"],
    fields: {},
    names: {
      account: {
        kind: sql`CASE WHEN regexp_matches(lower(principal_kind), 'service|bot|machine|app') THEN 'service-account'
          WHEN regexp_matches(lower(principal_kind), 'system') THEN 'service' ELSE 'user' END`,
        key: key("account", sql`principal`, within),
        label: sql`principal`,
      },
      session: { kind: "session", key: key("session", sql`session`, within), label: sql`session` },
      token: { kind: "token", key: key("credential", credential, within), label: sql`credential` },
    },
    actor: ["token", "session", "account"],
    claims: [
      { rule: "E1", kind: "session", confidence: "S", from: "account", to: "session" },
      { rule: "E2", kind: "credential", confidence: "S", from: "account", to: "token" },
    ],
  };
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
      key: where(sql`impersonator IS DISTINCT FROM principal`, key("account", sql`impersonator`, sql`'teleport'`)),
      label: sql`impersonator`,
    },
  },
  claims: [
    ...ofTeleport.claims,
    { rule: "E3", kind: "impersonated", confidence: "P", from: "impersonator", to: "account" },
  ],
};
