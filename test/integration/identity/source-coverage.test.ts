import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { textOf } from "../../../core/casefile/row.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { resolveIdentities } from "../../../core/identity/resolve.ts";
import { rulesOf } from "../../../core/identity/rules/registry.ts";
import { SOURCES } from "../../../core/sources/registry.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

const TIME = "2026-03-01T10:00:00Z";
const AUDIT = {
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  stage: "ResponseComplete",
  requestReceivedTimestamp: TIME,
};
const OKTA = { version: "0", severity: "INFO", displayMessage: "x", published: TIME, outcome: { result: "SUCCESS" } };
const TENANT = { time: TIME, resourceId: "/tenants/t/providers/Microsoft.aadiam" };
const CLOUD_LOG = { logName: "projects/p/logs/cloudaudit.googleapis.com%2Factivity", timestamp: TIME };
const OCSF = { category_uid: 3, activity_id: 1, status_id: 1, time: 1772359200000 };
const ADA = "ada@example.com";
const ROBOT = "robot@p.iam.gserviceaccount.com";

/** Records of each source that together give occasion to each of its rules, in the form that its documentation gives. */
const OCCASIONS: Readonly<Record<string, readonly object[]>> = {
  kubernetes: [
    {
      ...AUDIT,
      auditID: "1",
      verb: "get",
      user: {
        username: "ada",
        uid: "5e4461f9-f529-4e66-9343-0b0cc9452284",
        groups: ["ops"],
        extra: {
          "authentication.kubernetes.io/pod-name": ["pod-1"],
          arn: ["arn:aws:iam::1:role/node"],
          accessKeyId: ["ASIA1"],
        },
      },
      impersonatedUser: { username: "bo" },
      objectRef: { resource: "secrets", name: "s" },
      responseStatus: { code: 200 },
    },
    {
      ...AUDIT,
      auditID: "2",
      verb: "create",
      user: { username: "eve", extra: { "authentication.kubernetes.io/credential-id": ["JTI=1"] } },
      objectRef: { resource: "serviceaccounts", subresource: "token", namespace: "default", name: "robot" },
      responseStatus: { code: 201 },
    },
    {
      ...AUDIT,
      auditID: "3",
      verb: "create",
      user: { username: "eve" },
      objectRef: { resource: "rolebindings", namespace: "default", name: "all" },
      requestObject: { subjects: [{ kind: "User", name: "bo" }] },
      responseStatus: { code: 201 },
    },
    {
      ...AUDIT,
      auditID: "4",
      verb: "create",
      user: { username: "eve" },
      objectRef: { resource: "serviceaccounts", namespace: "default", name: "made" },
      responseStatus: { code: 201 },
    },
  ],
  okta: [
    {
      ...OKTA,
      uuid: "5",
      eventType: "user.lifecycle.create",
      actor: { id: "00u1", type: "User", alternateId: ADA },
      target: [{ id: "00u3", type: "User", alternateId: "cy@example.com" }],
    },
    {
      ...OKTA,
      uuid: "1",
      eventType: "user.session.start",
      actor: { id: "00u1", type: "User", alternateId: ADA },
      authenticationContext: { externalSessionId: "s-1", issuer: { id: "https://issuer.example" } },
      client: { id: "0oa1" },
      device: { id: "d-1", name: "laptop" },
    },
    {
      ...OKTA,
      uuid: "2",
      eventType: "user.session.impersonation.initiate",
      actor: { id: "00u1", type: "User", alternateId: ADA },
      target: [{ id: "00u2", type: "User", alternateId: "bo@example.com" }],
      transaction: { detail: { requestApiTokenId: "t-1" } },
    },
    {
      ...OKTA,
      uuid: "3",
      eventType: "system.api_token.create",
      actor: { id: "00u1", type: "User", alternateId: ADA },
      target: [{ id: "t-1", type: "Token", displayName: "robot" }],
    },
    {
      ...OKTA,
      uuid: "4",
      eventType: "group.user_membership.add",
      actor: { id: "00u1", type: "User", alternateId: ADA },
      target: [{ id: "00u2", type: "User", alternateId: "bo@example.com" }],
    },
  ],
  github: [
    {
      action: "integration_installation.create",
      actor: "octo",
      org: "example",
      token_id: 77,
      hashed_token: "abcdefabcdefabcd",
      integration: "ci",
      created_at: 1772359200000,
    },
    {
      action: "git.push",
      actor: "octo",
      actor_id: 7,
      org: "example",
      deploy_key_fingerprint: "SHA256:k",
      oauth_application_name: "ci",
      created_at: 1772359200000,
    },
    {
      action: "repo.create",
      actor: "octo",
      org: "example",
      hashed_token: "abcdefabcdefabcd",
      external_identity_nameid: ADA,
      created_at: 1772359200000,
    },
    { action: "public_key.create", actor: "octo", org: "example", fingerprint: "SHA256:k", created_at: 1772359200000 },
    { action: "org.add_member", actor: "octo", org: "example", user: "bo", created_at: 1772359200000 },
  ],
  "gcp-audit": [
    {
      ...CLOUD_LOG,
      insertId: "4",
      protoPayload: {
        methodName: "google.iam.credentials.v1.IAMCredentials.SignJwt",
        serviceName: "iamcredentials.googleapis.com",
        status: { code: 7, message: "PERMISSION_DENIED" },
        authenticationInfo: { principalEmail: ADA },
        request: { name: "projects/-/serviceAccounts/other@p.iam.gserviceaccount.com" },
      },
    },
    {
      ...CLOUD_LOG,
      insertId: "5",
      protoPayload: {
        methodName: "google.iam.admin.v1.CreateServiceAccount",
        serviceName: "iam.googleapis.com",
        authenticationInfo: { principalEmail: ADA },
        response: { email: "new@p.iam.gserviceaccount.com" },
      },
    },
    {
      ...CLOUD_LOG,
      insertId: "1",
      protoPayload: {
        methodName: "google.iam.credentials.v1.IAMCredentials.GenerateAccessToken",
        serviceName: "iamcredentials.googleapis.com",
        authenticationInfo: {
          principalEmail: ROBOT,
          serviceAccountKeyName: `//iam.googleapis.com/projects/p/serviceAccounts/${ROBOT}/keys/k1`,
          serviceAccountDelegationInfo: [{ firstPartyPrincipal: { principalEmail: ADA } }],
        },
        request: { name: "projects/-/serviceAccounts/other@p.iam.gserviceaccount.com" },
      },
    },
    {
      ...CLOUD_LOG,
      insertId: "2",
      protoPayload: {
        methodName: "google.iam.admin.v1.CreateServiceAccountKey",
        serviceName: "iam.googleapis.com",
        authenticationInfo: { principalEmail: ADA },
        response: { name: `projects/p/serviceAccounts/${ROBOT}/keys/k1` },
      },
    },
    {
      ...CLOUD_LOG,
      insertId: "3",
      protoPayload: {
        methodName: "SetIamPolicy",
        serviceName: "cloudresourcemanager.googleapis.com",
        authenticationInfo: { principalEmail: ADA },
        serviceData: {
          policyDelta: { bindingDeltas: [{ action: "ADD", role: "roles/owner", member: "user:bo@example.com" }] },
        },
      },
    },
  ],
  "google-workspace": [
    ...["CREATE_USER", "ASSIGN_ROLE"].map((name) => ({
      kind: "admin#reports#activity",
      id: { applicationName: "admin", time: TIME, uniqueQualifier: name },
      actor: { email: ADA, profileId: "1" },
      events: [{ type: "USER_SETTINGS", name, parameters: [{ name: "USER_EMAIL", value: "bo@example.com" }] }],
    })),
    {
      id: { applicationName: "token", time: TIME, uniqueQualifier: "1" },
      actor: { email: ADA, profileId: "1" },
      name: "authorize",
      parameters: { app_name: "Mailer", client_id: "c-1" },
    },
  ],
  "azure-activity": [
    {
      time: TIME,
      resourceId: "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G",
      operationName: "Microsoft.Authorization/roleAssignments/write",
      category: "Administrative",
      resultType: "Success",
      callerIpAddress: "192.0.2.1",
      identity: {
        claims: {
          "http://schemas.microsoft.com/identity/claims/objectidentifier": "0a-1",
          "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": ADA,
          appid: "app-1",
          sid: "s-1",
          uti: "t-1",
        },
      },
      properties: { requestbody: { Properties: { PrincipalId: "0c-3" } } },
    },
    {
      time: TIME,
      resourceId: "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G",
      operationName: "Microsoft.Compute/virtualMachines/write",
      category: "Administrative",
      resultType: "Success",
      callerIpAddress: "192.0.2.1",
      identity: { claims: { oid: "0b-2", appid: "app-2", idtyp: "app", uti: "t-2" } },
    },
  ],
  entra: [
    {
      ...TENANT,
      category: "ServicePrincipalSignInLogs",
      operationName: "Sign-in activity",
      properties: {
        appId: "app-2",
        servicePrincipalId: "0b-2",
        servicePrincipalName: "robot",
        servicePrincipalCredentialKeyId: "k-1",
        uniqueTokenIdentifier: "t-2",
        status: { errorCode: 0 },
      },
    },
    {
      ...TENANT,
      category: "AuditLogs",
      operationName: "Add member to role",
      properties: {
        initiatedBy: { user: { id: "0a-1", userPrincipalName: ADA } },
        targetResources: [{ id: "0c-3", type: "User", userPrincipalName: "bo@example.com" }],
        result: "success",
      },
    },
    {
      ...TENANT,
      category: "AuditLogs",
      operationName: "Add user",
      properties: {
        initiatedBy: { user: { id: "0a-1", userPrincipalName: ADA } },
        targetResources: [{ id: "0d-4", type: "User", userPrincipalName: "cy@example.com" }],
        result: "success",
      },
    },
    {
      ...TENANT,
      category: "SignInLogs",
      operationName: "Sign-in activity",
      properties: {
        userId: "0a-1",
        userPrincipalName: ADA,
        appId: "app-1",
        sessionId: "s-1",
        uniqueTokenIdentifier: "t-1",
        deviceDetail: { deviceId: "d-1" },
        status: { errorCode: 0 },
      },
    },
  ],
  "microsoft-365": [
    {
      CreationTime: "2026-03-01T10:01:00",
      Id: "2",
      Operation: "FileAccessed",
      OrganizationId: "o",
      RecordType: 6,
      Workload: "SharePoint",
      UserId: ADA,
      UserKey: "i:0h.f|membership|1003200012345678@live.com",
      AppAccessContext: { AADSessionId: "s-1", UniqueTokenId: "t-1", ClientAppId: "app-1" },
    },
    {
      CreationTime: "2026-03-01T10:00:00",
      Id: "1",
      Operation: "MailItemsAccessed",
      OrganizationId: "o",
      RecordType: 50,
      Workload: "Exchange",
      UserId: ADA,
      MailboxOwnerUPN: "bo@example.com",
    },
  ],
  "hoop-sessions": [
    {
      id: "s-1",
      org_id: "o",
      user: ADA,
      user_id: "u-1",
      verb: "exec",
      connection: "prod-db",
      role_name: "reader",
      type: "database",
      start_date: TIME,
    },
  ],
  "hoop-audit": [
    {
      id: "1",
      org_id: "o",
      actor_subject: "u-1",
      actor_email: ADA,
      created_at: TIME,
      resource_type: "connections",
      action: "create",
      http_method: "POST",
      http_status: 201,
      outcome: true,
    },
  ],
  "hoop-inspect": [
    {
      kind: "statement",
      timestamp: TIME,
      session_id: "s-1",
      principal: ADA,
      protocol: "postgres",
      connection: "prod-db",
      operation: "SELECT",
      statement: "SELECT 1",
      allowed: true,
    },
  ],
  ocsf: [
    ...[1, 2].map((activity_id) => ({
      ...OCSF,
      class_uid: 3001,
      activity_id,
      metadata: { uid: `3-${activity_id}` },
      actor: { user: { uid: "u-1", name: "ada" } },
      user: { uid: "u-2", name: "bo" },
    })),
    {
      ...OCSF,
      class_uid: 3002,
      metadata: { uid: "1" },
      user: { uid: "u-1", name: "ada" },
      actor: { user: { uid: "u-1", name: "ada", credential_uid: "key-1" }, session: { uid: "s-1", issuer: "idp" } },
      session: { uid: "s-1" },
      device: { uid: "d-1" },
    },
    {
      ...OCSF,
      class_uid: 6003,
      category_uid: 6,
      metadata: { uid: "2" },
      actor: { user: { uid: "u-1", name: "ada" } },
      api: { operation: "keys.create" },
      resources: [{ type: "key", uid: "key-robot-1" }],
      unmapped: { key_owner: "robot" },
    },
  ],
  teleport: [
    {
      event: "session.start",
      uid: "1",
      code: "T2000I",
      time: TIME,
      user: "ada",
      sid: "s-1",
      identity: { impersonator: "bot" },
    },
  ],
  "cloudtrail-lake": [
    {
      eventData: {
        version: "1.0",
        UID: "1",
        userIdentity: { type: "User", principalId: "ada", accessKeyId: "key-1" },
        eventTime: TIME,
        eventName: "orders.read",
        eventSource: "orders.example",
      },
    },
  ],
  slack: [
    {
      id: "1",
      date_create: 1772359200,
      action: "user_login",
      actor: { type: "user", user: { id: "W1", name: "ada", email: ADA } },
      entity: { type: "workspace" },
      context: { session_id: 11, ip_address: "192.0.2.1" },
    },
  ],
  snowflake: [
    {
      EVENT_ID: "1",
      EVENT_TIMESTAMP: TIME,
      EVENT_TYPE: "LOGIN",
      QUERY_ID: "q",
      QUERY_TEXT: "SELECT 1",
      QUERY_TYPE: "SELECT",
      START_TIME: TIME,
      EXECUTION_STATUS: "SUCCESS",
      USER_NAME: "ADA",
      SESSION_ID: 11,
    },
  ],
  onelogin: [
    {
      event_type_id: 5,
      uuid: "1",
      created_at: TIME,
      account_id: 1,
      actor_user_id: 7,
      actor_user_name: "ada",
      user_id: 7,
      user_name: "ada",
      client_id: "c-1",
      ipaddr: "192.0.2.1",
    },
  ],
  timesketch: [
    {
      message: "a",
      timestamp: 1772359200000000,
      datetime: TIME,
      timestamp_desc: "Logged",
      user: "ada",
      session_id: "s-1",
    },
  ],
  jsonl: [{ timestamp: TIME, user: "ada", action: "read", session_id: "s-1" }],
};

