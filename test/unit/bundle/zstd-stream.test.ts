import { spawnSync } from "node:child_process";

import { describe, expect, it } from "vitest";

import { streamZstdFrame } from "../../../core/bundle/zstd-stream.ts";
import { Problem } from "../../../core/model/problem.ts";

const hasZstd = spawnSync("zstd", ["--version"]).status === 0;
const LIMITS = { path: "x.zst", maxBytes: 64 * 2 ** 20, maxRatio: 1_000 };
/** `printf 'assay assay assay assay assay\n' | zstd --content-size`. */
const SMALL = Buffer.from("KLUv/SQebQAAOGFzc2F5IAoBAKlLETXV1K4=", "base64");
const MAGIC = Buffer.from("28b52ffd", "hex");

/** Blocks of one byte each that stand for 128 KiB of it. */
function runs(count: number): Buffer {
  const block = (isLast: boolean): Buffer => {
    const header = Buffer.alloc(3);
    header.writeUIntLE(((128 * 1024) << 3) | 2 | (isLast ? 1 : 0), 0, 3);
    return Buffer.concat([header, Buffer.of(0x61)]);
  };
  const blocks = Array.from({ length: count }, (_, at) => block(at === count - 1));
  return Buffer.concat([MAGIC, Buffer.of(0x00, 0x58), ...blocks]);
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

/** The content and what followed it, or the code of what was wrong. */
async function read(bytes: Uint8Array, { size = 7, limits = LIMITS } = {}) {
  const parts: Uint8Array[] = [];
  let trailingBytes = -1;
  try {
    for await (const chunk of streamZstdFrame(
      pieces(bytes, size),
      limits,
      (end) => (trailingBytes = end.trailingBytes),
    ))
      parts.push(chunk);
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return { text: Buffer.concat(parts).toString(), trailingBytes };
}

describe("a foreign zstd file", () => {
  it("gives its first frame, in whatever pieces it comes, and counts what follows", async () => {
    const text = "assay assay assay assay assay\n";
    for (const size of [1, 3, 1_000]) expect(await read(SMALL, { size })).toEqual({ text, trailingBytes: 0 });
    expect(await read(Buffer.concat([SMALL, SMALL]))).toEqual({ text, trailingBytes: SMALL.length });
  });

  it("need not state its length", async () => {
    expect(await read(runs(2))).toEqual({ text: "a".repeat(2 * 128 * 1024), trailingBytes: 0 });
  });

  it("is refused when it expands out of proportion, or to more than is allowed", async () => {
    expect(await read(runs(64), { size: 1_000 })).toBe("expansion-ratio");
    expect(await read(runs(2), { limits: { ...LIMITS, maxBytes: 1_000 } })).toBe("too-large");
    const raised = { ...LIMITS, maxRatio: 1_000_000 };
    expect(await read(runs(64), { size: 1_000, limits: raised })).toMatchObject({ trailingBytes: 0 });
  });

  it("is refused when it is cut, damaged, or needs a dictionary or too much memory", async () => {
    for (let length = 0; length < SMALL.length; length += 1)
      expect(await read(SMALL.subarray(0, length))).toBe("zstd-damaged");
    expect(await read(Buffer.concat([MAGIC, Buffer.of(0x01, 0x58, 1)]))).toBe("zstd-unsupported");
    expect(await read(Buffer.concat([MAGIC, Buffer.of(0x00, 0xf8)]))).toBe("zstd-unsupported");
    const reserved = Buffer.concat([MAGIC, Buffer.of(0x00, 0x58, 0x07, 0, 0)]);
    expect(await read(reserved)).toBe("zstd-damaged");
  });

  it.skipIf(!hasZstd)("gives what zstd packed at any level (skipped where zstd is not installed)", async () => {
    const text = Array.from({ length: 20_000 }, (_, at) => `{"n":${at},"user":"person-${(at * 7919) % 101}"}\n`).join(
      "",
    );
    for (const options of [["-1"], ["-19"], ["-3", "--no-check"], ["-3", "--no-content-size"]]) {
      const packed = spawnSync("zstd", ["-q", "-c", ...options], { input: text, maxBuffer: 2 ** 26 }).stdout;
      expect(await read(packed, { size: 65_536 })).toEqual({ text, trailingBytes: 0 });
    }
  });
});
