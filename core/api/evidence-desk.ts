import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { basename, join } from "node:path";

import { openContainer } from "../bundle/open-container.ts";
import { importEvidence } from "../casefile/import.ts";
import { viewProof } from "../casefile/proof-view.ts";
import { reverifyExhibit } from "../casefile/reverify.ts";
import { prepareSample } from "../casefile/sample-case.ts";
import { logKeysOf, pinLogKey, readTrustStore, unpin } from "../casefile/trust-store.ts";
import { verifyContainer } from "../casefile/verify-evidence.ts";
import { detectAfterImport } from "../detection/after-import.ts";
import { EMPTY_CASE_DETAILS, type CaseDetails } from "../model/case-details.ts";
import { type ImportResult } from "../model/exhibit.ts";
import { Problem } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type ProofView } from "../model/proof-view.ts";
import { type VerifyResult } from "../model/verdict.ts";
import { type VerifierKey } from "../signing/verifier-key.ts";
import { type CaseState, type HomeState } from "./contract.ts";
import { type Workbench } from "./workbench.ts";

const SAMPLE_REASON = "the key of the shipped sample: it proves nothing outside the sample";

/** What is done with evidence: looked at, verified, imported, proved. */
export class EvidenceDesk {
  readonly #bench: Workbench;

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  async pin(vkey: string, reason: string): Promise<HomeState> {
    await pinLogKey(this.#bench.home.trustStore, vkey, reason, new Date().toISOString());
    return this.#bench.readHome();
  }

  async unpin(vkey: string): Promise<HomeState> {
    await unpin(this.#bench.home.trustStore, vkey);
    return this.#bench.readHome();
  }

  async verify(path: string, work: LongWork): Promise<VerifyResult> {
    const container = await openContainer(path);
    try {
      return await verifyContainer(container, await this.#pinnedKeys(), work);
    } finally {
      await container.close();
    }
  }

  async import(path: string, work: LongWork): Promise<ImportResult> {
    const { session } = this.#bench.current;
    const result = await importEvidence(session, path, { ...work, pinnedKeys: await this.#pinnedKeys() });
    await detectAfterImport(session, work);
    return result;
  }

  async reverify(exhibit: string, work: LongWork): Promise<VerifyResult> {
    const { session } = this.#bench.current;
    return reverifyExhibit(session, exhibit, await this.#pinnedKeys(), work);
  }

  async prove(seq: number): Promise<ProofView> {
    const { session, proofs } = this.#bench.current;
    return viewProof(session.caseFile, proofs, seq, await this.#pinnedKeys());
  }

  /** Writes the verification of an exhibit as JSON. Throws `no-such-exhibit` (usage). */
  async saveReport(exhibit: string, path: string): Promise<{ readonly sha256: string }> {
    const { caseFile, custody } = this.#bench.current.session;
    const found = caseFile.exhibits.find(({ id }) => id === exhibit);
    if (!found) throw new Problem("usage", "no-such-exhibit", `saving a verification report: no exhibit ${exhibit}`);
    const { id, label, byteLength, sha256, receivedAt, verification } = found;
    const document = { exhibit: { id, label, byteLength, sha256, receivedAt }, verification };
    const text = `${JSON.stringify(document, null, 2)}\n`;
    await writeFile(path, text);
    const digest = createHash("sha256").update(text).digest("hex");
    await custody.append({
      action: "verification.saved",
      object: { id: exhibit, label: basename(path), bytes: Buffer.byteLength(text), sha256: digest },
    });
    return { sha256: digest };
  }

  /** Opens the sample case; made, with both bundles in it, when it is not there or `reset` asks for a new one. */
  async openSample(reset: boolean, work: LongWork): Promise<CaseState> {
    const { home, host } = this.#bench;
    const sample = await prepareSample(home.root, host.sampleDirectory, work);
    const folder = join(home.root, "samples", "Marrowbridge sample.assay");
    const made = await access(join(folder, "case.duckdb")).then(
      () => true,
      () => false,
    );
    await this.#bench.closeCase();
    if (made && !reset) return this.#bench.openCase(folder);
    await rm(folder, { recursive: true, force: true });
    await mkdir(join(home.root, "samples"), { recursive: true });
    await this.pin(sample.vkey, SAMPLE_REASON);
    try {
      await this.#bench.createCase(folder);
      await this.#bench.setDetails(SAMPLE_DETAILS);
      await this.import(sample.intact, work);
      await this.import(sample.twin, work);
    } catch (error) {
      await this.#bench.closeCase();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return this.#bench.readCase();
  }

  async #pinnedKeys(): Promise<readonly VerifierKey[]> {
    return logKeysOf(await readTrustStore(this.#bench.home.trustStore));
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
