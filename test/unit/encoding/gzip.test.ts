import { crc32 as nativeCrc32, deflateRawSync, gzipSync, inflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../../core/encoding/crc32.ts";
import {
  type InflateRaw,
  MAX_GZIP_HEADER_BYTES,
  parseGzipHeader,
  readGzipMember,
} from "../../../core/encoding/gzip.ts";

const inflateRaw: InflateRaw = (deflated, maxOutput) => {
  // With `info` the result also tells what was read; the type declarations do not know it.
  const { buffer, engine } = inflateRawSync(deflated, { maxOutputLength: maxOutput, info: true }) as unknown as {
    buffer: Buffer;
    engine: { bytesWritten: number };
  };
  return { output: buffer, consumed: engine.bytesWritten };
};

const content = Buffer.from('{"a":1}\n'.repeat(100));
const file = gzipSync(content);
const read = (bytes: Uint8Array, maxOutput = 1 << 20) => readGzipMember(bytes, inflateRaw, maxOutput);
const kindsOf = (bytes: Uint8Array) => read(bytes).faults.map(({ kind }) => kind);

/** A member with every optional header field, and the header check sum when asked. */
function richMember(flags: number): Buffer {
  const head = [0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];
  if (flags & 4) head.push(3, 0, 1, 2, 3);
  if (flags & 8) head.push(...Buffer.from("name\0"));
  if (flags & 16) head.push(...Buffer.from("note\0"));
  if (flags & 2) {
    const sum = nativeCrc32(Buffer.from(head)) & 0xffff;
    head.push(sum & 255, sum >> 8);
  }
  return Buffer.concat([Buffer.from(head), deflateRawSync(content), file.subarray(-8)]);
}

describe("a gzip file", () => {
  it("of one sound member has its content and no fault", () => {
    const { output, faults, header } = read(file);
    expect([output, faults]).toEqual([content, []]);
    expect(header).toMatchObject({ byteLength: 10, extraBytes: 0, fileName: undefined, comment: undefined });
  });

  it("tells every optional header field, as any of them can hide data", () => {
    for (let flags = 0; flags < 32; flags += 2) {
      const { header, output, faults } = read(richMember(flags));
      expect(faults).toEqual([]);
      expect(output).toEqual(content);
      expect(header?.extraBytes).toBe(flags & 4 ? 3 : 0);
      expect(header?.fileName).toEqual(flags & 8 ? new Uint8Array(Buffer.from("name")) : undefined);
      expect(header?.comment).toEqual(flags & 16 ? new Uint8Array(Buffer.from("note")) : undefined);
    }
  });

  it.each([
    ["a second member", Buffer.concat([file, file]), "trailing-data"],
    ["zeros behind it", Buffer.concat([file, Buffer.alloc(5)]), "trailing-data"],
  ])("with %s keeps the first member's content and says so", (_what, bytes, kind) => {
    const { output, faults } = read(bytes);
    expect(output).toEqual(content);
    expect(faults).toEqual([{ kind, offset: file.length, byteLength: bytes.length - file.length }]);
  });

  it("with a damaged trailer says which number differs", () => {
    const flipped = (fromEnd: number): Buffer => {
      const bytes = Buffer.from(file);
      bytes[bytes.length - fromEnd] = (bytes[bytes.length - fromEnd] ?? 0) ^ 1;
      return bytes;
    };
    expect(kindsOf(flipped(8))).toEqual(["crc32"]);
    expect(kindsOf(flipped(1))).toEqual(["size"]);
    expect(read(flipped(8)).output).toEqual(content);
  });

  it("cut anywhere is a fault", () => {
    for (let length = 0; length < file.length; length++) {
      const { faults } = read(file.subarray(0, length));
      expect(["truncated", "deflate"]).toContain(faults[0]?.kind);
    }
  });

  it("that expands beyond the limit is not expanded", () => {
    expect(read(file, content.length - 1)).toMatchObject({ output: undefined, faults: [{ kind: "deflate" }] });
  });

  it.each([
    ["another mark", 1, 0x8c],
    ["another method", 2, 7],
    ["reserved flags", 3, 0x20],
  ])("with %s is none", (_what, offset, byte) => {
    const bytes = Buffer.from(file);
    bytes[offset] = byte;
    expect(read(bytes).faults).toMatchObject([{ kind: "header", offset }]);
  });

  it("with a wrong header check sum or an endless name is none", () => {
    const bytes = richMember(2);
    bytes[4] = 1;
    expect(kindsOf(bytes)).toEqual(["header"]);
    const endless = Buffer.concat([
      Uint8Array.of(0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 255),
      Buffer.alloc(MAX_GZIP_HEADER_BYTES, 65),
    ]);
    expect(parseGzipHeader(endless).kind).toBe("malformed");
  });
});

describe("CRC-32", () => {
  it("equals the platform's, whole and in parts", () => {
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
    expect(crc32(content)).toBe(nativeCrc32(content));
    expect(crc32(content.subarray(17), crc32(content.subarray(0, 17)))).toBe(nativeCrc32(content));
  });
});
