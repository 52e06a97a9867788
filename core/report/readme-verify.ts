import { type PackageExtra } from "../model/findings-package.ts";
import { type PackagedItem } from "./exhibit-index.ts";
import {
  CMS_COMMAND,
  FOLDER_DIGEST_COMMAND,
  STATEMENT_SIGNATURE_COMMAND,
  STATEMENT_SUBJECTS_COMMAND,
} from "./verify-commands.ts";

/** What README-VERIFY.txt tells about one package. */
export interface ReadmeFacts {
  readonly caseId: string;
  readonly reportId: string;
  readonly issuedAt: string;
  readonly draft: boolean;
  readonly version: string;
  /** `hasChain` when the certificates of authorities behind the signer's are in the package. */
  readonly signer: {
    readonly name: string;
    readonly fingerprint: string;
    readonly hasChain: boolean;
  };
  readonly custody: { readonly seq: number; readonly head: string };
  /** How many earlier keys led to the signer's. */
  readonly rotations: number;
  /** How many annexes the report has. */
  readonly annexes: number;
  readonly extras: readonly PackageExtra[];
  readonly unsigned: { readonly length: number; readonly sha256: string };
  readonly items: readonly PackagedItem[];
  /** How many files SHA256SUMS lists. */
  readonly listed: number;
}

/** Lines that start with this are commands; the test runs every one of them. */
const COMMAND = "    $ ";

const CHAIN = [
  "   keys/examiner-chain.pem has the certificates of the authorities. If the root's reached you by another",
  "   way, as root.pem, openssl can follow the chain from the signer's certificate to it:",
  "",
  "    openssl verify -CAfile root.pem -untrusted keys/examiner-chain.pem -purpose any keys/examiner.crt",
  "",
];

const EARLIER_KEYS = [
  "   keys/rotations.json says how earlier keys of the signer each named the next, the last one this key.",
  "   verify.html checks those statements; they matter to you if what you hold is an earlier fingerprint.",
  "",
];

const STATEMENT = [
  "   package.intoto.jsonl is an in-toto statement about all other listed files, for tools that read such",
  "   statements, in a DSSE envelope signed by the same key. It says nothing that the list does not say:",
  "",
  `${COMMAND}${STATEMENT_SIGNATURE_COMMAND}`,
  "",
  `${COMMAND}${STATEMENT_SUBJECTS_COMMAND}`,
  "",
  '   The first prints "Verified OK", the second nothing.',
  "",
];

const WORKING_COPY = [
  "   report.docx is a working copy of the report for Word. It is a listed file, but no signature is in it:",
  "   once it has left this folder, nothing shows whether it was changed. What counts is report.pdf.",
  "",
];

/** The text of README-VERIFY.txt. Every line is at most 100 characters unless a command needs more. */
export function formatReadme(facts: ReadmeFacts): string {
  return [...head(facts), ...sums(facts), ...signature(facts), ...pdf(facts), ...exhibits(facts), ...rest(facts)].join(
    "\n",
  );
}

function head({ caseId, reportId, issuedAt, draft, version, signer }: ReadmeFacts): string[] {
  return [
    "HOW TO CHECK THIS PACKAGE",
    "",
    `Case ${caseId === "" ? "without id" : caseId}, report ${reportId}, issued ${issuedAt} with Assay ${version}.`,
    ...(draft ? ["The report is a DRAFT: it lists what a person must still give."] : []),
    "",
    "You need neither Assay nor the case: bash, sha256sum, openssl and, for the PDF, poppler-utils.",
    "Run the commands in the folder of this file. Each is on a line that starts with $.",
    "",
    `Signed by: ${signer.name.replace(/[^\x20-\x7e]/g, "?")}`,
    "SHA-256 fingerprint of the signer's certificate:",
    "",
    `    ${signer.fingerprint}`,
    "",
    "Compare it with one that reached you by another way (a letter, a telephone call, a published page).",
    "Somebody who signs the whole package anew with another key is caught by this comparison and by",
    "nothing else: all commands below succeed on such a package.",
    "",
  ];
}

function sums({ listed }: ReadmeFacts): string[] {
  return [
    "1. Every file is the one that was listed",
    "",
    `${COMMAND}sha256sum -c --strict --quiet SHA256SUMS`,
    "",
    "   Prints nothing and exits with 0. Any line it prints names a file that changed or is missing.",
    "   sha256sum ignores files that are not listed, so count them:",
    "",
    `${COMMAND}test "$(find . -type f ! -path './timestamps/*' | wc -l)" -eq ${listed + 3}`,
    "",
    `   ${listed} files are listed; SHA256SUMS itself and its two signatures make ${listed + 3}. Files in timestamps/ may`,
    "   be added later. verify.html names any file that is not listed.",
    "",
  ];
}

function signature({ signer, rotations, extras }: ReadmeFacts): string[] {
  const fingerprint = (signer.fingerprint.match(/../g) ?? []).join(":").toUpperCase();
  return [
    "2. The list was signed with the examiner's key",
    "",
    `${COMMAND}openssl x509 -in keys/examiner.crt -noout -subject -fingerprint -sha256`,
    "",
    "   The fingerprint must be the one above, written by openssl with colons:",
    `   ${fingerprint}`,
    "",
    `${COMMAND}${CMS_COMMAND.join(" ")}`,
    "",
    '   Prints "CMS Verification successful". openssl takes the certificate as it is (-partial_chain): what',
    "   you trust is the fingerprint that you compared. After the certificate has expired openssl prints",
    '   "certificate has expired"; then add: -attime followed by the seconds since 1970 of a day at which',
    "   it was valid.",
    "",
    ...(signer.hasChain ? CHAIN : []),
    "   The same without CMS:",
    "",
    `${COMMAND}openssl dgst -sha256 -verify <(openssl x509 -in keys/examiner.crt -noout -pubkey) -signature signatures/SHA256SUMS.sig SHA256SUMS`,
    "",
    '   Prints "Verified OK".',
    "",
    ...(rotations === 0 ? [] : EARLIER_KEYS),
    ...(extras.includes("in-toto") ? STATEMENT : []),
  ];
}

