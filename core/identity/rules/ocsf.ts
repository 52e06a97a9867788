import { sql, type Sql } from "../../casefile/sql.ts";
import { at } from "../../sources/field-path.ts";
import { type IdentityRules, key, where } from "../rule.ts";

const SIGNS_IN = sql`(class = '3002' AND activity = '1' AND done)`;
const KIND = sql`CASE WHEN user_type IN ('System', 'Service') THEN 'service-account' ELSE 'user' END`;
/** A name of one tenant, or of one log: two products may both have a user 1. */
function inTenant(space: string, value: Sql): Sql {
  return key(space, value, sql`coalesce(tenant, log)`);
}
const CREDENTIAL_TYPE = "(^|[^a-z])(api[ _-]?key|key|token|credential|secret|certificate)s?$";

/**
 * OCSF records, those of Assay's own logs first: principal, session, token and key. A sign-in's answer names the session;
 * a created resource of type key or token is a credential.
 */
export const ocsf: IdentityRules = {
  sources: ["ocsf"],
  fields: {
    tenant: at("metadata.tenant_uid"),
    actor_uid: at("actor.user.uid"),
    actor_name: at("actor.user.name"),
    actor_mail: at("actor.user.email_addr"),
    actor_type: at("actor.user.type"),
    credential_uid: at("actor.user.credential_uid"),
    actor_session: at("actor.session.uid"),
    session_credential: at("actor.session.credential_uid"),
    issuer: at("actor.session.issuer"),
    app_name: at("actor.app_name"),
    invoked_by: at("actor.invoked_by"),
    device_uid: at("device.uid"),
    class: at("class_uid"),
    activity: at("activity_id"),
  },
  telling: {
    when: sql`(class IN ('3001', '3002') OR (class = '6003' AND activity = '1'))`,
    fields: {
      target_uid: at("user.uid"),
      target_name: at("user.name"),
      target_mail: at("user.email_addr"),
      target_type: at("user.type"),
      opened_session: at("session.uid"),
      resource_type: at("resources[0].type"),
      resource_uid: at("resources[0].uid"),
      key_owner: at("unmapped.key_owner"),
    },
  },
  derived: {
    done: sql`coalesce(outcome, '') NOT IN ('failure', 'denied')`,
    user_uid: sql`coalesce(actor_uid, CASE WHEN class = '3002' THEN target_uid END)`,
    user_name: sql`coalesce(actor_name, actor_mail, CASE WHEN class = '3002' THEN coalesce(target_name, target_mail) END)`,
    user_type: sql`coalesce(actor_type, target_type)`,
    credential: sql`coalesce(credential_uid, session_credential)`,
  },
  names: {
    user_uid: { kind: KIND, key: inTenant("ocsf-uid", sql`user_uid`), label: sql`user_uid`, rank: 3 },
    user_name: { kind: KIND, key: inTenant("ocsf-name", sql`user_name`), label: sql`user_name`, rank: 1 },
    credential: {
      kind: sql`CASE WHEN starts_with(lower(credential), 'key') THEN 'access-key' ELSE 'token' END`,
      key: inTenant("ocsf-credential", sql`credential`),
      label: sql`credential`,
    },
    session: { kind: "session", key: inTenant("ocsf-session", sql`actor_session`), label: sql`actor_session` },
    opened: {
      kind: "session",
      key: where(SIGNS_IN, inTenant("ocsf-session", sql`coalesce(opened_session, actor_session)`)),
      label: sql`coalesce(opened_session, actor_session)`,
    },
    provider: { kind: "provider", key: key("provider", sql`issuer`), label: sql`issuer` },
    app: {
      kind: "app",
      key: inTenant("ocsf-app", sql`coalesce(app_name, invoked_by)`),
      label: sql`coalesce(app_name, invoked_by)`,
    },
    device: { kind: "device", key: inTenant("ocsf-device", sql`device_uid`), label: sql`device_uid` },
    made_key: {
      kind: sql`CASE WHEN starts_with(lower(resource_uid), 'key') THEN 'access-key' ELSE 'token' END`,
      key: where(
        sql`done AND class = '6003' AND activity = '1' AND regexp_matches(lower(resource_type), ${CREDENTIAL_TYPE})`,
        inTenant("ocsf-credential", sql`resource_uid`),
      ),
      label: sql`resource_uid`,
    },
    key_owner: {
      kind: "service-account",
      key: where(sql`done AND class = '6003' AND activity = '1'`, inTenant("ocsf-name", sql`key_owner`)),
      label: sql`key_owner`,
      rank: 1,
    },
    made: {
      kind: sql`CASE WHEN target_type IN ('System', 'Service') THEN 'service-account' ELSE 'user' END`,
      key: where(sql`done AND class = '3001' AND activity = '1'`, inTenant("ocsf-uid", sql`target_uid`)),
      label: sql`coalesce(target_name, target_uid)`,
      rank: 3,
    },
    granted: {
      kind: sql`CASE WHEN target_type IN ('System', 'Service') THEN 'service-account' ELSE 'user' END`,
      // Enable, password change and reset, unlock, attach policy: activities that give.
      key: where(
        sql`done AND class = '3001' AND activity IN ('2', '3', '4', '7', '10') AND target_uid IS DISTINCT FROM actor_uid`,
        inTenant("ocsf-uid", sql`target_uid`),
      ),
      label: sql`coalesce(target_name, target_uid)`,
      rank: 3,
    },
  },
  actor: ["credential", "opened", "session", "user_uid", "user_name", "app"],
  claims: [
    { rule: "N1", kind: "same", confidence: "P", from: "user_name", to: "user_uid" },
    { rule: "N2", kind: "credential", confidence: "P", from: "user_uid", to: "credential" },
    {
      rule: "N2",
      kind: "credential",
      confidence: "P",
      from: "user_name",
      to: "credential",
      when: sql`user_uid IS NULL`,
    },
    { rule: "N3", kind: "session", confidence: "P", from: "user_uid", to: "session" },
    { rule: "N3", kind: "session", confidence: "P", from: "user_name", to: "session", when: sql`user_uid IS NULL` },
    { rule: "N4", kind: "login", confidence: "P", from: "user_uid", to: "opened" },
    { rule: "N4", kind: "login", confidence: "P", from: "user_name", to: "opened", when: sql`user_uid IS NULL` },
    { rule: "N5", kind: "created", confidence: "P", from: "actor", to: "made_key" },
    { rule: "N5", kind: "credential", confidence: "P", from: "key_owner", to: "made_key" },
    { rule: "N6", kind: "from-device", confidence: "P", from: "actor", to: "device" },
    { rule: "N7", kind: "vouched", confidence: "P", from: "provider", to: "session" },
    { rule: "created", kind: "created", confidence: "P", from: "actor", to: "made" },
    { rule: "granted", kind: "granted", confidence: "P", from: "actor", to: "granted" },
  ],
};
