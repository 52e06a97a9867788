import { identifier, literal, sql, type Sql } from "../../casefile/sql.ts";
import { type IdentityRules, momentOf, where } from "../rule.ts";
import { ASSUMES, GRANTS_ROLE, GRANTS_USER, IS_ROLE_SESSION, ISSUES } from "./cloudtrail-terms.ts";

const IDENTITY = "userIdentity";
const CONTEXT = [IDENTITY, "sessionContext"] as const;
const ASKED = "requestParameters";
const ANSWERED = "responseElements";

/** What every record is read for. */
export const cloudtrailFields: IdentityRules["fields"] = {
  type: [IDENTITY, "type"],
  principal_id: [IDENTITY, "principalId"],
  arn: [IDENTITY, "arn"],
  account_id: [IDENTITY, "accountId"],
  key_used: [IDENTITY, "accessKeyId"],
  user_name: [IDENTITY, "userName"],
  invoked_by: [IDENTITY, "invokedBy"],
  credential_id: [IDENTITY, "credentialId"],
  identity_provider: [IDENTITY, "identityProvider"],
  behalf_user: [IDENTITY, "onBehalfOf", "userId"],
  behalf_store: [IDENTITY, "onBehalfOf", "identityStoreArn"],
  issuer_type: [...CONTEXT, "sessionIssuer", "type"],
  issuer_id: [...CONTEXT, "sessionIssuer", "principalId"],
  issuer_arn: [...CONTEXT, "sessionIssuer", "arn"],
  issuer_name: [...CONTEXT, "sessionIssuer", "userName"],
  created: [...CONTEXT, "attributes", "creationDate"],
  context_source: [...CONTEXT, "sourceIdentity"],
  context_provider: [...CONTEXT, "webIdFederationData", "federatedProvider"],
  from_console: ["sessionCredentialFromConsole"],
  shared_event: ["sharedEventID"],
};

/** What only the calls are read for that give or ask for power. */
export const cloudtrailTelling: NonNullable<IdentityRules["telling"]> = {
  when: sql`(${ISSUES} OR ${GRANTS_USER} OR ${GRANTS_ROLE} OR action IN ('CreateAccessKey', 'CreateUser', 'CreateRole',
    'ConsoleLogin', 'SwitchRole', 'GetSigninToken', 'GetWebIdentityToken'))`,
  fields: {
    event_time: ["eventTime"],
    error_code: ["errorCode"],
    error_message: ["errorMessage"],
    key_issued: [ANSWERED, "credentials", "accessKeyId"],
    expiration: [ANSWERED, "credentials", "expiration"],
    assumed_id: [ANSWERED, "assumedRoleUser", "assumedRoleId"],
    answered_source: [ANSWERED, "sourceIdentity"],
    web_subject: [ANSWERED, "subjectFromWebIdentityToken"],
    web_provider: [ANSWERED, "provider"],
    answered_web_token: [ANSWERED, "webIdentityTokenId"],
    key_made: [ANSWERED, "accessKey", "accessKeyId"],
    new_key_user: [ANSWERED, "accessKey", "userName"],
    new_user_id: [ANSWERED, "user", "userId"],
    new_user_arn: [ANSWERED, "user", "arn"],
    new_user_name: [ANSWERED, "user", "userName"],
    new_role_id: [ANSWERED, "role", "roleId"],
    new_role_arn: [ANSWERED, "role", "arn"],
    login_result: [ANSWERED, "ConsoleLogin"],
    asked_role: [ASKED, "roleArn"],
    asked_session: [ASKED, "roleSessionName"],
    asked_source: [ASKED, "sourceIdentity"],
    asked_provider: [ASKED, "principalArn"],
    asked_web_token: [ASKED, "webIdentityTokenId"],
    target_user: [ASKED, "userName"],
    target_role: [ASKED, "roleName"],
    asked_tags: [ASKED, "tags"],
    passed_tags: [ASKED, "principalTags"],
    handed_tags: [ASKED, "incomingTransitiveTags"],
    switch_from: ["additionalEventData", "SwitchFrom"],
    switch_result: [ANSWERED, "SwitchRole"],
    cross_source: ["additionalEventData", "crossPartitionData", "sourcePrincipalArn"],
  },
};

/**
 * An identifier of AWS, which is unique in its form alone (IAM user guide, "IAM identifiers"); what somebody put in its
 * place before handing the log on is not.
 */
function uniqueId(prefixes: string, field: string): Sql {
  const name = identifier(field);
  return where(
    sql`regexp_full_match(${name}, ${literal(`(${prefixes})[A-Z0-9]+`)}) AND NOT contains(${name}, 'XXXX')`,
    name,
  );
}

function accessKeyId(field: string): Sql {
  return uniqueId("ABIA|ACCA|AKIA|ASIA", field);
}

/** The tags that an object has by their keys. */
function tagsOf(field: string): Sql {
  return sql`map_entries(TRY_CAST(TRY_CAST(${identifier(field)} AS JSON) AS MAP(VARCHAR, VARCHAR)))`;
}

/** What follows from the fields of one record. */
export const cloudtrailDerived: NonNullable<IdentityRules["derived"]> = {
  access_key: accessKeyId("key_used"),
  issued_key: accessKeyId("key_issued"),
  new_key: accessKeyId("key_made"),
  user_id: uniqueId("AIDA", "principal_id"),
  role_id: uniqueId("AROA", "issuer_id"),
  session_name: where(IS_ROLE_SESSION, sql`nullif(split_part(arn, '/', -1), '')`),
  issued_at: where(sql`error_code IS NULL`, momentOf(sql`event_time`)),
  started_at: momentOf(sql`created`),
  given_source: where(sql`issued_key IS NOT NULL`, sql`coalesce(answered_source, asked_source, context_source)`),
  refused_role: where(
    sql`${ASSUMES} AND error_code IS NOT NULL`,
    sql`coalesce(asked_role, nullif(regexp_extract(error_message, 'on resource: (arn:[^ ]{1,1000})', 1), ''))`,
  ),
  session_tags: sql`list_concat(
    TRY_CAST(TRY_CAST(asked_tags AS JSON) AS STRUCT(key VARCHAR, value VARCHAR)[]), ${tagsOf("passed_tags")}, ${tagsOf("handed_tags")})`,
};