function pdf({ unsigned, annexes, custody, extras }: ReadmeFacts): string[] {
  return [
    "3. The report",
    "",
    `${COMMAND}pdfsig report.pdf`,
    "",
    '   Expected: "Signature is Valid." and "Total document signed". Also expected, and no fault:',
    '   "Certificate issuer is unknown.", because pdfsig knows no authority behind the key; that is why the',
    '   fingerprint is compared. "Not total document signed" means that something was added.',
    "",
    ...(annexes === 0 ? [] : annexCheck(annexes)),
    ...(extras.includes("docx") ? WORKING_COPY : []),
    `${COMMAND}pdfdetach -save 1 -o /dev/stdout report.pdf | cmp - findings.json`,
    "",
    "   The report embeds findings.json, byte for byte. The report before it was signed:",
    "",
    `${COMMAND}test "$(head -c ${unsigned.length} report.pdf | sha256sum)" = "${unsigned.sha256}  -"`,
    "",
    `   The report speaks of the custody journal up to entry ${custody.seq}, whose hash is`,
    `   ${custody.head}`,
    "   custody.jsonl in this package begins with the first entry of the journal and contains that one:",
    "",
    `${COMMAND}sed -n ${custody.seq + 1}p custody.jsonl | grep -q '"hash":"${custody.head}"'`,
    "",
  ];
}

function annexCheck(annexes: number): string[] {
  const files = annexes === 1 ? "annex-01.pdf is a part" : `${annexes} annexes (annex-01.pdf and so on) are parts`;
  const check = `pdfsig "$annex" | grep -q 'Total document signed' || exit 1`;
  return [
    `   ${files} of the report and signed like it. This prints nothing and exits with 0:`,
    "",
    `${COMMAND}(for annex in annex-*.pdf; do ${check}; done)`,
    "",
  ];
}

function exhibits({ items }: ReadmeFacts): string[] {
  const proven = items.flatMap((item) => (item.proof === null ? [] : [{ ...item, proof: item.proof }]));
  const lines = [
    "4. The cited records",
    "",
    "   exhibits/EX-*.line are the records as they were in the evidence, byte for byte, without a line",
    "   feed at the end. exhibits/index.json says where in the evidence each one is. With the evidence",
    "   at hand (decompressed), take it from there and compare:",
    "",
    "    dd if=<evidence file> bs=1 skip=<offset> count=<length> | cmp - exhibits/EX-00001.line",
    "",
    "   Section 4 of the report has the SHA-256 of each exhibit as it was received: that of the file, or of",
    "   the sorted list of the digests of its files where a folder was received, which this prints:",
    "",
    `    ${FOLDER_DIGEST_COMMAND.join(" ")}`,
    "",
  ];
  const first = items.find((item) => item.line !== null);
  if (first?.line != null) {
    lines.push(
      `   The leaf hash of ${first.item}:`,
      "",
      `${COMMAND}test "$({ printf '\\0'; cat ${first.line}; } | sha256sum)" = "${first.leafHash}  -"`,
      "",
    );
  }
  const withheld = items.filter((item) => item.line === null).length;
  if (withheld > 0) {
    lines.push(
      `   The content of ${withheld} of them is withheld; exhibits/index.json gives the reason, the digest and, where`,
      "   there is one, the proof that the record is in the log.",
      "",
    );
  }
  if (proven.length === 0) {
    lines.push("   No cited record has an inclusion proof: exhibits/index.json says why for each of them.", "");
    return lines;
  }
  lines.push(
    "   Each record and its proof lead to the root that the log signed: line 3 of the checkpoint.",
    "",
    ...proven.slice(0, 20).map((item) => {
      const { leafIndex, treeSize, hashes, checkpoint } = item.proof;
      const record = item.line ?? `--leaf=${item.leafHash}`;
      const command = ["bash verify-inclusion.sh", record, leafIndex, treeSize, ...hashes].join(" ");
      return `${COMMAND}test "$(${command})" = "$(sed -n 3p ${checkpoint})"`;
    }),
    "",
    ...(proven.length > 20 ? ["   The others are in exhibits/index.json.", ""] : []),
    "   The signature of a checkpoint is Ed25519 by the log's key (keys/X-*.vkey, as the examiner pinned",
    "   it). verify.html checks it, or any tool for C2SP signed notes.",
    "",
  );
  return lines;
}

function rest({ items }: ReadmeFacts): string[] {
  return [
    "5. All of it in one page",
    "",
    "   Open verify.html in a browser, with no network, and choose this folder. It is a second, separate",
    "   implementation. A verifier that travels with the evidence is a convenience; use the commands above",
    "   for independence. The page prints the SHA-256 of the verify.html in the folder for comparison.",
    "",
    "WHAT THIS DOES NOT SHOW",
    "",
    "   That the recorded events are true, that every act was recorded, that clocks were right, or which",
    "   person used an account. An account is not a person. Section 11 of the report has the whole list.",
    `   The package cites ${items.length} records. The time of signing is the examiner's own clock unless`,
    "   timestamps/ holds a token of a time-stamping authority (RFC 3161):",
    "",
    "    openssl ts -verify -data signatures/SHA256SUMS.p7s -in timestamps/1.tsr -CAfile timestamps/1.pem",
    "",
  ];
}
