import { sql } from "../../casefile/sql.ts";
import { at } from "../../sources/field-path.ts";
import { type IdentityRules, key, where } from "../rule.ts";

const GRANTS = sql`(action IN ('org.add_member', 'org.update_member', 'org.invite_member', 'repo.add_member',
  'repo.update_member', 'team.add_member', 'business.add_admin', 'business.invite_admin', 'invite_member')
  OR action LIKE 'organization_moderators.add%' OR action LIKE 'role.assign%')`;

/** GitHub: actor, token (by its hash), deploy key, app, and the identity of a single sign-on that stands behind a login. */
export const github: IdentityRules = {
  sources: ["github"],
  fields: {
    login: at("actor"),
    login_id: at("actor_id"),
    is_bot: at("actor_is_bot"),
    token_hash: at("hashed_token"),
    token_id: at("token_id"),
    outside_name: at("external_identity_nameid"),
    outside_user: at("external_identity_username"),
    application: at("oauth_application_name"),
    application_id: at("oauth_application_id"),
    integration: at("integration"),
    key_used: at("deploy_key_fingerprint"),
  },
  telling: {
    when: sql`(${GRANTS} OR action IN ('public_key.create', 'deploy_key.create', 'integration_installation.create',
      'personal_access_token.create', 'personal_access_token.request_created', 'oauth_authorization.create',
      'oauth_access.create', 'ssh_certificate_authority.create'))`,
    fields: {
      target: at("user"),
      thing: at("name"),
      key_title: at("title"),
      fingerprint: at("fingerprint"),
      repository: at("repo"),
    },
  },
  derived: {
    kind_of_actor: sql`CASE WHEN is_bot = 'true' OR ends_with(login, '[bot]') THEN 'app' ELSE 'user' END`,
    done: sql`coalesce(outcome, '') NOT IN ('failure', 'denied')`,
  },
  names: {
    login: { kind: sql`kind_of_actor`, key: key("github", sql`login`), label: sql`login`, rank: 1 },
    login_id: { kind: sql`kind_of_actor`, key: key("github-id", sql`login_id`), label: sql`login_id`, rank: 3 },
    token: { kind: "token", key: key("github-token", sql`token_hash`), label: sql`'token ' || left(token_hash, 12)` },
    token_id: { kind: "token", key: key("github-token-id", sql`token_id`), label: sql`'token ' || token_id`, rank: 3 },
    deploy_key: { kind: "token", key: key("github-key", sql`key_used`), label: sql`key_used` },
    outside: {
      kind: "federated-subject",
      key: key("single-sign-on", sql`coalesce(outside_name, outside_user)`),
      label: sql`coalesce(outside_name, outside_user)`,
    },
    application: {
      kind: "app",
      key: key("github-app", sql`coalesce(application_id, application, integration)`),
      label: sql`coalesce(application, integration, application_id)`,
    },
    made_key: {
      kind: "token",
      key: where(
        sql`action IN ('public_key.create', 'deploy_key.create')`,
        key("github-key", sql`coalesce(fingerprint, repository || '/' || coalesce(key_title, thing))`),
      ),
      label: sql`coalesce(key_title, thing, fingerprint)`,
    },
    made_app: {
      kind: "app",
      key: where(sql`action = 'integration_installation.create'`, key("github-app", sql`coalesce(integration, thing)`)),
      label: sql`coalesce(integration, thing)`,
    },
    granted: {
      kind: "user",
      key: where(sql`done AND ${GRANTS} AND target <> login`, key("github", sql`target`)),
      label: sql`target`,
      rank: 1,
    },
  },
  actor: ["token", "token_id", "deploy_key", "login_id", "login"],
  claims: [
    { rule: "H1", kind: "same", confidence: "P", from: "login", to: "login_id" },
    { rule: "H2", kind: "credential", confidence: "P", from: "login", to: "token" },
    { rule: "H2", kind: "credential", confidence: "P", from: "login", to: "token_id" },
    { rule: "H2", kind: "same", confidence: "P", from: "token", to: "token_id" },
    { rule: "H3", kind: "credential", confidence: "P", from: "login", to: "deploy_key" },
    { rule: "H4", kind: "via", confidence: "P", from: "actor", to: "application" },
    { rule: "H5", kind: "acts-for", confidence: "P", from: "outside", to: "login" },
    { rule: "created", kind: "created", confidence: "P", from: "actor", to: "made_key" },
    { rule: "created", kind: "created", confidence: "P", from: "actor", to: "made_app" },
    { rule: "granted", kind: "granted", confidence: "P", from: "actor", to: "granted" },
  ],
};
