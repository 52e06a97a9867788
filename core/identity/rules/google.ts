import { identifier, literal, sql, type Sql } from "../../casefile/sql.ts";
import { at } from "../../sources/field-path.ts";
import { type IdentityRules, key, where } from "../rule.ts";

const AUTHENTICATION = "protoPayload.authenticationInfo";
const DELEGATION = `${AUTHENTICATION}.serviceAccountDelegationInfo`;
const IMPERSONATES = sql`(action LIKE '%GenerateAccessToken' OR action LIKE '%GenerateIdToken' OR action LIKE '%SignBlob'
  OR action LIKE '%SignJwt')`;
const MAKES = sql`(action LIKE '%CreateServiceAccount' OR action LIKE '%CreateServiceAccountKey')`;
const GRANTS = sql`(action LIKE '%SetIamPolicy' OR action LIKE '%setIamPolicy')`;

/** Members of policies carry their kind in front: `user:a@example.com`. */
function memberSql(member: string): Sql {
  return sql`nullif(regexp_extract(${identifier(member)}, '^(?:user|serviceAccount|group):(.+)$', 1), '')`;
}

function kindOf(column: string): Sql {
  const name = identifier(column);
  return sql`CASE WHEN ends_with(${name}, 'gserviceaccount.com') OR starts_with(${name}, 'system:serviceaccount:')
    THEN 'service-account' WHEN starts_with(${name}, 'system:') THEN 'service' ELSE 'user' END`;
}

/** Addresses and names of pools are unique; those that a cluster gives, such as `system:serviceaccount:…`, in it alone. */
function subjectKey(column: string): Sql {
  const name = identifier(column);
  return sql`CASE WHEN starts_with(${name}, 'system:')
    THEN ${key("google-cluster", name, sql`coalesce(project || '/' || cluster, log)`)} ELSE ${key("google", name)} END`;
}

/** Google Cloud: users and service accounts, their keys, who acts through whom, and whose short-lived credentials were made. */
export const googleCloud: IdentityRules = {
  sources: ["gcp-audit"],
  fields: {
    mail: at(`${AUTHENTICATION}.principalEmail`),
    principal_subject: at(`${AUTHENTICATION}.principalSubject`),
    key_name: at(`${AUTHENTICATION}.serviceAccountKeyName`),
    party1: at(`${DELEGATION}[0].firstPartyPrincipal.principalEmail`),
    party1_subject: at(`${DELEGATION}[0].principalSubject`),
    party2: at(`${DELEGATION}[1].firstPartyPrincipal.principalEmail`),
    project: at("resource.labels.project_id"),
    cluster: at("resource.labels.cluster_name"),
  },
  telling: {
    when: sql`(${IMPERSONATES} OR ${MAKES} OR ${GRANTS})`,
    fields: {
      object: at("protoPayload.resourceName"),
      request_name: at("protoPayload.request.name"),
      made_name: at("protoPayload.response.name"),
      made_mail: at("protoPayload.response.email"),
      delta_action: at("protoPayload.serviceData.policyDelta.bindingDeltas[0].action"),
      delta_member: at("protoPayload.serviceData.policyDelta.bindingDeltas[0].member"),
    },
  },
  derived: {
    done: sql`coalesce(outcome, '') NOT IN ('failure', 'denied')`,
    subject: sql`coalesce(mail, ${memberSql("principal_subject")}, principal_subject)`,
    delegate: sql`coalesce(party1, ${memberSql("party1_subject")}, party1_subject)`,
    asked_account: where(
      IMPERSONATES,
      sql`nullif(regexp_extract(coalesce(request_name, object), 'serviceAccounts/([^/:]+@[^/:]+)', 1), '')`,
    ),
    granted_member: where(sql`done AND delta_action = 'ADD'`, memberSql("delta_member")),
    used_key: sql`nullif(split_part(key_name, '/keys/', 2), '')`,
    new_key: sql`nullif(split_part(made_name, '/keys/', 2), '')`,
    key_owner: sql`nullif(regexp_extract(made_name, 'serviceAccounts/([^/]+)/keys/', 1), '')`,
  },
  names: {
    subject: { kind: kindOf("subject"), key: subjectKey("subject"), label: sql`subject`, rank: 1 },
    key_used: {
      kind: "access-key",
      key: key("google-key", sql`used_key`),
      label: sql`used_key`,
    },
    delegate: { kind: kindOf("delegate"), key: subjectKey("delegate"), label: sql`delegate`, rank: 1 },
    party2: { kind: kindOf("party2"), key: subjectKey("party2"), label: sql`party2`, rank: 1 },
    delegated: {
      kind: "session",
      key: key("google-delegated", sql`delegate`, sql`subject`),
      label: sql`subject || ' through ' || delegate`,
    },
    asked: {
      kind: "service-account",
      key: where(sql`done`, key("google", sql`asked_account`)),
      label: sql`asked_account`,
      rank: 1,
    },
    refused: {
      kind: "service-account",
      key: where(sql`NOT done`, key("google", sql`asked_account`)),
      label: sql`asked_account`,
      rank: 1,
    },
    made_key: {
      kind: "access-key",
      key: where(sql`done AND key_owner IS NOT NULL`, key("google-key", sql`new_key`)),
      label: sql`new_key`,
    },
    key_owner: {
      kind: "service-account",
      key: where(sql`done`, key("google", sql`key_owner`)),
      label: sql`key_owner`,
      rank: 1,
    },
    made: {
      kind: "service-account",
      key: where(sql`done`, key("google", sql`made_mail`)),
      label: sql`made_mail`,
      rank: 1,
    },
    granted: {
      kind: kindOf("granted_member"),
      key: key("google", sql`granted_member`),
      label: sql`granted_member`,
      rank: 1,
    },
  },
  actor: ["delegated", "key_used", "subject"],
  claims: [
    { rule: "G1", kind: "credential", confidence: "P", from: "subject", to: "key_used" },
    { rule: "G2", kind: "session", confidence: "P", from: "subject", to: "delegated" },
    { rule: "G2", kind: "acts-for", confidence: "P", from: "delegate", to: "delegated" },
    { rule: "G2", kind: "acts-for", confidence: "P", from: "party2", to: "delegated" },
    { rule: "G3", kind: "granted", confidence: "P", from: "actor", to: "asked" },
    { rule: "G3", kind: "attempted", confidence: "P", from: "actor", to: "refused" },
    { rule: "G4", kind: "created", confidence: "P", from: "actor", to: "made_key" },
    { rule: "G4", kind: "credential", confidence: "P", from: "key_owner", to: "made_key" },
    { rule: "created", kind: "created", confidence: "P", from: "actor", to: "made" },
    { rule: "granted", kind: "granted", confidence: "P", from: "actor", to: "granted" },
  ],
};

