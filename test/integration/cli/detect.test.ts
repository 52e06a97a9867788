import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { assay } from "../../support/command-line.ts";

let folder = "";

const RULES = `title: Granted
id: granted
author: Somebody
license: DRL-1.1
date: 2026-01-02
level: high
logsource: {product: jsonl}
detection:
  selection: {action: grant, 'nowhere.to|contains': [x, y]}
  other: {action: grant}
  condition: selection or other
---
title: Broken
logsource: {product: jsonl}
detection:
  selection: {action|fuzzy: grant}
  condition: selection
---
title: Elsewhere
logsource: {product: okta, service: okta}
detection:
  selection: {eventType: x}
  condition: selection
---
title: Two grants
id: twice
correlation:
  type: event_count
  rules: [granted]
  group-by: user
  timespan: 1m
  condition: {gte: 2}
  generate: true
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-detect-"));
  const events = [
    { time: "2026-09-14T10:00:00Z", user: "ann", action: "read" },
    { time: "2026-09-14T10:00:10Z", user: "ann", action: "grant" },
    { time: "2026-09-14T10:00:20Z", user: "ann", action: "GRANT" },
  ];
  await writeFile(join(folder, "log.jsonl"), events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  await writeFile(join(folder, "rules.yml"), RULES);
  expect(assay(folder, "import", "log.jsonl", "--case", "c.assay", "--source", "jsonl").status).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("detect prints what was loaded, rejected and found, with the events, and nothing else", () => {
  const result = assay(folder, "detect", "--case", "c.assay", "--rules", "rules.yml", "--no-pack", "--json");
  expect(result.status).toBe(0);
  expect(result.json()).toEqual({
    rules: {
      loaded: 4,
      compiled: 3,
      rejected: [{ file: "rules.yml", line: 16, reason: '"action|fuzzy": unsupported modifier "fuzzy"' }],
      unmappedFields: ["nowhere.to"],
    },
    hits: [
      {
        rule: "granted",
        title: "Granted",
        level: "high",
        count: 2,
        firstSeen: "2026-09-14T10:00:10Z",
        lastSeen: "2026-09-14T10:00:20Z",
        events: [1, 2],
      },
    ],
    correlations: [
      {
        rule: "twice",
        group: { user: "ann" },
        firstSeen: "2026-09-14T10:00:10Z",
        lastSeen: "2026-09-14T10:00:20Z",
        events: [1, 2],
      },
    ],
  });
});

test("people read who wrote the rules that fired, under which licence", () => {
  const { stdout } = assay(folder, "detect", "--case", "c.assay", "--rules", "rules.yml", "--no-pack");
  expect(stdout).toContain("1 for logs that are not in the case");
  expect(stdout).toMatch(
    / granted {2}version 2026-01-02, by Somebody, licence DRL-1\.1; rules\.yml:1, SHA-256 [0-9a-f]{64}\n/,
  );
  expect(stdout).toMatch(/ twice {2}version not stated, by an unnamed author, licence not stated; rules\.yml:25, /);
});

test("people read why a correlation fired: what it asks for, where that was first met, and what it rests on", () => {
  const { stdout } = assay(folder, "detect", "--case", "c.assay", "--rules", "rules.yml", "--no-pack");
  const lines = stdout.split("\n").map((line) => line.trim());
  const at = lines.findIndex((line) => line.includes("Two grants"));
  expect(lines.slice(at + 1, at + 4)).toEqual([
    "asked for at least 2 events within 1 minute, for each user",
    "first met by 2 events  2026-09-14T10:00:10Z to 2026-09-14T10:00:20Z",
    "2 of Granted",
  ]);
});

test("a file and a folder without rules are told", async () => {
  await writeFile(join(folder, "empty.yml"), "# nothing yet\n");
  await mkdir(join(folder, "empty"));
  const file = assay(folder, "rules", "check", "empty.yml", "--json");
  expect(file.status).toBe(65);
  expect(file.json()).toMatchObject({ compiled: 0, rejected: [{ file: "empty.yml", line: 1 }] });
  const none = assay(folder, "detect", "--case", "c.assay", "--rules", "empty", "--json");
  expect(none.status).toBe(64);
  expect(none.json()).toMatchObject({ error: { code: "no-rule-files" } });
});

test("the journal names the run", () => {
  assay(folder, "detect", "--case", "c.assay", "--no-pack", "--rules", "rules.yml");
  expect(assay(folder, "custody", "--case", "c.assay").stdout).toContain("rules.run");
});

test("rules check needs no case, and ends with 65 for a rule that cannot run", () => {
  const result = assay(folder, "rules", "check", "rules.yml", "--json");
  expect(result.status).toBe(65);
  expect(result.json()).toMatchObject({ loaded: 4, compiled: 3, rejected: [{ line: 16 }] });
});

test("a path that is not there is a problem of the machine", () => {
  const result = assay(folder, "detect", "--case", "c.assay", "--rules", "nowhere", "--json");
  expect(result.status).toBe(74);
});

test("of hundreds of alerts the text explains some and counts the rest, and the document has every one", async () => {
  const users = Array.from({ length: 203 }, (_, index) => ({
    time: "2026-09-14T10:00:00Z",
    user: `u${index}`,
    action: "grant",
  }));
  await writeFile(join(folder, "many.jsonl"), users.map((event) => `${JSON.stringify(event)}\n`).join(""));
  await writeFile(join(folder, "each.yml"), RULES.replace("{gte: 2}", "{gte: 1}"));
  expect(assay(folder, "import", "many.jsonl", "--case", "many.assay", "--source", "jsonl").status).toBe(0);
  const detect = ["detect", "--case", "many.assay", "--rules", "each.yml", "--no-pack"];
  const { stdout } = assay(folder, ...detect);
  expect(stdout.match(/of Granted$/gm)).toHaveLength(50);
  expect(stdout).toContain("  and 153 more; --json lists them all");
  const { correlations } = assay(folder, ...detect, "--json").json() as { correlations: { events: number[] }[] };
  expect(correlations.map(({ events }) => events)).toEqual(users.map((_, index) => [index]));
});
