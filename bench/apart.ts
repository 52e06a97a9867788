import { spawnSync } from "node:child_process";

/** What one run took, in a process of its own. */
export interface MeasuredRun {
  readonly milliseconds: number;
  /** Processor time of all threads. */
  readonly cpuMilliseconds: number;
  /** Largest resident memory of the process from its start. */
  readonly peakBytes: number;
}

/** Runs the bundled bench/once.ts: bundled as the application is, it is as fast, and takes as much memory. */
export function runApart(program: string, args: readonly string[]): MeasuredRun {
  const { status, stdout } = spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`bench ${args.join(" ")} failed`);
  return JSON.parse(stdout) as MeasuredRun; // printed by our own program
}
