import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { expect } from "@playwright/test";

import { violations } from "./support/accessibility.ts";
import { answerOpenDialogs, answerSaveDialogs, caseWorker, chooseCommand, launchApp, settled } from "./support/app.ts";
import { ask, goTo, test } from "./support/journey.ts";

const SAMPLE = path.resolve(import.meta.dirname, "../../samples/bundles/marrowbridge-audit.zip");

test("the window outlives its case worker, says so, and goes on with the case", async ({ sample }) => {
  test.setTimeout(180_000);
  const { app, page } = sample;
  await goTo(sample, "timeline");
  const grid = page.getByRole("grid", { name: "Events" });
  await expect(grid).toBeVisible();
  const rows = await grid.getAttribute("aria-rowcount");

  // In the middle of its work.
  const worker = await caseWorker(app);
  await goTo(sample, "verify");
  await page.getByRole("button", { name: "Verify again" }).click();
  process.kill(worker, "SIGKILL");

  const alert = page.getByRole("alert");
  await expect(alert).toContainText("The process that holds the case has stopped.");
  await expect(alert).toContainText("worker-gone");
  await expect(alert).toContainText("The case on disk.");
  expect(await violations(page)).toEqual([]);

  await page.getByRole("button", { name: "Reopen the case" }).click();
  await page.waitForSelector('body[data-verdict="altered"]', { state: "attached", timeout: 60_000 });
  await chooseCommand(app, "screen.timeline");
  await expect(grid).toHaveAttribute("aria-rowcount", rows ?? "");
  await settled(page);
  await page.getByRole("tab", { name: "Proof" }).click();
  await page.getByRole("button", { name: "Recompute now" }).click();
  await expect(page.getByRole("complementary", { name: "Inspector" })).toContainText("Leaf hash");
});

test("an import that was killed with the application is told when its case is opened, and is finished", async ({
  folder,
}) => {
  test.setTimeout(120_000);
  const root = path.join(folder, "killed.assay");
  const start = { home: path.join(folder, "home"), profile: path.join(folder, "profile") };
  const killed = await launchApp(start);
  await answerOpenDialogs(killed.app, [SAMPLE]);
  await answerSaveDialogs(killed.app, root);
  await killed.page.getByRole("button", { name: "Choose files" }).click();
  // Its working copies: the import has begun, and has seconds before it.
  await expect.poll(() => existsSync(path.join(root, "evidence", "1")), { intervals: [10] }).toBe(true);
  killed.app.process().kill("SIGKILL");
  await killed.close();

  const again = await launchApp(start);
  const { page } = again;
  await page.getByRole("button", { name: /^killed/ }).click();
  const told = page.getByRole("region", { name: "Interrupted import" });
  await expect(told).toContainText(path.basename(SAMPLE));
  await expect(told).toContainText("Loaded so far");
  await expect(page.getByRole("contentinfo")).toContainText("Rows 0");
  expect(await violations(page)).toEqual([]);
  await told.getByRole("button", { name: "Finish the import" }).click();
  await expect(page.getByText("49,166 records in = 49,166 rows")).toBeVisible({ timeout: 60_000 });
  await expect(told).toBeHidden();
  await again.close();
});

test("a folder that is no case is told, and the case that was open goes on", async ({ sample, folder }) => {
  const { app, page } = sample;
  const empty = path.join(folder, "empty.assay");
  await mkdir(empty);
  const employer = page.getByRole("textbox", { name: "Employer" });
  await goTo(sample, "case");
  await employer.fill("Not saved yet, Ltd");
  await goTo(sample, "timeline");
  await answerOpenDialogs(app, [empty]);
  await chooseCommand(app, "case.open");
  await expect(page.getByRole("alert")).toContainText("no-case");
  await expect(page.getByRole("contentinfo")).toContainText("Marrowbridge sample");
  await page.getByRole("alert").getByRole("button", { name: "Close" }).click();
  await ask(page, "verdict:altered");
  await expect(page.locator(".grid-row.focused")).toContainText("as found");
  await goTo(sample, "case");
  await expect(employer).toHaveValue("Not saved yet, Ltd");
});

test("a file that is no evidence is refused with its place, what was expected and what was found", async ({
  running,
  folder,
}) => {
  const { app, page } = running;
  const notes = path.join(folder, "meeting-notes.txt");
  await writeFile(notes, "Agenda\n\nNothing here was ever logged.\n");
  await answerOpenDialogs(app, [notes]);
  await answerSaveDialogs(app, path.join(folder, "new.assay"));
  await page.getByRole("button", { name: "Choose files" }).click();

  const alert = page.getByRole("alert");
  await expect(alert).toContainText("Failed: reading meeting-notes.txt.");
  for (const field of ["File", "Expected", "Found", "Kept", "Code"]) {
    await expect(alert.locator("dt", { hasText: new RegExp(`^${field}$`) })).toBeVisible();
  }
  await expect(page.getByRole("heading", { name: "Refused" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Try another file" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await settled(page);
  await chooseCommand(app, "screen.timeline");
  await settled(page);
  await expect(page.getByText("0 rows in this case")).toBeVisible();
});
