import { type CustodyAct } from "../casefile/custody-journal.ts";
import { type Endorser } from "../casefile/custody-session.ts";
import { canonicalJsonBytes } from "../encoding/canonical-json.ts";
import { type CustodyEntry } from "../model/custody.ts";
import { type PackageExtra } from "../model/findings-package.ts";
import { type AssembledReport } from "./assemble.ts";
import { hexDigest } from "./hex-digest.ts";
import { wordingHits } from "./missing.ts";
import { packagedItems, reportFiles } from "./package-files.ts";
import {
  annexPathOf,
  EXHIBIT_INDEX,
  FINDINGS_JSON,
  REPORT_DOCX,
  REPORT_PDF,
  VERIFICATION_JSON,
} from "./package-layout.ts";
import { type PackageStage } from "./package-stage.ts";
import { renderAnnex, renderReport, type ReportPdfInput } from "./pdf.ts";
import { signPdf, type SignedPdf } from "./pdf-signature.ts";
import { type ReportInput } from "./report-input.ts";

/** What exporting needs of the custody journal. */
export interface PackageJournal {
  append(act: CustodyAct): Promise<CustodyEntry>;
  /** The whole journal as it is on the disk. */
  bytes(): Promise<Uint8Array>;
}

interface ReportMeans {
  readonly signer: Endorser;
  readonly journal: PackageJournal;
  readonly extras?: readonly PackageExtra[];
  /** Tells of a step that begins. Throws `cancelled`. */
  readonly enter: (phase: string) => void;
}

/** What ties the report to the journal, and its PDF to what it was before it was signed. */
export interface ReportBinding {
  readonly custody: { readonly seq: number; readonly head: string };
  readonly unsigned: { readonly length: number; readonly sha256: string };
}

/** The report in all its forms: journaled as assembled, rendered and signed. */
export async function addReport(
  stage: PackageStage,
  input: ReportInput,
  report: AssembledReport,
  { journal, signer, enter, extras = [] }: ReportMeans,
): Promise<ReportBinding> {
  const object = { id: report.model.reportId, label: "findings report" };
  if (input.wordingKept !== null) await journal.append(keptWordingEntry(input, input.wordingKept));
  await stage.add(reportFiles(report, packagedItems(input)));
  const entry = await journal.append({
    action: "report.assembled",
    object,
    result: {
      draft: report.model.missing.length > 0,
      findingsSha256: stage.digestOf(FINDINGS_JSON),
      verificationSha256: stage.digestOf(VERIFICATION_JSON),
      exhibitIndexSha256: stage.digestOf(EXHIBIT_INDEX),
    },
  });
  const custody = { seq: entry.seq, head: hexDigest(canonicalJsonBytes(entry)) };
  const pdf: ReportPdfInput = {
    model: report.model,
    findingsJson: report.findingsJson,
    findingsSha256: stage.digestOf(FINDINGS_JSON),
    custody,
    examiner: input.details.examiner.name,
    version: input.program.version,
  };
  const signed = async (file: string, render: () => Promise<Uint8Array>): Promise<SignedDigests> => {
    enter("rendering");
    const unsigned = await render();
    enter("signing");
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
  if (extras.includes("docx")) {
    enter("rendering");
    // The library is loaded when it is needed: it takes longer to load than most commands take to run.
    const { renderDocx } = await import("./docx.ts");
    await stage.add([[REPORT_DOCX, await renderDocx({ ...pdf, pdfSha256: main.sha256 })]]);
  }
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

/** A signed PDF as the journal has it. */
type SignedDigests = ReturnType<typeof digestsOf>;

function digestsOf(file: string, { bytes, unsignedLength, unsignedSha256 }: SignedPdf) {
  return { file, bytes: bytes.length, sha256: hexDigest(bytes), unsignedBytes: unsignedLength, unsignedSha256 };
}

function keptWordingEntry(input: ReportInput, reason: string): CustodyAct {
  const phrases = wordingHits(input).map(({ finding, field, phrase }) => ({ finding, field, phrase }));
  return { action: "wording.kept", params: { phrases }, note: reason };
}
