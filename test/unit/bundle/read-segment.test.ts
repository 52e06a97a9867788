import { appendFileSync, lstatSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { identityOf } from "../../../core/bundle/file-bytes.ts";
import { platformHashing } from "../../../core/bundle/platform-hashing.ts";
import { readSegments, SegmentMemory, type PackedSegment } from "../../../core/bundle/read-segment.ts";

/** Later ones are shorter and longer than those whose memory they take. */
const TEXTS = [30, 2_500, 1, 2_200, 40].map((lines, index) =>
  `{"segment":${index},"note":"${"n".repeat(500)}"}\n`.repeat(lines),
);

describe("segments that lie on the disk", () => {
  let folder = "";
  const path = (index: number): string => join(folder, `${index}.jsonl`);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "assay-segments-"));
    for (const [index, text] of TEXTS.entries()) writeFileSync(path(index), text);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const packed = (data: (index: number) => PackedSegment["data"]): PackedSegment[] =>
    TEXTS.map((_, index) => ({
      name: { firstIndex: 100_000 * index, encoding: "plain" },
      path: `data/segments/${index}.jsonl`,
      maxRatio: 1_000,
      data: data(index),
    }));
  const listed = (): PackedSegment[] =>
    packed((index) => ({
      path: path(index),
      shownPath: `${index}.jsonl`,
      identity: identityOf(lstatSync(path(index), { bigint: true })),
    }));
  const inMemory = (): PackedSegment[] => packed((index) => Buffer.from(`\0${TEXTS[index] ?? ""}`));

  /** What differs when a byte of a segment does. */
  async function digestsOf(segments: readonly PackedSegment[], memories = new SegmentMemory()): Promise<unknown> {
    const read = await readSegments(segments, platformHashing(), memories);
    return read.map(({ sha256, content }) => ({ sha256, range: content?.range }));
  }

  test("are read as they are from memory, group after group", async () => {
    const memories = new SegmentMemory();
    const expected = await digestsOf(inMemory());
    for (let group = 0; group < 2; group += 1) expect(await digestsOf(listed(), memories)).toEqual(expected);
  });

  test("are refused when one changes after it was listed, and the memory is good for the next", async () => {
    const memories = new SegmentMemory();
    const segments = listed();
    appendFileSync(path(3), "{}\n");
    await expect(digestsOf(segments, memories)).rejects.toMatchObject({
      code: "changed-while-reading",
      details: { file: "3.jsonl" },
    });
    expect(await digestsOf(segments.slice(0, 3), memories)).toEqual(await digestsOf(inMemory().slice(0, 3)));
  });
});
