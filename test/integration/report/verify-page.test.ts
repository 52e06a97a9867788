import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { chromium } from "@playwright/test";
import { expect, test } from "vitest";

import { writePackage } from "../../support/findings-package.ts";

const BROWSER = "/usr/bin/chromium";

test.skipIf(!existsSync(BROWSER))(
  `verify.html, opened from the package in a browser, finds it sound and then altered (needs ${BROWSER})`,
  async () => {
    const written = await writePackage();
    // A root user cannot use the browser's own sandbox; nothing but our page is opened.
    const browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => errors.push(message.text()));
      await page.goto(pathToFileURL(join(written.out, "verify.html")).href);
      await page.locator("#folder").setInputFiles(written.out);
      await page.locator("#word", { hasText: "Not verifiable" }).waitFor();
      expect(await page.locator("#fingerprint").innerText()).toBe(written.examiner.fingerprint);
      await page.locator("#expected").fill(written.examiner.fingerprint);
      await page.locator("#word", { hasText: "Verified" }).waitFor();

      await writeFile(join(written.out, "exhibits", "EX-00001.line"), "{}");
      await page.locator("#folder").setInputFiles(written.out);
      await page.locator("#word", { hasText: "Altered" }).waitFor();
      expect(await page.locator("#results").innerText()).toContain("changed: exhibits/EX-00001.line");
      expect(errors).toEqual([]);
    } finally {
      await browser.close();
      await written.remove();
    }
  },
  60_000,
);
