import { type ChosenKind } from "../core/model/chosen-kind.ts";

/**
 * The port to the case worker reaches the page as a window message with this `type` and one transferred MessagePort:
 * once after load, and again whenever the worker was restarted.
 */
export const WORKER_PORT_MESSAGE = "assay:worker-port";

/** Answered at once with the kept settings, before the page runs. */
export const KEPT_SETTINGS_MESSAGE = "shell:kept-settings";
/** Carries a command id from the application menu to the preload script. */
export const COMMAND_MESSAGE = "assay:command";

/** Files that are chosen one at a time. */
export const FILE_KINDS = [
  "trusted-key",
  "package",
  "package-folder",
  "age-identities",
  "time-stamp",
  "time-stamp-query",
  "pkcs12",
  "pkcs11-module",
  "attachment",
  "attached-file",
  "attachment-key",
  "trusted-root",
] as const;

/**
 * What the preload script gives a window: the shell's few verbs, answered by the main process. A window never sees a path: dialogs and drops end in a one-use grant that the worker resolves.
 */
export interface Bridge {
  /** Asks for a (new) port to the case worker; it arrives as WORKER_PORT_MESSAGE. */
  requestWorkerPort(): void;
  info(): Promise<ShellInfo>;
  /** Asks for files or one folder of evidence; empty when the dialog was cancelled. */
  chooseEvidence(kind: "files" | "folder"): Promise<readonly Grant[]>;
  /** A file or folder that was dropped on the window. */
  grantDropped(files: readonly File[]): Promise<readonly Grant[]>;
  /** Asks for one file, or one folder, that is no evidence; null when the dialog was cancelled. */
  chooseFile(kind: FileKind): Promise<Grant | null>;
  /** Asks for an existing case folder. */
  chooseCase(): Promise<Grant | null>;
  /** Asks where to save: a new case folder, a report package, a verification report, an export. */
  chooseTarget(
    kind: "case" | "package" | "verification-report" | "export",
    suggestedName: string,
  ): Promise<Grant | null>;
  /** Grants given on the command line (`npm start -- <bundle or case>`), once. */
  takeStartGrants(): Promise<readonly Grant[]>;
  setTheme(theme: "system" | "light" | "dark"): Promise<void>;
  /** Keeps a setting of the page for its next start; the names are those of kept-settings.ts. */
  keepSetting(name: string, text: string): Promise<void>;
  /** Commands chosen in the application menu, by command id of renderer/commands.ts. */
  onCommand(listener: (commandId: string) => void): void;
}

/** What a person is asked for: the words and the file names of the dialog. */
export type FileKind = (typeof FILE_KINDS)[number];

export interface ShellInfo {
  readonly version: string;
  readonly electron: string;
  readonly chrome: string;
  readonly platform: string;
  readonly sandboxed: boolean;
  readonly packaged: boolean;
  /** False when the runtime is the unofficial fallback of development machines. */
  readonly officialRuntime: boolean;
}

export interface Grant {
  readonly grant: string;
  /** File or folder name. */
  readonly label: string;
  readonly kind: ChosenKind;
}
