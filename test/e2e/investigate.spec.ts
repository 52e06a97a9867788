import { readFile } from "node:fs/promises";
import path from "node:path";

import { expect, type Page } from "@playwright/test";

import { answerSaveDialogs, chooseCommand, launchApp, settled } from "./support/app.ts";
import { violations } from "./support/accessibility.ts";
import { ask, goTo, launchPrepared, openSample, rowCount, test } from "./support/journey.ts";

const REASON = "The owner of the service said so.";

/** Answers the dialog of a split or a merge: the first choice, with a reason. */
async function decide(page: Page, act: "Split" | "Merge"): Promise<void> {
  await page.getByRole("article").getByRole("button", { name: act, exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox").click();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await dialog.getByRole("textbox", { name: /^Why you decide so/ }).fill(REASON);
  await dialog.getByRole("button", { name: act, exact: true }).click();
  await expect(dialog).toBeHidden();
  await settled(page);
}

test("identities are split, merged and reached in the window, and every act is undone", async ({ sample }) => {
  test.setTimeout(240_000);
  const { app, page } = sample;
  await goTo(sample, "identities");
  const card = page.getByRole("article");
  const item = page.locator(".identity-item", { hasText: "svc-reports" });
  await item.click();
  await expect(card.getByRole("heading", { name: "svc-reports" })).toBeVisible();
  const names = card.getByText(/^\d+ names?, /);
  await expect(names).toHaveText(/^2 names/);

  await test.step("a name is split off with a reason, and undo brings it back", async () => {
    await decide(page, "Split");
    await expect(names).toHaveText(/^1 name,/);
    await page.keyboard.press("ControlOrMeta+z");
    await expect(names).toHaveText(/^2 names/);
  });

  await test.step("two are merged, and undo parts them", async () => {
    await decide(page, "Merge");
    await expect(names).toHaveText(/^[34] names/);
    await page.keyboard.press("ControlOrMeta+z");
    await expect(names).toHaveText(/^2 names/);
  });

  await test.step("the open link that is shown first is rejected with a reason, and undo opens it again", async () => {
    const links = page.getByRole("region", { name: "Links", exact: true });
    await page.keyboard.press("Escape");
    await item.click();
    await page.keyboard.press("n");
    await page.keyboard.type(REASON);
    await page.getByRole("button", { name: "Reject", exact: true }).click();
    await expect(links).toContainText(" 1 rejected");
    await page.getByRole("button", { name: "Undo", exact: true }).click();
    await expect(links).toContainText(" 0 rejected");
  });

  await test.step("its events are those of everything it held, its blast radius is a result set", async () => {
    const button = card.getByRole("button", { name: /^Show [\d,]+ events$/ });
    const events = Number((await button.innerText()).replace(/\D/g, ""));
    await card.getByRole("button", { name: "Blast radius" }).click();
    await settled(page);
    await expect(page.getByLabel("Query", { exact: true })).toHaveValue(/^reach:"I-/);
    expect(await rowCount(page)).toBeGreaterThan(1);
    await chooseCommand(app, "screen.identities");
    await button.click();
    await settled(page);
    // Copies of a record are folded in the grid; the head is a row, too.
    await page.getByRole("button", { name: "Show every copy of a record" }).click();
    await page.getByRole("button", { name: "Show the log’s own records" }).click();
    await expect.poll(() => rowCount(page)).toBe(events + 1);
  });

  await test.step("an event leads to who acted and to what could be reached from it", async () => {
    await ask(page, "session:s-6188");
    await page.keyboard.press("1");
    const who = page.getByRole("region", { name: "Who" });
    await expect(who).toContainText("An account is not a person");
    expect(await violations(page)).toEqual([]);
    await who.getByRole("button", { name: "Blast radius from here" }).click();
    await settled(page);
    await expect(page.getByLabel("Query", { exact: true })).toHaveValue(/^reach:"\d+"$/);
    expect(await rowCount(page)).toBeGreaterThan(1);
  });
});

test("what is seen is exported by key, and a frame of the replay goes into the report and into a page that plays", async ({
  sample,
  folder,
}) => {
  test.setTimeout(240_000);
  const { app, page } = sample;
  await goTo(sample, "timeline");
  await ask(page, "session:s-6188");

  await test.step("Ctrl E exports what matches", async () => {
    const target = path.join(folder, "events.csv");
    await answerSaveDialogs(app, target);
    await page.keyboard.press("ControlOrMeta+e");
    const dialog = page.getByRole("dialog", { name: "Export what matches" });
    await expect(dialog).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Export", exact: true }).click();
    await expect(dialog.getByText("the diary says so", { exact: false })).toBeVisible();
    expect((await readFile(target, "utf8")).trimEnd().split("\n").length).toBeGreaterThan(2);
    await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  });

  await test.step("the sheet of keys names it", async () => {
    await page.getByRole("rowgroup", { name: "Rows" }).focus();
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "All keys" })).toContainText("Export what matches");
    await page.keyboard.press("Escape");
  });

  await test.step("a frame is put into the report by key", async () => {
    await page.getByRole("rowgroup", { name: "Rows" }).focus();
    for (const kept of [1, 2, 3]) {
      await page.keyboard.press("s");
      await expect(page.getByRole("gridcell", { name: "Kept" })).toHaveCount(kept);
    }
    await goTo(sample, "replay");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("f");
    await expect(page.getByRole("button", { name: /^In the report/ })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await goTo(sample, "report");
    await expect(page.getByRole("region", { name: "Pages" })).toContainText("frame 2");
  });

  await test.step("the page plays by itself, step by step by key", async () => {
    const target = path.join(folder, "replay.html");
    await answerSaveDialogs(app, target);
    await goTo(sample, "replay");
    await page.getByRole("button", { name: "Export" }).click();
    await expect.poll(() => readFile(target, "utf8").catch(() => "")).toContain("</html>");
    const opened = app.waitForEvent("window");
    await app.evaluate(({ BrowserWindow }, file) => {
      void new BrowserWindow({ show: false, webPreferences: { partition: "player" } }).loadFile(file);
    }, target);
    const player = await opened;
    await expect(player.getByRole("status")).toContainText("Step 1 of 3");
    await player.keyboard.press("ArrowRight");
    await expect(player.getByRole("status")).toContainText("Step 2 of 3");
    await player.keyboard.press("End");
    await expect(player.getByRole("status")).toContainText("Step 3 of 3");
    expect(await player.evaluate(() => scrollY)).toBe(0);
    await player.close();
  });
});

const PLACE = { x: 40, y: 30, width: 1320, height: 840 };

test("window, theme, layout and columns are those of the last time", async ({ sampleHome, folder }) => {
  test.setTimeout(120_000);
  const profile = path.join(folder, "profile");
  const first = await launchPrepared(sampleHome, folder, { profile });
  await openSample(first);
  await goTo(first, "timeline");
  await chooseCommand(first.app, "theme.dark");
  await first.page.getByRole("rowgroup", { name: "Rows" }).focus();
  await first.page.keyboard.press("[");
  await expect(first.page.getByRole("region", { name: "Facets" })).toBeHidden();
  await first.page.getByRole("button", { name: "Columns", exact: true }).click();
  await first.page.getByRole("menuitemcheckbox", { name: "Mark" }).click();
  await expect(first.page.getByRole("columnheader", { name: "Mark" })).toBeHidden();
  await first.app.evaluate(({ BrowserWindow }, place) => BrowserWindow.getAllWindows()[0]?.setBounds(place), PLACE);
  const kept = path.join(profile, "settings.json");
  await expect.poll(() => readFile(kept, "utf8").catch(() => "")).toContain('facetsShown\\":false');
  await first.close();
  const second = await launchApp({ profile, home: first.home });
  await second.page.waitForSelector('html[data-mantine-color-scheme="dark"]', { state: "attached" });
  await openSample(second);
  await goTo(second, "timeline");
  await expect(second.page.getByRole("region", { name: "Facets" })).toBeHidden();
  await expect(second.page.getByRole("columnheader", { name: "Action" })).toBeVisible();
  await expect(second.page.getByRole("columnheader", { name: "Mark" })).toBeHidden();
  const place = await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds());
  expect(place).toEqual(PLACE);
  await second.close();
});
