import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";

import { readTrust } from "../casefile/trust.ts";
import { type AttachmentRequest, verifyAttachmentFile } from "../casefile/verify-attachment.ts";
import { verifyCopies } from "../casefile/verify-copies.ts";
import { type AttachmentResult } from "../model/attachment.ts";
import { Problem } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type CopiesResult, type VerifyResult } from "../model/verdict.ts";
import { formatAttachmentReport, renderAttachmentReport } from "../report/attachment-report.ts";
import { formatCopiesReport, renderCopiesReport } from "../report/copies-report.ts";
import {
  formatVerificationReport,
  renderVerificationReport,
  type VerificationReport,
} from "../report/verification-report.ts";
import { refusedResult } from "../verification/verify-bundle.ts";
import { type Workbench } from "./workbench.ts";

/** What was last verified outside a case. */
type Last =
  | { readonly kind: "one"; readonly label: string; readonly verification: VerifyResult }
  | { readonly kind: "copies"; readonly labels: readonly string[]; readonly comparison: CopiesResult }
  | { readonly kind: "attachment"; readonly label: string; readonly attachment: AttachmentResult };

/** Keeps what was last verified outside a case, and saves verifications, good and bad. */
export class VerificationDesk {
  readonly #bench: Workbench;
  #last: Last | null = null;

  constructor(bench: Workbench) {
    this.#bench = bench;
  }

  /** Does something with evidence, and remembers its verification, or that it was refused. Throws as `work` does. */
  async remember<Result>(
    path: string,
    work: () => Promise<Result>,
    of: (result: Result) => VerifyResult | null,
  ): Promise<Result> {
    const label = basename(path);
    this.#last = null;
    try {
      const result = await work();
      const verification = of(result);
      if (verification !== null) this.#last = { kind: "one", label, verification };
      return result;
    } catch (error) {
      if (error instanceof Problem && error.kind === "refused")
        this.#last = { kind: "one", label, verification: refusedResult(error) };
      throw error;
    }
  }

  /** Verifies copies of one log, compares them, and remembers the outcome. Throws as `verifyCopies`. */
  async compare(paths: readonly string[], work: LongWork): Promise<CopiesResult> {
    this.#last = null;
    const comparison = await verifyCopies(paths, await readTrust(this.#bench.home), work);
    this.#last = { kind: "copies", labels: paths.map((path) => basename(path)), comparison };
    return comparison;
  }

  /** Judges an attachment, and remembers the outcome. Throws as `verifyAttachmentFile`, and what was refused. */
  async verifyAttachment(request: AttachmentRequest, work: LongWork): Promise<AttachmentResult> {
    this.#last = null;
    const { result, refusal } = await verifyAttachmentFile(request, await readTrust(this.#bench.home), work);
    this.#last = { kind: "attachment", label: basename(request.attachment), attachment: result };
    if (refusal !== undefined) throw refusal;
    return result;
  }

  /** Saves the verification of an exhibit. Throws `no-such-exhibit` (usage). */
  async saveExhibit(exhibit: string, path: string): Promise<{ readonly sha256: string }> {
    const found = this.#bench.current.session.caseFile.exhibits.find(({ id }) => id === exhibit);
    if (!found) throw new Problem("usage", "no-such-exhibit", `saving a verification report: no exhibit ${exhibit}`);
    const { id, label, byteLength, sha256, receivedAt, verification } = found;
    const saved = await this.#saveOne(path, { label, exhibit: { id, byteLength, sha256, receivedAt }, verification });
    await this.#bench.current.session.custody.append({
      action: "verification.saved",
      object: { id: exhibit, label: basename(path), bytes: saved.bytes, sha256: saved.sha256 },
    });
    return { sha256: saved.sha256 };
  }

  /** Saves what was verified last and is in no case, also when it was refused. Throws `nothing-verified` (usage). */
  async saveLast(path: string): Promise<{ readonly sha256: string }> {
    if (this.#last === null) {
      throw new Problem(
        "usage",
        "nothing-verified",
        "saving a verification report: nothing was verified that is in no case",
      );
    }
    const { sha256 } = await this.#save(path, this.#last);
    return { sha256 };
  }

  #save(path: string, last: Last): Promise<SavedReport> {
    switch (last.kind) {
      case "one":
        return this.#saveOne(path, { label: last.label, verification: last.verification });
      case "copies":
        return this.#saveCopies(path, last);
      case "attachment":
        return this.#saveAttachment(path, last);
    }
  }

  #saveOne(path: string, what: Pick<VerificationReport, "label" | "exhibit" | "verification">): Promise<SavedReport> {
    const report = { ...what, ...this.#written() };
    return save(path, { json: () => formatVerificationReport(report), pdf: () => renderVerificationReport(report) });
  }

  #saveCopies(path: string, { labels, comparison }: Extract<Last, { kind: "copies" }>): Promise<SavedReport> {
    const report = { labels, comparison, ...this.#written() };
    return save(path, { json: () => formatCopiesReport(report), pdf: () => renderCopiesReport(report) });
  }

  #saveAttachment(path: string, { label, attachment }: Extract<Last, { kind: "attachment" }>): Promise<SavedReport> {
    const report = { label, attachment, ...this.#written() };
    return save(path, { json: () => formatAttachmentReport(report), pdf: () => renderAttachmentReport(report) });
  }

  #written(): { readonly writtenAt: string; readonly version: string } {
    return { writtenAt: new Date().toISOString(), version: this.#bench.host.version };
  }
}

interface SavedReport {
  readonly sha256: string;
  readonly bytes: number;
}

/** A PDF for a name that ends so, otherwise JSON. */
async function save(
  path: string,
  report: { readonly json: () => string; readonly pdf: () => Promise<Uint8Array> },
): Promise<SavedReport> {
  const content = path.toLowerCase().endsWith(".pdf") ? await report.pdf() : Buffer.from(report.json());
  await writeFile(path, content);
  return { sha256: createHash("sha256").update(content).digest("hex"), bytes: content.length };
}
