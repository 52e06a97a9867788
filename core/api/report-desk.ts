import { rotationsTo } from "../casefile/examiner-key-ring.ts";
import { type LongWork } from "../model/progress.ts";
import { type ReportModel } from "../model/report.ts";
import { assembleReport } from "../report/assemble.ts";
import { collectReport } from "../report/collect.ts";
import { exportPackage } from "../report/package.ts";
import { packageTarget } from "../report/package-target.ts";
import { redactRecords } from "../report/redact.ts";
import { type ReportInput } from "../report/report-input.ts";
import { readSelfTest } from "../selftest/kept-result.ts";
import { type ParsedOf, type ReportExport } from "./contract.ts";
import { type IdentityDesk } from "./identity-desk.ts";
import { type Workbench } from "./workbench.ts";

type ReportChoices = Omit<ParsedOf<"report.export">, "grant">;

/** The report of the open case: looked at, and exported as a signed package. */
export class ReportDesk {
  readonly #bench: Workbench;
  readonly #identities: IdentityDesk;

  constructor(bench: Workbench, identities: IdentityDesk) {
    this.#bench = bench;
    this.#identities = identities;
  }

  async preview(work: LongWork): Promise<ReportModel> {
    const { state, name, fingerprint } = await this.#bench.examiner.state();
    const input = await this.#collect(state === "absent" ? null : { name, fingerprint }, null, work);
    return assembleReport(input).model;
  }

  async export(path: string, choices: ReportChoices, work: LongWork): Promise<ReportExport> {
    const { final, wordingKept, redactions, recipients, extras } = choices;
    const target = packageTarget(path, recipients);
    const signer = await this.#bench.examiner.signer();
    const input = await this.#collect({ name: signer.name, fingerprint: signer.fingerprint }, wordingKept, work);
    const rotations = await rotationsTo(this.#bench.home, signer.fingerprint);
    const journal = this.#bench.current.session.custody;
    return this.#bench.during(work, (stoppable) =>
      exportPackage(redactRecords(input, redactions), {
        signer,
        rotations,
        journal,
        target,
        final,
        extras,
        work: stoppable,
      }),
    );
  }

  async #collect(signer: ReportInput["signer"], wordingKept: string | null, work: LongWork): Promise<ReportInput> {
    // Takes its turn with the other screens that ask for identities, and tells how far it is; the report finds them current.
    await this.#identities.resolve(work);
    const { caseFile, custody } = this.#bench.current.session;
    const { version, build } = this.#bench.host;
    return collectReport(caseFile, custody, {
      issuedAt: new Date().toISOString(),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      signer,
      program: { version, build, platform: `${process.platform} ${process.arch}, Node ${process.versions.node}` },
      selfTest: await readSelfTest(this.#bench.home.selfTest, build),
      wordingKept,
    });
  }
}
