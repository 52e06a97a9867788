import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type CustodyClock } from "../../core/casefile/custody-clock.ts";
import { openCustodyJournal, type CustodyJournal } from "../../core/casefile/custody-journal.ts";
import { type Endorser } from "../../core/casefile/custody-session.ts";

/** Runs `work` in a new folder that is gone afterwards. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "assay-custody-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Clocks that a test sets: both start at a fixed moment and move only when told. */
export function testClock(startMillis = Date.parse("2026-01-02T03:04:05Z")): CustodyClock & {
  advance(milliseconds: number): void;
  setWall(milliseconds: number): void;
} {
  let wall = startMillis;
  let monotonic = 1_000;
  return {
    wallMillis: () => wall,
    monotonicMillis: () => monotonic,
    timeZone: () => "Europe/Rome",
    advance: (milliseconds) => {
      wall += milliseconds;
      monotonic += milliseconds;
    },
    setWall: (milliseconds) => {
      wall = milliseconds;
    },
  };
}

/** Opens a journal as a session of Assay would. */
export function openTestJournal(
  file: string,
  endorser: Endorser | null,
  clock: CustodyClock = testClock(),
): Promise<CustodyJournal> {
  return openCustodyJournal(file, {
    endorser,
    actorName: "examiner-7",
    app: { version: "0.0.0", build: "test" },
    host: "00112233aabbccdd",
    clock,
  });
}
