import { platformHash } from "../bundle/platform-crypto.ts";
import { type CustodyAct } from "../casefile/custody-journal.ts";
import { type Endorser } from "../casefile/custody-session.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type PackageExtra } from "../model/findings-package.ts";
import { Problem, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type MissingItem } from "../model/report.ts";
import { parseCertificate } from "../signing/certificate.ts";
import { signCms } from "../signing/cms.ts";
import { type AssembledReport, assembleReport } from "./assemble.ts";
import { type PackagedRotation } from "./check-signer.ts";
import { packageStatement } from "./in-toto.ts";
import { packagedItems, supportFiles } from "./package-files.ts";
import { CUSTODY, PACKAGE_STATEMENT, README, SUMS, SUMS_CMS, SUMS_SIGNATURE } from "./package-layout.ts";
import { addReport, type PackageJournal, type ReportBinding } from "./package-report.ts";
import { PackageStage } from "./package-stage.ts";
import { type PackageTarget } from "./package-target.ts";
import { isDraft } from "./pdf.ts";
import { formatReadme } from "./readme-verify.ts";
import { type ReportInput } from "./report-input.ts";
import { formatSums } from "./sums.ts";

export interface ExportOptions {
  readonly signer: Endorser;
  readonly journal: PackageJournal;
  /** Nothing may be there yet. */
  readonly target: PackageTarget;
  /** Refuse a draft. */
  readonly final: boolean;
  readonly work?: LongWork | undefined;
  /** How earlier keys of the signer led to this one, the oldest first. */
  readonly rotations?: readonly PackagedRotation[];
  readonly extras?: readonly PackageExtra[];
}

export interface ExportedPackage {
  readonly reportId: string;
  readonly draft: boolean;
  /** Why it is a draft. */
  readonly missing: readonly MissingItem[];
  /** SHA-256 fingerprint of the signer's certificate, and of SHA256SUMS. Lower-case hex. */
  readonly fingerprint: string;
  readonly sha256sums: string;
  /** How many files were written. */
  readonly files: number;
}

/**
 * Makes a findings package (docs/package.md) and journals it: what was assembled, rendered and signed before the
 * package appears, and the package itself. It appears at its target whole or not at all, and nothing else is left.
 *
 * Throws `report-incomplete` (not-ready) for a final report with something missing, `target-exists` (usage),
 * `write-failed` (machine) and `cancelled`.
 */
export async function exportPackage(input: ReportInput, options: ExportOptions): Promise<ExportedPackage> {
  const { signer, target, work } = options;
  const report = assembleReport(input);
  const { missing } = report.model;
  if (options.final && missing.length > 0) throw incomplete(missing);
  const enter = (phase: string): void => {
    throwIfCancelled(work?.signal);
    work?.onProgress?.({ phase, bytesDone: 0, bytesTotal: undefined, records: 0 });
  };
  const stage = await PackageStage.open(target, work?.signal);
  try {
    const binding = await addReport(stage, input, report, { ...options, enter });
    enter("writing");
    await addProofs(stage, input, report, binding, options);
    await addSignedList(stage, input, signer);
    await stage.pack();
    throwIfCancelled(work?.signal);
    await options.journal.append(exportedEntry(stage, input, report, target));
    await stage.publish();
    return {
      reportId: report.model.reportId,
      draft: missing.length > 0,
      missing,
      fingerprint: signer.fingerprint,
      sha256sums: stage.digestOf(SUMS),
      files: stage.digests.size,
    };
  } finally {
    await stage.remove();
  }
}

/** What stands behind the report, the journal up to its signing, and how all of it is checked. */
async function addProofs(
  stage: PackageStage,
  input: ReportInput,
  { model, annexes }: AssembledReport,
  { custody, unsigned }: ReportBinding,
  { journal, signer, rotations = [], extras = [] }: ExportOptions,
): Promise<void> {
  const chain = signer.chain ?? [];
  await stage.add(supportFiles(input, { certificate: signer.certificate, chain, rotations }));
  await stage.add([[CUSTODY, await journal.bytes()]]);
  const readme = formatReadme({
    caseId: model.caseId,
    reportId: model.reportId,
    issuedAt: model.issuedAt,
    draft: model.missing.length > 0,
    version: input.program.version,
    signer: { ...signer, hasChain: chain.length > 0 },
    custody,
    unsigned,
    annexes: annexes.length,
    extras,
    rotations: rotations.length,
    items: packagedItems(input),
    listed: stage.digests.size + (extras.includes("in-toto") ? 2 : 1),
  });
  await stage.add([[README, encodeUtf8(readme)]]);
  if (!extras.includes("in-toto")) return;
  const predicate = {
    report: { id: model.reportId, issuedAt: model.issuedAt, draft: isDraft(model) },
    custody,
    program: { name: "Assay", version: input.program.version },
  };
  const sign = (data: Uint8Array): Promise<Uint8Array> => signer.sign(data);
  await stage.add([[PACKAGE_STATEMENT, await packageStatement(stage.digests, predicate, sign, signer.fingerprint)]]);
}

/** The list of all files so far, and its two signatures. */
async function addSignedList(stage: PackageStage, { issuedAt }: ReportInput, signer: Endorser): Promise<void> {
  const sums = formatSums(stage.digests);
  const sign = (data: Uint8Array): Promise<Uint8Array> => signer.sign(data);
  const cms = await signCms(platformHash, sign, parseCertificate(signer.certificate), sums, Date.parse(issuedAt));
  await stage.add([
    [SUMS, sums],
    [SUMS_CMS, cms],
    [SUMS_SIGNATURE, await sign(sums)],
  ]);
}

function exportedEntry(
  stage: PackageStage,
  { items }: ReportInput,
  { model }: AssembledReport,
  { label }: PackageTarget,
): CustodyAct {
  const redactions = items.flatMap(({ item, withheld }) =>
    withheld === null ? [] : [{ item, reason: withheld.reason }],
  );
  return {
    action: redactions.length === 0 ? "package.exported" : "package.redacted",
    object: { id: model.reportId, label, sha256: stage.digestOf(SUMS) },
    result: {
      files: stage.digests.size,
      sumsCmsSha256: stage.digestOf(SUMS_CMS),
      draft: model.missing.length > 0,
      redactions,
    },
  };
}

function incomplete(missing: readonly MissingItem[]): Problem {
  const list = missing.map((item) => `${item.section}: ${item.what}`).join("; ");
  return new Problem("not-ready", "report-incomplete", `a final report expected everything given, missing: ${list}`);
}
