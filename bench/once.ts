// One run of what the bench measures, in a process that does nothing else (bench/apart.ts):
// once.mjs verify <bundle> <workers>, or once.mjs import <bundle> <new case>. Prints what was measured as JSON.
import { readFileSync } from "node:fs";

import { openContainer } from "../core/bundle/open-container.ts";
import { createSession } from "../core/casefile/case-session.ts";
import { importEvidence } from "../core/casefile/import.ts";
import { SegmentPool } from "../core/casefile/segment-pool.ts";
import { NO_TRUST, sealedLogMeans } from "../core/casefile/trust.ts";
import { verifyBundleOutline } from "../core/verification/verify-bundle.ts";
import { type MeasuredRun } from "./apart.ts";
import { benchKey } from "./dataset.ts";

const TRUST = { ...NO_TRUST, logKeys: [benchKey().verifier] };
/** What the bundle of the bench deserves: nobody witnessed it. */
const VERDICT = "verified-with-limits";

const [what, bundle = "", last = ""] = process.argv.slice(2);
console.log(
  JSON.stringify(await measured(() => (what === "verify" ? verify(bundle, Number(last)) : load(bundle, last)))),
);

async function measured(work: () => Promise<string | undefined>): Promise<MeasuredRun> {
  const before = process.cpuUsage();
  const started = performance.now();
  const verdict = await work();
  const milliseconds = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  if (verdict !== VERDICT) throw new Error(`the bench bundle should be ${VERDICT}, got ${verdict}`);
  return { milliseconds, cpuMilliseconds: (user + system) / 1_000, peakBytes: peakBytes() };
}

async function verify(path: string, workers: number): Promise<string | undefined> {
  const container = await openContainer(path);
  const pool = new SegmentPool(workers);
  const judgement = await verifyBundleOutline(container, { ...sealedLogMeans(TRUST), readSegments: pool.read });
  await pool.close();
  await container.close();
  return judgement?.result.verdict;
}

async function load(path: string, folder: string): Promise<string> {
  const app = { version: "0", build: "bench" };
  const session = await createSession(folder, { endorser: null, actorName: "bench", app });
  const { verdict } = await importEvidence(session, path, { trust: TRUST });
  await session.close();
  return verdict;
}

/** The largest resident memory of this process, as the system counted it; where it does not, as Node saw it last. */
function peakBytes(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1_024;
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(kibibytes) * 1_024;
}
