/**
 * Where things lie in a tar archive (POSIX.1-2017 pax, "ustar Interchange Format"): `[header, data padded to 512]… zeros`.
 * Readers disagree about what departs from this – entries after the first block of zeros, sizes stated twice, sparse files –
 * so only this layout is accepted: every header checked by its own sum, sizes stated once, nothing but zeros between entries
 * and at the end.
 */
import { type FileHandle } from "node:fs/promises";

import { decodeUtf8 } from "../encoding/utf8.ts";
import { Problem, quote } from "../model/problem.ts";
import { assertMemberCount } from "./container-limits.ts";
import { type ContainerLimits } from "./container.ts";
import { linkProblem } from "./directory.ts";

export const BLOCK_BYTES = 512;
const CHECKSUM = { offset: 148, length: 8 } as const;
const SIZE_OFFSET = 124;
const TYPE_OFFSET = 156;
const MAGIC_OFFSET = 257;
/** "ustar" in its POSIX and in its GNU spelling. */
const MAGICS = ["ustar\u000000", "ustar  \u0000"];
/** A path of 1,024 characters and a few times; more is no extended header that names a file. */
const MAX_EXTENDED_BYTES = 65_536;
const ZEROS_AT_ONCE = 1_048_576;

/** Where the data of a file or folder lies. */
export interface TarPlace {
  readonly dataOffset: number;
  readonly byteLength: number;
}

/** Reads every header. Throws `tar-ambiguous`, `tar-truncated`, `tar-unsupported`, `link` or `too-many-members`. */
export async function readTarLayout(
  file: FileHandle,
  byteLength: number,
  limits: ContainerLimits,
  label: string,
): Promise<readonly TarPlace[]> {
  const reader = new TarReader(file, byteLength, label);
  const places: TarPlace[] = [];
  for (;;) {
    const place = await reader.next();
    if (place === undefined) return places;
    places.push(place);
    assertMemberCount(places.length, limits, label);
  }
}

class TarReader {
  readonly #file: FileHandle;
  readonly #byteLength: number;
  readonly #label: string;
  #offset = 0;

  constructor(file: FileHandle, byteLength: number, label: string) {
    this.#file = file;
    this.#byteLength = byteLength;
    this.#label = label;
  }

  /** The next file or folder; undefined at the end, once all that follows is known to be zeros. */
  async next(): Promise<TarPlace | undefined> {
    for (;;) {
      const start = this.#offset;
      const header = await this.#read(BLOCK_BYTES);
      if (header.every((byte) => byte === 0)) return this.#assertEnd();
      const type = this.#typeOf(header, start);
      const size = this.#sizeOf(header, start);
      if (type === "x" || type === "g" || type === "L") {
        if (size > MAX_EXTENDED_BYTES) throw this.#unsupported(start, `an extended header of ${size} bytes`);
        const records = await this.#read(size);
        await this.#assertZeros(padding(size), "zeros up to the next block");
        if (type !== "L") this.#assertPaxRecords(records, type, start);
        continue;
      }
      const dataOffset = this.#offset;
      if (type === "5" && size !== 0) throw this.#unsupported(start, "a folder with content");
      this.#skip(size);
      await this.#assertZeros(padding(size), "zeros up to the next block");
      return { dataOffset, byteLength: size };
    }
  }

