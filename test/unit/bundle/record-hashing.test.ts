import { createHash } from "node:crypto";

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { nativeHashing } from "../../../core/bundle/native-hashing.ts";
import { PlatformHashing, platformHashing } from "../../../core/bundle/platform-hashing.ts";
import { platformHash } from "../../../core/bundle/platform-crypto.ts";
import {
  readSegments,
  SegmentMemory,
  segmentReader,
  type PackedSegment,
  type SegmentHashing,
} from "../../../core/bundle/read-segment.ts";
import { CompactRange } from "../../../core/merkle/compact-range.ts";
import { rangeOfLeaves, recordHashing } from "../../../core/merkle/record-hashing.ts";
import { HASH_BYTES } from "../../../core/model/digest.ts";
import { nobleHash } from "../../support/hashes.ts";

const reference = recordHashing(nobleHash);
const native = nativeHashing();

/** Hashes that are the same in every run. */
function hashes(count: number, seed: string): Uint8Array {
  const parts = Array.from({ length: count }, (_, index) => createHash("sha256").update(`${seed} ${index}`).digest());
  return new Uint8Array(Buffer.concat(parts));
}

function segmentOf(index: number, text: string): PackedSegment {
  return {
    name: { firstIndex: index * 5, encoding: "plain" },
    path: `data/segments/${index}.jsonl`,
    maxRatio: 1_000,
    data: Buffer.from(`\0${text}`, "latin1"),
  };
}

describe.each([
  { name: "WebAssembly beside the platform's", fast: new PlatformHashing() },
  ...(native === undefined ? [] : [{ name: "native code", fast: native }]),
])("the implementation by $name equals the reference", ({ fast }) => {
  const hashing = (): SegmentHashing => ({ ...platformHashing(), records: fast });

  test("in the leaves of records of every length up to three blocks", () => {
    const text = Buffer.from(`\n${"{x~\u00ff".repeat(60)}`);
    const before = Buffer.from(text);
    const bounds = Uint32Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? 1 + (at % 3) : 3 + (at - 1) / 2));
    const [expected, found] = [new Uint8Array(1 + 200 * HASH_BYTES), new Uint8Array(1 + 200 * HASH_BYTES)];
    reference.leaves(text, bounds, 200, expected, 1);
    fast.leaves(text, bounds, 200, found, 1);
    expect(found).toEqual(expected);
    expect(text).toEqual(before);
  });

  test("in the parents of every number of nodes up to 70", () => {
    for (let count = 0; count <= 70; count += 1) {
      const nodes = hashes(count, "node");
      expect(fast.parents(nodes)).toEqual(reference.parents(nodes));
    }
  });

  test("in chains of unequal lengths, however many there are", () => {
    const lengths = [0, 1, 2, 7, 64, 0, 33, 5, 12];
    for (let count = 0; count <= lengths.length; count += 1) {
      const parts = lengths.slice(0, count).map((length, index) => ({
        head: hashes(1, `head ${index}`),
        leaves: hashes(length, `leaf ${index}`),
      }));
      expect(fast.chains(parts)).toEqual(reference.chains(parts));
    }
  });

  test("in more nodes and longer chains than one call of the kernel takes", () => {
    const leaves = hashes(200_001, "many");
    const platform = recordHashing(platformHash);
    expect(Buffer.from(fast.parents(leaves)).equals(platform.parents(leaves))).toBe(true);
    const parts = [{ head: hashes(1, "head"), leaves: leaves.subarray(0, 70_000 * HASH_BYTES) }];
    expect(fast.chains(parts)).toEqual(platform.chains(parts));
  });

  test.each([1_000_000, 1_048_576, 1_048_577, 1_400_000])("in a line of %i bytes among others", async (length) => {
    const lines = ["{}", `{"time":1,"note":"${"n".repeat(length - 20)}"}`, "{}", "{}"];
    const packed = (): PackedSegment[] => [segmentOf(0, `${lines.join("\n")}\n`)];
    const found = await readSegments(packed(), hashing(), new SegmentMemory());
    expect(found).toEqual(await segmentReader(platformHash)(packed()));
  });

  test("in everything that is read of a segment, whatever its lines are", async () => {
    const line = fc.oneof(
      fc.constantFrom("", "\r", "{}", "~", `~${Buffer.alloc(32, 3).toString("base64")}`, "\u00ef\u00bb\u00bf{}"),
      fc.string({ unit: "binary", maxLength: 90 }).map((text) => text.replaceAll("\n", "")),
    );
    const time = fc.oneof(
      fc.nat(),
      fc.maxSafeNat(),
      fc.constantFrom("", "00", "07", "-1", "1.5", "9".repeat(15), "9".repeat(16)),
    );
    const timed = fc
      .record({
        time,
        end: fc.constantFrom("}", ',"a":1}', " }", "}\r", ""),
        note: fc.constantFrom("", "~".repeat(300)),
      })
      .map((parts) => `{"time":${parts.time}${parts.end}${parts.note}`);
    const lines = fc.array(fc.oneof(line, timed, timed), { size: "max", maxLength: 300 });
    const segments = fc.array(lines, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(segments, fc.boolean(), async (texts, terminated) => {
        const packed = (): PackedSegment[] =>
          texts.map((lines, index) => segmentOf(index, `${lines.join("\n")}${terminated ? "\n" : ""}`));
        const found = await readSegments(packed(), hashing(), new SegmentMemory());
        expect(found).toEqual(await segmentReader(nobleHash)(packed()));
      }),
      { numRuns: 25 },
    );
  });
});

describe.skipIf(native === undefined)(
  "native code (no C compiler, or no instructions for SHA-256, where skipped)",
  () => {
    const text = new Uint8Array(100);

    test.each([
      { what: "a record that ends behind the text", bounds: [1, 101], count: 1, room: 32, at: 0 },
      { what: "a record that ends before it begins", bounds: [9, 8], count: 1, room: 32, at: 0 },
      { what: "more records than bounds", bounds: [1, 2], count: 2, room: 64, at: 0 },
      { what: "more leaves than room", bounds: [1, 2, 3, 4], count: 2, room: 63, at: 0 },
      { what: "a place behind the room", bounds: [1, 2], count: 1, room: 32, at: 33 },
    ])("refuses $what", ({ bounds, count, room, at }) => {
      expect(() => native?.leaves(text, Uint32Array.from(bounds), count, new Uint8Array(room), at)).toThrow(RangeError);
    });

    test("refuses chains whose hashes are cut", () => {
      expect(() => native?.chains([{ head: new Uint8Array(31), leaves: text }])).toThrow(RangeError);
      expect(() => native?.chains([{ head: new Uint8Array(32), leaves: text }])).toThrow(RangeError);
    });
  },
);

test("the range of leaves is the range that grows leaf by leaf, wherever it begins", () => {
  for (let begin = 0; begin <= 20; begin += 1) {
    for (let count = 0; count <= 20; count += 1) {
      const leaves = hashes(count, "leaf");
      const range = new CompactRange(platformHash, begin);
      for (let index = 0; index < count; index += 1) {
        range.append(leaves.slice(index * HASH_BYTES, (index + 1) * HASH_BYTES));
      }
      expect(rangeOfLeaves(platformHashing().records, begin, leaves)).toEqual(range.encode());
    }
  }
});
