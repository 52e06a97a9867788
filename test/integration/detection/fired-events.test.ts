import { expect, test } from "vitest";
import { stringify } from "yaml";

import { readAlertPrincipals, readDetectionFlags, readHitEvents } from "../../../core/detection/fired-events.ts";
import { formatInstant, instant } from "../../../core/model/time.ts";
import { caseWithRecords } from "../../support/detection-case.ts";

const RULES = [
  stringify({
    title: "Read",
    name: "read",
    level: "high",
    logsource: { product: "jsonl" },
    detection: { selection: { action: "read" }, condition: "selection" },
  }),
  stringify({
    title: "Two reads",
    name: "two",
    level: "low",
    correlation: { type: "event_count", rules: ["read"], timespan: "1m", condition: { gte: 2 }, generate: true },
  }),
];

test("events and flags of what fired are in order of time, whatever the order of the evidence", async () => {
  const open = await caseWithRecords([
    { time: "2026-09-14T10:00:09Z", action: "read", user: "ann" },
    { time: "2026-09-14T10:00:01Z", action: "read", user: "bob" },
    { action: "read", user: "ann" },
    { time: "2026-09-14T10:00:05Z", action: "read", user: "ann" },
  ]);
  try {
    await open.run(RULES);
    const { caseFile } = open.session;
    expect(await readHitEvents(caseFile, "read")).toEqual([1, 3, 0, 2]);
    expect(await readHitEvents(caseFile, "read", { start: 1, count: 2 })).toEqual([3, 0]);
    const flags = await readDetectionFlags(caseFile);
    expect(
      flags.map(({ seq, time, title }) => [seq, formatInstant(instant(time)).slice(17, 19), title]).sort(),
    ).toEqual([
      [0, "09", "Read"],
      [1, "01", "Read"],
      [1, "01", "Two reads"],
      [3, "05", "Read"],
    ]);
    expect(await readAlertPrincipals(caseFile)).toEqual([
      { key: "alert:1", principal: "ann" },
      { key: "rule:read", principal: "ann" },
      { key: "alert:1", principal: "bob" },
      { key: "rule:read", principal: "bob" },
    ]);
  } finally {
    await open.close();
  }
});
