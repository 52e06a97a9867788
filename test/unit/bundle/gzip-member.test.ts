import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { streamGzipMember, type GzipOptions, type GzipOutcome } from "../../../core/bundle/gzip-member.ts";
import { Problem } from "../../../core/model/problem.ts";

const CONTENT = Buffer.from("one line\nanother line\n".repeat(50_000));
const PACKED = gzipSync(CONTENT);
const STRICT: GzipOptions = { path: "a.gz", framing: "strict", maxBytes: 64 * 2 ** 20, maxRatio: 1_000 };
const LENIENT: GzipOptions = { ...STRICT, framing: "lenient" };

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += size) {
    await Promise.resolve();
    yield bytes.subarray(offset, offset + size);
  }
}

async function read(
  packed: Uint8Array,
  options: GzipOptions,
  chunkSize = 1_000,
): Promise<{ content: Buffer; outcome: GzipOutcome | undefined }> {
  const parts: Uint8Array[] = [];
  let outcome: GzipOutcome | undefined;
  for await (const part of streamGzipMember(inChunks(packed, chunkSize), options, (end) => (outcome = end)))
    parts.push(part);
  return { content: Buffer.concat(parts), outcome };
}

describe("streamGzipMember", () => {
  it.each([1, 7, 8, 9, PACKED.length - 8, PACKED.length - 9, PACKED.length])(
    "gives the content whatever the chunks are (%i bytes each)",
    async (chunkSize) => {
      const small = gzipSync(CONTENT.subarray(0, 4_000));
      expect((await read(small, STRICT, chunkSize)).content.equals(CONTENT.subarray(0, 4_000))).toBe(true);
      const whole = await read(PACKED, STRICT, Math.max(chunkSize, 500));
      expect(whole.content.equals(CONTENT)).toBe(true);
      expect(whole.outcome).toEqual({ trailingBytes: 0, trailerDamaged: false });
    },
  );

  it.each([
    ["a second member", gzipSync("forged\n")],
    ["zeros", Buffer.alloc(512)],
    ["one byte", Buffer.from("x")],
  ])("refuses %s after the data in strict framing and never joins it in lenient framing", async (_name, extra) => {
    for (const chunkSize of [1_000, PACKED.length, PACKED.length - 8]) {
      const packed = Buffer.concat([PACKED, extra]);
      await expect(read(packed, STRICT, chunkSize)).rejects.toMatchObject({
        kind: "refused",
        code: "gzip-hidden-data",
      });
      const lenient = await read(packed, LENIENT, chunkSize);
      expect(lenient.content.equals(CONTENT)).toBe(true);
      expect(lenient.outcome).toEqual({ trailingBytes: extra.length, trailerDamaged: false });
    }
  });

  it("refuses header fields in strict framing and skips them in lenient framing", async () => {
    const named = Buffer.concat([PACKED.subarray(0, 10), Buffer.from("name.json\0"), PACKED.subarray(10)]);
    named[3] = 0x08;
    await expect(read(named, STRICT)).rejects.toMatchObject({ code: "gzip-hidden-data" });
    expect((await read(named, LENIENT, 3)).content.equals(CONTENT)).toBe(true);
  });

  it("tells a wrong checksum or length from wrong content", async () => {
    for (const fromEnd of [1, 4, 5, 8]) {
      const packed = Buffer.from(PACKED);
      packed[packed.length - fromEnd] = (packed[packed.length - fromEnd] ?? 0) ^ 1;
      await expect(read(packed, STRICT)).rejects.toMatchObject({ code: "gzip-checksum-mismatch" });
      expect((await read(packed, LENIENT)).outcome).toEqual({ trailingBytes: 0, trailerDamaged: true });
    }
  });

  it("says that a file is cut, wherever it is cut", async () => {
    const small = gzipSync("a few words\n");
    for (let length = 1; length < small.length; length += 1) {
      for (const options of [STRICT, LENIENT]) {
        await expect(read(small.subarray(0, length), options, 4)).rejects.toMatchObject({
          kind: "refused",
          code: "gzip-truncated",
        });
      }
    }
  });

  it("says that the data is damaged, whichever bit of it is, or gives the same content", async () => {
    const content = CONTENT.subarray(0, 200);
    const small = gzipSync(content);
    const codes = new Set<unknown>();
    for (let bit = 0; bit < 8 * (small.length - 18); bit += 1) {
      const damaged = Buffer.from(small);
      const at = 10 + (bit >> 3);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit % 8));
      const found = await read(damaged, STRICT, small.length).catch((error: unknown) => error);
      if (found instanceof Problem) codes.add(found.code);
      // The bits that fill the last byte mean nothing.
      else expect(found).toMatchObject({ content });
    }
    expect([...codes].sort()).toEqual(["gzip-checksum-mismatch", "gzip-damaged", "gzip-hidden-data", "gzip-truncated"]);
  });

  it("stops at the size limit and at the ratio limit", async () => {
    await expect(read(PACKED, { ...STRICT, maxBytes: 10_000 })).rejects.toMatchObject({ code: "too-large" });
    const bomb = gzipSync(Buffer.alloc(32 * 2 ** 20));
    await expect(read(bomb, STRICT)).rejects.toMatchObject({ code: "expansion-ratio" });
  });

  it("closes its source when the reader leaves early", async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* inChunks(PACKED, 1_000);
      } finally {
        closed = true;
      }
    }
    const content = streamGzipMember(source(), STRICT);
    expect((await content.next()).done).toBe(false);
    await content.return();
    expect(closed).toBe(true);
  });
});
