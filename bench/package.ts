import { stat } from "node:fs/promises";
import { join } from "node:path";

import { createExaminerKey } from "../core/casefile/examiner-key.ts";
import { createSession, type CaseSession } from "../core/casefile/case-session.ts";
import { home } from "../core/casefile/home.ts";
import { importEvidence } from "../core/casefile/import.ts";
import { prepareSample } from "../core/casefile/sample-case.ts";
import { pinLogKey } from "../core/casefile/pins.ts";
import { readTrust } from "../core/casefile/trust.ts";
import { addFinding } from "../core/findings/finding-store.ts";
import { resolveIdentities } from "../core/identity/resolve.ts";
import { collectReport } from "../core/report/collect.ts";
import { exportPackage } from "../core/report/package.ts";
import { packageTarget } from "../core/report/package-target.ts";
import { verifyPackage } from "../core/report/verify-package.ts";

/** One package of the shipped sample, milliseconds of wall time; `peak` is of the process so far. */
export interface PackagePoint {
  readonly exhibits: number;
  /** Reading the case, and every cited record and its proof again. */
  readonly collect: number;
  readonly render: number;
  readonly sign: number;
  readonly write: number;
  readonly total: number;
  /** `verify-package` of the result. */
  readonly verify: number;
  readonly files: number;
  readonly bytesPdf: number;
  readonly peakMiB: number;
}

/** Packages that cite so many records, each from a case of its own. */
export async function measurePackages(
  folder: string,
  samples: string,
  sizes: readonly number[],
): Promise<readonly PackagePoint[]> {
  const place = home(join(folder, "home"));
  const sample = await prepareSample(place.root, samples, {});
  await pinLogKey(place.trustStore, sample.vkey, "the benchmark", new Date().toISOString());
  const points: PackagePoint[] = [];
  for (const exhibits of sizes) {
    const key = await createExaminerKey("Benchmark", join(folder, `${exhibits}.key`));
    const session = await createSession(join(folder, `${exhibits}.assay`), {
      endorser: key,
      actorName: key.name,
      app: { version: "0", build: "bench" },
    });
    try {
      await importEvidence(session, sample.intact, { trust: await readTrust(place) });
      await citeEvents(session, exhibits);
      await resolveIdentities(session.caseFile);
      points.push(await measurePackage(session, key, join(folder, `package-${exhibits}`), exhibits));
    } finally {
      await session.close();
    }
  }
  return points;
}

/** Spread over the log, so that no two proofs share much of their way. */
async function citeEvents(session: CaseSession, exhibits: number): Promise<void> {
  const step = Math.floor(session.caseFile.events / exhibits);
  await addFinding(session, {
    title: "Records read in bulk",
    statement: "The log attributes the reads listed to one account.",
    class: "fact",
    events: Array.from({ length: exhibits }, (_, index) => index * step),
    basis: "the records themselves",
    uncertainty: "the source’s clock was not verified",
    propositions: [],
    alternatives: [],
    strength: "",
    contradicting: { text: "", events: [] },
  });
}

async function measurePackage(
  { caseFile, custody }: CaseSession,
  signer: Awaited<ReturnType<typeof createExaminerKey>>,
  out: string,
  exhibits: number,
): Promise<PackagePoint> {
  const started = performance.now();
  const input = await collectReport(caseFile, custody, {
    issuedAt: new Date().toISOString(),
    timeZone: "UTC",
    signer: { name: signer.name, fingerprint: signer.fingerprint },
    program: { version: "0", build: "bench", platform: process.platform },
    selfTest: null,
    wordingKept: null,
  });
  const collected = performance.now();
  const began = new Map<string, number>();
  const onProgress = ({ phase }: { readonly phase: string }) => began.set(phase, performance.now());
  const { files } = await exportPackage(input, {
    signer,
    journal: custody,
    target: packageTarget(out),
    final: false,
    work: { onProgress },
  });
  const written = performance.now();
  const { verdict } = await verifyPackage(out, { trusted: [signer.fingerprint] });
  if (verdict !== "verified") throw new Error(`the package should verify, and is ${verdict}`);
  const verified = performance.now();
  const { size: bytesPdf } = await stat(join(out, "report.pdf"));
  return {
    exhibits,
    collect: Math.round(collected - started),
    render: Math.round((began.get("signing") ?? 0) - collected),
    sign: Math.round((began.get("writing") ?? 0) - (began.get("signing") ?? 0)),
    write: Math.round(written - (began.get("writing") ?? 0)),
    total: Math.round(written - started),
    verify: Math.round(verified - written),
    files,
    bytesPdf,
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}
