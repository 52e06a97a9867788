import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { generateIdentity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, expect, test } from "vitest";

import { encryptFile, withDecrypted } from "../../../core/report/encrypted-transport.ts";
import { packageTarget } from "../../../core/report/package-target.ts";

let folder: string;
let encrypted: string;
let mine: string;
const CONTENT = Buffer.alloc(200_000, "the zip");

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-age-"));
  mine = await generateIdentity();
  const plain = join(folder, "P.zip");
  encrypted = `${plain}.age`;
  await writeFile(plain, CONTENT);
  await encryptFile([await identityToRecipient(mine)], plain, encrypted);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const opened = (identities: string): Promise<Buffer> =>
  withDecrypted(encrypted, identities, (plain) => readFile(plain));

test("only a recipient opens the file", async () => {
  expect((await readFile(encrypted)).includes("the zip")).toBe(false);
  expect((await opened(`# mine\n${mine}\n`)).equals(CONTENT)).toBe(true);
  await expect(opened(await generateIdentity())).rejects.toMatchObject({ code: "cannot-decrypt" });
});

test("a file that was changed, cut short at any chunk, or made longer is not opened", async () => {
  const bytes = await readFile(encrypted);
  const flipped = Buffer.from(bytes);
  flipped[150_000] = (flipped[150_000] ?? 0) ^ 1;
  const header = bytes.indexOf("\n---") + 48 + 16;
  const cut = [10, header, header + 65_552, header + 2 * 65_552, bytes.length - 1].map((end) => bytes.subarray(0, end));
  for (const changed of [flipped, ...cut, Buffer.concat([bytes, Buffer.from([0])])]) {
    await writeFile(encrypted, changed);
    await expect(opened(mine)).rejects.toMatchObject({ code: "cannot-decrypt" });
  }
});

test("the decrypted copy is gone when the work on it ends, well or not", async () => {
  let copy = "";
  const seen = withDecrypted(encrypted, mine, async (plain) => {
    copy = plain;
    expect(await readdir(join(plain, ".."))).toEqual(["P.zip"]);
    throw new Error("enough seen");
  });
  await expect(seen).rejects.toThrow("enough seen");
  await expect(readFile(copy)).rejects.toMatchObject({ code: "ENOENT" });
});

test("what is no recipient or identity, or hides nothing, is told before anything is written", async () => {
  expect(() => packageTarget("P.zip.age", ["alice"])).toThrow('expected an age recipient such as age1…, got "alice"');
  const recipient = await identityToRecipient(mine);
  for (const [name, recipients] of [["P.zip", [recipient]] as const, ["P.zip.age", []] as const]) {
    expect(() => packageTarget(name, recipients)).toThrow("a name that ends in .zip.age");
  }
  await expect(opened("alice")).rejects.toMatchObject({ code: "bad-identity" });
});