const APPOINTS = sql`action IN ('ASSIGN_ROLE', 'ADD_GROUP_MEMBER', 'CHANGE_PASSWORD', 'GRANT_ADMIN_PRIVILEGE',
  'GRANT_DELEGATED_ADMIN_PRIVILEGES', 'UNSUSPEND_USER')`;

/** The parameters as the interface gives them: `[{"name":"USER_EMAIL","value":"a@example.com"}]`. */
const LISTED = sql`coalesce(first_parameters, own_parameters)`;
const PARAMETERS = sql`CASE WHEN json_valid(${LISTED}) AND json_type(${LISTED}) = 'ARRAY'
  THEN json_transform(${LISTED}, '[{"name":"VARCHAR","value":"VARCHAR"}]') END`;

function parameter(name: string): Sql {
  return sql`list_filter(listed, lambda item: item.name = ${literal(name)})[1].value`;
}

/** Google Workspace: accounts by profile, the applications they allowed, and what administrators did to accounts. */
export const googleWorkspace: IdentityRules = {
  sources: ["google-workspace"],
  fields: {
    mail: at("actor.email"),
    profile: at("actor.profileId"),
    caller_type: at("actor.callerType"),
    caller_key: at("actor.key"),
  },
  telling: {
    when: sql`(${APPOINTS} OR action IN ('CREATE_USER', 'authorize', 'DELETE_USER'))`,
    fields: {
      member_mail: at("parameters.USER_EMAIL"),
      member_app: at("parameters.app_name"),
      member_app_id: at("parameters.client_id"),
      own_parameters: at("parameters"),
      first_parameters: at("events[0].parameters"),
    },
  },
  derived: {
    listed: PARAMETERS,
    target_mail: sql`coalesce(member_mail, ${parameter("USER_EMAIL")})`,
    application: sql`coalesce(member_app, ${parameter("app_name")})`,
    application_id: sql`coalesce(member_app_id, ${parameter("client_id")})`,
  },
  names: {
    profile: { kind: "user", key: key("google-profile", sql`profile`), label: sql`profile`, rank: 3 },
    mail: {
      kind: sql`CASE WHEN caller_type = 'KEY' OR ends_with(mail, 'gserviceaccount.com') THEN 'service-account' ELSE 'user' END`,
      key: key("google", sql`mail`),
      label: sql`mail`,
      rank: 1,
    },
    caller_key: { kind: "app", key: key("google-caller", sql`caller_key`), label: sql`caller_key` },
    application: {
      kind: "app",
      key: where(sql`action = 'authorize'`, key("google-app", sql`coalesce(application_id, application)`)),
      label: sql`coalesce(application, application_id)`,
    },
    made: {
      kind: "user",
      key: where(sql`action = 'CREATE_USER'`, key("google", sql`target_mail`)),
      label: sql`target_mail`,
      rank: 1,
    },
    granted: { kind: "user", key: where(APPOINTS, key("google", sql`target_mail`)), label: sql`target_mail`, rank: 1 },
  },
  actor: ["profile", "mail", "caller_key"],
  claims: [
    { rule: "G5", kind: "same", confidence: "P", from: "mail", to: "profile" },
    { rule: "G6", kind: "granted", confidence: "P", from: "actor", to: "application" },
    { rule: "created", kind: "created", confidence: "P", from: "actor", to: "made" },
    { rule: "granted", kind: "granted", confidence: "P", from: "actor", to: "granted" },
  ],
};
