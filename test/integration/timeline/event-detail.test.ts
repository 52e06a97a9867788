import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { importEvidence } from "../../../core/casefile/import.ts";
import { readEventDetail } from "../../../core/timeline/event-detail.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

let bench: CaseBench;
beforeEach(async () => {
  bench = await caseBench();
});
afterEach(() => bench.remove());

async function detailOf(file: string, text: string) {
  const path = join(bench.folder, file);
  await writeFile(path, text);
  await importEvidence(bench.session, path);
  return readEventDetail(bench.session.caseFile, 1);
}

test("a row of a table shows its cells under the names of their columns", async () => {
  const { fields, raw } = await detailOf(
    "events.csv",
    'timestamp,user,action,note\n2026-01-02T03:04:05Z,ada,login,"a, b"\n2026-01-02T03:04:06Z,bo,logout,"two\nlines"\n',
  );
  expect(Object.fromEntries(fields.map(({ name, value }) => [name, value]))).toEqual({
    timestamp: "2026-01-02T03:04:06Z",
    user: "bo",
    action: "logout",
    note: "two\nlines",
  });
  expect(raw).toBe('2026-01-02T03:04:06Z,bo,logout,"two\nlines"');
});

test("a record of JSON shows its members by their paths, and what is wrong with it", async () => {
  const { fields } = await detailOf(
    "events.jsonl",
    '{"timestamp":"2026-01-02T03:04:05Z","user":"ada"}\n{"timestamp":"2026-01-02T03:04:06Z","user":{"name":"bo"},"user":1}\n',
  );
  expect(fields.map(({ name }) => name)).toContain("(duplicate-name)");
  expect(fields).toContainEqual({ name: "timestamp", value: "2026-01-02T03:04:06Z" });
});
