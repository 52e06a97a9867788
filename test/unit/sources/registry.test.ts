import { existsSync, readdirSync, readFileSync } from "node:fs";
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

  test("the marks of every shape weigh 1 together", () => {
    for (const shape of SOURCES.flatMap(({ shapes }) => shapes)) {
      expect(shape.reduce((sum, mark) => sum + mark.weight, 0)).toBeCloseTo(1);
    }
  });

  test("names are unique, and short enough to type", () => {
    const names = SOURCES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  test("names in lower case, as data lakes write them, are recognised", () => {
    const event = { eventversion: "1.08", eventsource: "s3.amazonaws.com", eventname: "GetObject", useridentity: {} };
    expect(recogniseSource([event])).toMatchObject({ source: { name: "cloudtrail" } });
  });

  test("records of several sources are told", () => {
    const cloudtrail = { eventVersion: "1.08", eventSource: "s3.amazonaws.com", eventName: "GetObject" };
    const zoom = { operator: "a", category_type: "User", operation_detail: "", action: "Update" };
    expect(recogniseSource([zoom, cloudtrail, zoom])).toMatchObject({
      source: { name: "zoom" },
      mixed: true,
      reason: "2 of Zoom operation logs, 1 of AWS CloudTrail, among 3 sampled records",
    });
  });

  test("a source of which no record has nearly all members is not named", () => {
    const login = { action: "user.login", actor: "ann", time: "2026-01-02T03:04:05Z" };
    const moved = { actor: "ann", org: "example" };
    expect(recogniseSource([login, login, moved, moved])).toMatchObject({
      source: { name: "jsonl" },
      reason: "4 of 4 sampled records are JSON objects of no known source",
    });
    const cloudtrail = { eventVersion: "1.08", eventSource: "s3.amazonaws.com", eventName: "GetObject" };
    expect(recogniseSource([cloudtrail])).toMatchObject({
      source: { name: "cloudtrail" },
      reason: "1 of 1 sampled records have most of eventSource, eventName, eventVersion, eventTime, userIdentity",
    });
  });

  test("a name of the prototype is no mark", () => {
    expect(recogniseSource([{ eventVersion: "1.08", eventSource: { toString: 1 } }])).toMatchObject({
      source: { name: "jsonl" },
    });
  });

  test.skipIf(!existsSync(EVENTS))("a file of real events is recognised by its own source", () => {
    const found = readdirSync(EVENTS)
      .filter((name) => name.endsWith(".jsonl"))
      .map((name) => [name, recogniseSource(sample(name))?.source.name]);
    expect(Object.fromEntries(found)).toEqual({
      "AWS.CloudTrail.jsonl": "cloudtrail",
      "Amazon.EKS.Audit.jsonl": "kubernetes",
      // Three records of Zendesk, three of Okta, two of GitHub.
      "Atlassian.Audit.jsonl": "zendesk",
      "Azure.Audit.jsonl": "entra",
      "Azure.MonitorActivity.jsonl": "azure-activity",
      "Duo.Administrator.jsonl": "duo",
      "Duo.Authentication.jsonl": "duo",
      "GCP.AuditLog.jsonl": "gcp-audit",
      "GSuite.ActivityEvent.jsonl": "google-workspace",
      "GitHub.Audit.jsonl": "github",
      "Gravitational.TeleportAudit.jsonl": "teleport",
      "Okta.SystemLog.jsonl": "okta",
      "OneLogin.Events.jsonl": "onelogin",
      "Slack.AuditLogs.jsonl": "slack",
      "Snowflake.GrantsToRoles.jsonl": "snowflake",
      "Snowflake.LoginHistory.jsonl": "snowflake",
      "Snowflake.QueryHistory.jsonl": "snowflake",
      "Tailscale.Audit.jsonl": "tailscale",
      "Zoom.Operation.jsonl": "zoom",
    });
  });
});
