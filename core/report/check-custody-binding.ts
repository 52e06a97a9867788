import { z } from "zod";

import { parseCustodyLine } from "../casefile/custody-line.ts";
import { type CustodyVerification } from "../casefile/custody-verify.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { type CustodyValue } from "../model/custody.ts";
import { type PackageChecks, type PackageFault } from "./package-checks.ts";
import { CUSTODY, EXHIBIT_INDEX, FINDINGS_JSON, isAnnex, REPORT_PDF, VERIFICATION_JSON } from "./package-layout.ts";
import { type PackageReader } from "./package-reader.ts";
import { reportKeywords } from "./pdf.ts";
import { readKeywords } from "./pdf-signature.ts";
import { hexDigest } from "./hex-digest.ts";

/** Annexes as `report.signed` names them; without annexes it has no such member. */
const annexRecord = z.array(z.object({ file: z.string(), sha256: z.string() }));

/**
 * Checks that the journal and the report speak of each other: the journal records these very files, and the report
 * names a place of this very journal.
 */
export async function checkCustodyBinding(
  checks: PackageChecks,
  files: PackageReader,
  custody: CustodyVerification | undefined,
): Promise<void> {
  const pdf = await files.read(REPORT_PDF);
  if (custody === undefined || pdf === undefined) {
    checks.without("custody-binding", "not-attempted", "the journal or the report is not at hand");
    return;
  }
  const lines = linesOf((await files.read(CUSTODY)) ?? new Uint8Array());
  const assembled = lines.findLast(({ entry }) => entry.action === "report.assembled");
  const rendered = lines.findLast(({ entry }) => entry.action === "report.rendered")?.entry.object;
  const signing = lines.findLast(({ entry }) => entry.action === "report.signed")?.entry;
  const result = assembled?.entry.result;
  const isRecorded = async (member: string, path: string): Promise<boolean> => {
    const found = await files.digest(path);
    return found !== undefined && result?.[member] === found;
  };
  const findingsSha256 = (await files.digest(FINDINGS_JSON)) ?? "";
  const place = assembled && { seq: assembled.entry.seq, head: assembled.hash };
  const expectedKeywords = place && reportKeywords({ findingsSha256, custody: place });

  const claims: readonly (readonly [string, boolean])[] = [
    [`records the digest of ${FINDINGS_JSON}`, await isRecorded("findingsSha256", FINDINGS_JSON)],
    [`records the digest of ${VERIFICATION_JSON}`, await isRecorded("verificationSha256", VERIFICATION_JSON)],
    [`records the digest of ${EXHIBIT_INDEX}`, await isRecorded("exhibitIndexSha256", EXHIBIT_INDEX)],
    [
      "records the digest of the report before it was signed",
      rendered?.sha256 === hexDigest(pdf.subarray(0, rendered?.bytes)),
    ],
    ["records the digest of the signed report", signing?.object?.sha256 === hexDigest(pdf)],
    ["has the entry that the report names", expectedKeywords !== undefined && readKeywords(pdf) === expectedKeywords],
    ...(await annexClaims(files, signing?.result?.["annexes"], expectedKeywords)),
  ];
  const faults = claims
    .filter(([, holds]) => !holds)
    .map(([claim]): PackageFault => ({
      code: "custody-binding",
      message: `expected that the journal ${claim}`,
      file: CUSTODY,
    }));
  const note = "the journal records these files, and the report names its place in it";
  checks.counted("custody-binding", claims.length, faults, note);
}

/** What must hold of every annex that the package has or the journal records. */
async function annexClaims(
  files: PackageReader,
  recorded: CustodyValue | undefined,
  expectedKeywords: string | undefined,
): Promise<readonly (readonly [string, boolean])[]> {
  const annexes = annexRecord.catch([]).parse(recorded);
  const digests = new Map(annexes.map(({ file, sha256 }) => [file, sha256]));
  const claims: (readonly [string, boolean])[] = [];
  for (const name of new Set([...digests.keys(), ...files.paths.filter((path) => isAnnex(path))])) {
    const annex = (await files.read(name)) ?? new Uint8Array();
    const isNamed = expectedKeywords !== undefined && readKeywords(annex) === expectedKeywords;
    claims.push([`records the digest of ${name}`, digests.get(name) === hexDigest(annex)]);
    claims.push([`has the entry that ${name} names`, isNamed]);
  }
  return claims;
}

function linesOf(
  bytes: Uint8Array,
): { entry: Exclude<ReturnType<typeof parseCustodyLine>, string>["entry"]; hash: string }[] {
  return (decodeUtf8(bytes) ?? "")
    .split("\n")
    .map((line) => parseCustodyLine(line))
    .filter((line) => typeof line !== "string");
}
