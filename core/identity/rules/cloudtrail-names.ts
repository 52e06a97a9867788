import { sql } from "../../casefile/sql.ts";
import { type IdentityRules, key, where } from "../rule.ts";
import { GRANTS_ROLE, GRANTS_USER, IS_OWN_SESSION, IS_ROLE_SESSION, IS_USER } from "./cloudtrail-terms.ts";

/** Whom and what a record names: accounts, roles, sessions, keys, and what an answer made. */
export const cloudtrailNames: IdentityRules["names"] = {
  user: {
    kind: "user",
    key: where(IS_USER, sql`coalesce(${key("aws-id", sql`user_id`, sql`account_id`)}, ${key("aws-arn", sql`arn`)})`),
    label: sql`coalesce(user_id, arn)`,
    rank: 3,
  },
  user_arn: { kind: "user", key: where(IS_USER, key("aws-arn", sql`arn`)), label: sql`arn`, rank: 2 },
  user_name: {
    kind: "user",
    key: where(IS_USER, key("aws-user", sql`user_name`, sql`account_id`)),
    label: sql`user_name`,
    rank: 1,
  },
  root: {
    kind: "root",
    key: where(sql`type = 'Root'`, key("aws-root", sql`account_id`)),
    label: sql`'root of ' || account_id`,
  },
  role: {
    kind: "role",
    key: where(
      sql`issuer_type = 'Role'`,
      sql`coalesce(${key("aws-id", sql`role_id`, sql`account_id`)}, ${key("aws-arn", sql`issuer_arn`)})`,
    ),
    label: sql`coalesce(role_id, issuer_name, issuer_arn)`,
    rank: 3,
  },
  role_arn: {
    kind: "role",
    key: where(sql`issuer_type = 'Role'`, key("aws-arn", sql`issuer_arn`)),
    label: sql`coalesce(issuer_name, issuer_arn)`,
    rank: 1,
  },
  role_session: {
    kind: "role-session",
    key: where(IS_ROLE_SESSION, key("aws-session", sql`principal_id || coalesce('/' || created, '')`, sql`account_id`)),
    label: sql`coalesce(issuer_name || '/', '') || coalesce(session_name, principal_id)`,
  },
  named_session: {
    kind: "session-name",
    key: where(IS_ROLE_SESSION, key("aws-arn", sql`arn`)),
    label: sql`session_name`,
  },
  own_session: {
    kind: sql`CASE WHEN from_console = 'true' THEN 'console-session' ELSE 'session' END`,
    key: where(IS_OWN_SESSION, key("aws-session", sql`created`, sql`coalesce(arn, principal_id)`)),
    label: sql`coalesce(user_name, type) || ', ' || created`,
  },
  federated: {
    kind: "federated-subject",
    key: where(sql`type = 'FederatedUser'`, key("aws-arn", sql`arn`)),
    label: sql`split_part(arn, '/', -1)`,
  },
  federated_issuer: {
    kind: sql`CASE WHEN issuer_type = 'Root' THEN 'root' ELSE 'user' END`,
    key: where(sql`type = 'FederatedUser'`, key("aws-arn", sql`issuer_arn`)),
    label: sql`coalesce(issuer_name, issuer_arn)`,
    rank: 2,
  },
  subject: {
    kind: "federated-subject",
    key: where(sql`type IN ('SAMLUser', 'WebIdentityUser')`, key("aws-subject", sql`principal_id`)),
    label: sql`coalesce(user_name, principal_id)`,
  },
  subject_provider: {
    kind: "provider",
    key: where(
      sql`type IN ('SAMLUser', 'WebIdentityUser')`,
      key("provider", sql`coalesce(asked_provider, identity_provider, web_provider)`),
    ),
    label: sql`coalesce(asked_provider, identity_provider, web_provider)`,
  },
  session_provider: {
    kind: "provider",
    key: key("provider", sql`context_provider`),
    label: sql`context_provider`,
  },
  web_subject: {
    kind: "federated-subject",
    key: key("web-subject", sql`web_subject`, sql`coalesce(web_provider, '')`),
    label: sql`web_subject`,
  },
  cross_source: {
    kind: "user",
    key: key("aws-arn", sql`cross_source`),
    label: sql`cross_source`,
    rank: 2,
  },
  person: {
    kind: "person",
    key: key(
      "aws-person",
      sql`coalesce(behalf_user, CASE WHEN type = 'IdentityCenterUser' THEN principal_id END)`,
      sql`coalesce(behalf_store, '')`,
    ),
    label: sql`coalesce(user_name, behalf_user, principal_id)`,
  },
  center_session: {
    kind: "session",
    key: key("aws-credential", sql`credential_id`),
    label: sql`credential_id`,
  },
  reserved_person: {
    kind: "person",
    key: where(
      sql`starts_with(issuer_name, 'AWSReservedSSO_')`,
      key("aws-sso-name", sql`session_name`, sql`account_id`),
    ),
    label: sql`session_name`,
  },
  source: {
    kind: "person",
    key: key("aws-source", sql`source_identity`, sql`account_id`),
    label: sql`source_identity`,
  },
  service: {
    kind: "service",
    key: where(sql`type = 'AWSService' OR type IS NULL`, key("aws-service", sql`invoked_by`)),
    label: sql`invoked_by`,
  },
  forwarder: {
    kind: "service",
    key: where(sql`type <> 'AWSService'`, key("aws-service", sql`invoked_by`)),
    label: sql`invoked_by`,
  },
  outsider: {
    kind: sql`CASE WHEN contains(principal_id, ':') THEN 'role-session' ELSE 'user' END`,
    key: where(sql`type = 'AWSAccount'`, key("aws-id", sql`principal_id`, sql`account_id`)),
    label: sql`principal_id`,
    rank: 3,
  },
  account: {
    kind: "account",
    key: where(
      sql`type IN ('AWSAccount') OR (type IS NULL AND invoked_by IS NULL)`,
      key("aws-account", sql`account_id`),
    ),
    label: sql`account_id`,
  },
  access_key: { kind: "access-key", key: key("aws-key", sql`access_key`), label: sql`access_key` },
  issued_key: { kind: "access-key", key: key("aws-key", sql`issued_key`), label: sql`issued_key` },
  issued_holder: {
    kind: "device",
    key: where(
      sql`invoked_by = 'ec2.amazonaws.com' AND regexp_matches(asked_session, '^i-[0-9a-f]+$') AND issued_key IS NOT NULL`,
      key("aws-instance", sql`asked_session`),
    ),
    label: sql`asked_session`,
  },
  workload: {
    kind: "app",
    key: where(
      sql`invoked_by IN ('lambda.amazonaws.com', 'ecs-tasks.amazonaws.com', 'pods.eks.amazonaws.com') AND issued_key IS NOT NULL`,
      key("aws-workload", sql`asked_session`, sql`asked_role`),
    ),
    label: sql`asked_session`,
  },
  new_key: { kind: "access-key", key: key("aws-key", sql`new_key`), label: sql`new_key` },
  new_key_owner: {
    kind: "user",
    key: where(
      sql`new_key IS NOT NULL`,
      key("aws-user", sql`coalesce(new_key_user, target_user, user_name)`, sql`account_id`),
    ),
    label: sql`coalesce(new_key_user, target_user, user_name)`,
    rank: 1,
  },
  new_user: { kind: "user", key: key("aws-id", sql`new_user_id`, sql`account_id`), label: sql`new_user_id`, rank: 3 },
  new_user_arn: { kind: "user", key: key("aws-arn", sql`new_user_arn`), label: sql`new_user_arn`, rank: 2 },
  new_user_name: {
    kind: "user",
    key: key("aws-user", sql`new_user_name`, sql`account_id`),
    label: sql`new_user_name`,
    rank: 1,
  },
  new_role: { kind: "role", key: key("aws-id", sql`new_role_id`, sql`account_id`), label: sql`new_role_id`, rank: 3 },
  new_role_arn: {
    kind: "role",
    key: key("aws-arn", sql`new_role_arn`),
    label: sql`split_part(new_role_arn, '/', -1)`,
    rank: 1,
  },
  granted_user: {
    kind: "user",
    key: where(sql`${GRANTS_USER} AND error_code IS NULL`, key("aws-user", sql`target_user`, sql`account_id`)),
    label: sql`target_user`,
    rank: 1,
  },
  granted_role: {
    kind: "role",
    key: where(sql`${GRANTS_ROLE} AND error_code IS NULL`, key("aws-role", sql`target_role`, sql`account_id`)),
    label: sql`target_role`,
    rank: 1,
  },
  role_by_name: {
    kind: "role",
    key: where(sql`issuer_type = 'Role'`, key("aws-role", sql`issuer_name`, sql`account_id`)),
    label: sql`issuer_name`,
    rank: 1,
  },
  new_role_by_name: {
    kind: "role",
    key: where(sql`new_role_id IS NOT NULL`, key("aws-role", sql`target_role`, sql`account_id`)),
    label: sql`target_role`,
    rank: 1,
  },
  refused_role: {
    kind: "role",
    key: key("aws-arn", sql`refused_role`),
    label: sql`split_part(refused_role, '/', -1)`,
    rank: 1,
  },
  switched_from: {
    kind: sql`CASE WHEN contains(switch_from, ':user/') THEN 'user' ELSE 'session-name' END`,
    key: key("aws-arn", sql`switch_from`),
    label: sql`switch_from`,
    rank: 2,
  },
  tag1: {
    kind: "tag",
    key: key("aws-tag", sql`tag1_value`, sql`tag1_key`),
    label: sql`tag1_key || '=' || tag1_value`,
  },
  tag2: {
    kind: "tag",
    key: key("aws-tag", sql`tag2_value`, sql`tag2_key`),
    label: sql`tag2_key || '=' || tag2_value`,
  },
  tag3: {
    kind: "tag",
    key: key("aws-tag", sql`tag3_value`, sql`tag3_key`),
    label: sql`tag3_key || '=' || tag3_value`,
  },
};

/** What an act is done with: the first of these names that a record has. */
export const cloudtrailActor: IdentityRules["actor"] = [
  "access_key",
  "role_session",
  "center_session",
  "user",
  "user_arn",
  "user_name",
  "root",
  "federated",
  "subject",
  "person",
  "service",
  "outsider",
  "account",
];
