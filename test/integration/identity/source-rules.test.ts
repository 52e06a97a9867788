import { expect, test } from "vitest";

import { readPrincipals } from "../../../core/identity/principal-table.ts";
import { rulesOf } from "../../../core/identity/rules/registry.ts";
import { ruleText } from "../../../core/identity/rule-texts.ts";
import { NODE_KINDS } from "../../../core/model/identity.ts";
import { SOURCES } from "../../../core/sources/registry.ts";
import { caseOf, linksOf } from "./question.ts";

/** One small log per source, and the links that its records state. */
const LOGS: readonly {
  readonly source: string;
  readonly records: readonly object[];
  readonly links: readonly string[];
}[] = [
  {
    source: "kubernetes",
    records: [
      {
        kind: "Event",
        apiVersion: "audit.k8s.io/v1",
        auditID: "1",
        stage: "ResponseComplete",
        verb: "create",
        user: { username: "ada", uid: "u-1", groups: ["ops"] },
        impersonatedUser: { username: "system:serviceaccount:default:builder" },
        objectRef: { resource: "serviceaccounts", subresource: "token", namespace: "kube-system", name: "robot" },
        responseStatus: { code: 201 },
        requestReceivedTimestamp: "2026-03-01T10:00:00Z",
      },
    ],
    links: [
      "K2 impersonated P: ada > system:serviceaccount:default:builder",
      "K3 member P: ops > ada",
      "K6 granted P: ada > system:serviceaccount:kube-system:robot",
    ],
  },
  {
    source: "okta",
    records: [
      {
        uuid: "1",
        version: "0",
        severity: "INFO",
        displayMessage: "sign in",
        published: "2026-03-01T10:00:00Z",
        eventType: "user.session.start",
        outcome: { result: "SUCCESS" },
        actor: { id: "00u1", type: "User", alternateId: "ada@example.com" },
        authenticationContext: { externalSessionId: "s-1" },
        device: { id: "d-1", name: "laptop" },
      },
    ],
    links: ["O2 login P: 00u1 > s-1", "O2 session P: 00u1 > s-1", "O4 from-device S: s-1 > laptop"],
  },
  {
    source: "github",
    records: [
      {
        action: "repo.create",
        actor: "octo",
        actor_id: 7,
        org: "example",
        hashed_token: "abcdefabcdefabcd",
        external_identity_nameid: "ada@example.com",
        created_at: 1772359200000,
      },
    ],
    links: ["H2 credential P: octo > token abcdefabcdef", "H5 acts-for P: ada@example.com > octo"],
  },
  {
    source: "gcp-audit",
    records: [
      {
        insertId: "1",
        logName: "projects/p/logs/cloudaudit.googleapis.com%2Factivity",
        timestamp: "2026-03-01T10:00:00Z",
        protoPayload: {
          methodName: "storage.objects.get",
          serviceName: "storage.googleapis.com",
          authenticationInfo: {
            principalEmail: "robot@p.iam.gserviceaccount.com",
            serviceAccountDelegationInfo: [{ firstPartyPrincipal: { principalEmail: "ada@example.com" } }],
          },
        },
      },
    ],
    links: [
      "G2 acts-for P: ada@example.com > robot@p.iam.gserviceaccount.com through ada@example.com",
      "G2 session P: robot@p.iam.gserviceaccount.com > robot@p.iam.gserviceaccount.com through ada@example.com",
    ],
  },
  {
    source: "entra",
    records: [
      {
        time: "2026-03-01T10:00:00Z",
        resourceId: "/tenants/t/providers/Microsoft.aadiam",
        category: "SignInLogs",
        operationName: "Sign-in activity",
        properties: {
          userId: "0a-1",
          userPrincipalName: "ada@example.com",
          appId: "app-1",
          appDisplayName: "Portal",
          sessionId: "s-1",
          uniqueTokenIdentifier: "t-1",
          status: { errorCode: 0 },
        },
      },
    ],
    links: [
      "A2 session P: 0a1 > s-1",
      "A3 credential P: 0a1 > t-1",
      "A3 credential P: s-1 > t-1",
      "A4 via P: 0a1 > Portal",
    ],
  },
  {
    source: "microsoft-365",
    records: [
      {
        CreationTime: "2026-03-01T10:00:00",
        Id: "1",
        Operation: "MailItemsAccessed",
        OrganizationId: "o",
        RecordType: 50,
        Workload: "Exchange",
        UserId: "ada@example.com",
        MailboxOwnerUPN: "bob@example.com",
        AppAccessContext: { AADSessionId: "s-1" },
      },
    ],
    links: ["A2 session P: ada@example.com > s-1", "A7 impersonated P: ada@example.com > bob@example.com"],
  },
  {
    source: "hoop-sessions",
    records: [
      {
        id: "s-1",
        org_id: "o",
        user: "ada@example.com",
        user_id: "u-1",
        verb: "exec",
        connection: "prod-db",
        type: "database",
        start_date: "2026-03-01T10:00:00Z",
      },
    ],
    links: [
      "D2 session P: ada@example.com > prod-db, s-1",
      "D2 session P: u-1 > prod-db, s-1",
      "D3 via P: prod-db, s-1 > prod-db",
    ],
  },
  {
    source: "ocsf",
    records: [
      {
        class_uid: 3002,
        category_uid: 3,
        activity_id: 1,
        status_id: 1,
        time: 1772359200000,
        metadata: { uid: "1" },
        user: { uid: "u-1", name: "ada" },
        session: { uid: "s-1" },
      },
      {
        class_uid: 6003,
        category_uid: 6,
        activity_id: 1,
        status_id: 1,
        time: 1772359260000,
        metadata: { uid: "2" },
        actor: { user: { uid: "u-1", name: "ada" }, session: { uid: "s-1" } },
        api: { operation: "keys.create" },
        resources: [{ type: "key", uid: "key-robot-1" }],
        unmapped: { key_owner: "robot" },
      },
    ],
    links: [
      "N3 session P: u-1 > s-1",
      "N4 login P: u-1 > s-1",
      "N5 created P: s-1 > key-robot-1",
      "N5 credential P: robot > key-robot-1",
    ],
  },
];

