import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterAll, expect, test } from "vitest";

import { assay } from "../../support/command-line.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-limits-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("an import under raised limits says so in the journal", () => {
  writeFileSync(join(folder, "same.jsonl.gz"), gzipSync('{"n":1}\n'.repeat(3)));
  const imported = assay(folder, "import", "same.jsonl.gz", "--case", "raised", "--max-bytes", "99999999999", "--json");
  expect(imported.status).toBe(0);
  const journal = readFileSync(join(folder, "raised", "custody.jsonl"), "utf8");
  expect(journal.split("\n").filter((line) => line.includes("limits.raised"))).toHaveLength(1);
});

test.each(["--max-ratio", "--max-bytes"])("%s only raises a limit", (option) => {
  const run = assay(folder, "verify", "same.jsonl.gz", option, "5", "--json");
  expect([run.status, run.json()]).toMatchObject([64, { error: { code: "bad-limit" } }]);
});
