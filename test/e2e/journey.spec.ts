import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

import { expect, test } from "@playwright/test";

import {
  answerOpenDialogs,
  answerSaveDialogs,
  chooseCommand,
  launchApp,
  type RunningApp,
  settled,
} from "./support/app.ts";

const CLI = path.resolve(import.meta.dirname, "../../dist/node/cli.mjs");
const CLOUDTRAIL = path.join(process.env["ASSAY_E2E_SHARED"] ?? "", "data/cloudtrail-invictus");

let running: RunningApp;
let folder: string;
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "assay-journey-"));
  running = await launchApp();
});
test.afterEach(async () => {
  await running.close();
  await rm(folder, { recursive: true, force: true });
});

async function goTo(screen: string): Promise<void> {
  const { app, page } = running;
  await chooseCommand(app, `screen.${screen}`);
  await page.waitForSelector(`body[data-screen="${screen}"]`, { state: "attached" });
  await settled(page);
}

async function rowCount(): Promise<number> {
  return Number(await running.page.getByRole("grid", { name: "Events" }).getAttribute("aria-rowcount"));
}

async function exportPackage(): Promise<void> {
  const { app, page } = running;
  await goTo("report");
  await expect(page.getByRole("article", { name: "Page 1", exact: true })).toBeVisible();
  await answerSaveDialogs(app, path.join(folder, "package.zip"));
  await page.getByRole("button", { name: /^Sign .* and export$/ }).click();
  await expect(page.getByText("Package written")).toBeVisible({ timeout: 120_000 });
}

/** What the command line says of the package, trusting the fingerprint that the window showed. */
async function verifyPackage(): Promise<unknown> {
  const { page, home } = running;
  const fingerprint = (await page.locator(".digest-full").last().innerText()).replace(/\s/g, "");
  const args = [CLI, "verify-package", path.join(folder, "package.zip"), "--trust", fingerprint, "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ASSAY_HOME: home } });
  return JSON.parse(stdout);
}

test("from the sample case to a package that the command line accepts", async () => {
  test.setTimeout(240_000);
  const { page } = running;

  await test.step("the sample opens in one click and is judged", async () => {
    await page.getByRole("button", { name: "Open sample case" }).click();
    await page.waitForSelector('body[data-verdict="altered"]', { state: "attached", timeout: 120_000 });
    await settled(page);
    await expect(page.getByRole("heading", { name: "Altered", exact: true })).toBeVisible();
    await expect(page.getByRole("region", { name: "Checks" })).toContainText("Content and order");
    await page.getByRole("tab", { name: /Verified with limits/ }).click();
    await expect(page.getByRole("heading", { name: "Verified with limits" })).toBeVisible();
  });

  await test.step("a query leaves the altered event, and its proof says where it fails", async () => {
    await goTo("timeline");
    expect(await rowCount()).toBeGreaterThan(49_000);
    await page.keyboard.press("/");
    await page.keyboard.type("verdict:altered");
    await page.keyboard.press("Enter");
    await expect.poll(rowCount).toBeLessThan(49_000);
    await settled(page);
    await expect(page.getByRole("grid", { name: "Events" })).toContainText("as found");
    await page.getByRole("tab", { name: "Proof" }).click();
    await page.getByRole("button", { name: "Recompute now" }).click();
    await settled(page);
    const inspector = page.getByRole("complementary", { name: "Inspector" });
    await expect(inspector).toContainText("Found");
    await expect(inspector).toContainText("not attempted");
  });

  await test.step("the selected event becomes a finding", async () => {
    await page.getByRole("rowgroup", { name: "Rows" }).focus();
    await page.keyboard.press("c");
    await page.waitForSelector('body[data-screen="findings"]', { state: "attached" });
    await page.getByText("Tool result", { exact: true }).click();
    await page.getByRole("textbox", { name: "Title" }).fill("One record differs from the signed log");
    await page
      .getByRole("textbox", { name: "Statement" })
      .fill("The record at this position is not the record whose digest the log signed.");
    await page.getByRole("button", { name: "Save finding" }).click();
    await expect(page.getByRole("region", { name: "Finding", exact: true })).toContainText("EX-00001");
  });

  await test.step("the report is previewed, signed and exported", async () => {
    await exportPackage();
    await expect(page.getByRole("region", { name: "Pages" })).toContainText("One record differs from the signed log");
  });

  await test.step("the command line accepts the package with the fingerprint the window showed", async () => {
    expect(await verifyPackage()).toMatchObject({ verdict: expect.stringMatching(/^verified/) });
  });
});

test("from published CloudTrail files to a package that claims no more than they prove", async () => {
  test.skip(!existsSync(CLOUDTRAIL), "the published CloudTrail files are not beside this checkout");
  test.setTimeout(240_000);
  const { app, page } = running;

  await test.step("a chosen folder is imported into a new case and is not verifiable", async () => {
    await answerOpenDialogs(app, [CLOUDTRAIL]);
    await answerSaveDialogs(app, path.join(folder, "invictus.assay"));
    await page.getByRole("button", { name: "Choose folder" }).click();
    await page.waitForSelector('body[data-verdict="not-verifiable"]', { state: "attached", timeout: 120_000 });
    await settled(page);
    await expect(page.getByRole("heading", { name: "Not verifiable", exact: true })).toBeVisible();
    await expect(page.getByRole("region", { name: "Verdict" })).toContainText("no CloudTrail digest files");
    await expect(page.getByRole("region", { name: "Coverage" })).toContainText("55 files");
  });

  await test.step("the timeline has a row for each record, and each says what its proof is", async () => {
    await goTo("timeline");
    // The head of the grid is a row, too.
    await expect.poll(rowCount).toBe(2_901);
    await settled(page);
    await expect(page.getByRole("grid", { name: "Events" })).toContainText("Not verifiable");
    await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("2023-07-10T11:42");
  });

  await test.step("an event is cited", async () => {
    await page.getByRole("rowgroup", { name: "Rows" }).focus();
    await page.keyboard.press("c");
    await page.waitForSelector('body[data-screen="findings"]', { state: "attached" });
    await page.getByRole("textbox", { name: "Title" }).fill("The first recorded call");
    await page
      .getByRole("textbox", { name: "Statement" })
      .fill("The files record this call as the first of their day.");
    await page.getByRole("button", { name: "Save finding" }).click();
    await expect(page.getByRole("region", { name: "Finding", exact: true })).toContainText("EX-00001");
  });

  await test.step("the command line finds the package whole", async () => {
    await exportPackage();
    expect(await verifyPackage()).toMatchObject({ verdict: expect.stringMatching(/^verified/) });
  });
});
