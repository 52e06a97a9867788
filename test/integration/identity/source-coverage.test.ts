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

/** Records of each source that together give occasion to each of its rules. */
const RECORDS: Readonly<Record<string, readonly object[]>> = {
  kubernetes: [
    {
      ...AUDIT,
      auditID: "1",
      verb: "get",
      user: {
        username: "ada",
        uid: "u-1",
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
  ocsf: [
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
};

let bench: CaseBench;
let fired: ReadonlySet<string>;
beforeAll(async () => {
  bench = await caseBench();
  for (const [source, records] of Object.entries(RECORDS)) {
    const folder = join(bench.folder, source);
    await mkdir(folder);
    const path = join(folder, `${source}.jsonl`);
    await writeFile(path, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    const imported = await importEvidence(bench.session, path);
    expect(imported.source.name, source).toBe(source);
  }
  const { caseFile } = bench.session;
  await resolveIdentities(caseFile);
  const rows = await caseFile.query(sql`SELECT DISTINCT rule FROM identity_link`);
  fired = new Set(rows.map((row) => textOf(row, "rule")));
});
afterAll(() => bench.remove());

test.each(Object.keys(RECORDS))("every rule of %s finds its link in records of that form", (source) => {
  const { claims, meetings = [] } = rulesOf(source);
  const rules = new Set([...claims, ...meetings].map(({ rule }) => rule));
  // Credentials that a log names only as a method are no credentials (E2 of teleport).
  expect([...rules].filter((rule) => !fired.has(rule) && !(source === "teleport" && rule === "E2"))).toEqual([]);
});

test("every shipped source has rules of its own that are tried here, or those over the columns of events", () => {
  const columns = rulesOf("slack").claims.map(({ rule }) => rule);
  const untried = SOURCES.map(({ name }) => name).filter(
    (name) => !(name in RECORDS) && !rulesOf(name).claims.every(({ rule }) => columns.includes(rule)),
  );
  expect(untried).toEqual(["cloudtrail", "hoop-audit", "hoop-inspect"]);
});

test("accounts of different systems with one address are a hint that merges nothing", async () => {
  const [row] = await bench.session.caseFile.query(
    sql`SELECT count(*) FILTER (confidence = 'W' AND state = 'open') AS open, count(*) AS links FROM identity_link WHERE rule = 'mail'`,
  );
  expect(Number(row?.["links"])).toBeGreaterThan(0);
  expect(row?.["open"]).toEqual(row?.["links"]);
});
