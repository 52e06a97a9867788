import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { sql } from "../../../core/casefile/sql.ts";
import { caseWithRecords, type DetectionCase } from "../../support/detection-case.ts";

const plain = {
  eventVersion: "1.08",
  eventTime: "2026-09-14T10:00:00Z",
  eventSource: "ec2.amazonaws.com",
  eventName: "DescribeInstances",
  eventType: "AwsApiCall",
  sourceIPAddress: "192.0.2.1",
};
const asRole = { type: "AssumedRole", sessionContext: { sessionIssuer: { type: "Role" } } };
const MATCH = "arn:aws:sts::1:assumed-role/aws:ec2/i-1";

/** Records whose members columns hold, do not hold, or hold something else in place of. */
const SPECIAL: readonly object[] = [
  { ...plain, userIdentity: { ...asRole, arn: MATCH } }, // 0
  { ...plain, userIdentity: { ...asRole, arn: [MATCH, "x"] } }, // 1
  { ...plain, userIdentity: { ...asRole, userName: MATCH } }, // 2
  { ...plain, userIdentity: { ...asRole, arn: "", userName: MATCH } }, // 3
  { ...plain, userIdentity: { ...asRole, arn: null, userName: MATCH } }, // 4
  { ...plain, userIdentity: { ...asRole, arn: { role: MATCH } } }, // 5
  { ...plain, userIdentity: { type: "AssumedRole", arn: "a", sessionContext: { sessionIssuer: { type: ["Role"] } } } }, // 6
  { ...plain, userIdentity: { type: "AssumedRole", arn: "a", sessionContext: {} } }, // 7
  { ...plain, userIdentity: { type: "Root", arn: "a" }, eventType: "AwsServiceEvent" }, // 8
  { ...plain, userIdentity: { type: "Root", arn: "a" }, eventType: undefined }, // 9
  { ...plain, userIdentity: { type: "Root", arn: "a" } }, // 10
];
/** Enough that columns decide every rule for all but few events. */
const OTHERS = Array.from({ length: 300 }, (_, index) => ({
  ...plain,
  eventID: `${index}`,
  userIdentity: { type: "IAMUser", arn: "arn:aws:iam::1:user/a", sessionContext: { sessionIssuer: { type: "None" } } },
}));

/** Rules, and which events they find, by whether columns decide them or the records of all events are read for them. */
const BY_COLUMNS: readonly (readonly [id: string, selection: string, expected: readonly number[]])[] = [
  ["regex", "userIdentity.arn|re: '.+:assumed-role/aws:.+'", [0, 1, 5]],
  ["part", "userIdentity.arn|contains: assumed-role", [0, 1, 5]],
  [
    "issuer",
    "userIdentity.type: AssumedRole, userIdentity.sessionContext.sessionIssuer.type: role",
    [0, 1, 2, 3, 4, 5, 6],
  ],
  [
    "no issuer",
    "userIdentity.type: [AssumedRole, Root], userIdentity.sessionContext.sessionIssuer.type: null",
    [7, 8, 9, 10],
  ],
  ["service", "userIdentity.type: Root, eventType|neq: AwsServiceEvent", [9, 10]],
];
const BY_RECORDS: typeof BY_COLUMNS = [
  ["empty", "userIdentity.arn: ''", [3]],
  ["none", "userIdentity.arn: null", [2, 4]],
  ["absent", "userIdentity.arn|exists: false", [2]],
  ["another", "userIdentity.arn|neq: 'arn:aws:iam::1:user/a'", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
];

function ruleText([id, selection]: (typeof BY_COLUMNS)[number]): string {
  const logSource = "{product: aws, service: cloudtrail}";
  return `title: ${id}\nid: ${id}\nlogsource: ${logSource}\ndetection:\n  selection: {${selection}}\n  condition: selection\n`;
}

let open: DetectionCase;
beforeAll(async () => {
  open = await caseWithRecords([...SPECIAL, ...OTHERS], "cloudtrail");
});
afterAll(() => open.close());

describe("rules that are asked of columns find what the records say", () => {
  beforeAll(() => open.run(BY_COLUMNS.map(ruleText)));

  test.each(BY_COLUMNS)("%s: %s", async (id, _, expected) => {
    expect(await open.hits(id)).toEqual(expected);
  });

  test("and the records of all events are not read for it", async () => {
    expect(await open.session.caseFile.query(sql`SELECT * FROM detection_field`)).toEqual([]);
  });
});

describe("rules that columns leave open find what the records say", () => {
  beforeAll(() => open.run(BY_RECORDS.map(ruleText)));

  test.each(BY_RECORDS)("%s: %s", async (id, _, expected) => {
    expect(await open.hits(id)).toEqual(expected);
  });
});

test("the time of an event is its moment to the nanosecond, in UTC", async () => {
  const records = ["2026-09-15T02:51:42.275123456Z", "2026-09-15T03:51:42+01:00"].map((eventTime, n) => ({
    ...plain,
    eventTime,
    eventID: `${n}`,
  }));
  const timed = await caseWithRecords(records, "cloudtrail");
  try {
    const texts = ["2026-09-15T02:51:42.275123456Z", "2026-09-15T02:51:42.000000000Z"];
    await timed.run(
      texts.map(
        (time, n) =>
          `title: t\nid: t-${n}\nlogsource: {category: api_activity}\ndetection:\n  selection: {time: "${time}"}\n  condition: selection\n`,
      ),
    );
    expect([await timed.hits("t-0"), await timed.hits("t-1")]).toEqual([[0], [1]]);
  } finally {
    await timed.close();
  }
});
