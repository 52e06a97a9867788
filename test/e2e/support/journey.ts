import { cp, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { expect, test as base, type Locator, type Page } from "@playwright/test";

import { chooseCommand, launchApp, type LaunchOptions, type RunningApp, settled } from "./app.ts";

interface Journey {
  /** The application, started for this test alone. */
  readonly running: RunningApp;
  /** The same where the sample case was made before: a copy of it, which belongs to this test alone. */
  readonly prepared: RunningApp;
  /** The same with that sample case open. */
  readonly sample: RunningApp;
  /** A folder of this test, removed after it. */
  readonly folder: string;
}

interface Prepared {
  /** An ASSAY_HOME in which the window has made the sample case: to be copied, not to be used. */
  readonly sampleHome: string;
}

/** A test that drives an application and has a folder of its own. */
export const test = base.extend<Journey, Prepared>({
  sampleHome: [
    // Playwright reads from the first argument what a fixture needs: nothing.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const folder = await mkdtemp(path.join(os.tmpdir(), "assay-sample-"));
      const home = path.join(folder, "home");
      const running = await launchApp({ home });
      await openSample(running);
      await running.close();
      await use(home);
      await rm(folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 180_000 },
  ],
  // eslint-disable-next-line no-empty-pattern
  running: async ({}, use) => {
    const running = await launchApp();
    await use(running);
    await running.close();
  },
  prepared: async ({ sampleHome, folder }, use) => {
    const running = await launchPrepared(sampleHome, folder);
    await use(running);
    await running.close();
  },
  sample: async ({ prepared }, use) => {
    await openSample(prepared);
    await use(prepared);
  },
  // eslint-disable-next-line no-empty-pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "assay-journey-"));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
});

/** Starts the application with a copy of a prepared home, below `folder`. */
export async function launchPrepared(
  sampleHome: string,
  folder: string,
  options: LaunchOptions = {},
): Promise<RunningApp> {
  const home = path.join(folder, "home");
  await cp(sampleHome, home, { recursive: true });
  return launchApp({ ...options, home });
}

/** Opens the sample case from the Start screen and waits until it is judged. */
export async function openSample({ page }: RunningApp): Promise<void> {
  await page.getByRole("button", { name: "Open sample case" }).click();
  await page.waitForSelector('body[data-verdict="altered"]', { state: "attached", timeout: 120_000 });
  await settled(page);
}

/** Shows a screen by its command. */
export async function goTo({ app, page }: RunningApp, screen: string): Promise<void> {
  await chooseCommand(app, `screen.${screen}`);
  await page.waitForSelector(`body[data-screen="${screen}"]`, { state: "attached" });
  await settled(page);
}

/** How many rows the grid says it has; its head is one, too. */
export async function rowCount(page: Page): Promise<number> {
  return Number(await page.getByRole("grid", { name: "Events" }).getAttribute("aria-rowcount"));
}

/** Asks the timeline by keyboard, as an examiner does. */
export async function ask(page: Page, query: string): Promise<void> {
  await page.getByRole("rowgroup", { name: "Rows" }).focus();
  await page.keyboard.press("/");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(query);
  await page.keyboard.press("Enter");
  await settled(page);
  await expect(page.getByRole("grid", { name: "Events" })).toBeVisible();
  await page.getByRole("rowgroup", { name: "Rows" }).focus();
}

/** Presses a key until something has the focus, as a person without a mouse does. */
export async function pressUntilFocused(page: Page, key: string, target: Locator): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key);
    await expect(target).toBeFocused({ timeout: 100 });
  }).toPass({ intervals: [0], timeout: 30_000 });
}
