import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { sealBundle } from "../../../core/bundle/seal.ts";
import { formatVerifierKey } from "../../../core/signing/verifier-key.ts";
import { assay } from "../../support/command-line.ts";
import { sealOptions, testKey } from "../../support/sealed-bundle.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "assay-merge-"));
  await sealBundle(sealOptions(folder, [3, 5, 1]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("parts that were verified apart are merged to the verdict of the whole, however they are named", () => {
  for (const [name, range] of [
    ["a.json", "0-0"],
    ["b.json", "1-2"],
  ] as const) {
    const { status, stdout } = assay(folder, "verify", "bundle", "--segments", range, "--json");
    expect(status).toBe(0);
    writeFileSync(join(folder, name), stdout);
  }
  const trust = ["--trust", formatVerifierKey(testKey().verifier), "--json"];
  const whole = assay(folder, "verify", "bundle", ...trust);
  expect(whole.json()).toMatchObject({ verdict: "verified-with-limits" });
  for (const named of [
    ["--merge", "a.json", "b.json"],
    ["--merge", "b.json", "--merge", "a.json"],
  ]) {
    const merged = assay(folder, "verify", ...named, ...trust);
    expect([merged.status, (merged.json() as { readonly verdict: string }).verdict]).toEqual([
      0,
      "verified-with-limits",
    ]);
  }
  expect(assay(folder, "verify", "--merge", "a.json", ...trust).json()).toMatchObject({
    error: { code: "partial-holes" },
  });
});
