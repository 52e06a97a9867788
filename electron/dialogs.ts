import path from "node:path";

import { app, type BrowserWindow, dialog, type FileFilter, type OpenDialogOptions } from "electron";

import { type FileKind } from "./shell-contract.ts";

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

/** What a file is asked for by; names are a help, what a file is its content says. */
const FILE_DIALOGS: Readonly<Record<FileKind, OpenDialogOptions>> = {
  "trusted-key": { title: "Key, policy or certificates" },
  package: { title: "Findings package", filters: [{ name: "Findings package", extensions: ["zip", "age"] }] },
  "package-folder": { title: "Folder of a findings package", properties: ["openDirectory"] },
  "age-identities": { title: "Identities that open the package" },
  "time-stamp": { title: "Answer of the time authority", filters: [{ name: "Time stamp", extensions: ["tsr"] }] },
  "time-stamp-query": { title: "Request it answers", filters: [{ name: "Request", extensions: ["tsq"] }] },
  attachment: { title: "Envelope, signature or Sigstore bundle" },
  "attached-file": { title: "File that was signed" },
  "attachment-key": { title: "Key of the signer" },
  "trusted-root": { title: "Trusted root", filters: [{ name: "Trusted root", extensions: ["json"] }] },
  pkcs12: { title: "Key file", filters: [{ name: "PKCS#12", extensions: ["p12", "pfx"] }] },
  "pkcs11-module": { title: "PKCS #11 module of the token" },
};

/** How the examiner is asked for a path; every answer is empty or null when they cancel. */
export interface Dialogs {
  chooseEvidence(kind: "files" | "folder"): Promise<readonly string[]>;
  chooseFile(kind: FileKind): Promise<string | null>;
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
    chooseFile: async (kind) => (await open({ properties: ["openFile"], ...FILE_DIALOGS[kind] }))[0] ?? null,
    chooseCase: async () => (await open({ title: "Open a case", properties: ["openDirectory"] }))[0] ?? null,
    chooseTarget: async (kind, suggestedName) => {
      const defaultPath = path.join(app.getPath("documents"), path.basename(suggestedName));
      const filters = TARGET_FILTERS[kind] ?? [];
      const { filePath } = await dialog.showSaveDialog(window, { title: TARGET_TITLES[kind], defaultPath, filters });
      return filePath || null;
    },
  };
}
