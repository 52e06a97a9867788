/** Zip archives byte by byte (APPNOTE 6.3.10), so that any part of one can say something else than the others. */
import { crc32, deflateRawSync } from "node:zlib";

/** One entry; whatever is not given is as it should be. */
export interface ZipEntry {
  readonly name: string;
  readonly content: Buffer;
  /** Deflated instead of stored. */
  readonly deflated?: boolean;
  /** Bytes behind the compressed data, and counted as such. */
  readonly behind?: Buffer;
  /** What the local header says where it differs from the directory. */
  readonly localName?: string;
  readonly localMethod?: number;
  /** Of both headers. */
  readonly flags?: number;
  readonly method?: number;
  readonly statedLength?: number;
  /** Unix mode. */
  readonly mode?: number;
  readonly disk?: number;
}

/** What differs around the entries. */
export interface ZipFrame {
  readonly before?: Buffer;
  readonly betweenEntriesAndDirectory?: Buffer;
  readonly behind?: Buffer;
  readonly statedEntries?: number;
}

const FLAG_UTF8 = 0x800;
const MADE_BY_UNIX = 0x0314;
const REGULAR_FILE = 0o100644;

/** The archive of these entries. */
export function zipBytes(entries: readonly ZipEntry[], frame: ZipFrame = {}): Buffer {
  const parts = [frame.before ?? Buffer.alloc(0)];
  const directory: Buffer[] = [];
  let offset = parts[0]?.length ?? 0;
  for (const entry of entries) {
    const { local, central } = entryBytes(entry, offset);
    parts.push(local);
    directory.push(central);
    offset += local.length;
  }
  const hidden = frame.betweenEntriesAndDirectory ?? Buffer.alloc(0);
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(frame.statedEntries ?? entries.length, 8);
  end.writeUInt16LE(frame.statedEntries ?? entries.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset + hidden.length, 16);
  return Buffer.concat([...parts, hidden, listing, end, frame.behind ?? Buffer.alloc(0)]);
}

function entryBytes(entry: ZipEntry, offset: number): { readonly local: Buffer; readonly central: Buffer } {
  const { content, behind = Buffer.alloc(0) } = entry;
  const packed = Buffer.concat([entry.deflated ? deflateRawSync(content) : content, behind]);
  const method = entry.method ?? (entry.deflated ? 8 : 0);
  const shared = (name: Buffer, of: number): Buffer => {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(entry.flags ?? FLAG_UTF8, 2);
    fields.writeUInt16LE(of, 4);
    fields.writeUInt16LE(0x21, 8);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(entry.statedLength ?? content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    return fields;
  };
  const name = Buffer.from(entry.name);
  const localName = Buffer.from(entry.localName ?? entry.name);
  const header = shared(localName, entry.localMethod ?? method);
  const local = Buffer.concat([Buffer.from("PK\u0003\u0004"), header, localName, packed]);
  const rest = Buffer.alloc(14);
  rest.writeUInt16LE(entry.disk ?? 0, 2);
  rest.writeUInt32LE(((entry.mode ?? REGULAR_FILE) << 16) >>> 0, 6);
  rest.writeUInt32LE(offset, 10);
  const madeBy = Buffer.alloc(2);
  madeBy.writeUInt16LE(MADE_BY_UNIX, 0);
  return { local, central: Buffer.concat([Buffer.from("PK\u0001\u0002"), madeBy, shared(name, method), rest, name]) };
}
