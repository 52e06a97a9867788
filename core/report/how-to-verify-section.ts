import { type ReportBlock } from "../model/report.ts";
import { hexDigest } from "./hex-digest.ts";
import { type ReportInput } from "./report-input.ts";
import { nothing, paragraph } from "./report-values.ts";
import { CMS_COMMAND } from "./verify-commands.ts";

/** 15 How to verify. */
export function howToVerify(
  { signer, details, custody }: ReportInput,
  findingsJson: Uint8Array,
): readonly ReportBlock[] {
  if (signer === null) return nothing("A preview is not signed; the issued report names the signing key here.");
  return [
    {
      kind: "fields",
      rows: [
        { label: "Fingerprint", value: signer.fingerprint, mono: true },
        { label: "Published", value: published(details.report.fingerprintPublished) },
        { label: "findings.json", value: hexDigest(findingsJson), mono: true },
        { label: "Custody", value: custody.head, mono: true },
      ],
    },
    paragraph(
      "The values are SHA-256 digests: of the examiner’s certificate, of findings.json, which is also inside report.pdf, and of the last custody record before this report was assembled.",
    ),
    paragraph(
      "Compare the fingerprint of the examiner’s certificate with one that reached you by another way. A package that was signed anew with another key is caught by this comparison and by nothing else.",
    ),
    {
      kind: "raw",
      label: "Commands, in the folder of the package",
      text: [
        "sha256sum -c --strict SHA256SUMS",
        "openssl x509 -in keys/examiner.crt -noout -subject -fingerprint -sha256",
        CMS_COMMAND.join(" \\\n  "),
        "pdfsig report.pdf",
      ].join("\n"),
    },
    paragraph(
      "README-VERIFY.txt in the package explains each command and its expected output. pdfsig prints “Certificate issuer is unknown” for a key behind which it knows no authority: that is expected, and the reason for comparing the fingerprint. Reports without the package can be checked with pdfsig alone.",
    ),
  ];
}

function published(where: string): string {
  return where.trim() === ""
    ? "not stated: ask the examiner for it by a way that did not bring you this package"
    : where;
}
