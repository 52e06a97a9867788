import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

import { Problem } from "../model/problem.ts";

/**
 * One process owns a case. DuckDB's own lock on `case.duckdb` decides that and dies with its process, so a stale lock
 * never blocks; `case.lock` only names the holder. Within one process DuckDB would let a second instance in, so the
 * open cases of this process are listed here.
 */
const openHere = new Set<string>();

interface LockHolder {
  readonly pid: number;
  readonly host: string;
}

/** Takes the case for this process. Throws `case-locked` when this process has it open already. */
export function reserveCase(realPath: string): void {
  if (openHere.has(realPath)) throw lockedProblem(realPath, { pid: process.pid, host: hostname() });
  openHere.add(realPath);
}

/** Gives the case free again for this process. */
export function releaseCase(realPath: string): void {
  openHere.delete(realPath);
}

/** Leaves word of who holds the case, for a second process to name. */
export async function writeLockHolder(path: string): Promise<void> {
  await writeFile(path, `${JSON.stringify({ pid: process.pid, host: hostname() })}\n`);
}

/** Takes that word back. */
export async function removeLockHolder(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** Whether opening failed because another process holds DuckDB's lock. */
export function isLockError(error: unknown): error is Error {
  return error instanceof Error && /could not set lock|being used by another process/i.test(error.message);
}

/** The `case-locked` problem for a case that another process holds. */
export async function lockedElsewhere(root: string, lockPath: string, error: Error): Promise<Problem> {
  const stated = await readLockHolder(lockPath);
  const pid = /\(PID (\d+)\)/.exec(error.message)?.[1];
  return lockedProblem(
    root,
    { pid: pid === undefined ? (stated?.pid ?? 0) : Number(pid), host: stated?.host ?? hostname() },
    error,
  );
}

function lockedProblem(root: string, holder: LockHolder, cause?: Error): Problem {
  const process = holder.pid > 0 ? `process ${holder.pid}` : "another process";
  return new Problem(
    "machine",
    "case-locked",
    `opening the case: expected it to be closed, found it open in ${process} on ${holder.host}`,
    { file: root, expected: "no other process", found: `${process} on ${holder.host}` },
    cause && { cause },
  );
}

async function readLockHolder(path: string): Promise<LockHolder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    if (typeof value !== "object" || value === null || !("pid" in value) || !("host" in value)) return undefined;
    return typeof value.pid === "number" && typeof value.host === "string"
      ? { pid: value.pid, host: value.host }
      : undefined;
  } catch {
    // The word is a courtesy: DuckDB's lock stands without it.
    return undefined;
  }
}