  #typeOf(header: Buffer, start: number): string {
    const magic = header.toString("latin1", MAGIC_OFFSET, MAGIC_OFFSET + 8);
    if (!MAGICS.includes(magic)) throw this.#ambiguous(start, "a ustar header", "other bytes");
    const stated = octal(header.subarray(CHECKSUM.offset, CHECKSUM.offset + CHECKSUM.length));
    const sum = header.reduce((total, byte, at) => {
      const isSum = at >= CHECKSUM.offset && at < CHECKSUM.offset + CHECKSUM.length;
      return total + (isSum ? 0x20 : byte);
    }, 0);
    if (stated !== sum) throw this.#ambiguous(start, `a header with the check sum ${sum}`, String(stated));
    const type = header.toString("latin1", TYPE_OFFSET, TYPE_OFFSET + 1);
    if (["\u0000", "0", "5", "x", "g", "L"].includes(type)) return type;
    const [name = ""] = header.toString("utf8", 0, 100).split("\u0000");
    if (type === "1" || type === "2" || type === "K") throw linkProblem(name, true);
    if (["3", "4", "6"].includes(type)) throw linkProblem(name, false);
    throw this.#unsupported(start, `an entry of type ${quote(type)} (${quote(name)})`);
  }

  #sizeOf(header: Buffer, start: number): number {
    const size = octal(header.subarray(SIZE_OFFSET, SIZE_OFFSET + 12));
    if (size === undefined) throw this.#unsupported(start, "a size that is no octal number");
    return size;
  }

  /** `<length> <key>=<value>\n`, each key once, none that changes where data lies or what an entry is. */
  #assertPaxRecords(records: Buffer, type: string, start: number): void {
    const keys = new Set<string>();
    for (let at = 0; at < records.length;) {
      const space = records.indexOf(0x20, at);
      const digits = records.toString("latin1", at, space < 0 ? at : space);
      const end = /^[1-9][0-9]{0,5}$/.test(digits) ? at + Number(digits) : NaN;
      const text = decodeUtf8(records.subarray(space + 1, end - 1));
      const key = text?.split("=", 1)[0] ?? "";
      if (!(end <= records.length) || records[end - 1] !== 0x0a || text === undefined || key === "" || key === text) {
        throw this.#ambiguous(start, "well-formed pax records", "others");
      }
      if (keys.has(key)) throw this.#ambiguous(start, `one pax record ${quote(key)}`, "two");
      const isHarmless = type === "g" ? key === "comment" : !/^(?:size|linkpath|hdrcharset)$|sparse/i.test(key);
      if (!isHarmless) throw this.#unsupported(start, `a pax record ${quote(key)}`);
      keys.add(key);
      at = end;
    }
  }

  async #assertEnd(): Promise<undefined> {
    while (this.#offset < this.#byteLength) {
      const length = Math.min(ZEROS_AT_ONCE, this.#byteLength - this.#offset);
      await this.#assertZeros(length, "zeros after the last entry");
    }
    return undefined;
  }

  async #assertZeros(length: number, expected: string): Promise<void> {
    const start = this.#offset;
    const other = (await this.#read(length)).findIndex((byte) => byte !== 0);
    if (other >= 0) throw this.#ambiguous(start + other, expected, "further bytes");
  }

  #skip(length: number): void {
    this.#offset += length;
    if (this.#offset > this.#byteLength) throw this.#truncated();
  }

  async #read(length: number): Promise<Buffer> {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await this.#file.read(buffer, 0, length, this.#offset);
    if (bytesRead < length) throw this.#truncated();
    this.#offset += length;
    return buffer;
  }

  #truncated(): Problem {
    const message = `${quote(this.#label)} is a tar archive that ends before its end`;
    return new Problem("refused", "tar-truncated", message, {
      file: this.#label,
      offset: this.#byteLength,
      expected: "entries, and blocks of zeros",
      found: "the end of the file",
    });
  }

  #ambiguous(offset: number, expected: string, found: string): Problem {
    return ambiguousTar(this.#label, offset, expected, found);
  }

  #unsupported(offset: number, found: string): Problem {
    const message = `${quote(this.#label)} uses a tar feature that is not accepted: ${found}`;
    return new Problem("refused", "tar-unsupported", message, {
      file: this.#label,
      offset,
      expected: "files and folders in ustar or pax form",
      found,
    });
  }
}

/** `tar-ambiguous`: different tools would show different content. */
export function ambiguousTar(label: string, offset: number, expected: string, found: string): Problem {
  const message = `different tools would show different content of ${quote(label)}: expected ${expected}, found ${found} (byte ${offset})`;
  return new Problem("refused", "tar-ambiguous", message, { file: label, offset, expected, found });
}

/** Octal digits, closed by spaces or NULs; undefined for anything else, the base-256 form of huge sizes included. */
function octal(field: Buffer): number | undefined {
  const digits = /^ *([0-7]+) *$/.exec(field.toString("latin1").replaceAll("\u0000", " "))?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

function padding(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}