/** Records that nearly give occasion, and do not: nothing, a word for nothing, oneself, a refusal, what names many. */
const NEAR_MISSES: Readonly<Record<string, readonly object[]>> = {
  kubernetes: [
    {
      ...AUDIT,
      auditID: "1",
      verb: "get",
      user: {
        username: "kim",
        uid: "aws-iam-authenticator:1:AROA1",
        groups: [],
        extra: { arn: ["-"], accessKeyId: [""], "authentication.kubernetes.io/credential-id": "JTI=1" },
      },
      impersonatedUser: { username: "kim" },
      objectRef: { resource: "secrets", name: "s" },
      responseStatus: { code: 200 },
    },
    ...[
      { resource: "serviceaccounts", subresource: "token", namespace: "default", name: "robot" },
      { resource: "serviceaccounts", namespace: "default", name: "made" },
    ].map((objectRef, index) => ({
      ...AUDIT,
      auditID: `refused-${index}`,
      verb: "create",
      user: { username: "kim" },
      objectRef,
      responseStatus: { code: 403 },
    })),
    {
      ...AUDIT,
      auditID: "3",
      verb: "create",
      user: { username: "kim" },
      objectRef: { resource: "rolebindings", namespace: "default", name: "all" },
      requestObject: { subjects: [{ kind: "Group", name: "ops" }] },
      responseStatus: { code: 201 },
    },
  ],
  okta: [
    {
      ...OKTA,
      uuid: "1",
      eventType: "user.session.start",
      actor: { id: "00u9", type: "User", alternateId: "unknown" },
      authenticationContext: { externalSessionId: "unknown", issuer: { id: "-" } },
      client: { id: "00u9" },
      device: { id: "d-9" },
    },
    ...["user.session.impersonation.initiate", "system.api_token.create", "group.user_membership.add"].map(
      (eventType) => ({
        ...OKTA,
        uuid: eventType,
        eventType,
        outcome: { result: "FAILURE" },
        actor: { id: "00u9", type: "User" },
        target: [{ id: "00u8", type: eventType.includes("token") ? "Token" : "User", displayName: "x" }],
        transaction: { detail: { requestApiTokenId: "XXXXXXXX" } },
      }),
    ),
  ],
  github: [
    { action: "git.push", actor: "octa", actor_id: 0, org: "example", hashed_token: "-", created_at: 1772359200000 },
    { action: "public_key.create", actor: "octa", org: "example", created_at: 1772359200000 },
    { action: "org.add_member", actor: "octa", org: "example", user: "octa", created_at: 1772359200000 },
  ],
  "gcp-audit": [
    {
      ...CLOUD_LOG,
      insertId: "1",
      protoPayload: {
        methodName: "google.iam.credentials.v1.IAMCredentials.GenerateAccessToken",
        serviceName: "iamcredentials.googleapis.com",
        authenticationInfo: {
          principalEmail: "kim@example.com",
          serviceAccountKeyName: "//iam.googleapis.com/projects/p",
          serviceAccountDelegationInfo: [],
        },
        request: { name: "projects/-/serviceAccounts/" },
      },
    },
    {
      ...CLOUD_LOG,
      insertId: "2",
      protoPayload: {
        methodName: "google.iam.admin.v1.CreateServiceAccountKey",
        serviceName: "iam.googleapis.com",
        status: { code: 7 },
        authenticationInfo: { principalEmail: "kim@example.com" },
        response: { name: `projects/p/serviceAccounts/${ROBOT}` },
      },
    },
    {
      ...CLOUD_LOG,
      insertId: "3",
      protoPayload: {
        methodName: "SetIamPolicy",
        serviceName: "cloudresourcemanager.googleapis.com",
        authenticationInfo: { principalEmail: "kim@example.com" },
        serviceData: { policyDelta: { bindingDeltas: [{ action: "REMOVE", member: "user:bo@example.com" }] } },
      },
    },
  ],
  "google-workspace": [
    {
      kind: "admin#reports#activity",
      id: { applicationName: "admin", time: TIME, uniqueQualifier: "1" },
      actor: { email: "kim@example.com" },
      events: [{ name: "ASSIGN_ROLE", parameters: [{ name: "ROLE_NAME", value: "bo@example.com" }] }],
    },
    {
      id: { applicationName: "token", time: TIME, uniqueQualifier: "2" },
      actor: { email: "kim@example.com" },
      name: "revoke",
      parameters: { app_name: "Mailer", client_id: "c-1" },
    },
  ],
  "azure-activity": [
    {
      time: TIME,
      resourceId: "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G",
      operationName: "Microsoft.Authorization/roleAssignments/write",
      category: "Administrative",
      resultType: "Failure",
      callerIpAddress: "192.0.2.1",
      identity: { claims: { appid: "app-9", uti: "00000000-0000-0000-0000-000000000000" } },
      properties: { requestbody: { Properties: { PrincipalId: "0c-3" } } },
    },
  ],
  entra: [
    {
      ...TENANT,
      category: "SignInLogs",
      operationName: "Sign-in activity",
      properties: {
        userId: "00000000-0000-0000-0000-000000000000",
        userPrincipalName: "kim@example.com",
        appId: "app-1",
        sessionId: "",
        deviceDetail: { deviceId: "" },
        status: { errorCode: 0 },
      },
    },
    {
      ...TENANT,
      category: "AuditLogs",
      operationName: "Add member to role",
      properties: {
        initiatedBy: { user: { userPrincipalName: "kim@example.com" } },
        targetResources: [{ id: "0c-3", type: "User" }],
        result: "failure",
      },
    },
  ],
  "microsoft-365": [
    {
      CreationTime: "2026-03-01T10:00:00",
      Id: "1",
      Operation: "MailItemsAccessed",
      OrganizationId: "o",
      RecordType: 50,
      Workload: "Exchange",
      UserId: "kim@example.com",
      UserKey: "Not Available",
      MailboxOwnerUPN: "Kim@Example.com",
      SessionId: "00000000-0000-0000-0000-000000000000",
    },
  ],
  "hoop-sessions": [
    {
      id: "s-9",
      org_id: "o",
      user: "-",
      user_id: "",
      verb: "exec",
      connection: "-",
      role_name: "null",
      type: "database",
      start_date: TIME,
    },
  ],
  "hoop-audit": [
    {
      id: "1",
      org_id: "o",
      actor_subject: "",
      actor_email: "kim@example.com",
      created_at: TIME,
      resource_type: "connections",
      action: "create",
      http_method: "POST",
      outcome: true,
    },
  ],
  "hoop-inspect": [
    {
      kind: "statement",
      timestamp: TIME,
      session_id: "s-9",
      principal: "unknown",
      protocol: "postgres",
      connection: "-",
      operation: "SELECT",
      allowed: true,
    },
  ],
  ocsf: [
    {
      ...OCSF,
      class_uid: 3002,
      status_id: 2,
      metadata: { uid: "1" },
      actor: { user: { name: "kim", credential_uid: "-" }, session: { uid: "0" } },
      session: { uid: "s-9" },
    },
    {
      ...OCSF,
      class_uid: 6003,
      category_uid: 6,
      metadata: { uid: "2" },
      actor: { user: { name: "kim" } },
      api: { operation: "keyboards.create" },
      resources: [{ type: "monkey", uid: "m-1" }],
    },
    {
      ...OCSF,
      class_uid: 3001,
      status_id: 2,
      metadata: { uid: "3" },
      actor: { user: { name: "kim" } },
      user: { uid: "u-2" },
    },
  ],
  teleport: [
    {
      event: "session.start",
      uid: "1",
      code: "T2000I",
      time: TIME,
      user: "kim",
      sid: "",
      identity: { impersonator: "kim" },
    },
    { event: "user.login", uid: "2", code: "T1000I", time: TIME, user: "kim", cert_type: "user" },
  ],
  "cloudtrail-lake": [
    {
      eventData: {
        version: "1.0",
        UID: "1",
        userIdentity: { type: "User", principalId: "kim" },
        eventTime: TIME,
        eventName: "orders.read",
        eventSource: "orders.example",
      },
    },
  ],
  slack: [
    {
      id: "1",
      date_create: 1772359200,
      action: "user_login",
      actor: { type: "user", user: { id: "W9", name: "kim" } },
      entity: { type: "workspace" },
      context: { session_id: 0, ip_address: "192.0.2.1" },
    },
  ],
  snowflake: [
    {
      QUERY_ID: "q",
      QUERY_TEXT: "SELECT 1",
      QUERY_TYPE: "SELECT",
      START_TIME: TIME,
      EXECUTION_STATUS: "SUCCESS",
      USER_NAME: "KIM",
      FIRST_AUTHENTICATION_FACTOR: "PASSWORD",
    },
  ],
  onelogin: [
    {
      event_type_id: 5,
      uuid: "1",
      created_at: TIME,
      account_id: 1,
      actor_user_id: 9,
      actor_user_name: "kim",
      user_id: 9,
      client_id: "",
      ipaddr: "192.0.2.1",
    },
  ],
  timesketch: [
    {
      message: "a",
      timestamp: 1772359200000000,
      datetime: TIME,
      timestamp_desc: "Logged",
      user: "kim",
      session_id: "-",
    },
  ],
  jsonl: [{ timestamp: TIME, user: "kim", action: "read", session_id: "none" }],
};

