// What the published schemas require of the rows that are written: OCSF 1.6.0 (classes 3001, 3002, 3004 and 6003), ECS 8.17 and Timesketch
// (TIMESKETCH_FIELDS). The lists are theirs; "one of" is an at_least_one constraint.
import { describe, expect, test } from "vitest";

import { ecs } from "../../../core/interchange/ecs.ts";
import { type DatedEvent } from "../../../core/interchange/export-format.ts";
import { ocsf } from "../../../core/interchange/ocsf.ts";
import { timesketchCsv, timesketchJsonl } from "../../../core/interchange/timesketch.ts";
import { NO_CONTENT } from "../../../core/model/event.ts";
import { instant } from "../../../core/model/time.ts";

type Document = Readonly<Record<string, unknown>>;
type Row = DatedEvent["row"];

const BARE: Row = {
  ...NO_CONTENT,
  seq: 3,
  kind: "event",
  time: instant(1_791_018_862_418_031_000n),
  timeRecorded: "2026-10-03T09:14:22.418031Z",
  source: "okta",
  verdict: "verified",
  exhibit: "X-1",
  file: "a.jsonl",
  offset: 0,
  length: 2,
};
const FULL: Row = {
  ...BARE,
  principal: "dana@example.org",
  principalKind: "user",
  credential: "key-1",
  session: "s-1",
  service: "console",
  resource: "key-2",
  outcome: "failure",
  error: "AccessDenied",
  address: "203.0.113.7",
  userAgent: "curl/8",
  account: "a-1",
  region: "eu-1",
  requestId: "r-1",
  eventId: "e-1",
};
const ACTIONS = [null, "ConsoleLogin", "user.session.start", "CreateAccessKey", "GetObject", "keys.rotate", "Fly"];
const ROWS: readonly Row[] = [BARE, FULL].flatMap((row) => ACTIONS.map((action) => ({ ...row, action })));

const event = (row: Row, record = "{}"): DatedEvent => ({
  row,
  shiftedTime: null,
  exhibitSha256: "a".repeat(64),
  recordIndex: 3,
  recordSha256: "b".repeat(64),
  record,
});

/** Paths below an object; one that leads nowhere is undefined. */
function at(document: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) => (typeof value === "object" && value ? (value as Document)[name] : undefined),
      document,
    );
}

const OCSF_REQUIRED: Readonly<Record<number, readonly string[]>> = {
  3001: ["user"],
  3002: ["user"],
  3004: ["entity"],
  6003: ["actor", "api.operation", "src_endpoint"],
};
const OCSF_BASE = ["activity_id", "category_uid", "class_uid", "type_uid", "severity_id", "time", "metadata.version"];
const OCSF_ONE_OF: Readonly<Record<number, readonly (readonly string[])[]>> = {
  3002: [
    ["service", "dst_endpoint"],
    ["user.name", "user.uid", "user.account"],
    ["service.name", "service.uid"],
  ],
  3001: [["user.name", "user.uid", "user.account"]],
  3004: [["entity.name", "entity.uid"]],
  6003: [
    ["actor.user", "actor.session", "actor.process", "actor.app_name", "actor.app_uid"],
    ["actor.user.name", "actor.user.uid", "actor.user.account"],
    ["src_endpoint.ip", "src_endpoint.uid", "src_endpoint.name", "src_endpoint.hostname", "src_endpoint.svc_name"],
  ],
};
const ACTIVITIES: Readonly<Record<number, readonly number[]>> = {
  3001: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 99],
  3004: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 99],
  3002: [0, 1, 2, 3, 4, 5, 6, 7, 99],
  6003: [0, 1, 2, 3, 4, 99],
};

/** Records that came as OCSF, whole and bare, known and unknown. */
const RECORDS: readonly Document[] = [
  { class_uid: 3001, activity_id: 7, user: { name: "svc-export", uid: "u-1" } },
  { class_uid: 3001, activity_id: 13, user: "svc-export" },
  { class_uid: 3002, activity_id: 2 },
  { class_uid: 3004, activity_id: 5, entity: { uid: "e-1", type: "policy" } },
  { class_uid: 3004, activity_id: "4", entity: { type: "policy" } },
  { class_uid: 6003, activity_id: 4 },
  { class_uid: 6003 },
  { class_uid: 1001, activity_id: 1 },
];
const ORIGINS = RECORDS.flatMap((record) =>
  [BARE, FULL].map((row) => event({ ...row, source: "ocsf", action: "Fly" }, JSON.stringify(record))),
);

