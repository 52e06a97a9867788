import { caseDocument } from "../interchange/case-uco.ts";
import { formatTlogProof } from "../signing/tlog-proof.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { parseHex } from "../encoding/bytes.ts";
import { type Certificate } from "../signing/certificate.ts";
import { formatChain } from "../signing/certificate-chain.ts";
import { formatPem } from "../signing/pem.ts";
import { present } from "../model/assert.ts";
import findingsSchema from "./assets/findings.schema.json?raw";
import verifyInclusion from "./assets/verify-inclusion.sh?raw";
import { type AssembledReport } from "./assemble.ts";
import { formatRotations, type PackagedRotation } from "./check-signer.ts";
import { certificateDrafts } from "./certificates/drafts.ts";
import { formatExhibitIndex, type PackagedItem, packagedItemOf } from "./exhibit-index.ts";
import {
  annexPagePathOf,
  CASE_JSONLD,
  CERTIFICATE_CHAIN,
  CERTIFICATES,
  checkpointPathOf,
  EXAMINER_CERTIFICATE,
  EXHIBIT_INDEX,
  FINDINGS_JSON,
  FINDINGS_SCHEMA,
  KEY_ROTATIONS,
  linePathOf,
  logKeysPathOf,
  proofPathOf,
  REPORT_HTML,
  REPORT_JSON,
  VERIFICATION_JSON,
  VERIFY_INCLUSION,
  VERIFY_PAGE,
} from "./package-layout.ts";
import { renderAnnexHtml, renderHtml } from "./html.ts";
import { type PackageFile } from "./package-stage.ts";
import { type CitedItem, type ReportInput } from "./report-input.ts";
import { formatReportModel } from "./report-model-json.ts";
import verifyPage from "./verifier/verify.generated.html?raw";

/** Who signs a package, as its folder keys/ tells. */
export interface PackageSigner {
  /** X.509, DER. */
  readonly certificate: Uint8Array;
  /** Certificates of authorities behind it. */
  readonly chain: readonly Certificate[];
  /** How earlier keys of the signer led to this one, the oldest first. */
  readonly rotations: readonly PackagedRotation[];
}

/** The cited records as exhibits/index.json lists them. */
export function packagedItems(input: ReportInput): readonly PackagedItem[] {
  const digests = new Map(input.exhibits.map((exhibit) => [exhibit.id, exhibit.sha256]));
  return input.items.map((item) =>
    packagedItemOf(item, present(digests.get(item.row.exhibit), "every record belongs to an exhibit")),
  );
}

/** The files that say what the report says, for machines and for a browser; the PDF embeds the first. */
export function* reportFiles(report: AssembledReport, items: readonly PackagedItem[]): Generator<PackageFile, void> {
  yield [FINDINGS_JSON, report.findingsJson];
  yield [FINDINGS_SCHEMA, encodeUtf8(findingsSchema)];
  yield [VERIFICATION_JSON, report.verificationJson];
  yield [EXHIBIT_INDEX, formatExhibitIndex(items)];
  yield [REPORT_HTML, encodeUtf8(renderHtml(report.model, report.annexes))];
  for (const annex of report.annexes) {
    yield [annexPagePathOf(annex.number), encodeUtf8(renderAnnexHtml(report.model, annex))];
  }
  yield [REPORT_JSON, formatReportModel(report.model)];
}

/** The files that stand behind the report: the cited records, their proofs and keys, and what checks them. */
export function* supportFiles(input: ReportInput, signer: PackageSigner): Generator<PackageFile, void> {
  yield* proofFiles(input.items);
  yield [CASE_JSONLD, encodeUtf8(formatCaseDocument(input))];
  yield [EXAMINER_CERTIFICATE, encodeUtf8(formatPem("CERTIFICATE", signer.certificate))];
  if (signer.chain.length > 0) yield [CERTIFICATE_CHAIN, encodeUtf8(formatChain(signer.chain))];
  if (signer.rotations.length > 0) yield [KEY_ROTATIONS, formatRotations(signer.rotations)];
  for (const { file, text } of certificateDrafts(input)) yield [`${CERTIFICATES}/${file}`, encodeUtf8(text)];
  yield [VERIFY_PAGE, encodeUtf8(verifyPage)];
  yield [VERIFY_INCLUSION, encodeUtf8(verifyInclusion)];
}

function formatCaseDocument({ details, exhibits, custody }: ReportInput): string {
  const document = caseDocument({ details, exhibits, entries: custody.entries, head: custody.head });
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The proofs of one exhibit lead to one checkpoint, under the keys that were pinned for its log. */
function* proofFiles(items: readonly CitedItem[]): Generator<PackageFile, void> {
  const logs = new Set<string>();
  for (const { item, row, record, proof, withheld } of items) {
    const given = withheld === null;
    if (given) yield [linePathOf(item), record];
    if (proof.kind === "none") continue;
    const { leafIndex: index, checkpoint, pinnedKeys } = proof;
    const hashes = proof.hashes.map((hash) => present(parseHex(hash), "a hash of our own is hex"));
    yield [proofPathOf(item), formatTlogProof({ extra: given ? record : undefined, index, hashes, checkpoint })];
    if (logs.has(row.exhibit)) continue;
    logs.add(row.exhibit);
    yield [checkpointPathOf(row.exhibit), checkpoint];
    if (pinnedKeys.length > 0) yield [logKeysPathOf(row.exhibit), encodeUtf8(`${pinnedKeys.join("\n")}\n`)];
  }
}
