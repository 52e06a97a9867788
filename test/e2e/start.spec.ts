import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { expect, type Page } from "@playwright/test";

import { answerOpenDialogs, answerSaveDialogs, launchApp, settled } from "./support/app.ts";
import { violations } from "./support/accessibility.ts";
import { test } from "./support/journey.ts";

const CLI = path.resolve(import.meta.dirname, "../../dist/node/cli.mjs");
const RECORD = {
  eventVersion: "1.08",
  eventTime: "2026-09-14T08:00:00Z",
  eventSource: "s3.amazonaws.com",
  eventName: "GetObject",
  awsRegion: "eu-west-1",
  sourceIPAddress: "192.0.2.17",
  userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/reader", accountId: "111122223333" },
};

/** Drops a file of the disk anywhere on the page. */
async function drop(page: Page, file: string): Promise<void> {
  await page.evaluate(() => {
    const input = document.body.appendChild(document.createElement("input"));
    input.type = "file";
    input.id = "dropped";
  });
  await page.setInputFiles("#dropped", file);
  await page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>("#dropped");
    const dataTransfer = new DataTransfer();
    for (const each of input?.files ?? []) dataTransfer.items.add(each);
    input?.remove();
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
}

test("the first start asks nothing, and evidence dropped on the window is read into a case", async ({
  running,
  folder,
}) => {
  const { app, page } = running;
  const log = path.join(folder, "trail.json");
  const target = path.join(folder, "new.assay");
  await writeFile(log, JSON.stringify({ Records: [RECORD] }));
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByText("No case yet.", { exact: false })).toBeVisible();
  await expect(page.getByRole("heading", { name: "This app makes no network connections" })).toBeVisible();
  await expect(
    page.getByRole("navigation", { name: "Screens" }).getByRole("button", { name: "Timeline" }),
  ).toBeDisabled();
  await answerSaveDialogs(app, target);
  await drop(page, log);
  await page.waitForSelector('body[data-verdict="not-verifiable"]', { state: "attached" });
  await settled(page);
  await expect(page.getByRole("tab", { name: /trail\.json/ })).toBeVisible();
  expect(existsSync(path.join(target, "case.duckdb"))).toBe(true);
});

test("opening the sample is stopped, and nothing is left of it", async ({ running }) => {
  const { page, home } = running;
  await page.getByRole("button", { name: "Open sample case" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.waitForSelector('body[data-screen="start"]', { state: "attached", timeout: 30_000 });
  await settled(page);
  await expect(page.getByText("No case open").first()).toBeVisible();
  expect(existsSync(path.join(home, "samples", "Marrowbridge sample.assay"))).toBe(false);
});

test("a case is opened by what its folder holds, from the command line and when it is chosen as evidence", async ({
  sampleHome,
  folder,
}) => {
  const [incident, link] = [path.join(folder, "incident"), path.join(folder, "link")];
  await cp(path.join(sampleHome, "samples", "Marrowbridge sample.assay"), incident, { recursive: true });
  await symlink(incident, link);
  const running = await launchApp({ args: [`--open=${incident}`] });
  const { app, page } = running;
  await page.waitForSelector('body[data-verdict="altered"]', { state: "attached" });
  await expect(page.getByRole("tab", { name: /X-1/ })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.getByRole("button", { name: "Start" }).click();
  await expect(page.getByRole("region", { name: "Drop zone" })).toContainText("added to the open case");
  await answerOpenDialogs(app, [link]);
  await page.getByRole("button", { name: "Choose folder" }).click();
  await page.waitForSelector('body[data-screen="verify"]', { state: "attached" });
  await settled(page);
  await expect(page.getByRole("alert")).toHaveCount(0);
  await running.close();
});

test("a findings package that is named or dropped is opened to be read, and is no evidence", async ({
  sampleHome,
  folder,
}) => {
  const written = path.join(folder, "package.zip");
  const source = path.join(sampleHome, "samples", "Marrowbridge sample.assay");
  const root = path.join(folder, "incident");
  await cp(source, root, { recursive: true });
  const report = [CLI, "report", "--case", root, "--out", written];
  await promisify(execFile)(process.execPath, report, {
    env: { ...process.env, ASSAY_HOME: path.join(folder, "home") },
  });
  const running = await launchApp({ args: [`--open=${written}`] });
  const { page } = running;
  const parts = page.getByRole("navigation", { name: "Parts of the package" });
  await expect(parts).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("button", { name: "Start" }).click();
  await expect(parts).toBeHidden();
  await drop(page, written);
  await expect(parts).toBeVisible();
  await running.close();
});

test("a folder named as a case that holds none is told where it was opened", async ({ folder }) => {
  const empty = path.join(folder, "empty.assay");
  await mkdir(empty);
  const running = await launchApp({ args: [`--open=${empty}`] });
  const { page } = running;
  await expect(page.getByRole("heading", { name: "Open evidence" })).toBeVisible();
  await expect(page.getByRole("alert")).toContainText("found no case.duckdb in it");
  await expect(page.getByRole("alert")).toContainText("Nothing was changed.");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await violations(page)).toEqual([]);
  await running.close();
});

test("a new case is not made where one is, and what helps is said", async ({ prepared, folder }) => {
  const { app, page, home } = prepared;
  const log = path.join(folder, "trail.json");
  await writeFile(log, JSON.stringify({ Records: [RECORD] }));
  await answerSaveDialogs(app, path.join(home, "samples", "Marrowbridge sample.assay"));
  await drop(page, log);
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("Failed: creating a case. Expected a new folder, found a case in it.");
  await expect(alert).toContainText("Open that case first");
});
