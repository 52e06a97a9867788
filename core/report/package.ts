import { platformHash } from "../bundle/platform-crypto.ts";
import { canonicalJsonBytes } from "../encoding/canonical-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type CustodyAct } from "../casefile/custody-journal.ts";
import { type Endorser } from "../casefile/custody-session.ts";
import { type CustodyEntry } from "../model/custody.ts";
import { present } from "../model/assert.ts";
import { type PackageExtra } from "../model/findings-package.ts";
import { Problem, throwIfCancelled } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type MissingItem } from "../model/report.ts";
import { parseCertificate } from "../signing/certificate.ts";
import { signCms } from "../signing/cms.ts";
import { type AssembledReport, assembleReport } from "./assemble.ts";
import { type PackagedRotation } from "./check-signer.ts";
import { type ReportDocxInput } from "./docx.ts";
import { hexDigest } from "./hex-digest.ts";
import { packageStatement } from "./in-toto.ts";
import { wordingHits } from "./missing.ts";
import { packagedItems, reportFiles, supportFiles } from "./package-files.ts";
import {
  annexPathOf,
  CUSTODY,
  EXHIBIT_INDEX,
  FINDINGS_JSON,
  PACKAGE_STATEMENT,
  README,
  REPORT_DOCX,
  REPORT_PDF,
  SUMS,
  SUMS_CMS,
  SUMS_SIGNATURE,
  VERIFICATION_JSON,
} from "./package-layout.ts";
import { PackageStage } from "./package-stage.ts";
import { type PackageTarget } from "./package-target.ts";
import { isDraft, renderAnnex, renderReport, type ReportPdfInput } from "./pdf.ts";
import { signPdf, type SignedPdf } from "./pdf-signature.ts";
import { formatReadme } from "./readme-verify.ts";
import { type ReportInput } from "./report-input.ts";
import { formatSums } from "./sums.ts";

/** What exporting needs of the custody journal. */
interface PackageJournal {
  append(act: CustodyAct): Promise<CustodyEntry>;
  /** The whole journal as it is on the disk. */
  bytes(): Promise<Uint8Array>;
}

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
  const stage = await PackageStage.open(target, work?.signal);
  try {
    const binding = await addReport(stage, input, report, options);
    progress(work, "writing");
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
      sha256sums: digestIn(stage, SUMS),
      files: stage.digests.size,
    };
  } finally {
    await stage.remove();
  }
}

/** What ties the report to the journal, and its PDF to what it was before it was signed. */
interface ReportBinding {
  readonly custody: { readonly seq: number; readonly head: string };
  readonly unsigned: { readonly length: number; readonly sha256: string };
}

/** The report in all its forms: journaled as assembled, rendered and signed. */
async function addReport(
  stage: PackageStage,
  input: ReportInput,
  report: AssembledReport,
  { journal, signer, work, extras = [] }: ExportOptions,
): Promise<ReportBinding> {
  const object = { id: report.model.reportId, label: "findings report" };
  if (input.wordingKept !== null) await journal.append(keptWordingEntry(input, input.wordingKept));
  await stage.add(reportFiles(report, packagedItems(input)));
  const entry = await journal.append({
    action: "report.assembled",
    object,
    result: {
      draft: report.model.missing.length > 0,
      findingsSha256: digestIn(stage, FINDINGS_JSON),
      verificationSha256: digestIn(stage, VERIFICATION_JSON),
      exhibitIndexSha256: digestIn(stage, EXHIBIT_INDEX),
    },
  });
  const custody = { seq: entry.seq, head: hexDigest(canonicalJsonBytes(entry)) };
  const pdf: ReportPdfInput = {
    model: report.model,
    findingsJson: report.findingsJson,
    findingsSha256: digestIn(stage, FINDINGS_JSON),
    custody,
    examiner: input.details.examiner.name,
    version: input.program.version,
  };
  const signed = async (file: string, render: () => Promise<Uint8Array>): Promise<SignedDigests> => {
    progress(work, "rendering");
    const unsigned = await render();
    progress(work, "signing");
    const result = await signPdf(unsigned, signer, new Date(input.issuedAt));
    await stage.add([[file, result.bytes]]);
    return digestsOf(file, result);
  };
  const main = await signed(REPORT_PDF, () => renderReport(pdf));
  // One annex after the other: never more than one of them is a document in memory.
  const annexes: SignedDigests[] = [];
  for (const annex of report.annexes) {
    annexes.push(await signed(annexPathOf(annex.number), () => renderAnnex(pdf, annex)));
  }
  if (extras.includes("docx")) await addWorkingCopy(stage, { ...pdf, pdfSha256: main.sha256 }, work);
  await journal.append({
    action: "report.rendered",
    object: { ...object, bytes: main.unsignedBytes, sha256: main.unsignedSha256 },
  });
  await journal.append({
    action: "report.signed",
    object: { ...object, bytes: main.bytes, sha256: main.sha256 },
    params: { key: signer.fingerprint },
    ...(annexes.length === 0 ? {} : { result: { annexes } }),
  });
  return { custody, unsigned: { length: main.unsignedBytes, sha256: main.unsignedSha256 } };
}

/** The library is loaded when it is needed: it takes longer to load than most commands take to run. */
async function addWorkingCopy(stage: PackageStage, input: ReportDocxInput, work: LongWork | undefined): Promise<void> {
  progress(work, "rendering");
  const { renderDocx } = await import("./docx.ts");
  await stage.add([[REPORT_DOCX, await renderDocx(input)]]);
}

/** A signed PDF as the journal has it. */
type SignedDigests = ReturnType<typeof digestsOf>;

function digestsOf(file: string, { bytes, unsignedLength, unsignedSha256 }: SignedPdf) {
  return { file, bytes: bytes.length, sha256: hexDigest(bytes), unsignedBytes: unsignedLength, unsignedSha256 };
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
  const { isSelfIssued } = parseCertificate(signer.certificate);
  const readme = formatReadme({
    caseId: model.caseId,
    reportId: model.reportId,
    issuedAt: model.issuedAt,
    draft: model.missing.length > 0,
    version: input.program.version,
    signer: { ...signer, isSelfIssued, hasChain: chain.length > 0 },
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
    object: { id: model.reportId, label, sha256: digestIn(stage, SUMS) },
    result: {
      files: stage.digests.size,
      sumsCmsSha256: digestIn(stage, SUMS_CMS),
      draft: model.missing.length > 0,
      redactions,
    },
  };
}

function keptWordingEntry(input: ReportInput, reason: string): CustodyAct {
  const phrases = wordingHits(input).map(({ finding, field, phrase }) => ({ finding, field, phrase }));
  return { action: "wording.kept", params: { phrases }, note: reason };
}

function digestIn({ digests }: PackageStage, path: string): string {
  return present(digests.get(path), "the file was added before");
}

function incomplete(missing: readonly MissingItem[]): Problem {
  const list = missing.map((item) => `${item.section}: ${item.what}`).join("; ");
  return new Problem("not-ready", "report-incomplete", `a final report expected everything given, missing: ${list}`);
}

function progress(work: LongWork | undefined, phase: string): void {
  throwIfCancelled(work?.signal);
  work?.onProgress?.({ phase, bytesDone: 0, bytesTotal: undefined, records: 0 });
}