test.each(LOGS)("records of $source state their links", async ({ records, links }) => {
  const bench = await caseOf(records);
  try {
    expect(await linksOf(bench)).toEqual(links);
  } finally {
    await bench.remove();
  }
});

test("what stands behind a user of a cluster is of the kind that its ARN says", async () => {
  const behind = { user: "user/ada", role: "role/node", "session-name": "assumed-role/node/i-0abc12" };
  const bench = await caseOf(
    Object.values(behind).map((name, index) => ({
      kind: "Event",
      apiVersion: "audit.k8s.io/v1",
      auditID: String(index),
      stage: "ResponseComplete",
      verb: "get",
      user: { username: `caller-${index}`, extra: { arn: [`arn:aws:iam::1:${name}`] } },
      requestReceivedTimestamp: "2026-03-01T10:00:00Z",
    })),
  );
  try {
    const { principals } = await readPrincipals(bench.session.caseFile, { text: "arn:aws", kinds: NODE_KINDS }, 10);
    const kinds = principals.map(({ kind, label }) => [kind, label.slice("arn:aws:iam::1:".length)]);
    expect(Object.fromEntries(kinds)).toEqual(behind);
  } finally {
    await bench.remove();
  }
});

test("every rule of every shipped source says in words what it takes as proof", () => {
  const rules = SOURCES.map(({ name }) => rulesOf(name)).flatMap(({ claims, meetings = [] }) => [
    ...claims,
    ...meetings,
  ]);
  expect(rules.filter(({ rule, kind, confidence }) => ruleText(rule, kind, confidence) === rule)).toEqual([]);
});
