import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, it } from "vitest";

import { sealBundle } from "../../../core/bundle/seal.ts";
import { judge, linesOf, memoryBundle, segmentsOf } from "../../support/memory-bundle.ts";
import { record, sealOptions, testKey, trusting } from "../../support/sealed-bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-seal-"));
afterAll(() => rmSync(folder, { recursive: true }));

it.each(["plain", "gzip"] as const)("the same inputs make the same folder, byte for byte (%s)", async (encoding) => {
  const [one, other] = [await memoryBundle([3, 4], { encoding }), await memoryBundle([3, 4], { encoding })];
  expect(other).toEqual(one);
});

it.each(["plain", "gzip"] as const)("the same inputs make the same zip, byte for byte (%s)", async (encoding) => {
  const zips = [];
  for (const place of ["first", "second"]) {
    const output = join(folder, `${place}-${encoding}`, "bundle.zip");
    mkdirSync(join(folder, `${place}-${encoding}`));
    await sealBundle(sealOptions(folder, [3, 4], { encoding, output }));
    zips.push(readFileSync(output));
    expect(readdirSync(join(folder, `${place}-${encoding}`))).toEqual(["bundle.zip"]);
  }
  expect(zips[1]).toEqual(zips[0]);
});

it("every small bundle verifies, whatever its size and wherever its segments end", { timeout: 120_000 }, async () => {
  for (let size = 1; size <= 64; size += 1) {
    // Each input begins a segment: one segment, halves, and as many segments as there are records.
    const half = Math.floor(size / 2);
    for (const counts of [[size], half > 0 ? [half, size - half] : [size], Array<number>(Math.min(size, 9)).fill(1)]) {
      const bundle = await memoryBundle(counts);
      const records = counts.reduce((total, count) => total + count, 0);
      const { result, rows } = await judge(bundle, trusting(testKey()));
      expect(result.findings.map(({ code }) => code)).toEqual(["not-witnessed", "not-stamped"]);
      expect(result.checks.filter(({ verdict }) => verdict === "failed")).toEqual([]);
      expect(result.counts).toMatchObject({ records: records + 2 * counts.length, segments: counts.length });
      expect(rows.map(({ count }) => count)).toEqual(counts.map((count) => count + 2));
    }
  }
});

it.each([1_024, 1_100, 1_536, 4_096])(
  "segments of at most %i bytes hold all records in order",
  async (segmentBytes) => {
    const bundle = await memoryBundle([40], { segmentBytes, addSalt: false });
    const lines = segmentsOf(bundle).flatMap((path) => linesOf(bundle, path).slice(1, -1));
    expect(lines).toEqual(Array.from({ length: 40 }, (_, index) => record(index)));
    const { result } = await judge(bundle, trusting(testKey()));
    expect(result.verdict).toBe("verified-with-limits");
  },
);
