/**
 * The page that an examiner gives to counsel, in person or by letter, before the first package: who signs, and the
 * fingerprint to compare with. It proves nothing by itself, which is why it says how it must reach its reader.
 */
import { platformHash } from "../bundle/platform-crypto.ts";
import { type ReportBlock } from "../model/report.ts";
import { fingerprintOf, formatCertificatePem, type Certificate } from "../signing/certificate.ts";
import { examinerAlgorithm } from "../signing/examiner-signature.ts";
import { renderBlocks } from "./html.ts";
import { printBlock } from "./print-blocks.ts";
import { INK, PAGE, SIZE, TEXT_WIDTH } from "./print-theme.ts";
import { escapeInvisible } from "./printable.ts";
import { Sheet } from "./sheet.ts";

/** When and by which program the page is written, and as what. */
export interface SheetChoices {
  /** RFC 3339, UTC. */
  readonly writtenAt: string;
  readonly version: string;
  readonly form: "pdf" | "html";
}

const TITLE = "Fingerprint of a signing key";

/** The page for a certificate, as PDF or HTML. The same input gives the same bytes. */
export async function fingerprintSheet(certificate: Certificate, choices: SheetChoices): Promise<Uint8Array> {
  const blocks = blocksOf(certificate, choices.writtenAt);
  if (choices.form === "html") return Buffer.from(renderBlocks(TITLE, blocks));
  const sheet = new Sheet({
    title: TITLE,
    author: escapeInvisible(certificate.commonName),
    keywords: "",
    date: new Date(choices.writtenAt),
    producer: `Assay ${choices.version}`,
  });
  sheet.flow("H1", sheet.type.lines(TITLE, "strong", SIZE.title, TEXT_WIDTH), PAGE.left, SIZE.title, INK.text);
  sheet.y += 6;
  for (const block of blocks) printBlock(sheet, block);
  return sheet.finish({ head: ["", "", ""], foot: [choices.writtenAt, `Assay ${choices.version}`] });
}

function blocksOf(certificate: Certificate, writtenAt: string): readonly ReportBlock[] {
  const fingerprint = fingerprintOf(platformHash, certificate);
  const groups = fingerprint.match(/.{4}/g) ?? [];
  const rows = [0, 4, 8, 12].map((start) => groups.slice(start, start + 4).join("  ")).join("\n");
  const colons = (fingerprint.toUpperCase().match(/../g) ?? []).join(":");
  return [
    {
      kind: "fields",
      rows: [
        { label: "Name", value: escapeInvisible(certificate.commonName) },
        { label: "Organization", value: escapeInvisible(certificate.organization ?? "none") },
        { label: "Key id", value: fingerprint.slice(0, 16), mono: true },
        {
          label: "Valid",
          value: `${new Date(certificate.notBeforeMs).toISOString()} to ${new Date(certificate.notAfterMs).toISOString()}`,
        },
        { label: "Kind", value: examinerAlgorithm(certificate.publicKey)?.label ?? "none that signs packages" },
        {
          label: "Issued by",
          value: certificate.isSelfIssued ? "the holder of the key (no authority stands behind it)" : "an authority",
        },
        { label: "Written", value: writtenAt },
      ],
    },
    { kind: "heading", text: "SHA-256 fingerprint of the certificate" },
    { kind: "raw", label: "Sixteen groups of four", text: rows },
    { kind: "raw", label: "As openssl prints it", text: colons },
    {
      kind: "paragraph",
      text:
        "Keep this page where nobody else can exchange it. A findings package carries its signer’s certificate; whoever " +
        "signs the whole package anew with another key is caught by comparing that certificate’s fingerprint with this " +
        "page, and by nothing else. Ask the person named above, by a way that you know, whether this page is theirs.",
    },
    {
      kind: "raw",
      label: "In the folder of a package, this prints the fingerprint to compare",
      text: "openssl x509 -in keys/examiner.crt -noout -fingerprint -sha256",
    },
    { kind: "raw", label: "The certificate", text: formatCertificatePem(certificate).trimEnd() },
    { kind: "heading", text: "Compared" },
    { kind: "fields", rows: ["By", "On", "How it reached you", "Signature"].map((label) => ({ label, value: " " })) },
  ];
}
