import path from "node:path";

import { app, type BrowserWindow, dialog, type OpenDialogOptions } from "electron";

type TargetKind = "case" | "package" | "verification-report" | "export";

const TARGET_TITLES: Readonly<Record<TargetKind, string>> = {
  case: "New case folder",
  package: "Save the findings package",
  "verification-report": "Save the verification report",
  export: "Export",
};

/** How the examiner is asked for a path; every answer is empty or null when they cancel. */
export interface Dialogs {
  chooseEvidence(kind: "files" | "folder"): Promise<readonly string[]>;
  chooseCase(): Promise<string | null>;
  chooseTarget(kind: TargetKind, suggestedName: string): Promise<string | null>;
}

/** The system's own dialogs. */
export function systemDialogs(window: BrowserWindow): Dialogs {
  const open = async (options: OpenDialogOptions) => (await dialog.showOpenDialog(window, options)).filePaths;
  return {
    chooseEvidence: (kind) =>
      kind === "files"
        ? open({ title: "Evidence files", properties: ["openFile", "multiSelections"] })
        : open({ title: "Evidence folder", properties: ["openDirectory"] }),
    chooseCase: async () => (await open({ title: "Open a case", properties: ["openDirectory"] }))[0] ?? null,
    chooseTarget: async (kind, suggestedName) => {
      const defaultPath = path.join(app.getPath("documents"), path.basename(suggestedName));
      const { filePath } = await dialog.showSaveDialog(window, { title: TARGET_TITLES[kind], defaultPath });
      return filePath || null;
    },
  };
}
