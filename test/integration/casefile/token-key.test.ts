import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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

const MODULES = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib64/softhsm/libsofthsm2.so",
];
const MODULE = MODULES.find((file) => existsSync(file));
const absent = [
  ...["softhsm2-util", "pkcs11-tool", "openssl"].filter((tool) => spawnSync("which", [tool]).status !== 0),
  ...(MODULE === undefined ? ["libsofthsm2.so"] : []),
];
const PIN = "pin of the token 493072";
const TOKEN = "examiner's token";

let folder: string;
const environment = process.env["SOFTHSM2_CONF"];

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Puts a key and a certificate over it onto the token. */
function place(id: string, algorithm: readonly string[], name: string): void {
  run("openssl", "genpkey", ...algorithm, "-out", `${id}.pem`);
  run(
    "openssl",
    "req",
    "-x509",
    "-new",
    "-key",
    `${id}.pem`,
    "-subj",
    `/CN=${name}`,
    "-days",
    "300",
    "-out",
    `${id}.crt`,
  );
  run("openssl", "x509", "-in", `${id}.crt`, "-outform", "DER", "-out", `${id}.der`);
  run("softhsm2-util", "--import", `${id}.pem`, "--token", TOKEN, "--label", name, "--id", id, "--pin", PIN);
  const login = ["--module", MODULE ?? "", "--token-label", TOKEN, "--login", "--pin", PIN];
  run("pkcs11-tool", ...login, "--write-object", `${id}.der`, "--type", "cert", "--id", id, "--label", name);
}

function keyOf(id: string, change: Partial<TokenKey> = {}): TokenKey {
  return parseTokenKey({ module: MODULE, token: TOKEN, id, ...change });
}

async function adopted(name: string, id = "a1") {
  const home = homeAt(join(folder, name));
  const privateKey = keyOf(id);
  const key = await adoptExaminerKey(
    home,
    { privateKey, certificate: await readTokenCertificate(privateKey), chain: [] },
    "imported",
    PIN,
  );
  return { home, key };
}

describe.skipIf(absent.length > 0)(`a key on a token (needs softhsm2 and opensc; absent: ${absent.join(", ")})`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "assay-token-"));
    await mkdir(join(folder, "tokens"));
    const settings = `directories.tokendir = ${join(folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n`;
    await writeFile(join(folder, "softhsm2.conf"), settings);
    process.env["SOFTHSM2_CONF"] = join(folder, "softhsm2.conf");
    run("softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", "87654321", "--pin", PIN);
    place("a1", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "Token Examiner");
    place("b2", ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], "RSA Examiner");
    place("c3", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], "P-384 Examiner");
    place("d4", ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], "P-521 Examiner");
  });
  afterAll(async () => {
    if (environment === undefined) delete process.env["SOFTHSM2_CONF"];
    else process.env["SOFTHSM2_CONF"] = environment;
    await rm(folder, { recursive: true, force: true });
  });

  test("signs a whole package, which verifies; neither key nor PIN is in the folder of the user", async () => {
    const { home, key } = await adopted("signs");
    const loaded = await loadExaminerKey(home.examinerKey, PIN);
    expect(loaded.fingerprint).toBe(key.fingerprint);
    const written = await writePackage(undefined, undefined, undefined, undefined, Promise.resolve(loaded));
    const { verdict, findings } = await verifyPackage(written.out, { trusted: [key.fingerprint] });
    expect([verdict, findings]).toEqual(["verified", []]);
    for (const [path, bytes] of [...(await readFolder(join(folder, "signs"))), ...(await readFolder(written.out))]) {
      expect([path, Buffer.from(bytes).includes(PIN)]).toEqual([path, false]);
    }
    expect(await readFile(written.journal, "utf8")).not.toContain(PIN);
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
      expect(String(failure)).not.toContain(PIN);
    }
    const path = process.env["PATH"];
    process.env["PATH"] = folder;
    const failure: unknown = await loadExaminerKey(home.examinerKey, PIN).catch((error: unknown) => error);
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
    await expect(adoptExaminerKey(home, key, "imported", PIN)).rejects.toMatchObject({
      code: expect.stringMatching(/^token-(?:mechanism|failed|key-missing)$/) as unknown,
    });
  });

  test("its PIN is not changed here, and nothing is put around it", async () => {
    const { home } = await adopted("kept");
    const change = { current: PIN, next: "222222" };
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
    const succession = { key, origin: "imported", passphrase: PIN, reason: "the office gave out tokens" } as const;
    const { rotation } = await rotateExaminerKey(home, first, succession);
    const { keys, protection } = await listExaminerKeys(home, NO_KEY_STORE);
    expect([protection, keys[0]?.name, keys[0]?.endorsedBy]).toEqual(["token", "Token Examiner", first.fingerprint]);
    expect((await loadExaminerKey(home.examinerKey, PIN)).fingerprint).toBe(rotation.to);
  });
});

test("where a key on a token is, is taken apart strictly", () => {
  const key = { module: "/usr/lib/x.so", token: "t", id: "a1" };
  expect(parseTokenKey(key)).toEqual(key);
  for (const change of [{ module: "x.so" }, { token: "" }, { id: "a" }, { id: "--pin" }, { pin: "1" }]) {
    expect(() => parseTokenKey({ ...key, ...change })).toThrow("key on a token: expected");
  }
});
