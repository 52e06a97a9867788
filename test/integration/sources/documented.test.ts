import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

let bench: CaseBench;
beforeAll(async () => {
  bench = await caseBench();
});
afterAll(() => bench.remove());

/** Records as their vendors document them, and what the event says. */
const RECORDS: readonly (readonly [what: string, source: string, record: object, columns: object])[] = [
  [
    "the user of an account change is whom it is done to",
    "ocsf",
    { class_uid: 3001, category_uid: 3, activity_id: 1, time: 1, metadata: {}, user: { name: "bob", type: "User" } },
    { principal: null, principal_kind: null, resource: "bob" },
  ],
  [
    "the user of a sign-in is who signs in",
    "ocsf",
    { class_uid: 3002, category_uid: 3, activity_id: 1, time: 1, metadata: {}, user: { name: "bob", type: "User" } },
    { principal: "bob", principal_kind: "User" },
  ],
  [
    "a role that was taken from a user is a revocation at that time",
    "snowflake",
    {
      CREATED_ON: "2024-10-10 12:56:35.822 -0700",
      DELETED_ON: "2024-11-10 12:00:00.000 -0700",
      ROLE: "ACCOUNTADMIN",
      GRANTED_TO: "USER",
      GRANTEE_NAME: "BOB",
      GRANTED_BY: "SECURITYADMIN",
    },
    {
      time_recorded: "2024-11-10 12:00:00.000 -0700",
      action: "REVOKE",
      principal: "SECURITYADMIN",
      resource: "ACCOUNTADMIN",
    },
  ],
  [
    "a role that a user has is a grant",
    "snowflake",
    {
      CREATED_ON: "2024-10-10 12:56:35.822 -0700",
      DELETED_ON: null,
      ROLE: "R",
      GRANTED_TO: "USER",
      GRANTEE_NAME: "BOB",
      GRANTED_BY: "S",
    },
    { time: 1_728_590_195_822_000_000n, action: "GRANT", resource: "R", outcome: "success" },
  ],
  [
    "a query that met an incident failed",
    "snowflake",
    { QUERY_TEXT: "SELECT 1", QUERY_TYPE: "SELECT", EXECUTION_STATUS: "failed_with_incident" },
    { outcome: "failure" },
  ],
  [
    "a factor is no credential",
    "snowflake",
    {
      EVENT_TIMESTAMP: "2024-10-08T14:38:46Z",
      IS_SUCCESS: "YES",
      USER_NAME: "A",
      CLIENT_IP: "192.0.2.1",
      FIRST_AUTHENTICATION_FACTOR: "PASSWORD",
    },
    { principal: "A", credential: null },
  ],
  [
    "a push is no credential",
    "duo",
    {
      event_type: "authentication",
      factor: "duo_push",
      result: "success",
      access_device: { ip: "192.0.2.1" },
      user: { name: "a" },
    },
    { principal: "a", credential: null },
  ],
  [
    "a branch update that was rejected is denied",
    "github",
    { action: "protected_branch.rejected_ref_update", actor: "a", org: "o", created_at: 1_700_000_000_000 },
    { outcome: "denied" },
  ],
  [
    "a failed sign-in is a failure",
    "github",
    { action: "user.failed_login", actor: "a", org: "o", created_at: 1_700_000_000_000 },
    { outcome: "failure" },
  ],
  [
    "the number of an error is a failed sign-in",
    "entra",
    {
      time: "2024-01-01T00:00:00Z",
      resourceId: "/tenants/t/providers/Microsoft.aadiam",
      category: "SignInLogs",
      operationName: "Sign-in activity",
      resultType: "50126",
      properties: { userPrincipalName: "a@example.com" },
    },
    { principal: "a@example.com", principal_kind: "user", outcome: "failure" },
  ],
  [
    "what an application began is an application's",
    "entra",
    {
      activityDateTime: "2024-01-01T00:00:00Z",
      activityDisplayName: "Add user",
      category: "UserManagement",
      operationName: "Add user",
      result: "success",
      initiatedBy: { app: { displayName: "Sync", appId: null } },
    },
    { principal: "Sync", principal_kind: "service principal", outcome: "success" },
  ],
  [
    "who is impersonated is of his own kind",
    "kubernetes",
    {
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      verb: "get",
      requestURI: "/api",
      objectRef: { resource: "pods" },
      user: { username: "ann" },
      impersonatedUser: { username: "system:serviceaccount:kube-system:a" },
    },
    { principal: "system:serviceaccount:kube-system:a", principal_kind: "service account" },
  ],
];

test.each(RECORDS)("%s", async (what, source, record, columns) => {
  const { caseFile } = bench.session;
  const folder = join(bench.folder, what.replaceAll(" ", "-"));
  await mkdir(folder);
  await writeFile(join(folder, "log.jsonl"), `${JSON.stringify(record)}\n`);
  await importEvidence(bench.session, join(folder, "log.jsonl"));
  const [row] = await caseFile.query(sql`SELECT * FROM event ORDER BY seq DESC LIMIT 1`);
  expect(row).toMatchObject({ source, ...columns });
});
