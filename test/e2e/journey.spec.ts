import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { expect } from "@playwright/test";

import { answerOpenDialogs, answerSaveDialogs, type RunningApp, settled } from "./support/app.ts";
import { ask, goTo, openSample, pressUntilFocused, rowCount, test } from "./support/journey.ts";

const CLI = path.resolve(import.meta.dirname, "../../dist/node/cli.mjs");
const CLOUDTRAIL = path.join(process.env["ASSAY_E2E_SHARED"] ?? "", "data/cloudtrail-invictus");

async function exportPackage(running: RunningApp, folder: string): Promise<void> {
  const { app, page } = running;
  await goTo(running, "report");
  await expect(page.getByRole("article", { name: "Page 1", exact: true })).toBeVisible();
  await answerSaveDialogs(app, path.join(folder, "package.zip"));
  await page.getByRole("button", { name: /^Sign .* and export$/ }).click();
  await expect(page.getByText("Package written")).toBeVisible({ timeout: 120_000 });
}

/** What the command line says of the package, trusting the fingerprint that the window showed. */
async function verifyPackage({ page, home }: RunningApp, folder: string): Promise<unknown> {
  const fingerprint = (await page.locator(".digest-full").last().innerText()).replace(/\s/g, "");
  const args = [CLI, "verify-package", path.join(folder, "package.zip"), "--trust", fingerprint, "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, ASSAY_HOME: home } });
  return JSON.parse(stdout);
}

test("from the sample case to a package that the command line accepts", async ({ running, folder }) => {
  test.setTimeout(240_000);
  const { page } = running;

  await test.step("the sample opens in one click and is judged", async () => {
    await openSample(running);
    await expect(page.getByRole("heading", { name: "Altered", exact: true })).toBeVisible();
    await expect(page.getByRole("region", { name: "Checks" })).toContainText("Content and order");
    await page.getByRole("tab", { name: /Verified/ }).click();
    await expect(page.getByRole("heading", { name: "Verified" })).toBeVisible();
  });

  await test.step("a query leaves the altered event, and its proof says where it fails", async () => {
    await goTo(running, "timeline");
    expect(await rowCount(page)).toBeGreaterThan(49_000);
    await ask(page, "verdict:altered");
    await expect.poll(() => rowCount(page)).toBeLessThan(49_000);
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
    await page.keyboard.press("e");
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
    await exportPackage(running, folder);
    await expect(page.getByRole("region", { name: "Pages" })).toContainText("One record differs from the signed log");
  });

  await test.step("the command line accepts the package with the fingerprint the window showed", async () => {
    expect(await verifyPackage(running, folder)).toMatchObject({ verdict: expect.stringMatching(/^verified/) });
  });
});

test("from published CloudTrail files to a package that claims no more than they prove", async ({
  running,
  folder,
}) => {
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
    await goTo(running, "timeline");
    // The head of the grid is a row, too.
    await expect.poll(() => rowCount(page)).toBe(2_901);
    await settled(page);
    await expect(page.getByRole("grid", { name: "Events" })).toContainText("Not verifiable");
    await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("2023-07-10T11:42");
  });

  await test.step("an event is cited", async () => {
    await page.getByRole("rowgroup", { name: "Rows" }).focus();
    await page.keyboard.press("e");
    await page.waitForSelector('body[data-screen="findings"]', { state: "attached" });
    await page.getByRole("textbox", { name: "Title" }).fill("The first recorded call");
    await page
      .getByRole("textbox", { name: "Statement" })
      .fill("The files record this call as the first of their day.");
    await page.getByRole("button", { name: "Save finding" }).click();
    await expect(page.getByRole("region", { name: "Finding", exact: true })).toContainText("EX-00001");
  });

  await test.step("the command line finds the package whole", async () => {
    await exportPackage(running, folder);
    expect(await verifyPackage(running, folder)).toMatchObject({ verdict: expect.stringMatching(/^verified/) });
  });
});

