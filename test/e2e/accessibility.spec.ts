import { writeFile } from "node:fs/promises";
import path from "node:path";

import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";

import { answerOpenDialogs, chooseCommand, launchApp, type RunningApp, settled } from "./support/app.ts";

const CASE_SCREENS = [
  "verify",
  "timeline",
  "identities",
  "alerts",
  "replay",
  "findings",
  "report",
  "custody",
  "case",
  "settings",
];
/** A log that no source knows. */
const UNKNOWN_LOG = '{"when":"2026-09-14T08:00:00Z","door":"north","badge":"B-17"}\n';

let running: RunningApp;
test.beforeAll(async () => {
  test.setTimeout(180_000);
  running = await launchApp();
  await running.page.getByRole("button", { name: "Open sample case" }).click();
  await running.page.waitForSelector('body[data-verdict="altered"]', { state: "attached", timeout: 120_000 });
});
test.afterAll(() => running.close());

async function violations(page: Page): Promise<readonly string[]> {
  await settled(page);
  // Electron has no second page to collect results in, which the newer mode needs.
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

for (const theme of ["dark", "light"]) {
  for (const screen of ["start", ...CASE_SCREENS]) {
    test(`the ${screen} screen has no accessibility violation in the ${theme} theme`, async () => {
      const { app, page } = running;
      await chooseCommand(app, `theme.${theme}`);
      await chooseCommand(app, `screen.${screen}`);
      await page.waitForSelector(`body[data-screen="${screen}"]`, { state: "attached" });
      await page.waitForSelector(`html[data-mantine-color-scheme="${theme}"]`, { state: "attached" });
      expect(await violations(page)).toEqual([]);
    });
  }

  test(`the palette and the key sheet have no accessibility violation in the ${theme} theme`, async () => {
    const { app, page } = running;
    await chooseCommand(app, `theme.${theme}`);
    await chooseCommand(app, "view.palette");
    await expect(page.getByRole("dialog", { name: "Command palette" })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
    await chooseCommand(app, "view.keys");
    await expect(page.getByRole("dialog", { name: "All keys" })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  });

  test(`the mapping dialog has no accessibility violation in the ${theme} theme`, async () => {
    const { app, page, home } = running;
    const log = path.join(path.dirname(home), "doors.jsonl");
    await writeFile(log, UNKNOWN_LOG);
    await answerOpenDialogs(app, [log]);
    await chooseCommand(app, `theme.${theme}`);
    await chooseCommand(app, "screen.start");
    await page.getByRole("button", { name: "Choose files" }).click();
    await expect(page.getByRole("dialog", { name: "Map doors.jsonl by hand" })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  });
}
