import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { DEFAULT_LIMITS, type Container } from "../../../core/bundle/container.ts";
import { openContainer } from "../../../core/bundle/open-container.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-tar-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const BLOCK = 512;
const LONG = `t/${"long-".repeat(16)}/${"name-".repeat(16)}`;
const FILES = new Map([
  ["t/a", "one\n"],
  ["t/sub/b", "x".repeat(2_000)],
  [LONG, "three\n"],
]);

let plain: Buffer;

beforeAll(() => {
  for (const [path, content] of FILES) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  plain = tar("--format=ustar", "t/a", "t/sub");
});

function tar(...args: readonly string[]): Buffer {
  return execFileSync("tar", ["-cf", "-", ...args], { cwd: folder, maxBuffer: 2 ** 26 });
}

async function contents(container: Container): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { path } of container.members) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of container.open(path)) chunks.push(chunk);
    found[path] = Buffer.concat(chunks).toString();
  }
  return found;
}

/** What a tar holds, or the code with which opening or reading it ends. */
async function outcome(bytes: Uint8Array): Promise<unknown> {
  const path = join(folder, "evidence.tar");
  writeFileSync(path, bytes);
  try {
    const container = await openContainer(path, { ...DEFAULT_LIMITS, maxMembers: 100 });
    try {
      return await contents(container);
    } finally {
      await container.close();
    }
  } catch (error) {
    return error instanceof Error && "code" in error ? error.code : error;
  }
}

/** The archive with a changed header, whose check sum is made anew. */
function withHeader(change: (header: Buffer) => void, archive: Buffer = plain, at = 0): Buffer {
  const changed = Buffer.from(archive);
  const header = changed.subarray(at, at + BLOCK);
  change(header);
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\u0000 `, 148, "latin1");
  return changed;
}

describe("a tar is read like a zip", () => {
  it.each(["ustar", "pax", "gnu"])("in the format %s", async (format) => {
    expect(await outcome(tar(`--format=${format}`, "t"))).toEqual(Object.fromEntries(FILES));
  });

  it("with names that begin at the folder it was made in", async () => {
    expect(Object.keys((await outcome(tar("-C", "t", "."))) as object)).toContain("sub/b");
  });

  it("gzipped, leaving nothing behind", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("assay-tar-") && !folder.endsWith(name));
    expect(await outcome(gzipSync(tar("t")))).toEqual(Object.fromEntries(FILES));
    writeFileSync(join(folder, "named.tar"), tar("t"));
    const named = execFileSync("gzip", ["-c", "named.tar"], { cwd: folder, maxBuffer: 2 ** 26 });
    expect(named.includes("named.tar")).toBe(true);
    expect(await outcome(named)).toEqual(Object.fromEntries(FILES));
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith("assay-tar-") && !folder.endsWith(name));
    expect(after).toEqual(before);
  });
});

describe("a hostile tar is refused", () => {
  it.each(["../e", "/etc/passwd", "C:/x", "a\\b", "a/../../b", "nul", "ab./c"])("name %j (T51)", async (name) => {
    const renamed = withHeader((header) => header.fill(0, 0, 100).write(name, 0));
    expect(await outcome(renamed)).toBe("unsafe-name");
  });

  it("compressed out of all proportion (T52)", async () => {
    mkdirSync(join(folder, "zeros"), { recursive: true });
    writeFileSync(join(folder, "zeros/bomb"), Buffer.alloc(16 * 2 ** 20));
    expect(await outcome(gzipSync(tar("zeros"), { level: 9 }))).toBe("expansion-ratio");
  });

  it("with more files than allowed (T52)", async () => {
    mkdirSync(join(folder, "many"));
    for (let file = 0; file < 101; file += 1) writeFileSync(join(folder, "many", String(file)), "");
    expect(await outcome(tar("many"))).toBe("too-many-members");
  });

  it("with one name twice, also in another case (T53)", async () => {
    expect(await outcome(Buffer.concat([plain.subarray(0, 2 * BLOCK), plain]))).toBe("duplicate-name");
    const other = withHeader((header) => header.fill(0, 0, 100).write("T/A", 0));
    expect(await outcome(Buffer.concat([other.subarray(0, 2 * BLOCK), plain]))).toBe("duplicate-name");
  });

  it("with entries or bytes behind its end (T53)", async () => {
    expect(await outcome(Buffer.concat([plain, plain]))).toBe("tar-ambiguous");
    expect(await outcome(Buffer.concat([plain, Buffer.from("hidden")]))).toBe("tar-ambiguous");
  });

  it("with bytes between the end of a file and the next block (T53)", async () => {
    const changed = Buffer.from(plain);
    changed.write("hidden", 2 * BLOCK - 10, "latin1");
    expect(await outcome(changed)).toBe("tar-ambiguous");
  });

  it("with a size that is stated twice (T53)", async () => {
    const record = "13 size=2000\n";
    const pax = withHeader((header) => {
      header.write("x", 156);
      header.write(record.length.toString(8).padStart(11, "0"), 124);
    });
    const padded = Buffer.concat([pax.subarray(0, BLOCK), Buffer.from(record), Buffer.alloc(BLOCK - record.length)]);
    expect(await outcome(Buffer.concat([padded, plain]))).toBe("tar-unsupported");
  });

  it("with a header whose check sum is wrong (T53)", async () => {
    const damaged = Buffer.from(plain);
    damaged.write("b", 2);
    expect(await outcome(damaged)).toBe("tar-ambiguous");
  });

  it("cut anywhere (T53)", async () => {
    // The end of the first file's header and data, and inside both.
    for (const length of [BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 100, 3 * BLOCK]) {
      expect(await outcome(plain.subarray(0, length))).toBe("tar-truncated");
    }
  });

  it.each(["1", "2"])("with a link of type %s (T54)", async (type) => {
    expect(await outcome(withHeader((header) => header.write(type, 156)))).toBe("link");
  });

  it("with a link that tar stored (T54)", async () => {
    mkdirSync(join(folder, "linked"));
    symlinkSync("/etc/passwd", join(folder, "linked/passwd"));
    expect(await outcome(tar("linked"))).toBe("link");
  });

  it.each(["3", "4", "6"])("with a device or pipe of type %s (T54)", async (type) => {
    expect(await outcome(withHeader((header) => header.write(type, 156)))).toBe("link");
  });

  it.each(["7", "S", "M"])("with an entry of type %s (T55)", async (type) => {
    expect(await outcome(withHeader((header) => header.write(type, 156)))).toBe("tar-unsupported");
  });

  it("with more in the header of its gzip member than a name (T45)", async () => {
    const header = Buffer.from("1f8b0804000000000003", "hex");
    const extra = Buffer.concat([header, Buffer.from("\u0005\u0000hello"), gzipSync(plain).subarray(10)]);
    expect(await outcome(extra)).toBe("gzip-hidden-data");
  });

  it("with hidden data behind its gzip member (T45)", async () => {
    expect(await outcome(Buffer.concat([gzipSync(plain), gzipSync("more")]))).toBe("gzip-hidden-data");
  });

  it("that changes while it is read (T56)", async () => {
    const path = join(folder, "changing.tar");
    writeFileSync(path, plain);
    const container = await openContainer(path);
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(BLOCK)]));
    await expect(contents(container)).rejects.toMatchObject({ kind: "refused", code: "changed-while-reading" });
    await container.close();
  });
});
