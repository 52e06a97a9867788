// PKCS#12 files are made by openssl, so that the key comes from elsewhere.
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createSession } from "../../../core/casefile/case-session.ts";
import { cliBench, type CliBench } from "./cli-bench.ts";

const HAS_OPENSSL = spawnSync("openssl", ["version"]).status === 0;
const FINGERPRINT = /^[0-9a-f]{64}$/;

let bench: CliBench;
beforeEach(async () => {
  bench = await cliBench();
  await bench.file("file-passphrase", "of the file\n");
  await bench.file("new-passphrase", "of the key\n");
  await bench.file("wrong-passphrase", "of another\n");
});
afterEach(() => bench.remove());

function openssl(...words: readonly string[]): void {
  const { status, stderr } = spawnSync("openssl", words, { cwd: bench.folder, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, expect.anything()]);
}

const P_256 = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

function makePkcs12(name: string, newKey: readonly string[] = P_256): string {
  const files = ["-keyout", `${name}.pem`, "-out", `${name}.crt`];
  const kind = ["-newkey", ...newKey];
  openssl("req", "-x509", ...kind, "-nodes", ...files, "-subj", `/CN=${name}`);
  const packed = ["-inkey", `${name}.pem`, "-in", `${name}.crt`, "-out", `${name}.p12`];
  openssl("pkcs12", "-export", ...packed, "-passout", "pass:of the file");
  return `${name}.p12`;
}

const FILE_PASSPHRASE = ["--file-passphrase-file", "file-passphrase"];
const NEW_PASSPHRASE = ["--new-passphrase-file", "new-passphrase"];

async function fingerprintOf(...words: readonly string[]): Promise<string> {
  const result = await bench.run("key", ...words, "--json");
  expect(result.code).toBe(0);
  const { fingerprint } = result.json as { readonly fingerprint: string };
  expect(fingerprint).toMatch(FINGERPRINT);
  return fingerprint;
}

