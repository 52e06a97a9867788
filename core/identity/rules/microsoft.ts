import { sql } from "../../casefile/sql.ts";
import { at } from "../../sources/field-path.ts";
import { accountKey, type IdentityRules, key, where } from "../rule.ts";

const SOAP = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
const MICROSOFT = "http://schemas.microsoft.com/identity/claims";

/** Azure activity: the caller's object, application, token and session, as the claims of its token say. */
export const azure: IdentityRules = {
  sources: ["azure-activity"],
  fields: {
    object_id: at(`identity.claims."${MICROSOFT}/objectidentifier"`),
    object_id_short: at("identity.claims.oid"),
    upn: at(`identity.claims."${SOAP}/upn"`),
    mail: at(`identity.claims."${SOAP}/emailaddress"`),
    shown: at("identity.claims.name"),
    app_id: at("identity.claims.appid"),
    token_kind: at("identity.claims.idtyp"),
    token_id: at("identity.claims.uti"),
    session_id: at("identity.claims.sid"),
    evidence_id: at("identity.authorization.evidence.principalId"),
    evidence_type: at("identity.authorization.evidence.principalType"),
    caller: at("caller"),
    claims_object: at(`claims."${MICROSOFT}/objectidentifier"`),
    claims_app: at("claims.appid"),
    claims_token: at("claims.uti"),
    claims_session: at("claims.sid"),
  },
  telling: {
    when: sql`lower(action) LIKE '%roleassignments/write'`,
    fields: { granted_id: at("properties.requestbody.Properties.PrincipalId") },
  },
  derived: {
    object: sql`lower(replace(coalesce(object_id, object_id_short, claims_object, evidence_id), '-', ''))`,
    name: sql`coalesce(upn, mail, CASE WHEN contains(caller, '@') THEN caller END)`,
    app: sql`coalesce(app_id, claims_app)`,
    token: sql`coalesce(token_id, claims_token)`,
    session: sql`coalesce(session_id, claims_session)`,
    is_app: sql`coalesce(token_kind = 'app' OR evidence_type = 'ServicePrincipal', FALSE)
      OR (coalesce(upn, mail) IS NULL AND coalesce(app_id, claims_app) IS NOT NULL)`,
  },
  names: {
    object: {
      kind: sql`CASE WHEN is_app THEN 'service-account' ELSE 'user' END`,
      key: key("entra", sql`object`),
      label: sql`coalesce(object_id, object_id_short, claims_object, evidence_id)`,
      rank: 3,
    },
    name: { kind: "user", key: accountKey("entra-name", sql`name`), label: sql`name`, rank: 1 },
    caller: {
      kind: "user",
      key: where(sql`name IS NULL AND object IS NULL`, accountKey("azure-caller", sql`coalesce(caller, shown)`)),
      label: sql`coalesce(caller, shown)`,
    },
    app: { kind: "app", key: key("entra-app", sql`lower(app)`), label: sql`app` },
    token: { kind: "token", key: key("entra-token", sql`token`), label: sql`token` },
    session: { kind: "session", key: key("entra-session", sql`lower(session)`), label: sql`session` },
    granted: {
      kind: "user",
      key: where(
        sql`coalesce(outcome, '') NOT IN ('failure', 'denied')`,
        key("entra", sql`lower(replace(granted_id, '-', ''))`),
      ),
      label: sql`granted_id`,
      rank: 3,
    },
  },
  actor: ["token", "session", "object", "name", "app", "caller"],
  claims: [
    { rule: "A1", kind: "same", confidence: "P", from: "name", to: "object", when: sql`NOT is_app` },
    { rule: "A2", kind: "session", confidence: "P", from: "object", to: "session" },
    { rule: "A2", kind: "session", confidence: "P", from: "name", to: "session", when: sql`object IS NULL` },
    { rule: "A3", kind: "credential", confidence: "P", from: "session", to: "token" },
    { rule: "A3", kind: "credential", confidence: "P", from: "object", to: "token" },
    { rule: "A3", kind: "credential", confidence: "P", from: "name", to: "token", when: sql`object IS NULL` },
    { rule: "A4", kind: "via", confidence: "P", from: "object", to: "app", when: sql`NOT is_app` },
    { rule: "A5", kind: "member", confidence: "P", from: "app", to: "object", when: sql`is_app` },
    { rule: "granted", kind: "granted", confidence: "P", from: "actor", to: "granted" },
  ],
};

const DELEGATES = sql`(action LIKE 'Add app role assignment%' OR action LIKE 'Consent to application%'
  OR action LIKE 'Add delegated permission grant%' OR action LIKE 'Add member to role%' OR action LIKE 'Add member to group%'
  OR action LIKE 'Add owner to%' OR action LIKE 'Reset%password%' OR action LIKE 'Add eligible member to role%'
  OR action LIKE 'Update application%Certificates and secrets%' OR action LIKE 'Add service principal credentials%')`;
const MAKES = sql`(action LIKE 'Add user%' OR action LIKE 'Add application%' OR action LIKE 'Add service principal%'
  OR action LIKE 'Invite external user%')`;

