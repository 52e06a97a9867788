import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openContainer } from "../../../core/bundle/open-container.ts";
import { sealBundle } from "../../../core/bundle/seal.ts";
import { parsePartial, type PartialResult } from "../../../core/casefile/partial-result.ts";
import { mergeSegments, verifySegments } from "../../../core/casefile/partial-verification.ts";
import { present } from "../../../core/model/assert.ts";
import { type VerifyResult } from "../../../core/model/verdict.ts";
import { verifyBundle } from "../../../core/verification/verify-bundle.ts";
import { judge, memoryBundle, rewriteManifests, segmentsOf } from "../../support/memory-bundle.ts";
import { sealOptions, testKey, trusting } from "../../support/sealed-bundle.ts";

const means = trusting(testKey());
let folder: string;
let bundle: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-partial-"));
  await sealBundle(sealOptions(folder, [3, 5, 1, 4, 2]));
  bundle = join(folder, "bundle");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function part(path: string, first: number, last: number): Promise<PartialResult> {
  const container = await openContainer(path);
  try {
    // Through the text that is sent from machine to machine.
    return parsePartial(JSON.stringify(await verifySegments(container, { first, last }, {})), "part.json");
  } finally {
    await container.close();
  }
}

async function whole(path: string): Promise<VerifyResult> {
  const container = await openContainer(path);
  try {
    return present(await verifyBundle(container, means), "a bundle").result;
  } finally {
    await container.close();
  }
}

async function merged(parts: readonly PartialResult[]): Promise<VerifyResult> {
  return (await mergeSegments(parts, means)).result;
}

function segmentOf([first]: PartialResult["segments"]): PartialResult["segments"][number] {
  return present(first, "a segment");
}

/** A copy of the bundle with one letter of one record changed. */
async function tampered(segment: number): Promise<string> {
  const copy = join(folder, `tampered-${segment}`);
  await cp(bundle, copy, { recursive: true });
  const segments = join(copy, "data", "segments");
  const path = join(segments, (await readdir(segments)).sort()[segment] ?? "");
  await writeFile(path, (await readFile(path, "utf8")).replace('"action":"read"', '"action":"reap"'));
  return copy;
}

