import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium, type Page } from "@playwright/test";
import { expect, test } from "vitest";

import { issuedExaminer, ISSUED_KEYS } from "../../support/issued-examiner.ts";
import { ISSUED_AT, makeExaminer, rotationTo, writePackage } from "../../support/findings-package.ts";

const BROWSER = "/usr/bin/chromium";

/** Runs `check` on the page of a package in a browser; nothing may be printed to its console. */
async function onPage(folder: string, check: (page: Page) => Promise<void>): Promise<void> {
  // A root user cannot use the browser's own sandbox; nothing but our page is opened.
  const browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => errors.push(message.text()));
    await page.goto(pathToFileURL(join(folder, "verify.html")).href);
    await page.locator("#folder").setInputFiles(folder);
    await check(page);
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
  }
}

test.skipIf(!existsSync(BROWSER))(
  `verify.html, opened from the package in a browser, finds it sound and then altered (needs ${BROWSER})`,
  async () => {
    const written = await writePackage();
    await onPage(written.out, async (page) => {
      await page.locator("#word", { hasText: "Not verifiable" }).waitFor();
      expect(await page.locator("#fingerprint").innerText()).toBe(written.examiner.fingerprint);
      await page.locator("#expected").fill(written.examiner.fingerprint);
      await page.locator("#word", { hasText: "Verified" }).waitFor();

      await writeFile(join(written.out, "exhibits", "EX-00001.line"), "{}");
      await page.locator("#folder").setInputFiles(written.out);
      await page.locator("#word", { hasText: "Altered" }).waitFor();
      expect(await page.locator("#results").innerText()).toContain("changed: exhibits/EX-00001.line");
    });
    await written.remove();
  },
  60_000,
);

test.skipIf(!existsSync(BROWSER))(
  `verify.html follows the signer's earlier keys, and finds a statement that none of them signed (needs ${BROWSER})`,
  async () => {
    const old = await makeExaminer("The same person");
    const sound = await writePackage("sound", undefined, undefined, async (signer) => [
      await rotationTo(signer, old, ISSUED_AT),
    ]);
    await onPage(sound.out, async (page) => {
      await page.locator("#word", { hasText: "Not verifiable" }).waitFor();
      expect(await page.locator("#results").innerText()).toContain(`the key of keys/examiner.crt: ${old.fingerprint}`);
    });
    // Listed and signed like everything else: only the statement itself is wrong.
    const forged = await writePackage("forged", undefined, undefined, async (signer) => {
      const { rotation, certificate } = await rotationTo(signer, old, ISSUED_AT);
      return [{ rotation: { ...rotation, at: "2026-01-01T00:00:00.000Z" }, certificate }];
    });
    await onPage(forged.out, async (page) => {
      await page.locator("#word", { hasText: "Altered" }).waitFor();
      expect(await page.locator("#results").innerText()).toContain("is not signed by its key");
    });
    await Promise.all([sound.remove(), forged.remove()]);
  },
  60_000,
);

// A browser's own implementation has each algorithm once; another length of RSA says nothing more.
test.skipIf(!existsSync(BROWSER)).each(ISSUED_KEYS.filter(([label]) => label !== "RSA-3072"))(
  `verify.html finds a package by a key of %s sound, and a change of its signature (needs ${BROWSER})`,
  async (_, ...algorithm) => {
    const signer = issuedExaminer(...algorithm);
    const written = await writePackage(undefined, undefined, undefined, undefined, signer);
    await onPage(written.out, async (page) => {
      await page.locator("#expected").fill(written.examiner.fingerprint);
      await page.locator("#word", { hasText: "Verified" }).waitFor();
      const file = join(written.out, "signatures", "SHA256SUMS.sig");
      const signature = await readFile(file);
      signature.writeUInt8(signature.readUInt8(40) ^ 1, 40);
      await writeFile(file, signature);
      await page.locator("#folder").setInputFiles(written.out);
      await page.locator("#word", { hasText: "Altered" }).waitFor();
      expect(await page.locator("#results").innerText()).toContain("no signature of SHA256SUMS by the key");
    });
    await written.remove();
  },
  60_000,
);
