// Reading one member of a .tgz and the members of a .zip, of archives whose bytes are pinned: small, not general.
import { createHash } from "node:crypto";
import fs from "node:fs";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import zlib from "node:zlib";

const TAR_BLOCK = 512;
const CHUNK = 1 << 20;

/** Streams one member out of a .tgz into a file, and hashes the .tgz over all its bytes on the way. */
export async function extractTarMember(tarball, member, target) {
  const hash = createHash("sha512");
  const descriptor = fs.openSync(target, "w", 0o600);
  const reader = new TarMemberReader(member, descriptor);
  try {
    const source = fs.createReadStream(tarball, { highWaterMark: CHUNK });
    source.on("data", (chunk) => hash.update(chunk));
    await pipeline(source, zlib.createGunzip({ chunkSize: CHUNK }), reader);
  } finally {
    fs.closeSync(descriptor);
  }
  return { integrity: `sha512-${hash.digest("base64")}`, byteLength: reader.written };
}

class TarMemberReader extends Writable {
  written = 0;
  #member;
  #descriptor;
  #buffered = Buffer.alloc(0);
  #contentLeft = 0;
  #paddingLeft = 0;
  #wanted = false;

  constructor(member, descriptor) {
    super();
    this.#member = member;
    this.#descriptor = descriptor;
  }

  _write(chunk, _encoding, done) {
    this.#buffered = this.#buffered.length > 0 ? Buffer.concat([this.#buffered, chunk]) : chunk;
    try {
      while (this.#step());
      done();
    } catch (error) {
      done(error);
    }
  }

  /** Consumes content, padding or one header; false when more bytes are needed. */
  #step() {
    if (this.#contentLeft > 0) {
      const content = this.#take(this.#contentLeft);
      if (this.#wanted) this.written += fs.writeSync(this.#descriptor, content);
      this.#contentLeft -= content.length;
      return content.length > 0;
    }
    if (this.#paddingLeft > 0) {
      const padding = this.#take(this.#paddingLeft);
      this.#paddingLeft -= padding.length;
      return padding.length > 0;
    }
    if (this.#buffered.length < TAR_BLOCK) return false;
    this.#readHeader(this.#take(TAR_BLOCK));
    return true;
  }

  #readHeader(header) {
    const field = (start, end) => header.toString("latin1", start, end).replace(/\0.*$/s, "").trim();
    this.#contentLeft = Number.parseInt(field(124, 136) || "0", 8);
    if (!Number.isSafeInteger(this.#contentLeft)) throw new Error("tar: expected an octal size in a member's header");
    this.#paddingLeft = (TAR_BLOCK - (this.#contentLeft % TAR_BLOCK)) % TAR_BLOCK;
    this.#wanted = field(0, 100) === this.#member;
  }

  #take(byteLength) {
    const taken = this.#buffered.subarray(0, byteLength);
    this.#buffered = this.#buffered.subarray(taken.length);
    return taken;
  }
}

const END_OF_DIRECTORY = Buffer.from("PK\x05\x06", "latin1");
const DIRECTORY_ENTRY_SIGNATURE = 0x02014b50;
/** An end-of-directory record of 22 bytes and the longest comment. */
const LONGEST_TAIL = 22 + 0xffff;

/** The members of a zip (stored or deflated, no zip64): name, mode, and a function that reads the checked content. */
export function zipMembers(descriptor) {
  const size = fs.fstatSync(descriptor).size;
  const tail = readAt(descriptor, Math.max(0, size - LONGEST_TAIL), Math.min(size, LONGEST_TAIL));
  const end = tail.lastIndexOf(END_OF_DIRECTORY);
  if (end < 0) throw new Error("zip: expected an end-of-directory record, found none");
  const count = tail.readUInt16LE(end + 10);
  const directory = readAt(descriptor, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const members = [];
  for (let index = 0, at = 0; index < count; index++) {
    if (directory.readUInt32LE(at) !== DIRECTORY_ENTRY_SIGNATURE) throw new Error(`zip: damaged directory at ${at}`);
    const nameLength = directory.readUInt16LE(at + 28);
    const entry = {
      name: directory.toString("utf8", at + 46, at + 46 + nameLength),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      method: directory.readUInt16LE(at + 10),
      compressedSize: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      offset: directory.readUInt32LE(at + 42),
    };
    members.push({ name: entry.name, mode: entry.mode, read: () => readMember(descriptor, entry) });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return members;
}

function readMember(descriptor, { name, method, compressedSize, size, offset }) {
  const header = readAt(descriptor, offset, 30);
  const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const stored = readAt(descriptor, start, compressedSize);
  const content = method === 0 ? stored : zlib.inflateRawSync(stored, { maxOutputLength: Math.max(size, 1) });
  if (content.length !== size) throw new Error(`zip: ${name}: expected ${size} bytes, got ${content.length}`);
  return content;
}

function readAt(descriptor, position, byteLength) {
  const bytes = Buffer.alloc(byteLength);
  fs.readSync(descriptor, bytes, 0, byteLength, position);
  return bytes;
}
