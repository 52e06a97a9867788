import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium, type Page } from "@playwright/test";
import { expect, test } from "vitest";

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