let bench: CaseBench;
/** Rule and kind of the links that records of an exhibit state, by exhibit. */
let stated: ReadonlyMap<string, readonly string[]>;
const exhibits = new Map<string, string>();

beforeAll(async () => {
  bench = await caseBench();
  for (const [name, logs] of Object.entries({ occasions: OCCASIONS, misses: NEAR_MISSES })) {
    await mkdir(join(bench.folder, name));
    for (const [source, records] of Object.entries(logs)) {
      const path = join(bench.folder, name, `${source}.jsonl`);
      await writeFile(path, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
      const imported = await importEvidence(bench.session, path);
      expect(imported.source.name, `${name} of ${source}`).toBe(source);
      exhibits.set(`${name}/${source}`, imported.exhibit);
    }
  }
  await resolveIdentities(bench.session.caseFile);
  stated = await statedIn(bench);
});
afterAll(() => bench.remove());

test("every source whose records tell of more than a name has records here; csv is read like jsonl", () => {
  const telling = SOURCES.map(({ name }) => name).filter((name) => rulesOf(name).claims.length > 0);
  expect([...Object.keys(OCCASIONS), "cloudtrail", "csv"].toSorted()).toEqual(telling.toSorted());
  expect(Object.keys(NEAR_MISSES)).toEqual(expect.arrayContaining(Object.keys(OCCASIONS)));
});

test.each(Object.keys(OCCASIONS))("every rule of %s states its link in records of that source", (source) => {
  expect(stated.get(exhibits.get(`occasions/${source}`) ?? "")).toEqual(rulesIn(source));
});

test.each(Object.keys(NEAR_MISSES))("no rule of %s states a link where a record only looks like it", (source) => {
  expect(stated.get(exhibits.get(`misses/${source}`) ?? "") ?? []).toEqual([]);
});

test("accounts of different systems with one address are a hint that merges nothing", async () => {
  const [row] = await bench.session.caseFile.query(
    sql`SELECT count(*) FILTER (confidence = 'W' AND state = 'open') AS open, count(*) AS links FROM identity_link WHERE rule = 'mail'`,
  );
  expect(Number(row?.["links"])).toBeGreaterThan(0);
  expect(row?.["open"]).toEqual(row?.["links"]);
});

function rulesIn(source: string): readonly string[] {
  return [...new Set(rulesOf(source).claims.map(({ rule, kind }) => `${rule} ${kind}`))].toSorted();
}

async function statedIn({ session }: CaseBench): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await session.caseFile.query(
    sql`SELECT 'X-' || s.exhibit AS exhibit, c.rule || ' ' || c.kind AS link FROM identity_claim c
        JOIN identity_shape s ON s.shape = c.shape GROUP BY ALL ORDER BY link`,
  );
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const links = found.get(textOf(row, "exhibit"));
    if (links) links.push(textOf(row, "link"));
    else found.set(textOf(row, "exhibit"), [textOf(row, "link")]);
  }
  return found;
}