describe("OCSF", () => {
  test.each([...ROWS.map((row) => event(row)), ...ORIGINS])("%# has what its class requires", (exported) => {
    const document = JSON.parse(ocsf.line(exported)) as Document;
    const kind = Number(document["class_uid"]);
    const required = [...OCSF_BASE, "metadata.product", ...(OCSF_REQUIRED[kind] ?? ["a class that is exported"])];
    for (const path of required) expect([path, at(document, path)]).toEqual([path, expect.anything()]);
    for (const names of OCSF_ONE_OF[kind] ?? [])
      expect(names.some((path) => at(document, path) !== undefined)).toBe(true);
    expect(at(document, "metadata.product.name") ?? at(document, "metadata.product.uid")).toBeTypeOf("string");
    expect(document["category_uid"]).toBe(Math.trunc(kind / 1_000));
    expect(ACTIVITIES[kind]).toContain(document["activity_id"]);
    expect(document["type_uid"]).toBe(kind * 100 + Number(document["activity_id"]));
    expect(document["time"]).toBe(1_791_018_862_418);
    for (const path of ["api.request.uid", "resources.0.name"]) {
      expect(["string", "undefined"]).toContain(typeof at(document, path));
    }
    if (document["activity_id"] === 99) expect(document["activity_name"]).toBeTypeOf("string");
  });

  test("what came as OCSF keeps its class, its activity and its target", () => {
    const kept = ORIGINS.map((exported) => JSON.parse(ocsf.line(exported)) as Document).map(
      ({ type_uid: type, user, entity }) => [type, user ?? entity],
    );
    expect(kept.filter((_, index) => index % 2 === 1)).toEqual([
      [300107, { name: "svc-export", uid: "u-1" }],
      [300199, { name: "key-2" }],
      [300202, { name: "dana@example.org", type: "user", credential_uid: "key-1" }],
      [300405, { uid: "e-1", type: "policy" }],
      [300499, { type: "policy", name: "key-2" }],
      [600304, undefined],
      [600399, undefined],
      [600399, undefined],
    ]);
    const foreign = event({ ...FULL, source: "okta", action: "Fly" }, JSON.stringify(RECORDS[0]));
    expect(at(JSON.parse(ocsf.line(foreign)), "class_uid")).toBe(6003);
    expect(
      at(JSON.parse(ocsf.line({ ...foreign, row: { ...foreign.row, source: "ocsf" }, record: "{" })), "class_uid"),
    ).toBe(6003);
  });

  test("signing in is class 3002, managing what one signs in with is not", () => {
    const classOf = (action: string): unknown => at(JSON.parse(ocsf.line(event({ ...FULL, action }))), "class_uid");
    for (const action of ["ConsoleLogin", "UserLoggedIn", "user.session.start", "auth.sign_in", "Sign-in activity"]) {
      expect([action, classOf(action)]).toEqual([action, 3002]);
    }
    for (const action of ["CreateLoginProfile", "GetLoginProfile", "catalogIndex.read", "PutLogInsights"]) {
      expect([action, classOf(action)]).toEqual([action, 6003]);
    }
  });
});

test.each(ROWS)("ECS %# has @timestamp and ecs.version, and only allowed categories, types and outcomes", (row) => {
  const document = JSON.parse(ecs.line(event(row))) as Document;
  expect(document["@timestamp"]).toBe("2026-10-03T09:14:22.418031Z");
  expect(at(document, "ecs.version")).toBe("8.17.0");
  expect(at(document, "event.kind")).toBe("event");
  expect(["authentication", "api"]).toEqual(expect.arrayContaining(at(document, "event.category") as string[]));
  const types = ["start", "creation", "access", "change", "deletion", "info"];
  expect(types).toEqual(expect.arrayContaining(at(document, "event.type") as string[]));
  expect(["success", "failure", "unknown"]).toContain(at(document, "event.outcome"));
});

test.each(ROWS)("Timesketch %# has message, datetime and timestamp_desc, as JSON and as CSV", (row) => {
  const document = JSON.parse(timesketchJsonl.line(event(row))) as Document;
  const required = ["message", "datetime", "timestamp_desc"];
  for (const name of required) expect(document[name]).toMatch(/./);
  expect(document["datetime"]).toBe("2026-10-03T09:14:22.418031+00:00");
  expect(timesketchCsv.header.split(",").slice(0, 3)).toEqual(required);
  expect(timesketchCsv.line(event(row))).toContain(",2026-10-03T09:14:22.418031+00:00,API call recorded,");
});
