import { afterAll, beforeAll, expect, it } from "vitest";

import { locateBundle, readWhole, segmentPaths } from "../../../core/bundle/bundle-reader.ts";
import { memoryContainer } from "../../../core/bundle/memory-container.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import { segmentReader, type PackedSegment } from "../../../core/bundle/read-segment.ts";
import { outlineOf } from "../../../core/bundle/segment-content.ts";
import { SegmentPool } from "../../../core/casefile/segment-pool.ts";
import { present } from "../../../core/model/assert.ts";
import { sealCorpusBundle } from "../../../core/selftest/corpus.ts";

const pool = new SegmentPool(2);
afterAll(() => pool.close());

let container: ReturnType<typeof memoryContainer>;
beforeAll(async () => {
  const { bag } = await sealCorpusBundle({ seed: "pool", counts: [4, 5, 3], encoding: "gzip" });
  container = memoryContainer("pool", bag);
});

/** A thread takes the bytes that it is given: they are read anew for each. */
async function packedSegments(): Promise<readonly PackedSegment[]> {
  const prefix = present(locateBundle(container), "a bundle is there");
  const members = new Map(container.members.map((member) => [member.path, member]));
  return Promise.all(
    segmentPaths(container, prefix).map(async ({ path, name }) => {
      const data = await readWhole(container, present(members.get(prefix + path), "segments are members"));
      return { path, name, data, maxRatio: 100 };
    }),
  );
}

it("reads in threads what is read at once", async () => {
  const expected = await segmentReader(platformHash)(await packedSegments());
  expect(expected).toHaveLength(3);
  expect(await pool.read(await packedSegments())).toEqual(expected);
});

it("leaves out what is known of each record where an outline is enough", async () => {
  const whole = await pool.read(await packedSegments());
  const outlines = await pool.read(await packedSegments(), true);
  expect(outlines).toEqual(
    whole.map(({ content, ...segment }) => ({ ...segment, content: content && outlineOf(content) })),
  );
  expect(outlines.map(({ content }) => content?.leaves.length)).toEqual([0, 0, 0]);
  expect(outlines.map(({ content }) => content?.count)).toEqual(whole.map(({ content }) => content?.count));
});
