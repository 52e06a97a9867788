import { createHash } from "node:crypto";
import path from "node:path";

import { app, type BrowserWindow, Menu, session } from "electron";
import originalFs from "original-fs";

import packageJson from "../package.json" with { type: "json" };
import { reloadAfterCrash } from "./crash.ts";
import { systemDialogs } from "./dialogs.ts";
import { buildMenu } from "./menu.ts";
import { registerPageScheme, servePage } from "./protocol.ts";
import { restrictContents, restrictProcesses, restrictSession } from "./security.ts";
import { COMMAND_MESSAGE } from "./shell-contract.ts";
import { answerShell } from "./shell.ts";
import { runSmoke, smokeDialogs, SmokeFailure } from "./smoke.ts";
import { createWindow, loadPage } from "./window.ts";
import { WorkerLink } from "./worker-link.ts";

const BUNDLE_FOLDER = path.join(import.meta.dirname, "..");

// 1. What must be said before the application is ready.
restrictProcesses();
registerPageScheme();
restrictContents();
if (app.requestSingleInstanceLock()) {
  void app.whenReady().then(boot).catch(giveUp);
} else {
  console.error("Assay is already running for this user; open the evidence there");
  app.exit(1);
}

async function boot(): Promise<void> {
  // 2. A session in memory: nothing of a case is left in the browser's profile.
  const pageSession = session.fromPartition("assay");
  for (const each of [pageSession, session.defaultSession]) restrictSession(each);
  servePage(pageSession, path.join(BUNDLE_FOLDER, "renderer"));

  // 3. The case worker, the window, and what joins them.
  const startPaths = [app.commandLine.getSwitchValue("open")].filter((given) => given !== "");
  const smokeFolder = app.commandLine.getSwitchValue("smoke");
  const worker = new WorkerLink(path.join(import.meta.dirname, "worker.mjs"), {
    version: app.getVersion(),
    build: buildIdentity(),
    sampleDirectory: path.join(app.isPackaged ? process.resourcesPath : app.getAppPath(), "samples/bundles"),
  });
  const window = createWindow(pageSession, path.join(import.meta.dirname, "preload.cjs"));
  Menu.setApplicationMenu(buildMenu((commandId) => window.webContents.send(COMMAND_MESSAGE, commandId)));
  reloadAfterCrash(window);
  answerShell({
    window: window.webContents,
    worker,
    dialogs: smokeFolder ? smokeDialogs(app.getPath("userData")) : systemDialogs(window),
    startPaths,
    officialRuntime: process.versions.electron === packageJson.devDependencies.electron,
  });
  closeWorkerBeforeQuit(worker);
  app.on("second-instance", () => bringToFront(window));

  // 4. The page.
  const evidenceGiven = startPaths.length > 0;
  await loadPage(window);
  if (smokeFolder) {
    await runSmoke(window, smokeFolder, evidenceGiven)
      .then((verdict) => console.log(`verdict: ${verdict}`))
      .finally(() => worker.close());
    app.quit();
  }
}

/** The SHA-256 of the packed application, so that a report names the very build that made it. */
function buildIdentity(): string {
  if (!app.isPackaged) return "development";
  return createHash("sha256").update(originalFs.readFileSync(app.getAppPath())).digest("hex");
}

function closeWorkerBeforeQuit(worker: WorkerLink): void {
  let closed = false;
  app.on("window-all-closed", () => app.quit());
  app.on("will-quit", (event) => {
    if (closed) return;
    event.preventDefault();
    void worker.close().then(() => {
      closed = true;
      // Not while this event is still being emitted, as it is when nothing was left to close: that call would be lost.
      setImmediate(() => app.quit());
    });
  });
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.focus();
}

function giveUp(error: unknown): void {
  console.error(error instanceof SmokeFailure ? error.message : error);
  app.exit(1);
}
