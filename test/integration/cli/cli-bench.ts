import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The command line as it is built; test/support/build-setup.ts builds it before the tests. */
export const CLI = resolve(import.meta.dirname, "../../../dist/node/cli.mjs");

/** What a command left behind. */
export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one document of --json. Throws when stdout is anything else. */
  readonly json: unknown;
}

/** A temporary folder, with a home of its own for keys and trust, to run commands in. */
export interface CliBench {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  path(...parts: readonly string[]): string;
  /** Writes a file into the folder. @returns its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  start(...words: readonly string[]): ChildProcess;
  run(...words: readonly string[]): Promise<CliResult>;
  remove(): Promise<void>;
}

export async function cliBench(): Promise<CliBench> {
  const folder = await mkdtemp(join(tmpdir(), "assay-cli-"));
  const environment = { ...process.env, ASSAY_HOME: join(folder, "home"), INIT_CWD: undefined };
  const start = (...words: readonly string[]): ChildProcess =>
    spawn(process.execPath, [CLI, ...words], { env: environment, cwd: folder });
  return {
    folder,
    environment,
    path: (...parts) => join(folder, ...parts),
    async file(name, content) {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    start,
    run: (...words) => finished(start(...words)),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Waits for a command to end, reading all that it writes. */
export async function finished(child: ChildProcess): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number | null]; // the arguments of Node's event
  return {
    code,
    stdout,
    stderr,
    get json(): unknown {
      const document: unknown = JSON.parse(stdout);
      return document;
    },
  };
}

const START = Date.UTC(2026, 0, 2, 3, 4, 5);

/** NDJSON of OCSF events, one a second from 2026-01-02T03:04:05Z on; those of odd numbers failed. */
export function ocsfLines(from: number, count: number): string {
  return Array.from({ length: count }, (_, index) => {
    const id = from + index;
    return `${JSON.stringify({
      class_uid: 6003,
      category_uid: 6,
      activity_id: 1,
      time: START + id * 1_000,
      metadata: { uid: `e${id}`, version: "1.3.0" },
      actor: { user: { name: `user-${id % 3}` } },
      api: { operation: "ReadVault" },
      status: id % 2 === 0 ? "Success" : "Failure",
    })}\n`;
  }).join("");
}

/** One CloudTrail event. */
export function cloudtrailEvent(id: number): object {
  return {
    eventVersion: "1.08",
    userIdentity: { type: "IAMUser", arn: "arn:aws:iam::111122223333:user/alice", userName: "alice" },
    eventTime: new Date(START + id * 1_000).toISOString().replace(".000", ""),
    eventSource: "s3.amazonaws.com",
    eventName: "GetObject",
    awsRegion: "eu-west-1",
    sourceIPAddress: "203.0.113.9",
    eventID: `00000000-0000-4000-8000-${String(id).padStart(12, "0")}`,
  };
}
