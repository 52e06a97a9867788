import { platformHash } from "../bundle/platform-crypto.ts";
import { canonicalJsonBytes } from "../encoding/canonical-json.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { type CustodyAct } from "../casefile/custody-journal.ts";
import { type CustodyEntry, type CustodyValue } from "../model/custody.ts";
import { Problem, throwIfCancelled } from "../model/problem.ts";
import { type MissingItem } from "../model/report.ts";
import { type LongWork } from "../model/progress.ts";
import { parseCertificate } from "../signing/certificate.ts";
import { signCms } from "../signing/cms.ts";
import { type ReportAnnex } from "./annexes.ts";
import { type PackagedRotation } from "./check-signer.ts";
import { assembleReport } from "./assemble.ts";
import { formatExhibitIndex } from "./exhibit-index.ts";
import { wordingHits } from "./missing.ts";
import { renderHtml } from "./html.ts";
import { formatReportModel } from "./report-model-json.ts";
import { packageFiles, packagedItems } from "./package-files.ts";
import { annexPathOf, README, SUMS, SUMS_CMS, SUMS_SIGNATURE } from "./package-layout.ts";
import { preparePackage } from "./package-writer.ts";
import { renderAnnex, renderReport, type ReportPdfInput } from "./pdf.ts";
import { signPdf, type SignedPdf } from "./pdf-signature.ts";
import { formatReadme } from "./readme-verify.ts";
import { type ReportInput } from "./report-input.ts";
import { type Endorser } from "../casefile/custody-session.ts";
import { hexDigest } from "./hex-digest.ts";
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
  /** A folder to be made, or a file that ends in ".zip"; it must not exist. */
  readonly out: string;
  /** Refuse a draft. */
  readonly final: boolean;
  readonly work?: LongWork | undefined;
  /** How earlier keys of the signer led to this one, the oldest first. */
  readonly rotations?: readonly PackagedRotation[];
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
 * package is written, and the package itself. It appears at `out` whole or not at all.
 *
 * Throws `report-incomplete` (not-ready) for a final report with something missing, `target-exists` (usage),
 * `write-failed` (machine) and `cancelled`.
 */
