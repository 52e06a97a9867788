import path from "node:path";

import { app, type BrowserWindow, dialog, type FileFilter, type OpenDialogOptions } from "electron";

type TargetKind = "case" | "package" | "verification-report" | "export";

const TARGET_TITLES: Readonly<Record<TargetKind, string>> = {
  case: "New case folder",
  package: "Save the findings package",
  "verification-report": "Save the verification report",
  export: "Export",
};

/** A verification is saved in the form that the name says. */
const TARGET_FILTERS: Readonly<Partial<Record<TargetKind, FileFilter[]>>> = {
  "verification-report": [
    { name: "PDF", extensions: ["pdf"] },
    { name: "JSON", extensions: ["json"] },
  ],
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
      const filters = TARGET_FILTERS[kind] ?? [];
      const { filePath } = await dialog.showSaveDialog(window, { title: TARGET_TITLES[kind], defaultPath, filters });
      return filePath || null;
    },
  };
}
