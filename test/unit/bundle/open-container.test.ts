import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, expect, it } from "vitest";

import { openContainer } from "../../../core/bundle/open-container.ts";
import { writeZip } from "../../../core/bundle/zip-write.ts";

const folder = mkdtempSync(join(tmpdir(), "assay-container-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const source = join(folder, "source");
mkdirSync(source);
for (const name of ["a", "b"]) writeFileSync(join(source, name), `${name}\n`);
const zipPath = join(folder, "good.zip");
await writeZip(source, ["a", "b"], "tt", zipPath, undefined);

const zip = readFileSync(zipPath);

function replaceAll(bytes: Buffer, from: string, to: string): Buffer {
  return Buffer.from(bytes.toString("latin1").replaceAll(from, to), "latin1");
}

async function refusal(name: string, bytes: Uint8Array): Promise<unknown> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return openContainer(path).then(
    () => "accepted",
    (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
  );
}

it("lists the members of a zip", async () => {
  const container = await openContainer(zipPath);
  expect(container.members.map(({ path }) => path)).toEqual(["tt/a", "tt/b"]);
  await container.close();
});

it("lists the members of a zip that names its folders, as zip -r makes them", async () => {
  const path = join(folder, "folders.zip");
  execFileSync("zip", ["-qr", path, "source"], { cwd: folder });
  const container = await openContainer(path);
  expect(container.members.map((member) => member.path)).toEqual(["source/a", "source/b"]);
  await container.close();
});

it.each([
  ["a path that climbs out", replaceAll(zip, "tt/", "../"), "unsafe-name"],
  ["a backslash", replaceAll(zip, "tt/", "t\\/"), "unsafe-name"],
  ["two equal names", replaceAll(zip, "tt/b", "tt/a"), "duplicate-name"],
  ["names equal but for case", replaceAll(zip, "tt/b", "tt/A"), "duplicate-name"],
  ["bytes before the archive", Buffer.concat([Buffer.from("PK\u0003\u0004"), zip]), "zip-ambiguous"],
  ["bytes after the archive", Buffer.concat([zip, Buffer.from("x")]), "zip-ambiguous"],
  ["no end", zip.subarray(0, -30), "zip-truncated"],
  ["nothing in it", Buffer.concat([Buffer.from("PK\u0005\u0006"), Buffer.alloc(18)]), "empty-archive"],
])("refuses a zip with %s", async (what, bytes, code) => {
  expect(await refusal(`${what}.zip`, bytes)).toBe(code);
});

it("refuses symbolic and hard links in a folder", async () => {
  for (const [name, link] of [
    ["soft", symlinkSync],
    ["hard", linkSync],
  ] as const) {
    const path = join(folder, name);
    mkdirSync(path);
    link(zipPath, join(path, "x"));
    await expect(openContainer(path)).rejects.toMatchObject({ kind: "refused", code: "link" });
    rmSync(path, { recursive: true });
  }
});
