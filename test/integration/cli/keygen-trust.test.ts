import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { assay } from "../../support/command-line.ts";
import { ORIGIN, record } from "../../support/sealed-bundle.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-keys-"));
  writeFileSync(join(folder, "a.jsonl"), `${record(0)}\n`);
  writeFileSync(join(folder, "pass"), "correct horse\n");
  writeFileSync(join(folder, "wrong"), "battery staple\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

function modeOf(name: string): number {
  return statSync(join(folder, name)).mode & 0o777;
}

function keygen(out: string, ...more: readonly string[]) {
  return assay(folder, "keygen", "--name", ORIGIN, "--out", out, "--json", ...more);
}

function sealWith(key: string, out: string, ...more: readonly string[]) {
  return assay(folder, "seal", "a.jsonl", "--origin", ORIGIN, "--key", key, "--out", out, "--json", ...more);
}

describe("keygen", () => {
  test("makes a log key that only its owner reads, and its verifier key beside it", () => {
    const made = keygen("plain.key");
    expect(made).toMatchObject({ status: 0, stderr: "" });
    const vkey = readFileSync(join(folder, "plain.key.vkey"), "utf8").trim();
    expect(made.json()).toMatchObject({ kind: "log", name: ORIGIN, vkey, key: join(folder, "plain.key") });
    expect([modeOf("plain.key"), modeOf("plain.key.vkey")]).toEqual([0o600, 0o644]);
    expect(sealWith("plain.key", "plain").status).toBe(0);
  });

  test("keeps a key under a passphrase, which seal then needs", () => {
    expect(keygen("locked.key", "--passphrase-file", "pass").status).toBe(0);
    expect(modeOf("locked.key")).toBe(0o600);
    expect(sealWith("locked.key", "locked").json()).toMatchObject({ error: { code: "passphrase-missing" } });
    const wrong = sealWith("locked.key", "locked", "--passphrase-file", "wrong");
    expect([wrong.status, wrong.json()]).toMatchObject([64, { error: { code: "passphrase-wrong" } }]);
    expect(sealWith("locked.key", "locked", "--passphrase-file", "pass").status).toBe(0);
  });

  test("makes an examiner's key and certificate", () => {
    const made = assay(folder, "keygen", "--kind", "examiner", "--name", "A. Examiner", "--out", "me.key", "--json");
    expect(made.status).toBe(0);
    expect(made.json()).toMatchObject({ kind: "examiner", public: join(folder, "me.key.crt") });
    expect(modeOf("me.key")).toBe(0o600);
    expect(readFileSync(join(folder, "me.key.crt"), "utf8")).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
  });

  test("never writes over a key", () => {
    keygen("kept.key");
    const before = readFileSync(join(folder, "kept.key"));
    const again = keygen("kept.key");
    expect([again.status, again.json()]).toMatchObject([64, { error: { code: "key-exists" } }]);
    expect(readFileSync(join(folder, "kept.key"))).toEqual(before);
  });

  test.each([
    [["keygen", "--out", "x"], "usage"],
    [["keygen", "--name", "a b", "--out", "x"], "key-name"],
    [["keygen", "--name", "n", "--out", "x", "--kind", "other"], "bad-kind"],
  ])("%j is refused in one sentence", (args, code) => {
    const run = assay(folder, ...args, "--json");
    expect(run.status).not.toBe(0);
    expect(run.json()).toMatchObject({ error: { code } });
  });

  test("says what it cannot read: a file that is no key, a key that is not there", () => {
    expect(sealWith("a.jsonl", "never")).toMatchObject({ status: 64 });
    expect(sealWith("nowhere.key", "never")).toMatchObject({ status: 74 });
  });
});

describe("trust", () => {
  test("pins keys with a reason, lists them, and takes them back by id", () => {
    keygen("pinned.key");
    const vkey = readFileSync(join(folder, "pinned.key.vkey"), "utf8").trim();
    const added = assay(folder, "trust", "add", "pinned.key.vkey", "--reason", "read out on the phone", "--json");
    expect(added.json()).toMatchObject({
      logKeys: [{ vkey, name: ORIGIN, reason: "read out on the phone" }],
      examiners: [],
    });
    expect(assay(folder, "trust", "list", "--json").json()).toEqual(added.json());
    expect(assay(folder, "trust", "list").stdout).toContain(vkey);
    const [, id = ""] = vkey.split("+");
    expect(assay(folder, "trust", "remove", id, "--json").json()).toEqual({
      logKeys: [],
      examiners: [],
      policies: [],
      publicKeys: [],
      timeAuthorities: [],
    });
    expect(assay(folder, "trust", "list").stdout).toBe("nothing is pinned\n");
  });

  test("refuses what is no key, an unknown key, and a pin without a reason", () => {
    expect(assay(folder, "trust", "add", "no-key", "--reason", "x").status).toBe(3);
    expect(assay(folder, "trust", "remove", "ffffffff").status).toBe(64);
    expect(assay(folder, "trust", "add", "pinned.key.vkey").status).toBe(64);
  });
});
