import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { afterAll, describe, expect, it } from "vitest";

import { openContainer } from "../../../core/bundle/open-container.ts";
import { writeZip } from "../../../core/bundle/zip-write.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-hostile-"));
afterAll(() => rmSync(folder, { recursive: true }));

const LOCAL = Buffer.from("PK\u0003\u0004");
const DESCRIPTOR = Buffer.from("PK\u0007\u0008");
const END = Buffer.from("PK\u0005\u0006");
const CENTRAL = Buffer.from("PK\u0001\u0002");

async function zipOf(name: string, content: string): Promise<Buffer> {
  writeFileSync(join(folder, name), content);
  const path = join(folder, `${name}.zip`);
  rmSync(path, { force: true });
  await writeZip(folder, [name], "t", path, undefined);
  return readFileSync(path);
}

/** Writes a number into the first local header and the first central entry, each at its own offset. */
function patch(zip: Buffer, local: number, central: number, write: (at: number) => void): void {
  write(zip.indexOf(LOCAL) + local);
  write(zip.indexOf(CENTRAL) + central);
}

/** One stored entry whose local header alone has extra fields (APPNOTE 4.3). */
function storedZip(name: string, content: Buffer, extra: Buffer): Buffer {
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0);
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(content.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(name.length, 22);
  const local = Buffer.from(shared);
  local.writeUInt16LE(extra.length, 24);
  const file = Buffer.concat([LOCAL, local, Buffer.from(name), extra, content]);
  const central = Buffer.concat([CENTRAL, Buffer.of(20, 0), shared, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(file.length, 12);
  return Buffer.concat([file, central, END, end]);
}

function extraField(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** The code with which opening or reading ends. */
async function outcome(name: string, bytes: Uint8Array): Promise<unknown> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  try {
    const container = await openContainer(path);
    try {
      for (const member of container.members) for await (const chunk of container.open(member.path)) void chunk.length;
    } finally {
      await container.close();
    }
    return "accepted";
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

describe("T51 names", () => {
  const BAD = [
    "../../e",
    "/etc/pwd",
    "C:/x/yz",
    "a\\b\\c\\d",
    "a/../../",
    "nul\u0000nul",
    "ab./cde",
    "ab /cde",
    "~/b/cde",
  ];
  it.each(BAD)("%j is refused before anything is read", async (bad) => {
    const zip = await zipOf("name", "x".repeat(100));
    const from = "t/name";
    const padded = bad.slice(0, from.length).padEnd(from.length, "x");
    expect(Buffer.byteLength(padded)).toBe(from.length);
    const changed = Buffer.from(zip.toString("latin1").replaceAll(from, padded), "latin1");
    expect(await outcome("names.zip", changed)).toBe("unsafe-name");
  });
});

describe("T52 sizes", () => {
  it("refuses an entry that expands out of all proportion", async () => {
    const zip = await zipOf("bomb", "x".repeat(8 * 2 ** 20));
    expect(await outcome("bomb.zip", zip)).toBe("expansion-ratio");
  });

  it.each([1, 4_000])("refuses an entry of another length than it declares (%i bytes)", async (declared) => {
    const zip = await zipOf("size", "y".repeat(2_000) + "z");
    zip.writeUInt32LE(declared, zip.indexOf(DESCRIPTOR) + 12);
    zip.writeUInt32LE(declared, zip.indexOf(CENTRAL) + 24);
    expect(await outcome("size.zip", zip)).toBe("zip-size-mismatch");
  });
});

describe("T52 overlap", () => {
  it("refuses two entries over the same bytes", async () => {
    for (const name of ["lap1", "lap2"]) writeFileSync(join(folder, name), "same\n");
    const path = join(folder, "overlap.zip");
    await writeZip(folder, ["lap1", "lap2"], "t", path, undefined);
    const zip = readFileSync(path);
    zip.writeUInt32LE(0, zip.lastIndexOf(CENTRAL) + 42);
    expect(await outcome("overlap.zip", zip)).toBe("zip-ambiguous");
  });
});

describe("T53 two readings", () => {
  it("refuses bytes behind the compressed data of an entry", async () => {
    const zip = await zipOf("hidden", "y".repeat(2_000));
    const at = zip.indexOf(DESCRIPTOR);
    const packed = zip.readUInt32LE(at + 8);
    const hidden = Buffer.concat([zip.subarray(0, at), Buffer.from("hidden"), zip.subarray(at)]);
    hidden.writeUInt32LE(packed + 6, at + 6 + 8);
    hidden.writeUInt32LE(packed + 6, hidden.indexOf(CENTRAL) + 20);
    hidden.writeUInt32LE(hidden.indexOf(CENTRAL), hidden.lastIndexOf(END) + 16);
    expect(await outcome("hidden.zip", hidden)).toBe("zip-hidden-data");
  });

  it.each([
    ["another name", 0x7075, Buffer.concat([Buffer.alloc(5, 1), Buffer.from("t/other")]), undefined],
    ["another length", 0x0001, Buffer.from("63000000000000000800000000000000", "hex"), 0xffffffff],
  ])("refuses %s in a field of the local header alone", async (_what, id, value, size) => {
    const content = Buffer.from("content\n");
    const zip = storedZip("t/local", content, extraField(id, value));
    if (size !== undefined) zip.writeUInt32LE(size, 22);
    expect(await outcome("local.zip", zip)).toBe("zip-ambiguous");
    expect(await outcome("plain.zip", storedZip("t/local", content, extraField(0x9999, value)))).toBe("accepted");
    const container = await openContainer(join(folder, "plain.zip"));
    expect(container.remarks).toEqual([{ path: "t/local", comment: null }]);
    await container.close();
  });

  it("refuses a local name that is not the listed one", async () => {
    const zip = await zipOf("twice", "one\n");
    zip.write("t/twicf", zip.indexOf("t/twice"), "latin1");
    expect(await outcome("twice.zip", zip)).toBe("zip-ambiguous");
  });

  it("refuses a second end record", async () => {
    const zip = await zipOf("ends", "one\n");
    const end = zip.subarray(zip.lastIndexOf(END));
    expect(await outcome("ends.zip", Buffer.concat([zip, end]))).toBe("zip-ambiguous");
  });
});

describe("T54 links", () => {
  it("refuses an entry whose mode is that of a link", async () => {
    const zip = await zipOf("link", "/etc/passwd");
    zip.writeUInt32LE(0o120777 * 0x10000, zip.indexOf(CENTRAL) + 38);
    expect(await outcome("link.zip", zip)).toBe("link");
  });

  it("refuses a link to a folder inside a folder", async () => {
    const path = join(folder, "linked");
    mkdirSync(path);
    symlinkSync("/etc", join(path, "etc"));
    await expect(openContainer(path)).rejects.toMatchObject({ kind: "refused", code: "link" });
  });
});

describe("T55 features", () => {
  it.each([
    ["an encrypted entry", 6, 8, 0x0001],
    ["an unknown method", 8, 10, 99],
  ])("refuses %s", async (_what, local, central, value) => {
    const zip = await zipOf("feature", "content\n");
    patch(zip, local, central, (at) => zip.writeUInt16LE(value, at));
    expect(await outcome("feature.zip", zip)).toBe("zip-unsupported");
  });

  it("refuses an entry that begins on another disk", async () => {
    const zip = await zipOf("disk", "content\n");
    zip.writeUInt16LE(1, zip.indexOf(CENTRAL) + 34);
    expect(await outcome("disk.zip", zip)).toBe("zip-unsupported");
  });

  it("refuses a part of an archive on several disks", async () => {
    const zip = await zipOf("disks", "content\n");
    zip.writeUInt16LE(1, zip.lastIndexOf(END) + 4);
    expect(await outcome("disks.zip", zip)).toBe("zip-unsupported");
  });
});

describe("T56 a file that changes while it is read", () => {
  it.each(["folder", "file", "zip"])("is refused: %s", async (kind) => {
    const place = join(folder, `changing-${kind}`);
    mkdirSync(place);
    const file = join(place, "a.jsonl");
    writeFileSync(file, '{"a":1}\n');
    const path = kind === "folder" ? place : kind === "file" ? file : join(folder, "changing.zip");
    if (kind === "zip") await writeZip(place, ["a.jsonl"], "t", path, undefined);
    const container = await openContainer(path);
    const changed = kind === "zip" ? path : file;
    writeFileSync(changed, Buffer.concat([readFileSync(changed), Buffer.from("more\n")]));
    const read = async (): Promise<void> => {
      for await (const chunk of container.open(container.members[0]?.path ?? "")) void chunk.length;
    };
    await expect(read()).rejects.toMatchObject({ kind: "refused", code: "changed-while-reading" });
    await container.close();
  });

  it.each([
    ["nothing", (file: string) => rmSync(file)],
    ["a link", (file: string) => (renameSync(file, `${file}.real`), symlinkSync(`${file}.real`, file))],
    [
      "other bytes of the same length and time",
      (file: string) => {
        const { atime, mtime } = statSync(file);
        writeFileSync(file, readFileSync(file, "utf8").replaceAll("1", "2"));
        utimesSync(file, atime, mtime);
      },
    ],
  ])("is refused where it is %s, short or long", async (_, change) => {
    for (const records of [1, 10_000]) {
      const place = mkdtempSync(join(folder, "replaced-"));
      const file = join(place, "a.jsonl");
      writeFileSync(file, '{"a":1}\n'.repeat(records));
      // A time in whole seconds, which can be set again.
      utimesSync(file, 1_760_000_000, 1_760_000_000);
      const container = await openContainer(place);
      change(file);
      const read = async (): Promise<void> => {
        for await (const chunk of container.open("a.jsonl")) void chunk.length;
      };
      await expect(read()).rejects.toMatchObject({
        kind: "refused",
        code: "changed-while-reading",
        details: { file: "a.jsonl" },
      });
      await container.close();
    }
  });
});
