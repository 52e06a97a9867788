import { ATTACHMENT_FORMAT_NAMES, type AttachmentResult } from "../model/attachment.ts";
import { type ReportBlock } from "../model/report.ts";
import { escapeInvisible } from "./printable.ts";
import { counted } from "./report-values.ts";
import { checkTable, findingBlocks, keyBlocks, printVerdict } from "./verification-report.ts";

/** What a signature beside a file came to. */
export interface AttachmentReport {
  /** Name of the attachment's file. */
  readonly label: string;
  readonly attachment: AttachmentResult;
  /** When it was written, RFC 3339. */
  readonly writtenAt: string;
  /** Of the program. */
  readonly version: string;
}

/** The report as JSON, two spaces of indentation, ended by a line feed. */
export function formatAttachmentReport(report: AttachmentReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** The report as a PDF, as `printVerdict` makes it. */
export function renderAttachmentReport(report: AttachmentReport): Promise<Uint8Array> {
  const { label, attachment, writtenAt, version } = report;
  return printVerdict({
    title: `Verification of ${escapeInvisible(label)}`,
    verdict: attachment.verdict,
    sections: [
      ["Result", resultBlocks(report)],
      ["Checks", [checkTable(attachment.checks)]],
      ["Findings", findingBlocks(attachment.findings)],
      ["Keys", keyBlocks(attachment.keys)],
      ["What a verification does not show", limitBlocks()],
    ],
    json: formatAttachmentReport(report),
    writtenAt,
    version,
  });
}

function resultBlocks({ label, attachment }: AttachmentReport): readonly ReportBlock[] {
  const { verdict, findings, format, over, signer, provenTime } = attachment;
  const worst = findings.find((finding) => finding.verdict === verdict)?.message;
  return [
    { kind: "paragraph", verdict, text: escapeInvisible(worst ?? "Every check that applies passed.") },
    {
      kind: "fields",
      rows: [
        { label: "Attachment", value: escapeInvisible(label) },
        { label: "Format", value: format === null ? "not recognised" : ATTACHMENT_FORMAT_NAMES[format] },
        ...(over === null
          ? [{ label: "File", value: "none was given: judged is the content in the attachment" }]
          : [
              { label: "File", value: `${escapeInvisible(over.file)}, ${counted(over.byteLength)} bytes` },
              { label: "SHA-256", value: over.sha256, mono: true },
            ]),
        ...(signer === null
          ? []
          : [
              { label: "Signer", value: escapeInvisible(signer.identity) },
              { label: "Vouched for by", value: escapeInvisible(signer.issuer ?? "nobody") },
            ]),
        { label: "Signed at the latest", value: provenTime ?? "not proven" },
      ],
    },
  ];
}

function limitBlocks(): readonly ReportBlock[] {
  return [
    {
      kind: "list",
      items: [
        "A signature shows who signed which bytes. It does not show that what they say is true, or complete.",
        "Whether the authority that vouches for an identity was deceived, or a key was stolen, cannot be seen from a signature.",
        "Without a proven time, a signature may be of any time.",
        "Revocation of certificates is not checked: nothing is asked of a network.",
      ],
    },
  ];
}
