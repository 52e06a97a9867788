import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { generateIdentity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, expect, test } from "vitest";

import { decryptWith, encryptFor, packageTarget } from "../../../core/report/encrypted-transport.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-age-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("only a recipient opens the file, whose plain form is gone", async () => {
  const [mine, other] = [await generateIdentity(), await generateIdentity()];
  const plain = join(folder, "P.zip");
  await writeFile(plain, "the zip");
  await encryptFor([await identityToRecipient(mine)], plain, `${plain}.age`);
  expect(await readdir(folder)).toEqual(["P.zip.age"]);
  const encrypted = await readFile(`${plain}.age`);
  expect(encrypted.includes("the zip")).toBe(false);
  expect(Buffer.from(await decryptWith(`# mine\n${mine}\n`, encrypted)).toString()).toBe("the zip");
  await expect(decryptWith(other, encrypted)).rejects.toMatchObject({ code: "cannot-decrypt" });
  encrypted[encrypted.length - 1] = (encrypted.at(-1) ?? 0) ^ 1;
  await expect(decryptWith(mine, encrypted)).rejects.toMatchObject({ code: "cannot-decrypt" });
});

test("what is no recipient or identity is told before anything is written", async () => {
  expect(() => packageTarget("P.zip.age", ["alice"])).toThrow('expected an age recipient such as age1…, got "alice"');
  await expect(decryptWith("alice", new Uint8Array())).rejects.toMatchObject({ code: "bad-identity" });
});
