import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";

import { describe, expect, test } from "vitest";

import { parseStrictJson } from "../../../core/encoding/strict-json.ts";
import { recogniseSource, SOURCES } from "../../../core/sources/registry.ts";

const EVENTS = resolve(import.meta.dirname, "../../../../shared/data/events");

const sample = (name: string) =>
  readFileSync(resolve(EVENTS, name), "utf8")
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => parseStrictJson(Buffer.from(text)).value ?? null);

describe("recognising a source", () => {
  test("no record at all is no source", () => {
    expect(recogniseSource([])).toBeUndefined();
    expect(recogniseSource([1, "text", [], null])).toBeUndefined();
  });

  test("objects that no source knows are the fallback's, with a low score", () => {
    const recognition = recogniseSource([{ a: 1 }, { time: "2026-01-01T00:00:00Z" }]);
    expect(recognition).toMatchObject({ source: { name: "jsonl" }, score: 0.1 });
  });

  test("the marks of a source weigh 1 together", () => {
    for (const source of SOURCES.filter(({ marks }) => marks.length > 0)) {
      expect(source.marks.reduce((sum, mark) => sum + mark.weight, 0)).toBeCloseTo(1);
    }
  });

  test("a name of the prototype is no mark", () => {
    expect(recogniseSource([{ eventVersion: "1.08", eventSource: { toString: 1 } }])).toMatchObject({
      source: { name: "jsonl" },
    });
  });

  test.skipIf(!existsSync(EVENTS))("real CloudTrail events are told from other real logs", () => {
    expect(recogniseSource(sample("AWS.CloudTrail.jsonl"))).toMatchObject({ source: { name: "cloudtrail" } });
    for (const other of ["GitHub.Audit.jsonl", "Okta.SystemLog.jsonl", "GCP.AuditLog.jsonl", "Slack.AuditLogs.jsonl"]) {
      expect(recogniseSource(sample(other))).toMatchObject({ source: { name: "jsonl" } });
    }
  });
});
