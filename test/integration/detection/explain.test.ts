import { afterEach, expect, test } from "vitest";

import { explainMatch } from "../../../core/detection/explain.ts";
import { caseWithRecords, type DetectionCase } from "../../support/detection-case.ts";

let open: DetectionCase | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

const RULE = `title: Administrators
id: admins
logsource: {product: jsonl}
detection:
  selection:
    user|expand: '%Administrators%'
    from: ['10.0.0.1', null]
  condition: selection
`;
const FILTER = `title: Known jobs
logsource: {product: jsonl}
filter:
  rules: [admins]
  selection: {job.names|contains: backup}
  condition: not selection
`;

test("an explanation has the comparisons of the rule and of its filters, and the values of placeholders", async () => {
  open = await caseWithRecords([
    { time: "2026-09-14T10:00:00Z", user: "ROOT", job: [{ names: ["night backup"] }] },
    { time: "2026-09-14T10:00:00Z", user: "admin" },
  ]);
  const placeholders = new Map([["Administrators", ["root", "admin"]]]);
  await open.run([RULE, FILTER], { placeholders });
  expect(await open.hits("admins")).toEqual([1]);
  const { atoms, filterReading } = await explainMatch(open.session.caseFile, "admins", 0);
  expect(filterReading).toBe("conjoin");
  expect(
    atoms.map(({ filter, field, asked, placeholders: named, found, holds }) => [
      filter,
      field,
      asked,
      named,
      found,
      holds,
    ]),
  ).toEqual([
    [null, "user", ["root", "admin"], ["Administrators"], ["ROOT"], true],
    [null, "from", ["10.0.0.1", "null"], [], [], true],
    ["Known jobs", "job.names", ["*backup*"], [], ["night backup"], true],
  ]);
});

test("a match of an event of any source is explained by its columns, and a network as it is written", async () => {
  const rule = `title: any
id: any
logsource: {category: api_activity}
detection:
  selection:
    action: roles.grant
    address|cidr: [10.0.0.0/8, '2001:db8::/32']
  condition: selection
`;
  const grant = {
    time: 1_789_380_000_000,
    class_uid: 6003,
    category_uid: 6,
    activity_id: 1,
    metadata: { version: "1.3.0", uid: "1" },
    api: { operation: "roles.grant" },
    actor: { user: { name: "a" } },
    src_endpoint: { ip: "10.1.2.3" },
    status_id: 1,
  };
  open = await caseWithRecords([grant], "ocsf");
  await open.run([rule]);
  expect(await open.hits("any")).toEqual([0]);
  const { atoms } = await explainMatch(open.session.caseFile, "any", 0);
  expect(atoms.map(({ asked, found, holds }) => [asked, found, holds])).toEqual([
    [["roles.grant"], ["roles.grant"], true],
    [["10.0.0.0/8", "2001:db8:0:0:0:0:0:0/32"], ["10.1.2.3"], true],
  ]);
});

test("what is no event or no rule of the last run is refused", async () => {
  open = await caseWithRecords([{ time: "2026-09-14T10:00:00Z", user: "root" }]);
  await open.run([RULE], { placeholders: new Map([["Administrators", ["root"]]]) });
  const { caseFile } = open.session;
  await expect(explainMatch(caseFile, "nothing", 0)).rejects.toMatchObject({ code: "no-such-rule" });
  await expect(explainMatch(caseFile, "admins", 7)).rejects.toMatchObject({ code: "no-such-event" });
});
