import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { basename } from "node:path";

import { Problem } from "../model/problem.ts";
import { type VerifyResult } from "../model/verdict.ts";
import {
  formatVerificationReport,
  renderVerificationReport,
  type VerificationReport,
} from "../report/verification-report.ts";
import { refusedResult } from "../verification/verify-bundle.ts";
import { type Workbench } from "./workbench.ts";

/** Keeps what was last verified outside a case, and saves verifications, good and bad. */
export class VerificationDesk {
  readonly #bench: Workbench;
  #last: { readonly label: string; readonly verification: VerifyResult } | null = null;

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
      if (verification !== null) this.#last = { label, verification };
      return result;
    } catch (error) {
      if (error instanceof Problem && error.kind === "refused")
        this.#last = { label, verification: refusedResult(error) };
      throw error;
    }
  }

  /** Saves the verification of an exhibit. Throws `no-such-exhibit` (usage). */
  async saveExhibit(exhibit: string, path: string): Promise<{ readonly sha256: string }> {
    const found = this.#bench.current.session.caseFile.exhibits.find(({ id }) => id === exhibit);
    if (!found) throw new Problem("usage", "no-such-exhibit", `saving a verification report: no exhibit ${exhibit}`);
    const { id, label, byteLength, sha256, receivedAt, verification } = found;
    const saved = await this.#save(path, { label, exhibit: { id, byteLength, sha256, receivedAt }, verification });
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

  /** A PDF for a name that ends so, otherwise JSON. */
  async #save(
    path: string,
    what: Pick<VerificationReport, "label" | "exhibit" | "verification">,
  ): Promise<{ readonly sha256: string; readonly bytes: number }> {
    const report = { ...what, writtenAt: new Date().toISOString(), version: this.#bench.host.version };
    const content = path.toLowerCase().endsWith(".pdf")
      ? await renderVerificationReport(report)
      : Buffer.from(formatVerificationReport(report));
    await writeFile(path, content);
    return { sha256: createHash("sha256").update(content).digest("hex"), bytes: content.length };
  }
}
