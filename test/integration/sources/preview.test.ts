import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { lookAtEvidence, previewMapping } from "../../../core/casefile/preview-mapping.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-look-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function written(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

describe("evidence that is looked at before it is imported", () => {
  test("of a known source says which, and why", async () => {
    const line = JSON.stringify({ operator: "a", category_type: "User", action: "Add", operation_detail: "", time: 1 });
    expect(await lookAtEvidence(await written("zoom.jsonl", line))).toMatchObject({
      label: "zoom.jsonl",
      mappable: true,
      source: { name: "zoom", score: 1 },
      sampled: 1,
    });
  });

  test("of no known source gives its members and a mapping to begin with, which already maps them", async () => {
    const records = [
      { ts: "2026-01-02T03:04:05Z", user: { name: "a" }, event: "login", labels: { "a.b": [{ c: 1 }] } },
      { ts: "2026-01-02T03:04:06Z", user: { name: "b" }, event: "logout" },
    ];
    const path = await written("Our gateway.json", JSON.stringify({ stuff: 1, items: records }));
    const look = await lookAtEvidence(path);
    expect(look).toMatchObject({ mappable: true, source: null, sampled: 2 });
    expect(look.fields).toEqual([
      { path: "ts", count: 2, example: "2026-01-02T03:04:05Z" },
      { path: "user.name", count: 2, example: "a" },
      { path: "event", count: 2, example: "login" },
      { path: 'labels."a.b"[0].c', count: 1, example: "1" },
    ]);
    expect(await previewMapping(path, look.draft)).toEqual({
      faults: [],
      columns: ["time", "timeRecorded", "principal", "action"],
      rows: [
        ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "a", "login"],
        ["2026-01-02T03:04:06Z", "2026-01-02T03:04:06Z", "b", "logout"],
      ],
      empty: 0,
      undated: 0,
    });
  });

  test("of members with names of its own begins with one that is written as a time", async () => {
    const path = await written("doors.jsonl", '{"opened":"2026-01-02T03:04:05Z","door":"D1","did":"open"}\n');
    const { draft } = await lookAtEvidence(path);
    expect(await previewMapping(path, draft)).toMatchObject({
      rows: [["2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"]],
    });
  });

  test("by a mapping with faults gives them with their places, and no rows", async () => {
    const path = await written("x.jsonl", '{"a":1}\n');
    expect(await previewMapping(path, "name: x\ntime: { from: a }\ncolumns: { action: .. }\n")).toMatchObject({
      faults: [{ line: 3, column: 20 }],
      rows: [],
    });
  });

  test("holds nothing that can be mapped where it holds no records", async () => {
    expect(await lookAtEvidence(await written("notes.txt", "Nothing here.\n"))).toMatchObject({
      mappable: false,
      source: null,
      fields: [],
    });
  });
});