describe.skipIf(!HAS_OPENSSL)("assay key (skipped without openssl)", () => {
  test("imports the key of a PKCS#12 file, which then signs, and tells the case", async () => {
    const app = { version: "0", build: "test" };
    await (await createSession(bench.path("a.assay"), { endorser: null, actorName: "test", app })).close();
    expect((await bench.run("key", "list")).stdout).toBe("no key yet\n");
    const file = makePkcs12("Imported");
    const wrong = await bench.run("key", "import", file, "--file-passphrase-file", "wrong-passphrase", "--json");
    expect([wrong.code, wrong.json]).toMatchObject([64, { error: { code: "passphrase-wrong" } }]);
    const options = [...FILE_PASSPHRASE, ...NEW_PASSPHRASE, "--case", "a.assay"];
    const fingerprint = await fingerprintOf("import", file, ...options);
    expect((await bench.run("key", "list", "--json")).json).toMatchObject({
      keys: [{ name: "Imported", fingerprint, origin: "imported", state: "current", selfIssued: true }],
      protection: "passphrase",
    });
    expect((await bench.run("key", "list")).stdout).toContain("ECDSA on P-256 with SHA-256");
    expect(await readFile(bench.path("a.assay", "custody.jsonl"), "utf8")).toContain("key.imported");
    const again = await bench.run("key", "import", file, ...FILE_PASSPHRASE, "--json");
    expect([again.code, again.json]).toMatchObject([64, { error: { code: "key-exists" } }]);
  });

  test.each([
    ["ECDSA on P-384 with SHA-256", ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]],
    ["RSA (PKCS#1 v1.5) with SHA-256", ["rsa:2048"]],
  ])("imports and lists a key for %s", async (algorithm, kind) => {
    const fingerprint = await fingerprintOf("import", makePkcs12("Other", kind), ...FILE_PASSPHRASE);
    expect((await bench.run("key", "list", "--json")).json).toMatchObject({ keys: [{ fingerprint, algorithm }] });
  });

  test.each([
    ["P-521", ["ec", "-pkeyopt", "ec_paramgen_curve:P-521"]],
    ["RSA of 1,024 bits", ["rsa:1024"]],
    ["Ed25519", ["ed25519"]],
  ])("refuses a key of another kind in words: %s", async (_, kind) => {
    const result = await bench.run("key", "import", makePkcs12("Other", kind), ...FILE_PASSPHRASE, "--json");
    expect([result.code, result.json]).toMatchObject([64, { error: { code: "private-key-unsupported" } }]);
    expect((await bench.run("key", "list")).stdout).toBe("no key yet\n");
  });

  test("rotates to another key, which the one before endorses, and reports one that was lost", async () => {
    const first = await fingerprintOf("import", makePkcs12("First"), ...FILE_PASSPHRASE, ...NEW_PASSPHRASE);
    const options = ["--pkcs12", makePkcs12("Second"), ...FILE_PASSPHRASE, "--passphrase-file", "new-passphrase"];
    const rotated = await bench.run("key", "rotate", ...options, "--reason", "yearly", "--json");
    expect([rotated.code, rotated.json]).toMatchObject([0, { from: first }]);
    const { to } = rotated.json as { readonly to: string };
    expect((await bench.run("key", "list", "--json")).json).toMatchObject({
      keys: [
        { name: "Second", fingerprint: to, state: "current", endorsedBy: first },
        { name: "First", state: "rotated", retired: { reason: "yearly" } },
      ],
    });
    const report = ["report", to, "--from", "2026-01-02T03:04:05Z", "--reason", "laptop stolen", "--json"];
    expect((await bench.run("key", ...report, "--kind", "borrowed")).json).toMatchObject({
      error: { code: "bad-kind" },
    });
    expect((await bench.run("key", ...report, "--kind", "lost")).json).toMatchObject({ fingerprint: to, kind: "lost" });
    expect((await bench.run("key", "list", "--json")).json).toMatchObject({
      keys: [{ state: "lost", retired: { reason: "laptop stolen" } }, { state: "rotated" }],
      protection: "no-key",
    });
    const repeated = await bench.run("key", ...report, "--kind", "lost");
    expect([repeated.code, repeated.json]).toMatchObject([64, { error: { code: "key-retired" } }]);
  });

  test("keeps the key under another passphrase, and tells the case", async () => {
    const fingerprint = await fingerprintOf("import", makePkcs12("Kept"), ...FILE_PASSPHRASE, ...NEW_PASSPHRASE);
    const app = { version: "0", build: "test" };
    await (await createSession(bench.path("a.assay"), { endorser: null, actorName: "test", app })).close();
    const change = ["passphrase", "--new-passphrase-file", "file-passphrase", "--case", "a.assay", "--json"];
    for (const [file, code] of [
      ["wrong-passphrase", "passphrase-wrong"],
      ["", "passphrase-missing"],
    ] as const) {
      const refused = await bench.run("key", ...change, ...(file === "" ? [] : ["--passphrase-file", file]));
      expect([refused.code, refused.json]).toMatchObject([64, { error: { code } }]);
    }
    const changed = await bench.run("key", ...change, "--passphrase-file", "new-passphrase");
    expect([changed.code, changed.json]).toEqual([0, { passphrase: "set" }]);
    const note = ["custody", "--case", "a.assay", "--record", "note", "--text", "x", "--json"];
    const signed = await bench.run(...note, "--passphrase-file", "file-passphrase");
    expect([signed.code, signed.json]).toMatchObject([0, { actor: { key: fingerprint } }]);
    expect(await readFile(bench.path("a.assay", "custody.jsonl"), "utf8")).toContain("key.passphrase-changed");
  });

  test("writes the sheet of a fingerprint as a PDF and as a page, and never over a file", async () => {
    const fingerprint = await fingerprintOf("import", makePkcs12("Sheet"), ...FILE_PASSPHRASE);
    expect(await fingerprintOf("sheet", "--out", "sheet.html")).toBe(fingerprint);
    expect(await readFile(bench.path("sheet.html"), "utf8")).toContain(fingerprint.slice(0, 4));
    expect(await fingerprintOf("sheet", fingerprint, "--out", "sheet.pdf")).toBe(fingerprint);
    expect((await readFile(bench.path("sheet.pdf"))).subarray(0, 5).toString()).toBe("%PDF-");
    expect((await bench.run("key", "sheet", "--out", "sheet.pdf", "--json")).code).toBe(74);
    const unknown = await bench.run("key", "sheet", "0".repeat(64), "--out", "other.pdf", "--json");
    expect([unknown.code, unknown.json]).toMatchObject([64, { error: { code: "no-such-key" } }]);
  });
});
