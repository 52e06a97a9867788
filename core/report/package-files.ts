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
import { formatRotations, type PackagedRotation } from "./check-signer.ts";
import { certificateDrafts } from "./certificates/drafts.ts";
import { formatExhibitIndex, type PackagedItem, packagedItemOf } from "./exhibit-index.ts";
import {
  CASE_JSONLD,
  CERTIFICATE_CHAIN,
  CERTIFICATES,
  checkpointPathOf,
  CUSTODY,
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
  REPORT_PDF,
  VERIFICATION_JSON,
  VERIFY_INCLUSION,
  VERIFY_PAGE,
} from "./package-layout.ts";
import { type ReportInput } from "./report-input.ts";
import verifyPage from "./verifier/verify.generated.html?raw";

/** The parts of a package that depend on the case; the rest is the same in every package. */
export interface PackageParts {
  readonly reportPdf: Uint8Array;
  /** By path. */
  readonly annexes: ReadonlyMap<string, { readonly bytes: Uint8Array }>;
  readonly reportHtml: string;
  readonly reportJson: Uint8Array;
  readonly findingsJson: Uint8Array;
  readonly verificationJson: Uint8Array;
  readonly custody: Uint8Array;
  /** X.509, DER. */
  readonly certificate: Uint8Array;
  /** Certificates of authorities behind it. */
  readonly chain: readonly Certificate[];
  readonly rotations: readonly PackagedRotation[];
}

/** The cited records as exhibits/index.json lists them. */
export function packagedItems(input: ReportInput): readonly PackagedItem[] {
  const digests = new Map(input.exhibits.map((exhibit) => [exhibit.id, exhibit.sha256]));
  return input.items.map((item) =>
    packagedItemOf(item, present(digests.get(item.row.exhibit), "every record belongs to an exhibit")),
  );
}

/** Every file of a package but README-VERIFY.txt, SHA256SUMS and its signatures. */
export function packageFiles(
  input: ReportInput,
  items: readonly PackagedItem[],
  parts: PackageParts,
): Map<string, Uint8Array> {
  return new Map<string, Uint8Array>([
    [VERIFY_PAGE, encodeUtf8(verifyPage)],
    [VERIFY_INCLUSION, encodeUtf8(verifyInclusion)],
    [REPORT_PDF, parts.reportPdf],
    ...[...parts.annexes].map(([path, { bytes }]): [string, Uint8Array] => [path, bytes]),
    [REPORT_HTML, encodeUtf8(parts.reportHtml)],
    [REPORT_JSON, parts.reportJson],
    [FINDINGS_JSON, parts.findingsJson],
    [FINDINGS_SCHEMA, encodeUtf8(findingsSchema)],
    [VERIFICATION_JSON, parts.verificationJson],
    [CASE_JSONLD, encodeUtf8(formatCaseDocument(input))],
    [EXHIBIT_INDEX, formatExhibitIndex(items)],
    [CUSTODY, parts.custody],
    [EXAMINER_CERTIFICATE, encodeUtf8(formatPem("CERTIFICATE", parts.certificate))],
    ...(parts.chain.length === 0
      ? []
      : ([[CERTIFICATE_CHAIN, encodeUtf8(formatChain(parts.chain))]] satisfies [string, Uint8Array][])),
    ...(parts.rotations.length === 0
      ? []
      : ([[KEY_ROTATIONS, formatRotations(parts.rotations)]] satisfies [string, Uint8Array][])),
    ...certificateDrafts(input).map(({ file, text }): [string, Uint8Array] => [
      `${CERTIFICATES}/${file}`,
      encodeUtf8(text),
    ]),
    ...proofFiles(input),
  ]);
}

function formatCaseDocument({ details, exhibits, custody }: ReportInput): string {
  const document = caseDocument({ details, exhibits, entries: custody.entries, head: custody.head });
  return `${JSON.stringify(document, null, 2)}\n`;
}

function proofFiles(input: ReportInput): [string, Uint8Array][] {
  return input.items.flatMap((item): [string, Uint8Array][] => {
    const given = item.withheld === null;
    const line: [string, Uint8Array][] = given ? [[linePathOf(item.item), item.record]] : [];
    if (item.proof.kind === "none") return line;
    const { leafIndex, hashes, checkpoint, pinnedKeys } = item.proof;
    const proof = formatTlogProof({
      extra: given ? item.record : undefined,
      index: leafIndex,
      hashes: hashes.map((hash) => present(parseHex(hash), "a hash of our own is hex")),
      checkpoint,
    });
    const keys: [string, Uint8Array][] =
      pinnedKeys.length === 0
        ? []
        : [[logKeysPathOf(item.row.exhibit), encodeUtf8(pinnedKeys.map((key) => `${key}\n`).join(""))]];
    return [...line, [proofPathOf(item.item), proof], [checkpointPathOf(item.row.exhibit), checkpoint], ...keys];
  });
}
