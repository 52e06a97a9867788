import { describe, expect, it } from "vitest";

import { unpackZstdFrame } from "../../../core/bundle/zstd-frame.ts";
import { parseZstdFrame } from "../../../core/encoding/zstd.ts";
import { Problem } from "../../../core/model/problem.ts";

/** RFC 8878 §3.1.1: single segment, one byte of content size, raw blocks. */
function frame(content: string, { checksum = false, descriptor = 0x20 } = {}): Buffer {
  const data = Buffer.from(content);
  const header = Buffer.alloc(3);
  header.writeUIntLE((data.length << 3) | 1, 0, 3);
  const parts = [Buffer.from("28b52ffd", "hex"), Buffer.of(descriptor | (checksum ? 4 : 0), data.length), header, data];
  return Buffer.concat([...parts, Buffer.alloc(checksum ? 4 : 0)]);
}

/** A frame of blocks that each say one space so many times, with four bytes of content size. */
function repeated(times: number, blocks: number): Buffer {
  const head = Buffer.from("28b52ffda000000000", "hex");
  head.writeUInt32LE(times * blocks, 5);
  const rest = Array.from({ length: blocks }, (_, index) => {
    const block = Buffer.from("00000020", "hex");
    block.writeUIntLE((times << 3) | 2 | (index === blocks - 1 ? 1 : 0), 0, 3);
    return block;
  });
  return Buffer.concat([head, ...rest]);
}

/** `printf 'assay assay assay assay assay\n' | zstd --content-size`: a compressed block with a checksum. */
const COMPRESSED = Buffer.from("KLUv/SQebQAAOGFzc2F5IAoBAKlLETXV1K4=", "base64");

function codeOf(bytes: Uint8Array): string {
  try {
    return unpackZstdFrame(bytes, { path: "x.zst", maxBytes: 2 ** 21, maxRatio: 1_000 }).toString();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

describe("a zstd frame", () => {
  it("gives its content, with or without a checksum", () => {
    expect(codeOf(frame("hello"))).toBe("hello");
    expect(codeOf(frame("hello", { checksum: true }))).toBe("hello");
    expect(codeOf(COMPRESSED)).toBe("assay assay assay assay assay\n");
  });

  it("followed by anything is refused: another frame, a skippable one, or zeros", () => {
    const skippable = Buffer.concat([Buffer.from("502a4d18", "hex"), Buffer.of(1, 0, 0, 0, 7)]);
    for (const rest of [frame("more"), skippable, Buffer.of(0)]) {
      expect(codeOf(Buffer.concat([frame("hello"), rest]))).toBe("zstd-hidden-data");
    }
    expect(codeOf(Buffer.concat([skippable, frame("hello")]))).toBe("zstd-damaged");
  });

  it("that needs a dictionary, or hides the length of its content, is refused", () => {
    expect(codeOf(frame("hello", { descriptor: 0x21 }))).toBe("zstd-unsupported");
    expect(codeOf(frame("hello", { descriptor: 0x00 }))).toBe("zstd-unsupported");
  });

  it("that states another length, or more than a segment may hold, is refused", () => {
    const longer = frame("hello");
    longer[5] = 6;
    expect(codeOf(longer)).toBe("zstd-damaged");
    expect(codeOf(Buffer.from("28b52ffda0ffffff7f010000", "hex"))).toBe("too-large");
  });

  it("with a huge window is refused", () => {
    // Not a single segment: window descriptor 0xff, content size in two bytes.
    expect(codeOf(Buffer.from("28b52ffd40ff0000010000", "hex"))).toBe("too-large");
  });

  it("with a block that is longer than one may be is refused, as zstd itself does", () => {
    expect(codeOf(repeated(2 ** 17, 1))).toBe(" ".repeat(2 ** 17));
    expect(codeOf(repeated(2 ** 17 + 1, 1))).toBe("zstd-damaged");
  });

  it("that expands out of all proportion is refused", () => {
    expect(codeOf(repeated(2 ** 17, 8))).toBe("expansion-ratio");
  });

  it("cut anywhere is damaged, and never throws anything but a problem", () => {
    const whole = frame("hello", { checksum: true });
    for (let length = 0; length < whole.length; length += 1) {
      expect(codeOf(whole.subarray(0, length))).toBe("zstd-damaged");
    }
    for (let at = 0; at < COMPRESSED.length; at += 1) {
      const changed = Buffer.from(COMPRESSED);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      expect(parseZstdFrame(changed).kind).toMatch(/frame|damaged|unsupported/);
      codeOf(changed);
    }
  });
});
