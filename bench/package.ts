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

/** A case of the shipped sample that cites so many records, ready for `assay report`, and whose key signs. */
export async function prepareCase(root: string, samples: string, folder: string, exhibits: number): Promise<void> {
  const place = home(root);
  const sample = await prepareSample(place.root, samples, {});
  await pinLogKey(place.trustStore, sample.vkey, "the benchmark", new Date().toISOString());
  const key = await createExaminerKey("Benchmark", join(place.root, "examiner.key"));
  const app = { version: "0", build: "bench" };
  const session = await createSession(folder, { endorser: key, actorName: key.name, app });
  try {
    await importEvidence(session, sample.intact, { trust: await readTrust(place) });
    await citeEvents(session, exhibits);
    await resolveIdentities(session.caseFile);
  } finally {
    await session.close();
  }
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
