import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { expect } from "@playwright/test";

import { showTheme, violations, violationsInBothThemes, violationsNow } from "./support/accessibility.ts";
import {
  answerOpenDialogs,
  answerSaveDialogs,
  caseWorker,
  chooseCommand,
  type RunningApp,
  settled,
} from "./support/app.ts";
import { launchPrepared, openSample, test } from "./support/journey.ts";

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
  "package",
  "settings",
];
const CUSTODY_PARTS = ["log", "evidence", "people", "keys", "exports"];
const SAMPLE = path.resolve(import.meta.dirname, "../../samples/bundles/marrowbridge-audit.zip");
/** A log that no source knows. */
const UNKNOWN_LOG = '{"when":"2026-09-14T08:00:00Z","door":"north","badge":"B-17"}\n';

let running: RunningApp;
let folder: string;
test.beforeAll(async ({ sampleHome }) => {
  folder = await mkdtemp(path.join(os.tmpdir(), "assay-accessibility-"));
  running = await launchPrepared(sampleHome, folder);
  await openSample(running);
});
test.afterAll(async () => {
  await running.close();
  await rm(folder, { recursive: true, force: true });
});

for (const theme of ["dark", "light"] as const) {
  for (const screen of ["start", ...CASE_SCREENS]) {
    test(`the ${screen} screen has no accessibility violation in the ${theme} theme`, async () => {
      const { app, page } = running;
      await showTheme(running, theme);
      await chooseCommand(app, `screen.${screen}`);
      await page.waitForSelector(`body[data-screen="${screen}"]`, { state: "attached" });
      expect(await violations(page)).toEqual([]);
    });
  }

  test(`the palette and the key sheet have no accessibility violation in the ${theme} theme`, async () => {
    const { app, page } = running;
    await showTheme(running, theme);
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
    await showTheme(running, theme);
    await chooseCommand(app, "screen.start");
    await page.getByRole("button", { name: "Choose files" }).click();
    const dialog = page.getByRole("dialog", { name: "Map doors.jsonl by hand" });
    await expect(dialog).toBeVisible();
    expect(await violations(page)).toEqual([]);
    const editor = dialog.getByLabel("Mapping as YAML");
    await editor.focus();
    await page.keyboard.press("Escape");
    await expect(editor).not.toBeFocused();
    await expect(dialog).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  });
}

test("the strip zooms to the microsecond, inside of a break in the records, too", async () => {
  const { app, page } = running;
  await chooseCommand(app, "screen.timeline");
  await page
    .getByRole("region", { name: "Time strip" })
    .getByRole("button", { name: /missing/ })
    .click();
  await chooseCommand(app, "timeline.fit");
  await page.locator("#time-strip").focus();
  for (let times = 0; times < 40; times += 1) await page.keyboard.press("w");
  await expect(page.getByText(/^Records per [\d.]+ µs/)).toBeVisible();
  expect(await violations(page)).toEqual([]);
  for (let times = 0; times < 2; times += 1) await chooseCommand(app, "timeline.fit");
});

for (const menu of ["Columns", "Views"]) {
  test(`the menu “${menu}” of the timeline has no accessibility violation`, async () => {
    const { app, page } = running;
    await chooseCommand(app, "screen.timeline");
    await page.getByRole("button", { name: menu, exact: true }).click();
    await expect(page.getByRole("menu")).toBeVisible();
    expect(await violationsInBothThemes(running)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("menu")).toBeHidden();
  });
}

test("the entries of the menu “Columns” are reached by the arrow keys", async () => {
  const { app, page } = running;
  await chooseCommand(app, "screen.timeline");
  await page.getByRole("button", { name: "Columns", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator('[role="menu"]:focus-within')).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(page.locator('[role="menuitemcheckbox"]:focus')).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menu")).toBeHidden();
});

test("the states of the timeline have no accessibility violation, and a failed query names the character", async () => {
  const { app, page } = running;
  await chooseCommand(app, "screen.timeline");
  const query = page.getByLabel("Query", { exact: true });
  const asked = async (text: string) => {
    await query.fill(text);
    await page.keyboard.press("Enter");
    await settled(page);
  };
  await asked("action:(a OR");
  const panel = page.locator(".grid-place").getByRole("alert");
  await expect(panel).toContainText("at character 13");
  await expect(panel).not.toContainText("byte");
  await expect(page.locator(".query-error")).toContainText("at character 13");
  expect(await violationsInBothThemes(running)).toEqual([]);
  await asked("action:nothing");
  await expect(page.getByRole("heading", { name: /^0 of [\d,]+ rows match$/ })).toBeVisible();
  expect(await violationsInBothThemes(running)).toEqual([]);
  await asked("verdict:altered");
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  const record = await inspector.getByText(/^Record [\d,]+$/).innerText();
  await inspector.getByRole("button", { name: "svc-monitor", exact: true }).click();
  await expect(page.getByRole("menuitem", { name: "Everything with it" })).toBeVisible();
  expect(await violationsInBothThemes(running)).toEqual([]);
  await page.getByRole("menuitem", { name: "Everything with it" }).click();
  await expect(query).toHaveValue('principal:"svc-monitor"');
  await expect(page.locator(".grid-row.focused")).toContainText("as found");
  await expect(inspector).toContainText(record);
  await page.getByRole("button", { name: "Group by Action" }).click();
  await expect(page.getByRole("region", { name: "Groups" })).toContainText("groups by Action");
  expect(await violationsInBothThemes(running)).toEqual([]);
  await page.getByRole("button", { name: "Back to events" }).click();
});

test("a question on its way, and parts whose answers come late, have no accessibility violation", async () => {
  const { app, page } = running;
  await chooseCommand(app, "screen.timeline");
  await settled(page);
  const worker = await caseWorker(app);
  process.kill(worker, "SIGSTOP");
  try {
    await page.getByLabel("Query", { exact: true }).fill("outcome:denied");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("group", { name: "Question on its way" })).toBeVisible();
    expect(await violationsNow(page)).toEqual([]);
    await chooseCommand(app, "screen.settings");
    await chooseCommand(app, "screen.timeline");
    await expect(page.getByText("Counting the values…")).toBeVisible();
    expect(await violationsNow(page)).toEqual([]);
  } finally {
    process.kill(worker, "SIGCONT");
  }
  await settled(page);
  await expect(page.getByRole("gridcell", { name: "Success" })).toHaveCount(0);
});

