import { z } from "zod";

import { parseCustodyLine } from "../casefile/custody-line.ts";
import { type CustodyVerification } from "../casefile/custody-verify.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { type CustodyValue } from "../model/custody.ts";
import { type PackageChecks, type PackageFault } from "./package-checks.ts";
import { CUSTODY, EXHIBIT_INDEX, FINDINGS_JSON, isAnnex, REPORT_PDF, VERIFICATION_JSON } from "./package-layout.ts";
import { reportKeywords } from "./pdf.ts";
import { readKeywords } from "./pdf-signature.ts";
import { hexDigest } from "./hex-digest.ts";

/** Annexes as `report.signed` names them; without annexes it has no such member. */
const annexRecord = z.array(z.object({ file: z.string(), sha256: z.string() }));

/**
 * Checks that the journal and the report speak of each other: the journal records these very files, and the report
 * names a place of this very journal.
 */
export function checkCustodyBinding(
  checks: PackageChecks,
  files: ReadonlyMap<string, Uint8Array>,
  custody: CustodyVerification | undefined,
): void {
  const pdf = files.get(REPORT_PDF);
  if (custody === undefined || pdf === undefined) {
    checks.without("custody-binding", "not-attempted", "the journal or the report is not at hand");
    return;
  }
  const lines = linesOf(files.get(CUSTODY) ?? new Uint8Array());
  const assembled = lines.findLast(({ entry }) => entry.action === "report.assembled");
  const rendered = lines.findLast(({ entry }) => entry.action === "report.rendered")?.entry.object;
  const signing = lines.findLast(({ entry }) => entry.action === "report.signed")?.entry;
  const digestOf = (path: string): string => hexDigest(files.get(path) ?? new Uint8Array());
  const result = assembled?.entry.result;
  const place = assembled && { seq: assembled.entry.seq, head: assembled.hash };
  const expectedKeywords = place && reportKeywords({ findingsSha256: digestOf(FINDINGS_JSON), custody: place });

  const claims: readonly (readonly [string, boolean])[] = [
    [`records the digest of ${FINDINGS_JSON}`, result?.["findingsSha256"] === digestOf(FINDINGS_JSON)],
    [`records the digest of ${VERIFICATION_JSON}`, result?.["verificationSha256"] === digestOf(VERIFICATION_JSON)],
    [`records the digest of ${EXHIBIT_INDEX}`, result?.["exhibitIndexSha256"] === digestOf(EXHIBIT_INDEX)],
    [
      "records the digest of the report before it was signed",
      rendered?.sha256 === hexDigest(pdf.subarray(0, rendered?.bytes)),
    ],
    ["records the digest of the signed report", signing?.object?.sha256 === hexDigest(pdf)],
    ["has the entry that the report names", expectedKeywords !== undefined && readKeywords(pdf) === expectedKeywords],
    ...annexClaims(files, signing?.result?.["annexes"], expectedKeywords),
  ];
  const faults = claims
    .filter(([, holds]) => !holds)
    .map(([claim]): PackageFault => ({
      code: "custody-binding",
      message: `expected that the journal ${claim}`,
      file: CUSTODY,
    }));
  checks.counted(
    "custody-binding",
    claims.length,
    faults,
    "the journal records these files, and the report names its place in it",
  );
}

/** What must hold of every annex that the package has or the journal records. */
function annexClaims(
  files: ReadonlyMap<string, Uint8Array>,
  recorded: CustodyValue | undefined,
  expectedKeywords: string | undefined,
): (readonly [string, boolean])[] {
  const digests = new Map(
    annexRecord
      .catch([])
      .parse(recorded)
      .map(({ file, sha256 }) => [file, sha256]),
  );
  const names = new Set([...digests.keys(), ...[...files.keys()].filter((path) => isAnnex(path))]);
  return [...names].flatMap((name): (readonly [string, boolean])[] => {
    const annex = files.get(name) ?? new Uint8Array();
    return [
      [`records the digest of ${name}`, digests.get(name) === hexDigest(annex)],
      [`has the entry that ${name} names`, expectedKeywords !== undefined && readKeywords(annex) === expectedKeywords],
    ];
  });
}

function linesOf(
  bytes: Uint8Array,
): { entry: Exclude<ReturnType<typeof parseCustodyLine>, string>["entry"]; hash: string }[] {
  return (decodeUtf8(bytes) ?? "")
    .split("\n")
    .map((line) => parseCustodyLine(line))
    .filter((line) => typeof line !== "string");
}
