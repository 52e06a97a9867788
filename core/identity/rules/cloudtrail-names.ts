import { sql } from "../../casefile/sql.ts";
import { type IdentityRules, key, where } from "../rule.ts";
import { IS_OWN_SESSION, IS_ROLE_SESSION, IS_USER } from "./cloudtrail-terms.ts";

/** Whom a record says the call was made by, and with what: accounts, roles, sessions, keys. */
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
    key: where(
      sql`type = 'FederatedUser'`,
      sql`CASE WHEN issuer_type = 'Root' THEN ${key("aws-root", sql`account_id`)} ELSE ${key("aws-arn", sql`issuer_arn`)} END`,
    ),
    label: sql`CASE WHEN issuer_type = 'Root' THEN 'root of ' || account_id ELSE coalesce(issuer_name, issuer_arn) END`,
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
    key: key("aws-source", sql`context_source`, sql`account_id`),
    label: sql`context_source`,
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
  role_by_name: {
    kind: "role",
    key: where(sql`issuer_type = 'Role'`, key("aws-role", sql`issuer_name`, sql`account_id`)),
    label: sql`issuer_name`,
    rank: 1,
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
