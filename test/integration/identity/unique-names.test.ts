import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { readCard } from "../../../core/identity/card.ts";
import { readPrincipals } from "../../../core/identity/principal-table.ts";
import { resolveIdentities } from "../../../core/identity/resolve.ts";
import { ACCOUNT_KINDS, SESSION_KINDS } from "../../../core/model/identity.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";
import { linksOf } from "./question.ts";

const TIME = "2026-03-01T10:00:00Z";
const KINDS = [...ACCOUNT_KINDS, ...SESSION_KINDS];

let bench: CaseBench | undefined;
afterEach(() => bench?.remove());

/** A case in which each log is an exhibit of its own. */
async function caseOfLogs(...logs: readonly (readonly object[])[]): Promise<CaseBench> {
  const made = await caseBench();
  bench = made;
  for (const [index, records] of logs.entries()) {
    const path = join(made.folder, `log-${index}.jsonl`);
    await writeFile(path, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    await importEvidence(made.session, path);
  }
  await resolveIdentities(made.session.caseFile);
  return made;
}

/** "label events: other names" of every account and session. */
async function principalsOf({ session }: CaseBench): Promise<readonly string[]> {
  const { principals } = await readPrincipals(session.caseFile, { text: "", kinds: KINDS }, 100);
  return principals
    .map(({ label, events, aliases }) => `${label} ${events}${aliases.length > 0 ? `: ${aliases.join(", ")}` : ""}`)
    .toSorted();
}

const audit = (id: string, user: object, more: object = {}) => ({
  kind: "Event",
  apiVersion: "audit.k8s.io/v1",
  auditID: id,
  stage: "ResponseComplete",
  verb: "get",
  user,
  objectRef: { resource: "secrets", name: "s" },
  responseStatus: { code: 200 },
  requestReceivedTimestamp: TIME,
  ...more,
});
const ROBOT = "system:serviceaccount:default:robot";

test("service accounts that are called alike in two clusters are two", async () => {
  const made = await caseOfLogs([audit("1", { username: ROBOT })], [audit("2", { username: ROBOT })]);
  expect(await principalsOf(made)).toEqual([`${ROBOT} 1`, `${ROBOT} 1`]);
});

test("two clusters in one file are told apart by the unique ids of their service accounts", async () => {
  const [one, two] = ["5e4461f9-f529-4e66-9343-0b0cc9452284", "0c1f6e34-8f2a-4a55-9d43-3d9a4a4f6c11"];
  const made = await caseOfLogs([
    audit("1", { username: ROBOT, uid: one }),
    audit("2", { username: ROBOT, uid: two }),
    audit("3", { username: ROBOT, uid: two }),
  ]);
  expect((await readCard(made.session.caseFile, one)).events).toBe(1);
  expect((await readCard(made.session.caseFile, two)).events).toBe(2);
  expect((await linksOf(made)).filter((link) => link.startsWith("K1 same W"))).toHaveLength(2);
});

test("one service account in two exhibits of its cluster is one, by its unique id", async () => {
  const user = { username: ROBOT, uid: "5e4461f9-f529-4e66-9343-0b0cc9452284" };
  const made = await caseOfLogs([audit("1", user)], [audit("2", user)]);
  expect(await principalsOf(made)).toEqual([`${ROBOT} 2: ${user.uid}`]);
});

test("users whom a cloud's authenticator gives the uid of their common role are not one", async () => {
  const uid = "aws-iam-authenticator:111122223333:AROAADMIN";
  const made = await caseOfLogs([
    audit("1", { username: "admin:ada", uid }),
    audit("2", { username: "admin:bob", uid }),
  ]);
  expect(await principalsOf(made)).toEqual(["admin:ada 1", "admin:bob 1"]);
});

const act = (id: number, user: object, more: object = {}) => ({
  class_uid: 6003,
  category_uid: 6,
  activity_id: 2,
  status_id: 1,
  time: 1_772_359_200_000 + id,
  metadata: { uid: String(id) },
  actor: { user, ...more },
  api: { operation: "customers.list" },
});

test("accounts that are called alike in two logs are two, with a hint that they may be one", async () => {
  const ada = { uid: "1", name: "ada" };
  const made = await caseOfLogs([act(1, ada)], [act(2, ada)]);
  expect(await principalsOf(made)).toEqual(["ada 1: 1", "ada 1: 1"]);
  await expect(readCard(made.session.caseFile, "ada")).rejects.toThrow("2 are called that");
  expect(await linksOf(made)).toEqual(["name same W: 1 > 1", "name same W: ada > ada"]);
});

test("what a log writes for nothing, or was struck out, is no session, no credential and no account", async () => {
  const words = [
    "-",
    "0",
    "null",
    "unknown",
    "N/A",
    "REDACTED",
    "****",
    "00000000-0000-0000-0000-000000000000",
    "XXXX",
  ];
  const records = words.flatMap((nothing, index) =>
    [`ada${index}`, `bob${index}`, nothing].map((name, person) =>
      act(3 * index + person, { uid: nothing, credential_uid: nothing, name }, { session: { uid: nothing } }),
    ),
  );
  const made = await caseOfLogs(records);
  expect(await principalsOf(made)).toEqual(words.flatMap((_, index) => [`ada${index} 1`, `bob${index} 1`]).toSorted());
});

test("a session that several accounts are recorded in belongs to none: each has its own acts", async () => {
  const shared = { session: { uid: "shared" } };
  const made = await caseOfLogs([
    act(1, { uid: "u-1", name: "ada" }, shared),
    act(2, { uid: "u-2", name: "bob" }, shared),
    act(3, { uid: "u-2", name: "bob" }, shared),
    act(4, { uid: "u-1", name: "ada" }, { session: { uid: "own" } }),
  ]);
  expect(await principalsOf(made)).toEqual(["ada 2: u-1", "bob 2: u-2", "own 1", "shared 3"]);
  expect(await linksOf(made)).toEqual([
    "N3 session P: u-1 > own",
    "N3 session W: u-1 > shared",
    "N3 session W: u-2 > shared",
  ]);
});

test("a key belongs to the account that it was made for, whoever else is recorded with it", async () => {
  const made = await caseOfLogs([
    {
      ...act(1, { uid: "u-1", name: "ada" }),
      activity_id: 1,
      api: { operation: "keys.create" },
      resources: [{ type: "key", uid: "key-1" }],
      unmapped: { key_owner: "robot" },
    },
    act(2, { uid: "u-2", name: "robot", credential_uid: "key-1" }),
    act(3, { uid: "u-3", name: "bob", credential_uid: "key-1" }),
  ]);
  expect(await principalsOf(made)).toEqual(["ada 1: u-1", "bob 1: u-3", "robot 2: u-2"]);
  const links = await linksOf(made);
  expect(links.filter((link) => link.startsWith("N2 "))).toEqual([
    "N2 credential P: u-2 > key-1",
    "N2 credential W: u-3 > key-1",
  ]);
});

test("an identifier that two names bear at the same time unites neither; a new name after the old one is the same", async () => {
  const made = await caseOfLogs([
    act(1, { uid: "u-1", name: "ada" }),
    act(2, { uid: "u-1", name: "bob" }),
    act(3, { uid: "u-1", name: "ada" }),
    act(4, { uid: "u-2", name: "cy" }),
    act(5, { uid: "u-2", name: "cyril" }),
  ]);
  expect(await principalsOf(made)).toEqual(["ada 0", "bob 0", "cy 2: cyril, u-2", "u-1 3"]);
});

const signIn = {
  time: TIME,
  resourceId: "/tenants/t/providers/Microsoft.aadiam",
  category: "SignInLogs",
  operationName: "Sign-in activity",
};
const ADA_ID = "0a0a0a0a-1111-4222-8333-444455556666";
const SESSION = "5e4461f9-f529-4e66-9343-0b0cc9452284";

test("an account, its session and its token are one in Entra, Azure and Microsoft 365", async () => {
  const made = await caseOfLogs(
    [
      {
        ...signIn,
        properties: {
          userId: ADA_ID,
          userPrincipalName: "ada@example.com",
          sessionId: SESSION,
          uniqueTokenIdentifier: "t-1",
          status: { errorCode: 0 },
        },
      },
    ],
    [
      {
        time: TIME,
        resourceId: "/SUBSCRIPTIONS/S/RESOURCEGROUPS/G",
        operationName: "Microsoft.Compute/virtualMachines/delete",
        category: "Administrative",
        resultType: "Success",
        callerIpAddress: "192.0.2.1",
        identity: { claims: { oid: ADA_ID.toUpperCase(), sid: SESSION.toUpperCase(), idtyp: "user" } },
      },
    ],
    [
      {
        CreationTime: "2026-03-01T10:00:00",
        Id: "1",
        Operation: "FileAccessed",
        OrganizationId: "o",
        RecordType: 6,
        Workload: "SharePoint",
        UserId: "Ada@Example.com",
        UserKey: "i:0h.f|membership|1003200012345678@live.com",
        AppAccessContext: { AADSessionId: SESSION, UniqueTokenId: "t-1" },
      },
    ],
  );
  const { principals } = await readPrincipals(made.session.caseFile, { text: "", kinds: ["user"] }, 10);
  expect(principals.map(({ events }) => events)).toEqual([3]);
  expect((await readCard(made.session.caseFile, principals[0]?.id ?? "")).sessionsTotal).toBe(1);
});

const trail = (id: string, userIdentity: object, more: object = {}) => ({
  eventVersion: "1.09",
  eventTime: TIME,
  eventSource: "iam.amazonaws.com",
  eventName: "ListRoles",
  awsRegion: "eu-north-1",
  eventID: id,
  userIdentity,
  ...more,
});

test("users and roles that are called alike in two accounts of AWS are two, and so are those whose ids were struck out", async () => {
  const user = (accountId: string) => ({
    type: "IAMUser",
    principalId: "REDACTED",
    arn: `arn:aws:iam::${accountId}:user/deploy`,
    accountId,
    accessKeyId: "REDACTED",
    userName: "deploy",
  });
  const session = (accountId: string) => ({
    type: "AssumedRole",
    principalId: "REDACTED:run",
    arn: `arn:aws:sts::${accountId}:assumed-role/deployer/run`,
    accountId,
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: "REDACTED",
        arn: `arn:aws:iam::${accountId}:role/deployer`,
        userName: "deployer",
      },
      attributes: { creationDate: TIME },
    },
  });
  const accounts = ["111122223333", "444455556666"];
  const made = await caseOfLogs([
    ...accounts.map((account, index) => trail(`u${index}`, user(account))),
    ...accounts.map((account, index) => trail(`s${index}`, session(account))),
  ]);
  expect(await principalsOf(made)).toEqual([
    ...accounts.map((account) => `deploy 1: arn:aws:iam::${account}:user/deploy`),
    "deployer 1",
    "deployer 1",
    "deployer/run 1",
    "deployer/run 1",
  ]);
});

test("each record of a file with records of several sources is read by the rules of its own", async () => {
  const made = await caseOfLogs([
    { action: "git.push", actor: "octo", actor_id: 71, org: "example", created_at: 1772359200000 },
    { action: "git.push", actor: "octo", actor_id: 71, org: "example", created_at: 1772359200001 },
    audit("1", { username: "kim" }),
    audit("2", { username: "kim" }),
  ]);
  expect(await principalsOf(made)).toEqual(["kim 2", "octo 2: 71"]);
});