test("from the sample to an activity, undo, an accepted link, and a replay, by keyboard alone", async ({
  prepared,
  folder,
}) => {
  test.setTimeout(240_000);
  const { app, page } = prepared;
  const rows = page.getByRole("rowgroup", { name: "Rows" });
  const askByKeys = async (query: string) => {
    await page.keyboard.press("ControlOrMeta+l");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(query);
    await page.keyboard.press("Enter");
    await settled(page);
    await pressUntilFocused(page, "F6", rows);
  };
  await pressUntilFocused(page, "Tab", page.getByRole("button", { name: "Open sample case" }));
  await page.keyboard.press("Enter");
  await page.waitForSelector('body[data-verdict="altered"]', { state: "attached", timeout: 120_000 });
  await settled(page);
  await page.keyboard.press("ControlOrMeta+3");
  await settled(page);
  const grid = page.getByRole("grid", { name: "Events" });
  const marks = grid.getByRole("gridcell", { name: "Kept" });

  await test.step("events are kept, and the mark is taken back and given again", async () => {
    await askByKeys("session:s-6188");
    await page.keyboard.press("s");
    await expect(marks).toHaveCount(1);
    await page.keyboard.press("s");
    await expect(marks).toHaveCount(2);
    await page.keyboard.press("ControlOrMeta+z");
    await expect(marks).toHaveCount(1);
    await page.keyboard.press("ControlOrMeta+Shift+z");
    await expect(marks).toHaveCount(2);
  });

  await test.step("a run of events becomes an activity with one row", async () => {
    const before = await rowCount(page);
    await page.keyboard.press("j");
    await page.keyboard.press("Shift+j");
    await page.keyboard.press("Shift+j");
    await page.keyboard.press("g");
    await expect(page.getByRole("textbox", { name: "Name" })).toBeFocused();
    await page.keyboard.type("Session taken over");
    await page.keyboard.press("Tab");
    await page.keyboard.type("T1550.004");
    await page.keyboard.press("Enter");
    await expect.poll(() => rowCount(page)).toBe(before - 2);
    await expect(grid).toContainText("A-1 Session taken over, 3");
  });

  await test.step("the query knows the activity, the mark and a cell", async () => {
    await askByKeys('activity:"Session taken over"');
    await expect.poll(() => rowCount(page)).toBe(2);
    await askByKeys("triage:keep");
    await expect.poll(() => rowCount(page)).toBe(3);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("-");
    await expect(page.getByText(/^NOT action:/)).toBeVisible();
  });

  await test.step("a link between identities is accepted, with a reason", async () => {
    await page.keyboard.press("ControlOrMeta+4");
    await settled(page);
    const links = page.getByRole("region", { name: "Links", exact: true });
    await expect(links).toContainText(" 0 accepted");
    await page.keyboard.press(".");
    await expect(page.getByRole("region", { name: "Selected link" })).toBeVisible();
    await page.keyboard.press("y");
    await expect(page.getByRole("textbox", { name: /^Why you decide so/ })).toBeFocused();
    await page.keyboard.type("The record names both.");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect(links).toContainText(" 1 accepted");
  });

  await test.step("the replay has a chapter for it, and goes from step to step", async () => {
    await page.keyboard.press("ControlOrMeta+6");
    await settled(page);
    await expect(page.getByRole("navigation", { name: "Chapters" })).toContainText("A-1 Session taken over");
    await expect(page.getByText("Step 1 of 3", { exact: false })).toBeVisible();
    await page.keyboard.press("End");
    await expect(page.getByText("Step 3 of 3", { exact: false })).toBeVisible();
    await page.keyboard.press("ArrowLeft");
    await expect(page.getByText("Step 2 of 3", { exact: false })).toBeVisible();
    await expect(page.getByRole("complementary", { name: "Why is this step here" })).toContainText("record");
  });

  await test.step("and is written as a page that plays by itself", async () => {
    const target = path.join(folder, "replay.html");
    await answerSaveDialogs(app, target);
    await pressUntilFocused(page, "Tab", page.getByRole("button", { name: "Export" }));
    await page.keyboard.press("Enter");
    await expect.poll(() => existsSync(target)).toBe(true);
    await page.keyboard.press("ControlOrMeta+k");
    await page.keyboard.type("Custody");
    await page.keyboard.press("Enter");
    await page.waitForSelector('body[data-screen="custody"]', { state: "attached" });
    await expect(page.locator("body")).toContainText("replay.exported");
  });

  await test.step("a finding is written, and the report is read", async () => {
    await page.keyboard.press("ControlOrMeta+3");
    await settled(page);
    await askByKeys("session:s-6188");
    await page.keyboard.press("e");
    await expect(page.getByRole("textbox", { name: "Title" })).toBeFocused();
    await page.keyboard.type("The session was used elsewhere");
    await page.keyboard.press("Tab");
    await page.keyboard.type("The log attributes these calls to one session.");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("region", { name: "Finding", exact: true })).toContainText("EX-00001");
    await page.keyboard.press("ControlOrMeta+8");
    await page.waitForSelector('body[data-screen="report"]', { state: "attached" });
    await settled(page);
    await expect(page.getByRole("region", { name: "Pages" })).toContainText("The session was used elsewhere");
  });
});
