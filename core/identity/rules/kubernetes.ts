import { identifier, literal, sql, type Sql } from "../../casefile/sql.ts";
import { at } from "../../sources/field-path.ts";
import { type IdentityRules, key, where } from "../rule.ts";

const SERVICE_ACCOUNT = literal("system:serviceaccount:");

function kindOf(column: string): Sql {
  const name = identifier(column);
  return sql`CASE WHEN starts_with(${name}, ${SERVICE_ACCOUNT}) THEN 'service-account'
    WHEN starts_with(${name}, 'system:node:') THEN 'device' WHEN starts_with(${name}, 'system:') THEN 'service'
    ELSE 'user' END`;
}

/** An identifier that only one object bears; authenticators of clouds give all who come in one role the same uid. */
const UNIQUE = literal("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");

/** A name holds in its cluster; the records of most do not name it, and names of two logs are then two names. */
function inCluster(space: string, value: Sql): Sql {
  return key(space, value, sql`coalesce(lower(cluster), log)`);
}

/** Kubernetes audit: who authenticated, as whom they acted, and what their power came from. */
export const kubernetes: IdentityRules = {
  sources: ["kubernetes"],
  embedded: [at("properties.log")],
  fields: {
    cluster: at("resourceId"),
    user_name: at("user.username"),
    user_uid: at("user.uid"),
    group1: at("user.groups[0]"),
    group2: at("user.groups[1]"),
    group3: at("user.groups[2]"),
    pod: at('user.extra."authentication.kubernetes.io/pod-name"[0]'),
    credential_id: at('user.extra."authentication.kubernetes.io/credential-id"[0]'),
    cloud_arn: at("user.extra.arn[0]"),
    cloud_key: at("user.extra.accessKeyId[0]"),
    acted_as: at("impersonatedUser.username"),
    wrapped_user: at("properties.log.user.username"),
    wrapped_uid: at("properties.log.user.uid"),
    wrapped_acted_as: at("properties.log.impersonatedUser.username"),
  },
  telling: {
    when: sql`action IN ('create', 'update', 'patch')`,
    fields: {
      object_kind: at("objectRef.resource"),
      object_part: at("objectRef.subresource"),
      object_space: at("objectRef.namespace"),
      object_name: at("objectRef.name"),
      subject_kind: at("requestObject.subjects[0].kind"),
      subject_name: at("requestObject.subjects[0].name"),
      subject_space: at("requestObject.subjects[0].namespace"),
    },
  },
  derived: {
    caller: sql`coalesce(user_name, wrapped_user)`,
    caller_uid: sql`coalesce(user_uid, wrapped_uid)`,
    assumed: sql`coalesce(acted_as, wrapped_acted_as)`,
    done: sql`coalesce(outcome, '') NOT IN ('failure', 'denied')`,
    subject: sql`CASE subject_kind WHEN 'ServiceAccount'
      THEN ${SERVICE_ACCOUNT} || coalesce(subject_space, object_space) || ':' || subject_name
      WHEN 'User' THEN subject_name END`,
    token_owner: sql`${SERVICE_ACCOUNT} || object_space || ':' || object_name`,
  },
  names: {
    caller: { kind: kindOf("caller"), key: inCluster("k8s", sql`caller`), label: sql`caller`, rank: 1 },
    caller_uid: {
      kind: kindOf("caller"),
      key: where(sql`regexp_full_match(caller_uid, ${UNIQUE})`, key("k8s-uid", sql`caller_uid`)),
      label: sql`caller_uid`,
      rank: 3,
    },
    assumed: { kind: kindOf("assumed"), key: inCluster("k8s", sql`assumed`), label: sql`assumed`, rank: 1 },
    group1: { kind: "group", key: inCluster("k8s-group", sql`group1`), label: sql`group1` },
    group2: { kind: "group", key: inCluster("k8s-group", sql`group2`), label: sql`group2` },
    group3: { kind: "group", key: inCluster("k8s-group", sql`group3`), label: sql`group3` },
    pod: { kind: "device", key: inCluster("k8s-pod", sql`caller || '/' || pod`), label: sql`pod` },
    credential: { kind: "token", key: inCluster("k8s-credential", sql`credential_id`), label: sql`credential_id` },
    cloud_session: {
      kind: "session",
      key: inCluster("k8s-session", sql`caller || '/' || cloud_key`),
      label: sql`caller || ' with ' || cloud_key`,
    },
    cloud: {
      kind: sql`CASE WHEN contains(cloud_arn, ':user/') THEN 'user' WHEN contains(cloud_arn, ':assumed-role/') THEN 'session-name'
        ELSE 'role' END`,
      key: key("aws-arn", sql`cloud_arn`),
      label: sql`cloud_arn`,
      rank: 2,
    },
    cloud_key: { kind: "access-key", key: key("aws-key", sql`cloud_key`), label: sql`cloud_key` },
    granted: {
      kind: kindOf("subject"),
      key: where(sql`done AND object_kind IN ('rolebindings', 'clusterrolebindings')`, inCluster("k8s", sql`subject`)),
      label: sql`subject`,
      rank: 1,
    },
    token_owner: {
      kind: "service-account",
      key: where(
        sql`done AND object_kind = 'serviceaccounts' AND object_part = 'token' AND object_name IS NOT NULL`,
        inCluster("k8s", sql`token_owner`),
      ),
      label: sql`token_owner`,
      rank: 1,
    },
    made: {
      kind: "service-account",
      key: where(
        sql`done AND object_kind = 'serviceaccounts' AND object_part IS NULL AND action = 'create'`,
        inCluster("k8s", sql`token_owner`),
      ),
      label: sql`token_owner`,
      rank: 1,
    },
  },
  actor: ["cloud_session", "credential", "caller_uid", "caller"],
  claims: [
    { rule: "K1", kind: "same", confidence: "P", from: "caller", to: "caller_uid" },
    { rule: "K2", kind: "impersonated", confidence: "P", from: "caller", to: "assumed" },
    { rule: "K3", kind: "member", confidence: "P", from: "group1", to: "caller" },
    { rule: "K3", kind: "member", confidence: "P", from: "group2", to: "caller" },
    { rule: "K3", kind: "member", confidence: "P", from: "group3", to: "caller" },
    { rule: "K4", kind: "credential", confidence: "P", from: "caller", to: "credential" },
    { rule: "K4", kind: "from-device", confidence: "P", from: "caller", to: "pod" },
    { rule: "K5", kind: "session", confidence: "P", from: "caller", to: "cloud_session" },
    { rule: "K5", kind: "acts-for", confidence: "P", from: "cloud_key", to: "cloud_session" },
    { rule: "K5", kind: "vouched", confidence: "P", from: "cloud", to: "caller" },
    { rule: "K6", kind: "granted", confidence: "P", from: "actor", to: "token_owner" },
    { rule: "K7", kind: "granted", confidence: "P", from: "actor", to: "granted" },
    { rule: "created", kind: "created", confidence: "P", from: "actor", to: "made" },
  ],
};
