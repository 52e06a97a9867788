import { readFileSync } from "node:fs";

import { createSession } from "../core/casefile/case-session.ts";
import { importEvidence } from "../core/casefile/import.ts";
import { NO_TRUST } from "../core/casefile/trust.ts";
import { benchKey } from "./dataset.ts";

/** One import, measured in a process that does nothing else. */
export interface MeasuredImport {
  readonly milliseconds: number;
  /** Processor time of all threads. */
  readonly cpuMilliseconds: number;
  /** Largest resident memory of the process from its start. */
  readonly peakBytes: number;
}

/** Imports a sealed bundle of the bench into a new case. */
export async function importOnce(bundle: string, folder: string): Promise<MeasuredImport> {
  const session = await createSession(folder, {
    endorser: null,
    actorName: "bench",
    app: { version: "0", build: "bench" },
  });
  const before = process.cpuUsage();
  const started = performance.now();
  await importEvidence(session, bundle, { trust: { ...NO_TRUST, logKeys: [benchKey().verifier] } });
  const milliseconds = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  await session.close();
  return { milliseconds, cpuMilliseconds: (user + system) / 1_000, peakBytes: peakBytes() };
}

/** As the system counted it; where it does not, as Node saw it last. */
function peakBytes(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1_024;
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(kibibytes) * 1_024;
}