export async function exportPackage(input: ReportInput, options: ExportOptions): Promise<ExportedPackage> {
  const { signer, journal, work } = options;
  const { model, annexes, findingsJson, verificationJson } = assembleReport(input);
  const draft = model.missing.length > 0;
  if (options.final && draft) throw incomplete(model.missing);
  const target = await preparePackage(options.out);
  const report = { id: model.reportId, label: "findings report" };

  if (input.wordingKept !== null) await journal.append(keptWordingEntry(input, input.wordingKept));
  const items = packagedItems(input);
  const assembled = await journal.append({
    action: "report.assembled",
    object: report,
    result: {
      draft,
      findingsSha256: hexDigest(findingsJson),
      verificationSha256: hexDigest(verificationJson),
      exhibitIndexSha256: hexDigest(formatExhibitIndex(items)),
    },
  });
  const custody = { seq: assembled.seq, head: hexDigest(canonicalJsonBytes(assembled)) };
  progress(work, "rendering");
  const pdf: ReportPdfInput = {
    model,
    findingsJson,
    findingsSha256: hexDigest(findingsJson),
    custody,
    examiner: input.details.examiner.name,
    organisation: input.details.report.organisation || input.details.examiner.employer,
    version: input.program.version,
  };
  const unsigned = await renderReport(pdf);
  const signedAnnexes = await signAnnexes(pdf, annexes, options);
  progress(work, "signing");
  const signed = await signPdf(unsigned, signer, new Date(input.issuedAt));
  await journal.append({
    action: "report.rendered",
    object: { ...report, bytes: signed.unsignedLength, sha256: signed.unsignedSha256 },
  });
  await journal.append({
    action: "report.signed",
    object: { ...report, bytes: signed.bytes.length, sha256: hexDigest(signed.bytes) },
    params: { key: signer.fingerprint },
    ...(annexes.length === 0 ? {} : { result: { annexes: annexDigests(signedAnnexes) } }),
  });

  const files = packageFiles(input, items, {
    reportPdf: signed.bytes,
    annexes: signedAnnexes,
    reportHtml: renderHtml(model),
    reportJson: formatReportModel(model),
    findingsJson,
    verificationJson,
    custody: await journal.bytes(),
    certificate: signer.certificate,
    chain: signer.chain ?? [],
    rotations: options.rotations ?? [],
  });
  const certificate = parseCertificate(signer.certificate);
  const readme = formatReadme({
    caseId: model.caseId,
    reportId: model.reportId,
    issuedAt: model.issuedAt,
    draft,
    version: input.program.version,
    signer: { ...signer, isSelfIssued: certificate.isSelfIssued, hasChain: (signer.chain ?? []).length > 0 },
    custody,
    unsigned: { length: signed.unsignedLength, sha256: signed.unsignedSha256 },
    annexes: annexes.length,
    rotations: options.rotations?.length ?? 0,
    items,
    listed: files.size + 1,
  });
  files.set(README, encodeUtf8(readme));
  const sums = formatSums(files);
  const cms = await signCms(platformHash, (data) => signer.sign(data), certificate, sums, Date.parse(input.issuedAt));
  files.set(SUMS, sums);
  files.set(SUMS_CMS, cms);
  files.set(SUMS_SIGNATURE, await signer.sign(sums));

  const redactions = input.items.flatMap(({ item, withheld }) =>
    withheld === null ? [] : [{ item, reason: withheld.reason }],
  );
  progress(work, "writing");
  await target.write(files, async () => {
    await journal.append({
      action: redactions.length === 0 ? "package.exported" : "package.redacted",
      object: { id: model.reportId, label: target.label, sha256: hexDigest(sums) },
      result: { files: files.size, sumsCmsSha256: hexDigest(cms), draft, redactions },
    });
  });
  return {
    reportId: model.reportId,
    draft,
    missing: model.missing,
    fingerprint: signer.fingerprint,
    sha256sums: hexDigest(sums),
    files: files.size,
  };
}

/** Draws and signs one annex after the other, so that never more than one of them is a document in memory. */
async function signAnnexes(
  pdf: ReportPdfInput,
  annexes: readonly ReportAnnex[],
  { signer, work }: ExportOptions,
): Promise<ReadonlyMap<string, SignedPdf>> {
  const signed = new Map<string, SignedPdf>();
  for (const annex of annexes) {
    progress(work, "rendering");
    const unsigned = await renderAnnex(pdf, annex);
    signed.set(annexPathOf(annex.number), await signPdf(unsigned, signer, new Date(pdf.model.issuedAt)));
  }
  return signed;
}

/** What the journal says of the annexes. */
function annexDigests(annexes: ReadonlyMap<string, SignedPdf>): readonly CustodyValue[] {
  return [...annexes].map(([file, { bytes, unsignedLength, unsignedSha256 }]) => ({
    file,
    bytes: bytes.length,
    sha256: hexDigest(bytes),
    unsignedBytes: unsignedLength,
    unsignedSha256,
  }));
}

function keptWordingEntry(input: ReportInput, reason: string): CustodyAct {
  const phrases = wordingHits(input).map(({ finding, field, phrase }) => ({ finding, field, phrase }));
  return { action: "wording.kept", params: { phrases }, note: reason };
}

function incomplete(missing: readonly MissingItem[]): Problem {
  const list = missing.map((item) => `${item.section}: ${item.what}`).join("; ");
  return new Problem("not-ready", "report-incomplete", `a final report expected everything given, missing: ${list}`);
}

function progress(work: LongWork | undefined, phase: string): void {
  throwIfCancelled(work?.signal);
  work?.onProgress?.({ phase, bytesDone: 0, bytesTotal: undefined, records: 0 });
}
