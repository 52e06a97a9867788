import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { openEvidence } from "../casefile/evidence-place.ts";
import { type ImportOptions } from "../casefile/begin-import.ts";
import { holdsCase } from "../casefile/case-folder.ts";
import { importEvidence } from "../casefile/import.ts";
import { readInterrupted } from "../casefile/interrupted-import.ts";
import { viewProof } from "../casefile/proof-view.ts";
import { reverifyExhibit } from "../casefile/reverify.ts";
import { prepareSample, type SampleFiles } from "../casefile/sample-case.ts";
import { pinLogKey, pinPolicy, pinTimeAuthority } from "../casefile/pins.ts";
import { readTrust, type Trust } from "../casefile/trust.ts";
import { readUnfinished } from "../casefile/unfinished-import.ts";
import { verifyContainer } from "../casefile/verify-evidence.ts";
import { detectAfterImport } from "../detection/after-import.ts";
import { setDetectsOnImport } from "../detection/detection-settings.ts";
import { EMPTY_CASE_DETAILS, type CaseDetails } from "../model/case-details.ts";
import { type ImportResult } from "../model/exhibit.ts";
import { type InterruptedImport } from "../model/interrupted-import.ts";
import { Problem } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type ProofView } from "../model/proof-view.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { type CaseState } from "./contract.ts";
import { VerificationDesk } from "./verification-desk.ts";
import { type Workbench } from "./workbench.ts";

const SAMPLE_REASON = "the key of the shipped sample: it proves nothing outside the sample";

/** What is done with evidence: looked at, verified, imported, proved. */
export class EvidenceDesk {
  readonly verifications: VerificationDesk;
  readonly #bench: Workbench;
  /** Imports that run: what they have not finished is not interrupted. */
  #importing = 0;

  constructor(bench: Workbench) {
    this.#bench = bench;
    this.verifications = new VerificationDesk(bench);
  }

  verify(path: string, work: LongWork): Promise<VerifyResult> {
    return this.verifications.remember(
      path,
      () => this.#verify(path, work),
      (result) => result,
    );
  }

  async #verify(path: string, work: LongWork): Promise<VerifyResult> {
    const container = await openEvidence(path);
    try {
      return await verifyContainer(container, await this.#trust(), work);
    } finally {
      await container.close();
    }
  }

  /** Imports evidence; its records are recognised, or read by a mapping that the examiner wrote. */
  import(path: string, work: LongWork, mapping?: string): Promise<ImportResult> {
    return this.#import(path, work, {
      mapping: mapping === undefined ? undefined : { file: "the mapping", text: mapping },
    });
  }

  /** The import that was interrupted, or null; one that runs was not. */
  async interrupted(): Promise<InterruptedImport | null> {
    return this.#importing > 0 ? null : readInterrupted(this.#bench.current.session.caseFile);
  }

  /** Goes on with it, of the evidence at `path` or where it was read from. Throws `no-interrupted-import` (usage). */
  async finishImport(path: string | null, work: LongWork): Promise<ImportResult> {
    const unfinished = await readUnfinished(this.#bench.current.session.caseFile);
    if (!unfinished) {
      throw new Problem(
        "usage",
        "no-interrupted-import",
        "finishing the import: expected an interrupted one, found none",
      );
    }
    return this.#import(path ?? unfinished.originalPath, work, { resume: "only" });
  }

  #import(path: string, work: LongWork, how: ImportOptions): Promise<ImportResult> {
    const run = async (stoppable: LongWork): Promise<ImportResult> => {
      const { session } = this.#bench.current;
      this.#importing += 1;
      try {
        const result = await importEvidence(session, path, { ...stoppable, ...how, trust: await this.#trust() });
        await detectAfterImport(session, stoppable);
        return result;
      } finally {
        this.#importing -= 1;
      }
    };
    return this.verifications.remember(
      path,
      () => this.#bench.during(work, run),
      () => null,
    );
  }

  async reverify(exhibit: string, work: LongWork): Promise<VerifyResult> {
    const { session } = this.#bench.current;
    const trust = await this.#trust();
    return this.#bench.during(work, (stoppable) => reverifyExhibit(session, exhibit, trust, stoppable));
  }

  async prove(seq: number): Promise<ProofView> {
    const { session, proofs } = this.#bench.current;
    return viewProof(session.caseFile, proofs, seq, (await this.#trust()).logKeys);
  }

  /** Opens the sample case; made, with both bundles in it, when it is not there or `reset` asks for a new one. */
  async openSample(reset: boolean, work: LongWork): Promise<CaseState> {
    const { home, host } = this.#bench;
    const sample = await prepareSample(home.root, host.sampleDirectory, work);
    const folder = join(home.root, "samples", "Marrowbridge sample.assay");
    const made = await holdsCase(folder);
    await this.#bench.closeCase();
    if (made && !reset) return this.#bench.openCase(folder);
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(home.root, "samples"), { recursive: true });
    await this.#pinSample(sample);
    try {
      await this.#bench.createCase(folder);
      await this.#bench.setDetails(SAMPLE_DETAILS);
      await this.import(sample.intact, work);
      // Once, over both: what rules find is there when the sample opens, and the switch shows why.
      await setDetectsOnImport(this.#bench.current.session, true);
      await this.import(sample.twin, work);
    } catch (error) {
      await this.#bench.closeCase();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return this.#bench.readCase();
  }

  async #pinSample({ vkey, policy, timeAuthority }: SampleFiles): Promise<void> {
    const { trustStore } = this.#bench.home;
    const now = new Date().toISOString();
    await pinLogKey(trustStore, vkey, SAMPLE_REASON, now);
    await pinPolicy(trustStore, policy, SAMPLE_REASON, now);
    await pinTimeAuthority(trustStore, timeAuthority, SAMPLE_REASON, now);
  }

  #trust(): Promise<Trust> {
    return readTrust(this.#bench.home);
  }
}

const SAMPLE_DETAILS: CaseDetails = {
  ...EMPTY_CASE_DETAILS,
  caseId: "SAMPLE-1",
  title: "Marrowbridge Parcels: customer records",
  classification: "TLP:CLEAR (invented sample data)",
  requestedBy: "Marrowbridge Parcels, legal department (invented)",
  questions: ["Which accounts were used to read customer records in bulk between 14 and 16 September 2026?"],
  authority: "Letter of instruction of 17 September 2026 (invented)",
  scopeIn: "The platform's audit log, 14 to 16 September 2026",
  scopeOut: "Endpoints, the build server's own logs, mailboxes",
  provenance: [
    {
      exhibit: "X-1",
      receivedFrom: "Marrowbridge Parcels, platform team (invented)",
      receivedHow: "shipped with Assay",
      digestAtSource: "",
    },
    {
      exhibit: "X-2",
      receivedFrom: "made from X-1 on this machine",
      receivedHow: "one record changed and a block of records removed, to show how that is found",
      digestAtSource: "",
    },
  ],
};
