import { sql, type Sql } from "../../casefile/sql.ts";
import { type IdentityRules, key, type NameRule, where } from "../rule.ts";
import { GRANTS_ROLE, GRANTS_USER, IS_USER } from "./cloudtrail-terms.ts";

/** Whose key a call made: without a name the caller's own, who as root has none (`userName` is then the account's alias). */
const NEW_KEY_USER = sql`coalesce(new_key_user, target_user, ${where(IS_USER, sql`user_name`)})`;

/** What a call gave, made, asked for or turned into. */
export const cloudtrailGiven: IdentityRules["names"] = {
  given_source: {
    kind: "person",
    key: key("aws-source", sql`given_source`, sql`account_id`),
    label: sql`given_source`,
  },
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
    key: where(sql`new_key IS NOT NULL`, key("aws-user", NEW_KEY_USER, sql`account_id`)),
    label: NEW_KEY_USER,
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
  new_role_by_name: {
    kind: "role",
    key: where(sql`new_role_id IS NOT NULL`, key("aws-role", sql`target_role`, sql`account_id`)),
    label: sql`target_role`,
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
  cross_source: {
    kind: "user",
    key: key("aws-arn", sql`cross_source`),
    label: sql`cross_source`,
    rank: 2,
  },
  tag1: tag(sql`session_tags[1]`),
  tag2: tag(sql`session_tags[2]`),
  tag3: tag(sql`session_tags[3]`),
};

function tag(entry: Sql): NameRule {
  const [name, value] = [sql`${entry}.key`, sql`${entry}.value`];
  return { kind: "tag", key: key("aws-tag", value, name), label: sql`${name} || '=' || ${value}` };
}
