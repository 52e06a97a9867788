import { expect, test } from "vitest";

import { type EventRow } from "../../../core/model/event.ts";
import { instant } from "../../../core/model/time.ts";
import { sentenceOf } from "../../../core/timeline/event-detail.ts";

const ROW: EventRow = {
  seq: 4,
  kind: "event",
  time: instant(1_789_440_750_275_000_000n),
  timeRecorded: "1789440750275",
  source: "ocsf",
  principal: "svc-reports",
  principalKind: null,
  credential: null,
  session: null,
  action: "keys.create",
  service: null,
  resource: "key-1",
  outcome: "denied",
  error: "role does not allow this",
  address: "203.0.113.88",
  userAgent: null,
  account: null,
  region: null,
  requestId: null,
  eventId: null,
  verdict: "verified",
  exhibit: "X-1",
  file: "log.jsonl",
  offset: 0,
  length: 2,
};

function spoken(row: Partial<EventRow>): string {
  return sentenceOf({ ...ROW, ...row })
    .map(({ text }) => text)
    .join("");
}

test("the sentence says what the log attributes to which account, never that somebody did it", () => {
  expect(spoken({})).toBe(
    "At recorded time 2026-09-15T02:52:30.275Z, the log attributes keys.create on key-1 to svc-reports, " +
      "from 203.0.113.88; recorded outcome: denied (role does not allow this).",
  );
});

test("what the record does not say is left out or said to be missing", () => {
  const bare = { time: null, principal: null, action: null, resource: null, address: null, outcome: null, error: null };
  expect(spoken(bare)).toBe("Without a readable time, the log attributes an act to nobody it names.");
});

test("values of the record are marked, and invisible characters in them shown", () => {
  const parts = sentenceOf({ ...ROW, principal: "ad\u200bmin" });
  expect(parts.filter(({ strong }) => strong).map(({ text }) => text)).toEqual([
    "2026-09-15T02:52:30.275Z",
    "keys.create",
    "key-1",
    "ad\\u{200b}min",
    "203.0.113.88",
    "denied",
    "role does not allow this",
  ]);
});

test.each([
  ["log" as const, /the log wrote a record about itself/],
  ["withheld" as const, /only its digest is given/],
  ["unreadable" as const, /could not be read as a record/],
])("a record of kind %s is named for what it is", (kind, sentence) => {
  expect(spoken({ kind })).toMatch(sentence);
});
