import { sql } from "../../casefile/sql.ts";
import { at } from "../../sources/field-path.ts";
import { type IdentityRules, key, where } from "../rule.ts";

/** hoop.dev: the user, the session of a connection, and the role that the connection uses on the other side. */
export const hoop: IdentityRules = {
  sources: ["hoop-sessions", "hoop-inspect", "hoop-audit"],
  fields: {
    user_mail: at("user"),
    user_id: at("user_id"),
    identity_type: at("identity_type"),
    session_uid: at("id"),
    verb: at("verb"),
    connection_name: at("connection"),
    role_name: at("role_name"),
    subject: at("actor_subject"),
    actor_mail: at("actor_email"),
    inspected_user: at("principal"),
    inspected_session: at("session_id"),
  },
  derived: {
    mail: sql`coalesce(user_mail, actor_mail, inspected_user)`,
    uid: sql`coalesce(user_id, subject)`,
    kind_of_user: sql`CASE WHEN identity_type = 'machine' THEN 'service-account' ELSE 'user' END`,
    session: sql`coalesce(inspected_session, CASE WHEN verb IN ('connect', 'exec') THEN session_uid END)`,
  },
  names: {
    mail: { kind: sql`kind_of_user`, key: key("hoop", sql`mail`), label: sql`mail`, rank: 1 },
    uid: { kind: sql`kind_of_user`, key: key("hoop-id", sql`uid`), label: sql`uid`, rank: 3 },
    session: {
      kind: "session",
      key: key("hoop-session", sql`session`),
      label: sql`coalesce(connection_name || ', ', '') || session`,
    },
    connection: {
      kind: "service",
      key: where(sql`session IS NOT NULL`, key("hoop-connection", sql`connection_name`)),
      label: sql`connection_name`,
    },
    role: {
      kind: "role",
      key: key("hoop-role", sql`role_name`, sql`coalesce(connection_name, '')`),
      label: sql`role_name`,
    },
  },
  actor: ["session", "uid", "mail"],
  claims: [
    { rule: "D1", kind: "same", confidence: "P", from: "mail", to: "uid" },
    { rule: "D2", kind: "session", confidence: "P", from: "uid", to: "session" },
    { rule: "D2", kind: "session", confidence: "P", from: "mail", to: "session" },
    { rule: "D3", kind: "via", confidence: "P", from: "session", to: "connection" },
    { rule: "D4", kind: "session", confidence: "S", from: "role", to: "session" },
  ],
};
