import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

/** The built command line; the global setup of the tests builds it. */
export const CLI = resolve(import.meta.dirname, "../../dist/node/cli.mjs");

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one document of --json; fails the test when standard output is none. */
  json(): unknown;
}

/** Runs the command line as its own process, in `folder`, with a home of its own there. */
export function assay(folder: string, ...args: readonly string[]): CommandResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: environment(folder),
    encoding: "utf8",
  });
  return { status, stdout, stderr, json: () => JSON.parse(stdout) as unknown };
}

/** What a command sees of the caller: no settings of the one who runs the tests. */
export function environment(folder: string): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], ASSAY_HOME: resolve(folder, "home") };
}
