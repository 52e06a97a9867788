import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openContainer } from "../../../core/bundle/open-container.ts";
import { sealBundle } from "../../../core/bundle/seal.ts";
import { parsePartial, type PartialResult } from "../../../core/casefile/partial-result.ts";
import { mergeSegments, verifySegments } from "../../../core/casefile/partial-verification.ts";
import { NO_TRUST, type Trust } from "../../../core/casefile/trust.ts";
import { verifyContainer } from "../../../core/casefile/verify-evidence.ts";
import { present } from "../../../core/model/assert.ts";
import { type VerifyResult } from "../../../core/model/verdict.ts";
import { formatVerifierKey } from "../../../core/signing/verifier-key.ts";
import { ORIGIN, sealOptions, testKey } from "../../support/sealed-bundle.ts";

const trust: Trust = { ...NO_TRUST, logKeys: [testKey().verifier] };
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

function contentOf([first]: PartialResult["segments"]) {
  return present(first?.content, "a segment that was read");
}

async function whole(path: string) {
  const container = await openContainer(path);
  try {
    return await verifyContainer(container, trust, {});
  } finally {
    await container.close();
  }
}

/** What a note says of how much was read differs: parts hold the times of their records, and no records. */
function withoutNotes(result: VerifyResult): VerifyResult {
  return { ...result, checks: result.checks.map((item) => ({ ...item, note: "" })) };
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
    const expected = withoutNotes(await whole(bundle));
    expect(expected.verdict).toBe("verified-with-limits");
    for (let cut = 0; cut < 4; cut += 1) {
      const parts = [await part(bundle, cut + 1, 4), await part(bundle, 0, cut)];
      expect(withoutNotes(await mergeSegments(parts, trust))).toEqual(expected);
    }
    const each = await Promise.all([0, 1, 2, 3, 4].map((segment) => part(bundle, segment, segment)));
    expect(withoutNotes(await mergeSegments(each, trust))).toEqual(expected);
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
    const merged = await mergeSegments(
      [await part(output, 0, 0), await part(output, 1, 1), await part(output, 2, 2)],
      trust,
    );
    expect(withoutNotes(merged)).toEqual(withoutNotes(expected));
  });

  test("says what follows from its segments alone", async () => {
    const one = await part(bundle, 1, 2);
    expect(one).toMatchObject({ partial: true, range: { first: 1, last: 2, of: 5 }, leafRange: { from: 5, to: 15 } });
    const [before, after] = [await part(bundle, 0, 0), await part(bundle, 3, 4)];
    expect([before.chainAfter, one.chainAfter]).toEqual([one.chainBefore, after.chainBefore]);
  });

  test("fails as a whole when one part was tampered with, and trusts no key by itself", async () => {
    for (let segment = 0; segment < 5; segment += 1) {
      const copy = await tampered(segment);
      const parts = [await part(copy, segment, segment)];
      if (segment > 0) parts.push(await part(bundle, 0, segment - 1));
      if (segment < 4) parts.push(await part(bundle, segment + 1, 4));
      expect((await mergeSegments(parts, trust)).verdict).toBe("altered");
      expect((await whole(copy)).verdict).toBe("altered");
    }
    expect((await mergeSegments([await part(bundle, 0, 4)], NO_TRUST)).verdict).toBe("not-verifiable");
  });

  test("tells of a segment that is not there", async () => {
    const copy = join(folder, "gap");
    await cp(bundle, copy, { recursive: true });
    const segments = join(copy, "data", "segments");
    await rm(join(segments, (await readdir(segments)).sort()[1] ?? ""));
    const merged = await mergeSegments([await part(copy, 0, 3)], trust);
    expect(merged).toMatchObject({ verdict: "altered", counts: { segments: 4 } });
    expect(merged.findings.map(({ code }) => code)).toContain("records-missing");
  });

  test("tells of an earlier state that ends in the midst of a segment, whose root no part gives", async () => {
    const held = {
      vkey: formatVerifierKey(testKey().verifier),
      origin: ORIGIN,
      size: 7,
      root: "00".repeat(32),
      seenAt: "2026-08-01T00:00:00Z",
      statedAt: null,
    };
    const result = await mergeSegments([await part(bundle, 0, 4)], { ...trust, knownStates: [held] });
    expect(result.findings.map(({ code }) => code)).toContain("state-not-compared");
    expect(result.checks).toContainEqual(expect.objectContaining({ name: "anchors", verdict: "failed" }));
  });

  test.each<readonly [string, (part: PartialResult) => void]>([
    ["a file with other bytes than its digest", ({ files }) => (present(files[0], "a file").content = "aGk=")],
    ["hashes for another number of records", ({ segments }) => (contentOf(segments).count = 1)],
    ["more records than can be", ({ segments }) => (contentOf(segments).count = Number.MAX_SAFE_INTEGER)],
    ["a withheld record behind its end", ({ segments }) => contentOf(segments).withheld.push(99)],
    ["leaves of another number", ({ segments }) => (contentOf(segments).leaves = "aGk=")],
    ["records at another place than its segments", ({ leafRange }) => (leafRange.to += 1)],
    ["another chain than its segments", (of) => (of.chainAfter = "00".repeat(32))],
    ["another range than its segments", (of) => (of.compactRange = null)],
  ])("refuses a part that says %s", async (_, lie) => {
    const [head, tail] = [await part(bundle, 0, 2), await part(bundle, 3, 4)];
    lie(tail);
    const refusal: unknown = await mergeSegments([head, tail], trust).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ kind: "usage", code: "partial-malformed" });
  });

  test("refuses holes, overlaps and parts of other bundles", async () => {
    const other = join(folder, "other");
    await sealBundle({ ...sealOptions(folder, [3, 5, 1, 4, 2], { key: testKey(undefined, 8) }), output: other });
    const [head, middle, tail] = [await part(bundle, 0, 1), await part(bundle, 2, 2), await part(bundle, 3, 4)];
    const refusal = (parts: readonly PartialResult[]) => mergeSegments(parts, trust).catch((error: unknown) => error);
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
