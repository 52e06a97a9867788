import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { _electron, type ElectronApplication, errors, type Page } from "@playwright/test";

/** The application under test, as scripts/e2e.mjs names it. */
const executablePath = named("ASSAY_E2E_EXECUTABLE");
/** The folder Electron is started with; empty for a packaged application, which carries its own. */
const applicationFolder = process.env["ASSAY_E2E_APPLICATION"] ?? "";
/** Whether renderers run in Chromium's sandbox, as they do for every user but root. */
export const isSandboxed = process.env["ASSAY_E2E_NO_SANDBOX"] !== "1";

export interface RunningApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** The ASSAY_HOME of this run: keys, trust store, recent cases. */
  readonly home: string;
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** A profile to start with, as another run left it; otherwise an empty one. */
  readonly profile?: string;
  /** An ASSAY_HOME to start with; otherwise an empty one that is removed on close. */
  readonly home?: string;
  /** Further command-line arguments, such as `--open=<path>`. */
  readonly args?: readonly string[];
  /** A home folder of the user, where other programs look for their settings. */
  readonly userHome?: string;
}

/** Starts the real application with a profile of its own, and waits until its page has settled. */
export async function launchApp({ home, profile, userHome, args = [] }: LaunchOptions = {}): Promise<RunningApp> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), "assay-e2e-"));
  const assayHome = home ?? path.join(temporary, "home");
  const app = await launch({
    executablePath,
    args: [
      ...(applicationFolder ? [applicationFolder] : []),
      // No graphics card is at hand where tests run; emulating one takes a third of the time and shows nothing more.
      "--disable-gpu",
      `--user-data-dir=${profile ?? path.join(temporary, "profile")}`,
      ...args,
    ],
    // Otherwise the test driver itself adds --no-sandbox.
    chromiumSandbox: isSandboxed,
    env: { ...definedEnvironment(), ...(userHome !== undefined && { HOME: userHome }), ASSAY_HOME: assayHome },
  });
  const page = await app.firstWindow();
  await settled(page);
  const close = async () => {
    await app.close();
    await rm(temporary, { recursive: true, force: true });
  };
  return { app, page, home: assayHome, close };
}

const LAUNCH_TIMEOUT_MS = 20_000;

/** Now and then the test driver never hears of an application that has started; it is then started once more. */
async function launch(options: Parameters<typeof _electron.launch>[0]): Promise<ElectronApplication> {
  try {
    return await _electron.launch({ ...options, timeout: LAUNCH_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    return _electron.launch({ ...options, timeout: LAUNCH_TIMEOUT_MS });
  }
}

/** Waits until everything the page has asked for is answered and drawn. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('body[data-settled="true"]', { state: "attached" });
}

/** The process that holds the case. */
export async function caseWorker(app: ElectronApplication): Promise<number> {
  const pid = await app.evaluate(
    ({ app: electron }) =>
      electron.getAppMetrics().find(({ name, serviceName }) => [name, serviceName].includes("assay-case-worker"))?.pid,
  );
  if (pid === undefined) throw new Error("there is no case worker");
  return pid;
}

/** Answers the next and all later open dialogs with these paths, as if the examiner had chosen them. */
export async function answerOpenDialogs(app: ElectronApplication, filePaths: readonly string[]): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: chosen.length === 0, filePaths: [...chosen] });
  }, filePaths);
}

/** Answers the next and all later save dialogs with this path. */
export async function answerSaveDialogs(app: ElectronApplication, filePath: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: chosen === "", filePath: chosen });
  }, filePath);
}

/** Chooses an entry of the application menu by its command id of renderer/commands.ts. */
export async function chooseCommand(app: ElectronApplication, commandId: string): Promise<void> {
  await app.evaluate(({ BrowserWindow }, id) => {
    BrowserWindow.getAllWindows()[0]?.webContents.send("assay:command", id);
  }, commandId);
}

function named(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set; run the end-to-end tests by "node scripts/e2e.mjs"`);
  return value;
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value ? [[name, value]] : [])));
}
