import { expect, test } from "vitest";

import { rulesOf } from "../../../core/identity/rules/registry.ts";
import { caseOf, linksOf } from "./question.ts";

const ACCOUNT = "111122223333";
let count = 0;

function event(eventName: string, eventTime: string, userIdentity: object, more: object = {}): object {
  count += 1;
  return {
    eventVersion: "1.09",
    eventTime: `2026-03-01T${eventTime}Z`,
    eventSource: "sts.amazonaws.com",
    eventName,
    awsRegion: "eu-north-1",
    sourceIPAddress: `203.0.113.${count}`,
    userAgent: `agent-${count}`,
    eventID: `id-${count}`,
    userIdentity,
    ...more,
  };
}

const user = (name: string, accessKeyId?: string) => ({
  type: "IAMUser",
  principalId: `AIDA${name.toUpperCase()}`,
  arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
  accountId: ACCOUNT,
  userName: name,
  ...(accessKeyId === undefined ? {} : { accessKeyId }),
});

const session = (role: string, name: string, accessKeyId: string | undefined, created: string, more: object = {}) => ({
  type: "AssumedRole",
  principalId: `AROA${role.toUpperCase()}:${name}`,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`,
  accountId: ACCOUNT,
  ...(accessKeyId === undefined ? {} : { accessKeyId }),
  sessionContext: {
    sessionIssuer: {
      type: "Role",
      principalId: `AROA${role.toUpperCase()}`,
      arn: `arn:aws:iam::${ACCOUNT}:role/${role}`,
      userName: role,
    },
    attributes: { creationDate: `2026-03-01T${created}Z` },
    ...more,
  },
});

const assume = (role: string, name: string, accessKeyId: string | undefined, more: object = {}) => ({
  requestParameters: { roleArn: `arn:aws:iam::${ACCOUNT}:role/${role}`, roleSessionName: name, ...more },
  responseElements: {
    credentials: {
      ...(accessKeyId === undefined ? {} : { accessKeyId }),
      expiration: "Mar 1, 2026, 11:00:00 AM",
      sessionToken: "never shown",
    },
    assumedRoleUser: { assumedRoleId: `AROA${role.toUpperCase()}:${name}` },
  },
});

/** Rules of all links that were found here. */
const fired = new Set<string>();

async function linksAmong(records: readonly object[]): Promise<readonly string[]> {
  const bench = await caseOf(records);
  try {
    const links = await linksOf(bench);
    for (const link of links) fired.add(link.split(" ").slice(0, 2).join(" "));
    return links;
  } finally {
    await bench.remove();
  }
}

test("rules 1, 4, 5: a chain of roles is followed by the key of each answer", async () => {
  const links = await linksAmong([
    event("AssumeRole", "10:00:00", user("ada", "AKIAADA"), assume("reader", "one", "ASIAONE")),
    event("GetObject", "10:01:00", session("reader", "one", "ASIAONE", "10:00:00")),
    event("AssumeRole", "10:02:00", session("reader", "one", "ASIAONE", "10:00:00"), assume("admin", "two", "ASIATWO")),
    event("DeleteTrail", "10:03:00", session("admin", "two", "ASIATWO", "10:02:00")),
  ]);
  expect(links).toEqual([
    "1 issued P: AKIAADA > reader/one",
    "1 issued P: ASIAONE > admin/two",
    "3 session P: AROAADMIN > admin/two",
    "3 session P: AROAREADER > reader/one",
    "4 credential P: admin/two > ASIATWO",
    "4 credential P: reader/one > ASIAONE",
    "4 named P: admin/two > two",
    "4 named P: reader/one > one",
    "5 issued P: reader/one > admin/two",
    "7 credential P: AIDAADA > AKIAADA",
  ]);
});

test("rule 1 needs the key to be used while it was good", async () => {
  const links = await linksAmong([
    event("AssumeRole", "10:00:00", user("ada"), assume("reader", "one", "ASIAONE")),
    event("GetObject", "10:30:00", session("reader", "one", "ASIAONE", "10:00:00")),
    event("GetObject", "15:00:00", session("reader", "late", "ASIALATE", "10:00:00")),
  ]);
  expect(links).toContain("1 issued P: ada > reader/one".replace("ada", "AIDAADA"));
  expect(links.filter((link) => link.startsWith("1 "))).toHaveLength(1);
});

test("rule 2 ties a session whose key was exchanged to its call by role id and time", async () => {
  const service = { type: "AWSService", invokedBy: "inspector2.amazonaws.com" };
  const links = await linksAmong([
    event("AssumeRole", "10:00:00", service, assume("scan", "job", "ASIAOTHER")),
    event("DescribeInstances", "10:00:01", {
      ...session("scan", "job", undefined, "10:00:01"),
      invokedBy: "inspector2.amazonaws.com",
    }),
    event("DescribeInstances", "10:40:00", session("scan", "job", undefined, "10:39:00")),
  ]);
  expect(links.filter((link) => link.startsWith("2 "))).toEqual(["2 issued S: inspector2.amazonaws.com > scan/job"]);
});

test("rules 6, 23, 24: who stands behind a session, and its tags", async () => {
  const records = [
    event(
      "AssumeRole",
      "10:00:00",
      user("ada"),
      assume("reader", "one", "ASIAONE", { tags: [{ key: "team", value: "ops" }] }),
    ),
    event(
      "AssumeRoleWithSAML",
      "10:00:00",
      { type: "SAMLUser", principalId: "qualifier:sub" },
      assume("reader", "two", "ASIASAML", { principalTags: { unit: "finance", floor: "3" } }),
    ),
    event(
      "AssumeRole",
      "10:00:00",
      session("reader", "two", "ASIASAML", "10:00:00"),
      assume("admin", "two", "ASIATWO", { incomingTransitiveTags: { unit: "finance" }, tags: "no list" }),
    ),
    event("GetObject", "10:01:00", session("reader", "one", "ASIAONE", "10:00:00", { sourceIdentity: "ada.byron" })),
    event("GetObject", "10:02:00", {
      ...session("AWSReservedSSO_Admin_1", "grace@example.com", "ASIASSO", "10:00:00"),
      onBehalfOf: { userId: "u-1", identityStoreArn: "arn:aws:identitystore::1:identitystore/d-1" },
    }),
  ];
  const links = await linksAmong(records);
  expect(links).toContain("6 acts-for S: ada.byron > reader/one");
  expect(links).toContain("23 acts-for S: grace@example.com > AWSReservedSSO_Admin_1/grace@example.com");
  expect(links).toContain("23 acts-for P: u-1 > AWSReservedSSO_Admin_1/grace@example.com");
  expect(links.filter((link) => link.startsWith("24 "))).toEqual([
    "24 tagged S: ASIAONE > team=ops",
    "24 tagged S: ASIASAML > floor=3",
    "24 tagged S: ASIASAML > unit=finance",
    "24 tagged S: ASIATWO > unit=finance",
  ]);
});

test("rule 6: a source identity that is asked for another session is not the caller's", async () => {
  const reader = session("reader", "one", "ASIAONE", "10:00:00");
  const links = await linksAmong([
    event("AssumeRole", "10:01:00", reader, assume("admin", "two", "ASIATWO", { sourceIdentity: "grace" })),
    event("AssumeRole", "10:02:00", reader, {
      errorCode: "AccessDenied",
      requestParameters: { roleArn: `arn:aws:iam::${ACCOUNT}:role/admin`, sourceIdentity: "eve" },
    }),
  ]);
  expect(links.filter((link) => link.startsWith("6 "))).toEqual(["6 acts-for S: grace > ASIATWO"]);
});

test("rules 7 and 9: root makes a key of its own and federates, whatever the account is called", async () => {
  const root = { type: "Root", principalId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:root`, accountId: ACCOUNT };
  const links = await linksAmong([
    event(
      "CreateAccessKey",
      "10:00:00",
      { ...root, userName: "our-alias" },
      {
        requestParameters: null,
        responseElements: { accessKey: { accessKeyId: "AKIAROOT", status: "Active" } },
      },
    ),
    event("CreateAccessKey", "10:01:00", root, {
      requestParameters: { userName: "eve" },
      responseElements: { accessKey: { accessKeyId: "AKIAEVE", userName: "eve" } },
    }),
    event("ListBuckets", "10:02:00", {
      type: "FederatedUser",
      arn: `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
      accountId: ACCOUNT,
      accessKeyId: "ASIAGUEST",
      sessionContext: { sessionIssuer: { type: "Root", principalId: ACCOUNT, arn: root.arn } },
    }),
  ]);
  expect(links.filter((link) => /^[79] /.test(link))).toEqual([
    `7 created P: root of ${ACCOUNT} > AKIAEVE`,
    `7 created P: root of ${ACCOUNT} > AKIAROOT`,
    "7 credential P: eve > AKIAEVE",
    `7 credential P: root of ${ACCOUNT} > AKIAROOT`,
    "9 credential P: guest > ASIAGUEST",
    `9 issued P: root of ${ACCOUNT} > guest`,
  ]);
});

test("rules 7, 8, 9: keys made for others, sessions of one's own, federated users", async () => {
  const links = await linksAmong([
    event("CreateAccessKey", "10:00:00", user("ada", "AKIAADA"), {
      requestParameters: { userName: "eve" },
      responseElements: { accessKey: { accessKeyId: "AKIAEVE", userName: "eve" } },
    }),
    event("GetSessionToken", "10:01:00", user("ada", "AKIAADA"), assume("-", "-", "ASIAOWN")),
    event("ListBuckets", "10:02:00", {
      ...user("ada", "ASIAOWN"),
      sessionContext: { attributes: { creationDate: "2026-03-01T10:01:00Z" } },
    }),
    event("ListBuckets", "10:03:00", {
      type: "FederatedUser",
      principalId: "1:guest",
      arn: `arn:aws:sts::${ACCOUNT}:federated-user/guest`,
      accountId: ACCOUNT,
      accessKeyId: "ASIAGUEST",
      sessionContext: { sessionIssuer: { type: "IAMUser", arn: `arn:aws:iam::${ACCOUNT}:user/ada`, userName: "ada" } },
    }),
  ]);
  expect(links).toContain("7 created P: AKIAADA > AKIAEVE");
  expect(links).toContain("7 credential P: eve > AKIAEVE");
  expect(links).toContain("1 issued P: AKIAADA > ada, 2026-03-01T10:01:00Z");
  expect(links).toContain("8 session P: AIDAADA > ada, 2026-03-01T10:01:00Z");
  expect(links).toContain("9 issued P: ada > guest");
  expect(links).toContain("9 credential P: guest > ASIAGUEST");
});

test("rules 10 to 14: subjects of other providers and other accounts", async () => {
  const saml = {
    type: "SAMLUser",
    principalId: "qualifier:sub",
    userName: "grace",
    identityProvider: "https://idp.example",
  };
  const web = { type: "WebIdentityUser", principalId: "issuer:app:repo", userName: "repo", identityProvider: "issuer" };
  const outside = { type: "AWSAccount", principalId: "AIDAFAR", accountId: "999900001111" };
  const links = await linksAmong([
    event(
      "AssumeRoleWithSAML",
      "10:00:00",
      saml,
      assume("reader", "grace", "ASIASAML", { principalArn: "arn:provider" }),
    ),
    event("GetWebIdentityToken", "10:01:00", user("ada"), { responseElements: { webIdentityTokenId: "token-1" } }),
    event("AssumeRoleWithWebIdentity", "10:02:00", web, {
      requestParameters: { webIdentityTokenId: "token-1", roleArn: "arn:role" },
      responseElements: { provider: "issuer", credentials: { accessKeyId: "ASIAWEB" } },
    }),
    event("AssumeRole", "10:03:00", outside, { ...assume("reader", "far", "ASIAFAR"), sharedEventID: "shared-1" }),
    event("AssumeRole", "10:03:00", user("bob"), { ...assume("reader", "far", "ASIAFAR"), sharedEventID: "shared-1" }),
  ]);
  expect(links).toContain("10 vouched P: arn:provider > grace");
  expect(links).toContain("1 issued P: grace > ASIASAML");
  expect(links).toContain("11 vouched P: issuer > repo");
  expect(links).toContain("12 issued P: AIDAADA > repo");
  expect(links).toContain("13 same-act P: AIDABOB > AIDAFAR");
  expect(links).toContain("14 member S: 999900001111 > AIDAFAR");
});

test("rules 15, 16, 17: services that forward, instances and functions that hold sessions", async () => {
  const ec2 = { type: "AWSService", invokedBy: "ec2.amazonaws.com" };
  const lambda = { type: "AWSService", invokedBy: "lambda.amazonaws.com" };
  const links = await linksAmong([
    event("AssumeRole", "10:00:00", ec2, assume("node", "i-0abc12", "ASIAEC2")),
    event("AssumeRole", "10:01:00", lambda, assume("job", "resize", "ASIAFN")),
    event("Decrypt", "10:02:00", { ...user("ada", "AKIAADA"), invokedBy: "secretsmanager.amazonaws.com" }),
  ]);
  expect(links).toContain("16 credential P: i-0abc12 > ASIAEC2");
  expect(links).toContain("17 credential S: resize > ASIAFN");
  expect(links).toContain("15 via S: AKIAADA > secretsmanager.amazonaws.com");
});

test("rules 18 to 22: the console", async () => {
  const created = (time: string) => ({ sessionContext: { attributes: { creationDate: `2026-03-01T${time}Z` } } });
  const links = await linksAmong([
    event("ConsoleLogin", "10:00:00", user("ada"), { responseElements: { ConsoleLogin: "Success" } }),
    event(
      "ListBuckets",
      "10:01:00",
      { ...user("ada", "ASIAC1"), ...created("10:00:01") },
      { sessionCredentialFromConsole: "true" },
    ),
    event("ListBuckets", "10:02:00", { ...user("ada", "ASIAC2"), ...created("10:00:01") }),
    event("SwitchRole", "10:03:00", session("admin", "ada", undefined, "10:03:00"), {
      additionalEventData: { SwitchFrom: `arn:aws:iam::${ACCOUNT}:user/ada` },
    }),
    event("GetSigninToken", "10:04:00", session("admin", "ada", "ASIAAPI", "10:03:00")),
    event("ConsoleLogin", "10:05:00", session("admin", "ada", undefined, "10:03:00"), {
      responseElements: { ConsoleLogin: "Success" },
    }),
  ]);
  expect(links).toContain("18 login S: AIDAADA > ada, 2026-03-01T10:00:01Z");
  expect(links.filter((link) => link.startsWith("19 "))).toEqual([
    "19 credential S: ada, 2026-03-01T10:00:01Z > ASIAC1",
    "19 credential S: ada, 2026-03-01T10:00:01Z > ASIAC2",
  ]);
  expect(links).toContain("20 login S: AROAADMIN > admin/ada");
  expect(links.some((link) => link.startsWith("21 switched P: ") && link.endsWith(" > admin/ada"))).toBe(true);
  expect(links).toContain("22 login W: ASIAAPI > admin/ada");
});

test("rules 25 and 26: an attempt stays an attempt, and a shared origin stays a hint", async () => {
  const origin = { sourceIPAddress: "198.51.100.7", userAgent: "one-program/1.0" };
  const links = await linksAmong([
    event("AssumeRole", "10:00:00", user("ada"), {
      ...origin,
      errorCode: "AccessDenied",
      errorMessage: "User is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/admin",
    }),
    event("ListBuckets", "10:01:00", user("bob", "AKIABOB"), origin),
  ]);
  expect(links).toContain("25 attempted P: AIDAADA > admin");
  expect(links).toContain("26 shares-origin W: AIDAADA > AIDABOB");
});

test("a user name that was deleted and given again unites nothing by itself", async () => {
  const again = { ...user("ada"), principalId: "AIDASECOND" };
  const links = await linksAmong([
    event("ListBuckets", "10:00:00", user("ada")),
    event("ListBuckets", "10:01:00", again),
  ]);
  expect(links.filter((link) => link.startsWith("alias same W"))).toHaveLength(4);
});

test("rules 12, 23, created and granted: other partitions, the identity centre, and what administrators do", async () => {
  const web = { type: "WebIdentityUser", principalId: "issuer:app:far", userName: "far", identityProvider: "issuer" };
  const center = {
    type: "IdentityCenterUser",
    accountId: ACCOUNT,
    accessKeyId: "ASIACENTER",
    credentialId: "credential-1",
    onBehalfOf: { userId: "user-1", identityStoreArn: "arn:aws:identitystore::1:identitystore/d-1" },
  };
  const links = await linksAmong([
    event("AssumeRoleWithWebIdentity", "10:00:00", web, {
      requestParameters: { roleArn: "arn:role" },
      responseElements: { provider: "issuer", credentials: { accessKeyId: "ASIAFAR" } },
      additionalEventData: { crossPartitionData: { sourcePrincipalArn: "arn:aws-cn:iam::1:role/source" } },
    }),
    event("ListApplications", "10:01:00", center),
    event("CreateUser", "10:02:00", user("ada"), {
      responseElements: {
        user: { userId: "AIDANEW", arn: `arn:aws:iam::${ACCOUNT}:user/new`, userName: "new" },
      },
    }),
    event("AttachUserPolicy", "10:03:00", user("ada"), { requestParameters: { userName: "new" } }),
    event("CreateRole", "10:04:00", user("ada"), {
      requestParameters: { roleName: "made" },
      responseElements: { role: { roleId: "AROAMADE", arn: `arn:aws:iam::${ACCOUNT}:role/made` } },
    }),
    event("AttachRolePolicy", "10:05:00", user("ada"), { requestParameters: { roleName: "made" } }),
  ]);
  expect(links).toContain("12 acts-for P: arn:aws-cn:iam::1:role/source > far");
  expect(links).toContain("23 session P: user-1 > credential-1");
  expect(links).toContain("23 credential P: credential-1 > ASIACENTER");
  expect(links).toContain("created created P: AIDAADA > AIDANEW");
  expect(links).toContain("created created P: AIDAADA > AROAMADE");
  expect(links).toContain("granted granted P: AIDAADA > new");
  expect(links).toContain("granted granted P: AIDAADA > made");
});

test("what only looks like a rule's occasion is none", async () => {
  const ec2 = { type: "AWSService", invokedBy: "ec2.amazonaws.com" };
  const masked = { ...user("bob", "ASIAXXXXXXXX"), principalId: "XXXXXXXXXXXX" };
  const links = await linksAmong([
    // 1, 16, 17: an answer without a key, a session name that is no instance, a service that runs nothing.
    event("AssumeRole", "10:00:00", user("ada", "-"), assume("reader", "one", undefined)),
    event("AssumeRole", "10:00:01", ec2, assume("node", "i-am-no-instance", "REDACTED")),
    // 2, 18: three seconds are too long.
    event("GetObject", "10:00:04", session("reader", "one", undefined, "10:00:03")),
    event("ConsoleLogin", "10:01:00", user("ada"), { responseElements: { ConsoleLogin: "Success" } }),
    event("ConsoleLogin", "10:02:00", user("ada"), { responseElements: { ConsoleLogin: "Failure" } }),
    event("ListBuckets", "10:03:00", {
      ...user("ada", "ASIACONSOLE"),
      sessionContext: { attributes: { creationDate: "2026-03-01T10:01:03Z" } },
    }),
    // 20, 21: sign-ins and switches that failed.
    event("ConsoleLogin", "10:03:01", session("failed", "two", undefined, "10:03:00"), {
      responseElements: { ConsoleLogin: "Failure" },
    }),
    event("SwitchRole", "10:03:02", session("failed", "two", undefined, "10:03:00"), {
      additionalEventData: { SwitchFrom: `arn:aws:iam::${ACCOUNT}:user/ada` },
      responseElements: { SwitchRole: "Failure" },
    }),
    // 7, 8: identifiers that were struck out.
    event("ListBuckets", "10:04:00", masked),
    event("CreateAccessKey", "10:05:00", user("ada"), { responseElements: { accessKey: { accessKeyId: "****" } } }),
    // 25, granted: what was refused gives nothing, what was not refused is no attempt.
    event("AttachUserPolicy", "10:06:00", user("ada"), {
      errorCode: "AccessDenied",
      requestParameters: { userName: "bob" },
    }),
    // 13, 14: an event of no second account.
    event(
      "ListBuckets",
      "10:07:00",
      { type: "AWSAccount", principalId: "", accountId: "ANONYMOUS_PRINCIPAL" },
      { sharedEventID: "one" },
    ),
  ]);
  expect(links).toEqual([
    "19 credential S: ada, 2026-03-01T10:01:03Z > ASIACONSOLE",
    "3 session P: AROAFAILED > failed/two",
    "3 session P: AROAREADER > reader/one",
    "4 named P: failed/two > two",
    "4 named P: reader/one > one",
    "8 session P: AIDAADA > ada, 2026-03-01T10:01:03Z",
  ]);
});

test("every rule of CloudTrail finds a link in some of these records", () => {
  const { claims, meetings = [] } = rulesOf("cloudtrail");
  const rules = [...claims, ...meetings]
    .filter(({ kind }) => kind !== "same")
    .map(({ rule, kind }) => `${rule} ${kind}`);
  expect([...new Set(rules)].filter((rule) => !fired.has(rule))).toEqual([]);
});
