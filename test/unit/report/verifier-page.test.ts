import { readdir, readFile } from "node:fs/promises";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { checkPackage } from "../../../core/report/verifier/checks.ts";
import { buildVerifier } from "../../../scripts/build-verifier.mjs";
import { readFolder, writePackage, type WrittenPackage } from "../../support/findings-package.ts";

const VERIFIER = new URL("../../../core/report/verifier/", import.meta.url);

describe("verify.html", () => {
  test("in the repository is what its sources give", async () => {
    const kept = await readFile(new URL("verify.generated.html", VERIFIER), "utf8");
    expect((await buildVerifier()) === kept).toBe(true);
  });

  test("imports nothing of the program", async () => {
    const sources = (await readdir(VERIFIER)).filter((name) => name.endsWith(".ts"));
    expect(sources).toContain("checks.ts");
    for (const name of sources) {
      const source = await readFile(new URL(name, VERIFIER), "utf8");
      const imported = [...source.matchAll(/from "([^"]+)"/g)].map((match) => match[1] ?? "");
      const foreign = imported.filter(
        (path) => !/^\.\/[a-z0-9]+\.ts$/.test(path) && path !== "@noble/curves/ed25519.js",
      );
      expect([name, foreign]).toEqual([name, []]);
    }
  });

  test("allows no network and no other script", async () => {
    const page = await readFile(new URL("verify.generated.html", VERIFIER), "utf8");
    expect(page).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'/);
    expect(page).not.toMatch(/unsafe-inline|src="|href="/);
  });
});

describe("the checks of verify.html", () => {
  let written: WrittenPackage;
  let files: Map<string, Uint8Array>;
  beforeAll(async () => {
    written = await writePackage();
    files = await readFolder(written.out);
  });
  afterAll(() => written.remove());

  test("find nothing wrong with a package as it was written, and its fingerprint", async () => {
    const result = await checkPackage(files);
    expect(result.lines.filter((line) => line.outcome === "fail")).toEqual([]);
    expect(result.lines.filter((line) => line.outcome === "pass")).toHaveLength(6);
    expect(result.fingerprint).toBe(written.examiner.fingerprint);
  });

  test("fail for a changed byte of every file but the CMS signature, which they do not read", async () => {
    for (const [path, bytes] of files) {
      if (path === "signatures/SHA256SUMS.p7s") continue;
      for (const at of [0, bytes.length >> 1, bytes.length - 1]) {
        const changed = new Uint8Array(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const { lines } = await checkPackage(new Map([...files, [path, changed]]));
        expect([path, at, lines.some((line) => line.outcome === "fail")]).toEqual([path, at, true]);
      }
    }
  });

  test("fail for a file that is missing and for one that is not listed", async () => {
    const missing = new Map(files);
    missing.delete("exhibits/EX-00001.line");
    expect((await checkPackage(missing)).lines.map((line) => line.text)).toContain("missing: exhibits/EX-00001.line");
    const added = new Map([...files, ["exhibits/EX-00009.line", Uint8Array.of(1)]]);
    const texts = (await checkPackage(added)).lines.map((line) => line.text);
    expect(texts).toContain("not listed, added later: exhibits/EX-00009.line");
  });
});
