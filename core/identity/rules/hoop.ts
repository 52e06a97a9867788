import { sql, type Sql } from "../../casefile/sql.ts";
import { at } from "../../sources/field-path.ts";
import { accountKey, type ClaimRule, type IdentityRules, key, type NameRule } from "../rule.ts";

/** A name of one organisation. */
function inOrganisation(space: string, value: Sql): Sql {
  return key(space, value, sql`coalesce(organisation, log)`);
}

const KIND = sql`CASE WHEN identity_type = 'machine' THEN 'service-account' ELSE 'user' END`;
const CONNECTION: NameRule = {
  kind: "service",
  key: inOrganisation("hoop-connection", sql`connection_name`),
  label: sql`connection_name`,
};
const SESSION: NameRule = {
  kind: "session",
  key: key("hoop-session", sql`session`),
  label: sql`coalesce(connection_name || ', ', '') || session`,
};
const HAS_NAMES: ClaimRule = { rule: "D1", kind: "same", confidence: "P", from: "mail", to: "uid" };
const OF_MAIL: ClaimRule = { rule: "D2", kind: "session", confidence: "P", from: "mail", to: "session" };
const TO_CONNECTION: ClaimRule = { rule: "D3", kind: "via", confidence: "P", from: "session", to: "connection" };

/** hoop.dev's sessions: the user, the connection, and the role that the connection uses on the other side. */
export const hoopSessions: IdentityRules = {
  sources: ["hoop-sessions"],
  fields: {
    organisation: at("org_id"),
    mail: at("user"),
    uid: at("user_id"),
    identity_type: at("identity_type"),
    session: at("id"),
    connection_name: at("connection"),
    role_name: at("role_name"),
  },
  names: {
    mail: { kind: KIND, key: accountKey("hoop", sql`mail`), label: sql`mail`, rank: 1 },
    uid: { kind: KIND, key: inOrganisation("hoop-id", sql`uid`), label: sql`uid`, rank: 3 },
    session: SESSION,
    connection: CONNECTION,
    role: {
      kind: "role",
      key: inOrganisation("hoop-role", sql`coalesce(connection_name, '') || '/' || role_name`),
      label: sql`role_name`,
    },
  },
  actor: ["session", "uid", "mail"],
  claims: [
    HAS_NAMES,
    { rule: "D2", kind: "session", confidence: "P", from: "uid", to: "session" },
    OF_MAIL,
    TO_CONNECTION,
    { rule: "D4", kind: "session", confidence: "S", from: "role", to: "session" },
  ],
};

/** hoop.dev's audit log: who administered the gateway. */
export const hoopAudit: IdentityRules = {
  sources: ["hoop-audit"],
  fields: { organisation: at("org_id"), mail: at("actor_email"), uid: at("actor_subject") },
  names: {
    mail: { kind: "user", key: accountKey("hoop", sql`mail`), label: sql`mail`, rank: 1 },
    uid: { kind: "user", key: inOrganisation("hoop-id", sql`uid`), label: sql`uid`, rank: 3 },
  },
  actor: ["uid", "mail"],
  claims: [HAS_NAMES],
};

/** hoop.dev's inspector: statements of a session. Its records do not name their organisation. */
export const hoopInspect: IdentityRules = {
  sources: ["hoop-inspect"],
  fields: { mail: at("principal"), session: at("session_id"), connection_name: at("connection") },
  derived: { organisation: sql`NULL::VARCHAR` },
  names: {
    mail: { kind: "user", key: accountKey("hoop", sql`mail`), label: sql`mail`, rank: 1 },
    session: SESSION,
    connection: CONNECTION,
  },
  actor: ["session", "mail"],
  claims: [OF_MAIL, TO_CONNECTION],
};
