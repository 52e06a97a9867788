import { app, ipcMain, nativeTheme, type WebContents } from "electron";
import { z } from "zod";

import { type Dialogs } from "./dialogs.ts";
import { issueGrant } from "./grants.ts";
import { keepSetting, keptSetting, readKeptSettings } from "./kept-settings.ts";
import { isOwnPage } from "./security.ts";
import { FILE_KINDS, KEPT_SETTINGS_MESSAGE, type ShellInfo } from "./shell-contract.ts";
import { type WorkerLink } from "./worker-link.ts";

interface Shell {
  readonly window: WebContents;
  readonly worker: WorkerLink;
  readonly dialogs: Dialogs;
  /** Paths given on the command line; taken once. */
  readonly startPaths: string[];
  readonly officialRuntime: boolean;
}

const longestPath = 4_096;
const mostDropped = 1_000;
const targetKind = z.enum(["case", "package", "verification-report", "export"]);

/** Answers the verbs of the bridge (shell-contract.ts), to our own page only, with checked arguments only. */
export function answerShell({ window, worker, dialogs, startPaths, officialRuntime }: Shell): void {
  const grantAll = (paths: readonly string[]) => Promise.all(paths.map((chosen) => issueGrant(worker, chosen)));
  const grantOne = (chosen: string | null) => (chosen === null ? null : issueGrant(worker, chosen));

  function answer<Arguments extends z.ZodType<readonly unknown[]>>(
    verb: string,
    shape: Arguments,
    act: (args: z.output<Arguments>) => unknown,
  ): void {
    ipcMain.handle(`shell:${verb}`, (event, ...args: unknown[]) => {
      if (!isOwnPage(event, window)) throw new Error("denied");
      const parsed = shape.safeParse(args);
      if (!parsed.success) throw new Error("invalid arguments");
      return act(parsed.data);
    });
  }

  answer("info", z.tuple([]), () => shellInfo(officialRuntime));
  answer("worker-port", z.tuple([]), () => worker.connect(window));
  answer("choose-evidence", z.tuple([z.enum(["files", "folder"])]), async ([kind]) =>
    grantAll(await dialogs.chooseEvidence(kind)),
  );
  answer("choose-file", z.tuple([z.enum(FILE_KINDS)]), async ([kind]) => grantOne(await dialogs.chooseFile(kind)));
  // The preload script reads the paths from File objects that the system made for the drop; the page cannot name any.
  answer("grant-dropped", z.tuple([z.array(z.string().min(1).max(longestPath)).max(mostDropped)]), ([paths]) =>
    grantAll(paths),
  );
  answer("choose-case", z.tuple([]), async () => grantOne(await dialogs.chooseCase()));
  answer("choose-target", z.tuple([targetKind, z.string().max(200)]), async ([kind, suggestedName]) =>
    grantOne(await dialogs.chooseTarget(kind, suggestedName)),
  );
  answer("take-start-grants", z.tuple([]), () => grantAll(startPaths.splice(0)));
  answer("keep-setting", keptSetting, keepSetting);
  ipcMain.on(KEPT_SETTINGS_MESSAGE, (event) => {
    event.returnValue = event.sender === window ? readKeptSettings() : {};
  });
  answer("set-theme", z.tuple([z.enum(["system", "light", "dark"])]), ([theme]) => {
    nativeTheme.themeSource = theme;
  });
}

function shellInfo(officialRuntime: boolean): ShellInfo {
  return {
    version: app.getVersion(),
    electron: process.versions.electron,
    chrome: process.versions.chrome,
    platform: process.platform,
    sandboxed: !app.commandLine.hasSwitch("no-sandbox"),
    packaged: app.isPackaged,
    officialRuntime,
  };
}
