#!/usr/bin/env node
// Draws the pictures of the README from the real application with the sample case: docs/images/*.png. With
// `--every <folder>` it draws every screen and dialog instead, dark and light, in the smallest window and in a larger one.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { readArguments } from "./arguments.mjs";
import { XVFB } from "./e2e.mjs";
import { ensureDependencies, ensureSystemPackages, hasDisplay, isRoot, runScript, say } from "./setup.mjs";

const ROOT = path.resolve(import.meta.dirname, "..");
const PICTURES = path.join(ROOT, "docs", "images");
const SIZE = { width: 1440, height: 900 };
/** The thread of the sample: the stolen session, the key made with it, and what was done to the audit settings. */
const STORY =
  "resource:build-4127 OR session:s-6188 OR resource:key-reports-93d1 OR resource:audit-settings OR action:audit.records.delete";
/** Events that are kept for the replay, from the selected one on. */
const KEPT_STEPS = 6;
const SAMPLE_TIMEOUT_MS = 180_000;
const LAUNCH_TIMEOUT_MS = 20_000;
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1600, height: 1000 },
];
const SCREENS = "start verify timeline identities alerts replay findings report custody case package settings".split(
  " ",
);
/** What opens over the timeline, by command. */
const DIALOGS = "view.palette view.keys timeline.go-to timeline.export triage.tag triage.activity triage.flag".split(
  " ",
);
/** Questions that show a state of the timeline of its own. */
const QUESTIONS = { failed: "action:(a OR", nothing: "action:nothing", all: "" };
const { every } = readArguments("npm run screenshots [-- --every <folder>]", { every: { type: "string" } }).values;

await runScript(async () => {
  ensureDependencies();
  if (process.platform === "linux" && !hasDisplay()) {
    ensureSystemPackages(["display", "headless"]);
    const [command, ...wrapper] = XVFB;
    const again = [...wrapper, process.execPath, import.meta.filename, ...process.argv.slice(2)];
    return spawnSync(command, again, { stdio: "inherit" }).status ?? 1;
  }
  const { buildAll } = await import("./build.mjs");
  const { ensureRuntime } = await import("./electron-runtime.mjs");
  await buildAll();
  await draw(await ensureRuntime());
  return 0;
});

async function draw({ executable }) {
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "assay-screenshots-"));
  const app = await launch({
    executablePath: executable,
    args: [ROOT, `--user-data-dir=${path.join(temporary, "profile")}`, ...(isRoot() ? ["--no-sandbox"] : [])],
    env: { ...process.env, ASSAY_HOME: path.join(temporary, "home") },
  });
  try {
    const page = await app.firstWindow();
    const settled = () => page.waitForSelector('body[data-settled="true"]', { state: "attached" });
    const picture = async (name) => {
      await settled();
      if (every) return;
      await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
      say(`docs/images/${name}.png`);
    };
    fs.mkdirSync(PICTURES, { recursive: true });
    await page.setViewportSize(SIZE);
    await settled();
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0].webContents.send("assay:command", "theme.dark"),
    );
    await page.waitForSelector('html[data-mantine-color-scheme="dark"]', { state: "attached" });
    await page.getByRole("button", { name: "Open sample case" }).click();
    await page.waitForSelector('body[data-verdict="altered"]', { state: "attached", timeout: SAMPLE_TIMEOUT_MS });
    await page.getByRole("tab", { name: /Altered/ }).waitFor();
    await picture("verify");
    await page.keyboard.press("Control+5");
    await page.getByRole("button", { name: "Run rules" }).last().click();
    await page.locator(".level").first().waitFor({ timeout: SAMPLE_TIMEOUT_MS });
    await picture("alerts");
    // Links between lanes are drawn once identities are known.
    await page.keyboard.press("Control+4");
    await page.getByRole("region", { name: "Links", exact: true }).waitFor({ timeout: SAMPLE_TIMEOUT_MS });
    await page.keyboard.press("Control+3");
    await page.getByLabel("Query", { exact: true }).fill(STORY);
    await page.keyboard.press("Enter");
    await settled();
    await page.getByRole("row").filter({ hasText: "as found" }).click();
    await page.getByRole("complementary", { name: "Inspector" }).getByText("Found").first().waitFor();
    await picture("timeline");
    await page.getByRole("rowgroup", { name: "Rows" }).focus();
    for (let step = 0; step < KEPT_STEPS; step++) {
      await page.keyboard.press("s");
      await settled();
    }
    await page.keyboard.press("Control+4");
    await page.getByRole("region", { name: "Links", exact: true }).waitFor();
    await page.getByRole("button", { name: /^svc-reports/ }).click();
    await picture("identities");
    await page.keyboard.press("Control+6");
    await page.getByRole("navigation", { name: "Chapters" }).waitFor();
    await page.keyboard.press("End");
    await picture("replay");
    if (every) await drawEvery(app, page, path.resolve(every), settled);
  } finally {
    await app.close();
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/** Now and then the driver never hears of an application that has started; it is then started once more. */
async function launch(options) {
  const { _electron, errors } = await import("@playwright/test");
  const start = () => _electron.launch({ ...options, timeout: LAUNCH_TIMEOUT_MS });
  return start().catch((error) => {
    if (!(error instanceof errors.TimeoutError)) throw error;
    return start();
  });
}

/** Every screen, the dialogs of the timeline, and its states. */
async function drawEvery(app, page, folder, settled) {
  fs.mkdirSync(folder, { recursive: true });
  const command = (id) =>
    app.evaluate(
      ({ BrowserWindow }, sent) => BrowserWindow.getAllWindows()[0].webContents.send("assay:command", sent),
      id,
    );
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const theme of ["dark", "light"]) {
      await command(`theme.${theme}`);
      await page.waitForSelector(`html[data-mantine-color-scheme="${theme}"]`, { state: "attached" });
      const picture = async (name) => {
        await settled();
        await page.screenshot({ path: path.join(folder, `${name}-${theme}-${size.width}.png`) });
      };
      for (const screen of SCREENS) {
        await command(`screen.${screen}`);
        await page.waitForSelector(`body[data-screen="${screen}"]`, { state: "attached" });
        await picture(screen);
      }
      await command("screen.timeline");
      await page.getByRole("rowgroup", { name: "Rows" }).getByRole("row").filter({ hasText: ":" }).first().click();
      await page.keyboard.press("Shift+J");
      for (const dialog of DIALOGS) {
        await command(dialog);
        await page.getByRole("dialog").waitFor();
        await picture(dialog);
        // A list that is open takes the first Escape.
        while (await page.getByRole("dialog").isVisible()) await page.keyboard.press("Escape");
      }
      await command("timeline.sql");
      await picture("timeline-sql");
      await command("timeline.sql");
      for (const [name, question] of Object.entries(QUESTIONS)) {
        await page.getByLabel("Query", { exact: true }).fill(question);
        await page.keyboard.press("Enter");
        await picture(`timeline-${name}`);
      }
      say(`${folder}, ${theme}, ${size.width} x ${size.height}`);
    }
  }
}
