import { gunzipSync } from "node:zlib";

import { beforeAll, expect, test } from "vitest";

import { DEFAULT_LIMITS } from "../../../core/bundle/container.ts";
import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { present } from "../../../core/model/assert.ts";
import { verifyBundle } from "../../../core/verification/verify-bundle.ts";
import { memoryBundle, type MemoryBundle } from "../../support/memory-bundle.ts";
import { testKey, trusting } from "../../support/sealed-bundle.ts";

const SEGMENT = "data/segments/00000000000000000000.jsonl.gz";
/** Deflate comes closest to its bound, 1,032 : 1, on long runs of one letter. */
const RUN = `{"run":"${"a".repeat(1_048_000)}"}\n`;
const RUNS = 24;
const ABOVE_DEFLATE = 1_032;

let bundle: MemoryBundle;

beforeAll(async () => {
  const open = async function* (): AsyncGenerator<Uint8Array> {
    for (let run = 0; run < RUNS; run += 1) yield await Promise.resolve(Buffer.from(RUN));
  };
  const inputs = [{ name: "runs.jsonl", open }];
  bundle = await memoryBundle([], { inputs, encoding: "gzip", addSalt: false, segmentBytes: 32 * 2 ** 20 });
});

async function codesUnder(maxRatio: number): Promise<readonly string[]> {
  const container = { ...memoryContainer("bundle", bundle), limits: { ...DEFAULT_LIMITS, maxRatio } };
  const { result } = present(await verifyBundle(container, trusting(testKey())), "a bundle");
  return result.findings.map(({ code, verdict }) => `${code} ${verdict}`);
}

const LIMITED = ["not-witnessed verified-with-limits", "not-stamped verified-with-limits"];

test("a segment that expands further than the limit is refused, and read once the examiner has raised it", async () => {
  const packed = bundle.get(SEGMENT) ?? Buffer.alloc(0);
  expect(gunzipSync(packed).length / packed.length).toBeGreaterThan(DEFAULT_LIMITS.maxRatio);
  expect(await codesUnder(DEFAULT_LIMITS.maxRatio)).toEqual(["expansion-ratio refused", ...LIMITED]);
  expect(await codesUnder(ABOVE_DEFLATE)).toEqual(LIMITED);
});