test("SQL is written without marking rows, and its answer and its refusal have no accessibility violation", async () => {
  const { app, page } = running;
  await chooseCommand(app, "screen.timeline");
  await chooseCommand(app, "timeline.sql");
  const text = page.getByRole("textbox", { name: "One SELECT over the views of the case" });
  await expect(text).toBeFocused();
  const panel = page.getByRole("region", { name: "SQL" });
  const ask = async (statement: string) => {
    await text.fill(statement);
    await page.keyboard.press("ControlOrMeta+Enter");
  };
  await ask("SELECT count(*) AS events FROM timeline_event");
  await expect(panel.getByRole("region", { name: "Answer" })).toBeVisible();
  expect(await violationsInBothThemes(running)).toEqual([]);
  await ask("COPY event TO 'x'");
  await expect(panel.getByRole("alert")).toContainText("sql-refused");
  expect(await violationsInBothThemes(running)).toEqual([]);
  await ask("SELECT count(*) FROM range(100000000) a, range(10000) b");
  await panel.getByRole("button", { name: "Cancel" }).click();
  await settled(page);
  await panel.getByRole("button", { name: "Back to events" }).focus();
  await page.keyboard.press("x");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("grid", { name: "Events" })).toBeVisible();
  await settled(page);
  await expect(page.getByRole("gridcell", { name: "Noise" })).toHaveCount(0);
});

for (const part of CUSTODY_PARTS) {
  test(`the ${part} part of the custody screen has no accessibility violation`, async () => {
    await chooseCommand(running.app, `custody.${part}`);
    await expect(running.page.getByRole("tab", { selected: true })).toBeVisible();
    expect(await violationsInBothThemes(running)).toEqual([]);
  });
}

for (const act of ["Replace the key…", "Report it lost…"]) {
  test(`the dialog “${act}” has no accessibility violation`, async () => {
    const { app, page } = running;
    await chooseCommand(app, "custody.keys");
    await page.getByRole("button", { name: act }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    expect(await violationsInBothThemes(running)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  });
}

test("copies that are chosen and compared have no accessibility violation", async () => {
  const { app, page } = running;
  await answerOpenDialogs(app, [SAMPLE, SAMPLE]);
  await chooseCommand(app, "evidence.compare");
  await page.getByRole("button", { name: "Add files" }).click();
  await expect(page.getByRole("button", { name: "Compare", exact: true })).toBeEnabled();
  expect(await violationsInBothThemes(running)).toEqual([]);
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await expect(page.getByRole("region", { name: "Which copy is good" })).toBeVisible({ timeout: 60_000 });
  expect(await violationsInBothThemes(running)).toEqual([]);
});

test("a finding that is written, its package and each part of it have no accessibility violation", async () => {
  test.setTimeout(240_000);
  const { app, page, home } = running;
  const target = path.join(path.dirname(home), "package");
  await chooseCommand(app, "screen.timeline");
  await page.getByRole("rowgroup", { name: "Rows" }).focus();
  await page.keyboard.press("e");
  await page.getByRole("textbox", { name: "Title" }).fill("A record");
  await page.getByRole("textbox", { name: "Statement" }).fill("The log holds this record.");
  expect(await violationsInBothThemes(running)).toEqual([]);
  await page.getByRole("button", { name: "Save finding" }).click();
  await settled(page);
  await chooseCommand(app, "screen.report");
  await page.getByRole("button", { name: "Withhold content…" }).click();
  await page.getByRole("checkbox", { name: "EX-00001" }).check();
  await page.getByRole("textbox", { name: "Why is EX-00001 withheld?" }).fill("names a customer");
  expect(await violationsInBothThemes(running)).toEqual([]);
  await page.keyboard.press("Escape");
  await page.getByText("Folder", { exact: true }).click();
  await answerSaveDialogs(app, target);
  await page.getByRole("button", { name: /^Sign .* export$/ }).click();
  await expect(page.getByText("Package written")).toBeVisible({ timeout: 120_000 });
  expect(await violationsInBothThemes(running)).toEqual([]);
  await answerOpenDialogs(app, [target]);
  await chooseCommand(app, "package.openFolder");
  const parts = page.getByRole("navigation", { name: "Parts of the package" });
  for (const part of ["Checks", "Findings", "Exhibits", "Report", "Custody"]) {
    await parts.getByRole("button", { name: new RegExp(`^${part}`) }).click();
    expect(await violationsInBothThemes(running)).toEqual([]);
  }
});
