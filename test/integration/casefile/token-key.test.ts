import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  changeKeyPassphrase,
  generateExaminerKey,
  loadExaminerKey,
  setKeyWrap,
} from "../../../core/casefile/examiner-key.ts";
import { adoptExaminerKey, listExaminerKeys, rotateExaminerKey } from "../../../core/casefile/examiner-key-ring.ts";
import { home as homeAt } from "../../../core/casefile/home.ts";
import { NO_KEY_STORE } from "../../../core/casefile/key-store.ts";
import { parseTokenKey, readTokenCertificate, type TokenKey } from "../../../core/casefile/token-key.ts";
import { verifyPackage } from "../../../core/report/verify-package.ts";
import { readFolder, writePackage } from "../../support/findings-package.ts";
import { absentForSoftToken, SOFT_TOKEN_MODULE, SoftToken } from "../../support/soft-token.ts";

const absent = absentForSoftToken.join(", ");

let folder: string;
let token: SoftToken;
const { HOME } = process.env;

function keyOf(id: string, change: Partial<TokenKey> = {}): TokenKey {
  return parseTokenKey({ module: SOFT_TOKEN_MODULE, token: token.label, id, ...change });
}

async function adopted(name: string, id = "a1") {
  const home = homeAt(join(folder, name));
  const privateKey = keyOf(id);
  const key = await adoptExaminerKey(
    home,
    { privateKey, certificate: await readTokenCertificate(privateKey), chain: [] },
    "imported",
    token.pin,
  );
  return { home, key };
}

describe.skipIf(absent !== "")(`a key on a token (needs softhsm2 and opensc; absent: ${absent})`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "assay-token-"));
    token = new SoftToken();
    process.env["HOME"] = token.home;
    token.placeKey("a1", "Token Examiner");
    token.placeKey("b2", "RSA Examiner", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
    token.placeKey("c3", "P-384 Examiner", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"]);
    token.placeKey("d4", "P-521 Examiner", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"]);
  });
  afterAll(async () => {
    process.env["HOME"] = HOME;
    token.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test("signs a whole package, which verifies; neither key nor PIN is in the folder of the user", async () => {
    const { home, key } = await adopted("signs");
    const loaded = await loadExaminerKey(home.examinerKey, token.pin);
    expect(loaded.fingerprint).toBe(key.fingerprint);
    const written = await writePackage(undefined, undefined, undefined, undefined, Promise.resolve(loaded));
    const { verdict, findings } = await verifyPackage(written.out, { trusted: [key.fingerprint] });
    expect([verdict, findings]).toEqual(["verified", []]);
    for (const [path, bytes] of [...(await readFolder(join(folder, "signs"))), ...(await readFolder(written.out))]) {
      expect([path, Buffer.from(bytes).includes(token.pin)]).toEqual([path, false]);
    }
    expect(await readFile(written.journal, "utf8")).not.toContain(token.pin);
    expect(await readFile(home.examinerKey, "utf8")).toMatch(/^-----BEGIN ASSAY TOKEN KEY-----/);
    expect((await listExaminerKeys(home, NO_KEY_STORE)).protection).toBe("token");
    await written.remove();
  });

  test.each([
    ["RSA", "b2"],
    ["P-384", "c3"],
  ])("of %s signs a package too, in a process for each signature", async (name, id) => {
    const { key } = await adopted(name, id);
    const written = await writePackage(undefined, undefined, undefined, undefined, Promise.resolve(key));
    const { verdict, findings } = await verifyPackage(written.out, { trusted: [key.fingerprint] });
    expect([verdict, findings]).toEqual(["verified", []]);
    await written.remove();
  });

  test("says what is wrong: PIN, token, module, id, kind of key, and never the PIN", async () => {
    const { home } = await adopted("wrong");
    const wrong = "111111";
    await expect(loadExaminerKey(home.examinerKey, wrong)).rejects.toMatchObject({ code: "passphrase-wrong" });
    await expect(loadExaminerKey(home.examinerKey)).rejects.toMatchObject({ code: "passphrase-missing" });
    const failures = [
      [keyOf("a1", { token: "nobody's" }), "token-absent"],
      [keyOf("a1", { module: "/nowhere/module.so" }), "token-module-missing"],
      [keyOf("e5"), "token-key-missing"],
      [keyOf("d4"), "private-key-unsupported"],
    ] as const;
    for (const [key, code] of failures) {
      const failure: unknown = await readTokenCertificate(key).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code });
      expect(String(failure)).not.toContain(token.pin);
    }
    const path = process.env["PATH"];
    process.env["PATH"] = folder;
    const failure: unknown = await loadExaminerKey(home.examinerKey, token.pin).catch((error: unknown) => error);
    process.env["PATH"] = path;
    expect(failure).toMatchObject({ code: "token-tool-missing" });
  });

  test("a wrong PIN leaves no key behind", async () => {
    const home = homeAt(join(folder, "none"));
    const privateKey = keyOf("a1");
    const key = { privateKey, certificate: await readTokenCertificate(privateKey), chain: [] };
    await expect(adoptExaminerKey(home, key, "imported", "111111")).rejects.toMatchObject({ code: "passphrase-wrong" });
    expect(existsSync(home.examinerKey)).toBe(false);
  });

  test("a key that is not the one of its certificate signs nothing", async () => {
    const certificate = await readTokenCertificate(keyOf("a1"));
    const home = homeAt(join(folder, "other"));
    const key = { privateKey: keyOf("b2"), certificate, chain: [] };
    await expect(adoptExaminerKey(home, key, "imported", token.pin)).rejects.toMatchObject({
      code: expect.stringMatching(/^token-(?:mechanism|failed|key-missing)$/) as unknown,
    });
  });

  test("its PIN is not changed here, and nothing is put around it", async () => {
    const { home } = await adopted("kept");
    const change = { current: token.pin, next: "222222" };
    await expect(changeKeyPassphrase(home.examinerKey, change, NO_KEY_STORE)).rejects.toMatchObject({
      code: "key-on-token",
    });
    await expect(setKeyWrap(home.examinerKey, NO_KEY_STORE, true)).rejects.toMatchObject({ code: "key-on-token" });
  });

  test("it takes the place of a key in a file, which endorses it", async () => {
    const home = homeAt(join(folder, "rotated"));
    const first = await adoptExaminerKey(home, await generateExaminerKey("One"), "created");
    const privateKey = keyOf("a1");
    const key = { privateKey, certificate: await readTokenCertificate(privateKey), chain: [] };
    const succession = {
      key,
      origin: "imported",
      passphrase: token.pin,
      reason: "the office gave out tokens",
    } as const;
    const { rotation } = await rotateExaminerKey(home, first, succession);
    const { keys, protection } = await listExaminerKeys(home, NO_KEY_STORE);
    expect([protection, keys[0]?.name, keys[0]?.endorsedBy]).toEqual(["token", "Token Examiner", first.fingerprint]);
    expect((await loadExaminerKey(home.examinerKey, token.pin)).fingerprint).toBe(rotation.to);
  });
});

test("where a key on a token is, is taken apart strictly", () => {
  const key = { module: "/usr/lib/x.so", token: "t", id: "a1" };
  expect(parseTokenKey(key)).toEqual(key);
  for (const change of [{ module: "x.so" }, { token: "" }, { id: "a" }, { id: "--pin" }, { pin: "1" }]) {
    expect(() => parseTokenKey({ ...key, ...change })).toThrow("key on a token: expected");
  }
});
