import { crc32, deflateRawSync } from "node:zlib";

/** No name, no time, "unknown" operating system: the same content gives the same bytes wherever it is packed. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/** One gzip member without header fields (RFC 1952). */
export function gzipMember(content: Uint8Array): Uint8Array {
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc32(content), true);
  trailer.setUint32(4, content.length % 2 ** 32, true);
  return Buffer.concat([HEADER, deflateRawSync(content, { level: 9 }), new Uint8Array(trailer.buffer)]);
}
