import { sql } from "../../casefile/sql.ts";
import { at } from "../../sources/field-path.ts";
import { accountKey, type IdentityRules, key, where } from "../rule.ts";

const GRANTS = sql`action IN ('user.account.privilege.grant', 'group.privilege.grant', 'group.user_membership.add',
  'application.user_membership.add', 'user.lifecycle.activate', 'user.account.reset_password',
  'user.mfa.factor.reset_all', 'user.mfa.factor.activate')`;
const KIND = sql`CASE WHEN actor_type IN ('User', 'AppUser') THEN 'user' WHEN actor_type LIKE '%App%' THEN 'app'
  WHEN actor_type LIKE '%Service%' THEN 'service-account' WHEN actor_type IN ('SystemPrincipal', 'Okta System') THEN 'service'
  ELSE 'user' END`;

/** Okta: actor, client, session, device and API token. An API token acts with the rights of the one who made it. */
export const okta: IdentityRules = {
  sources: ["okta"],
  fields: {
    actor_id: at("actor.id"),
    actor_type: at("actor.type"),
    actor_mail: at("actor.alternateId"),
    actor_shown: at("actor.displayName"),
    session_id: at("authenticationContext.externalSessionId"),
    root_session: at("authenticationContext.rootSessionId"),
    issuer: at("authenticationContext.issuer.id"),
    token_id: at("transaction.detail.requestApiTokenId"),
    client_id: at("client.id"),
    device_id: at("device.id"),
    device_name: at("device.name"),
    fingerprint: at("debugContext.debugData.deviceFingerprint"),
  },
  telling: {
    when: sql`(${GRANTS} OR action LIKE 'user.session.%' OR action IN ('system.api_token.create', 'user.lifecycle.create',
      'application.lifecycle.create', 'user.session.impersonation.initiate'))`,
    fields: {
      target_id: at("target[0].id"),
      target_type: at("target[0].type"),
      target_mail: at("target[0].alternateId"),
      target_shown: at("target[0].displayName"),
    },
  },
  derived: {
    session: sql`nullif(coalesce(root_session, session_id), 'trs')`,
    device: sql`coalesce(device_id, fingerprint)`,
    done: sql`coalesce(outcome, '') NOT IN ('failure', 'denied')`,
  },
  names: {
    actor_id: {
      kind: KIND,
      key: key("okta", sql`actor_id`),
      label: sql`actor_id`,
      rank: 3,
    },
    actor_mail: {
      kind: KIND,
      key: where(sql`actor_mail <> 'system@okta.com'`, accountKey("okta-login", sql`actor_mail`)),
      label: sql`actor_mail`,
      rank: 1,
    },
    session: { kind: "session", key: key("okta-session", sql`session`), label: sql`session` },
    token: { kind: "token", key: key("okta-token", sql`token_id`), label: sql`token_id` },
    client: {
      kind: "app",
      key: where(sql`client_id <> actor_id`, key("okta", sql`client_id`)),
      label: sql`client_id`,
      rank: 3,
    },
    device: { kind: "device", key: key("okta-device", sql`device`), label: sql`coalesce(device_name, device)` },
    provider: { kind: "provider", key: key("provider", sql`issuer`), label: sql`issuer` },
    made_token: {
      kind: "token",
      key: where(
        sql`done AND action = 'system.api_token.create' AND target_type = 'Token'`,
        key("okta-token", sql`target_id`),
      ),
      label: sql`coalesce(target_shown, target_id)`,
    },
    made: {
      kind: sql`CASE WHEN target_type = 'User' THEN 'user' ELSE 'app' END`,
      key: where(sql`done AND action LIKE '%.lifecycle.create'`, key("okta", sql`target_id`)),
      label: sql`coalesce(target_mail, target_shown)`,
      rank: 3,
    },
    granted: {
      kind: sql`CASE WHEN target_type = 'User' THEN 'user' ELSE 'group' END`,
      key: where(sql`done AND ${GRANTS} AND target_id <> actor_id`, key("okta", sql`target_id`)),
      label: sql`coalesce(target_mail, target_shown)`,
      rank: 3,
    },
    impersonated: {
      kind: "user",
      key: where(sql`done AND action = 'user.session.impersonation.initiate'`, key("okta", sql`target_id`)),
      label: sql`coalesce(target_mail, target_shown)`,
      rank: 3,
    },
  },
  actor: ["token", "session", "actor_id", "actor_mail"],
  claims: [
    { rule: "O1", kind: "same", confidence: "P", from: "actor_mail", to: "actor_id" },
    { rule: "O2", kind: "session", confidence: "P", from: "actor_id", to: "session" },
    {
      rule: "O2",
      kind: "login",
      confidence: "P",
      from: "actor_id",
      to: "session",
      when: sql`done AND action = 'user.session.start'`,
    },
    { rule: "O3", kind: "credential", confidence: "P", from: "actor_id", to: "token" },
    { rule: "O4", kind: "from-device", confidence: "S", from: "session", to: "device" },
    { rule: "O5", kind: "via", confidence: "P", from: "actor", to: "client" },
    { rule: "O6", kind: "vouched", confidence: "P", from: "provider", to: "actor_id" },
    { rule: "O7", kind: "impersonated", confidence: "P", from: "actor_id", to: "impersonated" },
    { rule: "created", kind: "created", confidence: "P", from: "actor", to: "made_token" },
    { rule: "created", kind: "credential", confidence: "P", from: "actor_id", to: "made_token" },
    { rule: "created", kind: "created", confidence: "P", from: "actor", to: "made" },
    { rule: "granted", kind: "granted", confidence: "P", from: "actor", to: "granted" },
  ],
};