describe("a verification that is split over machines", () => {
  test("gives what one machine gives, wherever it is cut and in whatever order the parts come", async () => {
    const expected = await whole(bundle);
    expect(expected.verdict).toBe("verified-with-limits");
    for (let cut = 0; cut < 4; cut += 1) {
      const parts = [await part(bundle, cut + 1, 4), await part(bundle, 0, cut)];
      expect(await merged(parts)).toEqual(expected);
    }
    const each = await Promise.all([0, 1, 2, 3, 4].map((segment) => part(bundle, segment, segment)));
    expect(await merged(each)).toEqual(expected);
  });

  test("tells of times that go back as one machine does, within a part and from one to the next", async () => {
    const records = (days: readonly number[]) => days.map((day) => `{"time":"2026-01-0${day}T00:00:00Z"}\n`).join("");
    const inputs = [records([2, 3]), records([2, 4, 1]), records([9])].map((text, position) => ({
      name: `${position}.jsonl`,
      open: () => Readable.from([Buffer.from(text)]),
    }));
    const output = join(folder, "backwards");
    await sealBundle({ ...sealOptions(folder, []), inputs, output });
    const expected = await whole(output);
    expect(expected.findings).toContainEqual(
      expect.objectContaining({ code: "time-goes-back", verdict: expected.verdict }),
    );
    const parts = [await part(output, 0, 0), await part(output, 1, 1), await part(output, 2, 2)];
    expect(await merged(parts)).toEqual(expected);
  });

  test("gives the same of packed segments", async () => {
    const output = join(folder, "packed");
    await sealBundle({ ...sealOptions(folder, [300, 5]), encoding: "gzip", output });
    const expected = await whole(output);
    expect(expected).toMatchObject({ verdict: "verified-with-limits", counts: { records: 309 } });
    expect(await merged([await part(output, 1, 1), await part(output, 0, 0)])).toEqual(expected);
  });

  test("gives the same of a segment in one raw block of zstd (RFC 8878 §3.1.1)", async () => {
    const bag = await memoryBundle([3, 5]);
    const [path = ""] = segmentsOf(bag);
    const text = present(bag.get(path), "a segment");
    const [length, block] = [Buffer.alloc(4), Buffer.alloc(3)];
    length.writeUInt32LE(text.length);
    block.writeUIntLE((text.length << 3) | 1, 0, 3);
    bag.delete(path);
    bag.set(`${path}.zst`, Buffer.concat([Buffer.from("28b52ffda0", "hex"), length, block, text]));
    bag.delete("statement.dsse.json");
    rewriteManifests(bag);
    // In parts, too.
    const { result } = await judge(bag, means);
    expect(result).toMatchObject({ verdict: "verified-with-limits", counts: { records: 12, segments: 2 } });
  });

  test("says what follows from its segments alone", async () => {
    const one = await part(bundle, 1, 2);
    expect(one).toMatchObject({ partial: true, range: { first: 1, last: 2, of: 5 }, leafRange: { from: 5, to: 15 } });
    const [before, after] = [await part(bundle, 0, 0), await part(bundle, 3, 4)];
    expect([before.chainAfter, one.chainAfter]).toEqual([one.chainBefore, after.chainBefore]);
  });

  test("fails as a whole when one part was tampered with, says where, and trusts no key by itself", async () => {
    for (let segment = 0; segment < 5; segment += 1) {
      const copy = await tampered(segment);
      const parts = [await part(copy, segment, segment)];
      if (segment > 0) parts.push(await part(bundle, 0, segment - 1));
      if (segment < 4) parts.push(await part(bundle, segment + 1, 4));
      const result = await merged(parts);
      expect(result).toEqual({ ...(await whole(copy)), log: result.log });
      expect(result.verdict).toBe("altered");
    }
    const { result } = await mergeSegments([await part(bundle, 0, 4)], trusting());
    expect(result.verdict).toBe("not-verifiable");
  });

  test("tells of a segment that is not there", async () => {
    const copy = join(folder, "gap");
    await cp(bundle, copy, { recursive: true });
    const segments = join(copy, "data", "segments");
    await rm(join(segments, (await readdir(segments)).sort()[1] ?? ""));
    const result = await merged([await part(copy, 0, 3)]);
    expect(result).toEqual(await whole(copy));
    expect(result).toMatchObject({ verdict: "altered", counts: { segments: 4 } });
    expect(result.findings.map(({ code }) => code)).toContain("records-missing");
  });

  test.each<readonly [string, (part: PartialResult) => void]>([
    ["a file with other bytes than its digest", ({ files }) => (present(files[0], "a file").content = "aGk=")],
    ["a segment with other bytes than its digest", ({ segments }) => (segmentOf(segments).file = "aGk=")],
    ["a segment with another digest than its bytes", ({ segments }) => (segmentOf(segments).sha256 = "00".repeat(32))],
    ["a segment with another length than its bytes", ({ segments }) => (segmentOf(segments).byteLength += 1)],
    ["a segment of which it says nothing", ({ segments }) => (segmentOf(segments).file = null)],
    ["a segment that is none", ({ segments }) => (segmentOf(segments).path = "data/segments/1.jsonl")],
    ["records at another place than its segments", ({ leafRange }) => (leafRange.to += 1)],
    ["another chain than its segments", (of) => (of.chainAfter = "00".repeat(32))],
    ["another range than its segments", (of) => (of.compactRange = null)],
  ])("refuses a part that says %s", async (_, lie) => {
    const [head, tail] = [await part(bundle, 0, 2), await part(bundle, 3, 4)];
    lie(tail);
    const refusal: unknown = await merged([head, tail]).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ kind: "usage", code: "partial-malformed" });
  });

  test("refuses holes, overlaps and parts of other bundles", async () => {
    const other = join(folder, "other");
    await sealBundle({ ...sealOptions(folder, [3, 5, 1, 4, 2], { key: testKey(undefined, 8) }), output: other });
    const [head, middle, tail] = [await part(bundle, 0, 1), await part(bundle, 2, 2), await part(bundle, 3, 4)];
    const refusal = (parts: readonly PartialResult[]) => merged(parts).catch((error: unknown) => error);
    expect(await refusal([head, tail])).toMatchObject({ code: "partial-holes" });
    expect(await refusal([head, middle])).toMatchObject({ code: "partial-holes" });
    expect(await refusal([head, middle, middle, tail])).toMatchObject({ code: "partial-holes" });
    expect(await refusal([])).toMatchObject({ code: "partial-holes" });
    expect(await refusal([head, middle, await part(other, 3, 4)])).toMatchObject({ code: "partial-mismatch" });
    const repeated = JSON.stringify(head).replace("{", '{"partial":true,');
    for (const text of ['{"partial":true}', repeated, "{"]) {
      expect(() => parsePartial(text, "x.json")).toThrow(expect.objectContaining({ code: "partial-malformed" }));
    }
    expect(await part(bundle, 3, 7).catch((error: unknown) => error)).toMatchObject({ code: "no-such-segments" });
  });
});