/** Entra ID: who signed in or changed the directory, by which application, session, token and device. */
export const entra: IdentityRules = {
  sources: ["entra"],
  fields: {
    user_id1: at("properties.initiatedBy.user.id"),
    user_upn1: at("properties.initiatedBy.user.userPrincipalName"),
    app_id1: at("properties.initiatedBy.app.appId"),
    service_id1: at("properties.initiatedBy.app.servicePrincipalId"),
    app_name1: at("properties.initiatedBy.app.displayName"),
    user_id2: at("properties.userId"),
    user_upn2: at("properties.userPrincipalName"),
    app_id2: at("properties.appId"),
    app_name2: at("properties.appDisplayName"),
    service_id2: at("properties.servicePrincipalId"),
    service_name2: at("properties.servicePrincipalName"),
    service_key2: at("properties.servicePrincipalCredentialKeyId"),
    token2: at("properties.uniqueTokenIdentifier"),
    session2: at("properties.sessionId"),
    device2: at("properties.deviceDetail.deviceId"),
    user_id3: at("initiatedBy.user.id"),
    user_upn3: at("initiatedBy.user.userPrincipalName"),
    app_id3: at("initiatedBy.app.appId"),
    service_id3: at("initiatedBy.app.servicePrincipalId"),
    user_id4: at("userId"),
    user_upn4: at("userPrincipalName"),
    app_id4: at("appId"),
    service_id4: at("servicePrincipalId"),
    token4: at("uniqueTokenIdentifier"),
    session4: at("sessionId"),
    device4: at("deviceDetail.deviceId"),
  },
  telling: {
    when: sql`(${DELEGATES} OR ${MAKES})`,
    fields: {
      target_id: at("properties.targetResources[0].id"),
      target_type: at("properties.targetResources[0].type"),
      target_name: at("properties.targetResources[0].displayName"),
      target_upn: at("properties.targetResources[0].userPrincipalName"),
      plain_target_id: at("targetResources[0].id"),
      plain_target_type: at("targetResources[0].type"),
      plain_target_name: at("targetResources[0].displayName"),
    },
  },
  derived: {
    user_id: sql`lower(replace(coalesce(user_id1, user_id2, user_id3, user_id4), '-', ''))`,
    upn: sql`coalesce(user_upn1, user_upn2, user_upn3, user_upn4)`,
    app_id: sql`coalesce(app_id1, app_id2, app_id3, app_id4)`,
    service_id: sql`lower(replace(CASE WHEN user_id IS NULL THEN coalesce(service_id1, service_id2, service_id3, service_id4) END, '-', ''))`,
    token: sql`coalesce(token2, token4)`,
    session: sql`coalesce(session2, session4)`,
    device: sql`coalesce(device2, device4)`,
    done: sql`coalesce(outcome, '') NOT IN ('failure', 'denied')`,
    target: sql`lower(replace(coalesce(target_id, plain_target_id), '-', ''))`,
    type_of_target: sql`coalesce(target_type, plain_target_type)`,
    name_of_target: sql`coalesce(target_upn, target_name, plain_target_name, target_id)`,
  },
  names: {
    user: { kind: "user", key: key("entra", sql`user_id`), label: sql`user_id`, rank: 3 },
    upn: { kind: "user", key: accountKey("entra-name", sql`upn`), label: sql`upn`, rank: 1 },
    service: {
      kind: "service-account",
      key: key("entra", sql`service_id`),
      label: sql`coalesce(service_name2, app_name1, service_id)`,
      rank: 3,
    },
    app: { kind: "app", key: key("entra-app", sql`lower(app_id)`), label: sql`coalesce(app_name2, app_name1, app_id)` },
    service_key: { kind: "access-key", key: key("entra-credential", sql`service_key2`), label: sql`service_key2` },
    token: { kind: "token", key: key("entra-token", sql`token`), label: sql`token` },
    session: { kind: "session", key: key("entra-session", sql`lower(session)`), label: sql`session` },
    device: { kind: "device", key: key("entra-device", sql`lower(device)`), label: sql`device` },
    made: {
      kind: sql`CASE type_of_target WHEN 'User' THEN 'user' WHEN 'ServicePrincipal' THEN 'service-account' ELSE 'app' END`,
      key: where(sql`done AND ${MAKES} AND NOT ${DELEGATES}`, key("entra", sql`target`)),
      label: sql`name_of_target`,
      rank: 3,
    },
    granted: {
      kind: sql`CASE type_of_target WHEN 'User' THEN 'user' WHEN 'Group' THEN 'group' WHEN 'ServicePrincipal' THEN 'service-account' ELSE 'app' END`,
      key: where(sql`done AND ${DELEGATES}`, key("entra", sql`target`)),
      label: sql`name_of_target`,
      rank: 3,
    },
  },
  actor: ["token", "session", "service_key", "user", "upn", "service", "app"],
  claims: [
    { rule: "A1", kind: "same", confidence: "P", from: "upn", to: "user" },
    { rule: "A2", kind: "session", confidence: "P", from: "user", to: "session" },
    { rule: "A2", kind: "session", confidence: "P", from: "upn", to: "session", when: sql`user_id IS NULL` },
    { rule: "A3", kind: "credential", confidence: "P", from: "session", to: "token" },
    { rule: "A3", kind: "credential", confidence: "P", from: "user", to: "token" },
    { rule: "A3", kind: "credential", confidence: "P", from: "upn", to: "token", when: sql`user_id IS NULL` },
    { rule: "A3", kind: "credential", confidence: "P", from: "service", to: "token" },
    { rule: "A3", kind: "credential", confidence: "P", from: "service", to: "service_key" },
    { rule: "A4", kind: "via", confidence: "P", from: "user", to: "app" },
    { rule: "A5", kind: "member", confidence: "P", from: "app", to: "service" },
    { rule: "A6", kind: "from-device", confidence: "P", from: "actor", to: "device" },
    { rule: "created", kind: "created", confidence: "P", from: "actor", to: "made" },
    { rule: "granted", kind: "granted", confidence: "P", from: "actor", to: "granted" },
  ],
};
