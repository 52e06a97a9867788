/**
 * Who had the bundle after its export (format §9): each entry names the one before it by digest, all are about this export,
 * and each is signed by a person whose key the examiner pinned. Whether entries were taken off the end cannot be seen.
 */
import { type BagFile } from "../bundle/bag-files.ts";
import { type BagContents } from "../bundle/bundle-reader.ts";
import { parseCustodyStatement } from "../bundle/custody-statement.ts";
import { parseCustodyPath, STATEMENT_PATH } from "../bundle/layout.ts";
import { IN_TOTO_PAYLOAD_TYPE } from "../bundle/statement.ts";
import { formatHex } from "../encoding/bytes.ts";
import { Problem } from "../model/problem.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { parseEnvelope, verifyEnvelope, type Envelope } from "../signing/dsse.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { type SignatureMeans } from "./means.ts";

/** Judges the custody envelopes in their order. */
export function judgeCustody(contents: BagContents, means: SignatureMeans): CheckOutcome {
  const entries = [...contents.files.values()]
    .map((file) => ({ file, number: parseCustodyPath(file.path) ?? 0 }))
    .filter(({ number }) => number > 0)
    .sort((a, b) => a.number - b.number);
  if (entries.length === 0) {
    return { checks: [notAttempted("custody", "no custody envelope in the bundle")], findings: [] };
  }
  const export_ = payloadDigest(contents.files.get(STATEMENT_PATH), means);
  const findings: VerificationFinding[] = [];
  let before: { readonly number: number; readonly sha256: string | null } = { number: 0, sha256: null };
  for (const { file, number } of entries) {
    const envelope = envelopeOf(file);
    const entry = envelope?.payloadType === IN_TOTO_PAYLOAD_TYPE ? parseCustodyStatement(envelope.payload) : undefined;
    const isNext = typeof entry === "object" && number === before.number + 1 && entry.previous === before.sha256;
    const isOfExport = typeof entry === "object" && (export_ === undefined || entry.statementSha256 === export_);
    if (!isNext || !isOfExport || envelope === undefined) findings.push(broken(before.number, number, file.path));
    else if (verifyEnvelope(means.ed25519, envelope, means.pinnedKeys).verifiedBy.length === 0)
      findings.push(unsigned(number, file.path));
    before = { number, sha256: file.sha256 };
  }
  const count = countOf(entries.length, "entry", "entries");
  const note =
    findings.length === 0
      ? `${count}, each naming the one before it; entries taken off the end would not show`
      : `${count}, of which ${findings.length} ${findings.length === 1 ? "does" : "do"} not follow the one before it under a key you have pinned`;
  return { findings, checks: [check("custody", entries.length, findings.length, note)] };
}

function envelopeOf({ content }: BagFile): Envelope | undefined {
  try {
    return content === null ? undefined : parseEnvelope(content);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function payloadDigest(file: BagFile | undefined, { hash }: SignatureMeans): string | undefined {
  const envelope = file && envelopeOf(file);
  return envelope && formatHex(hash(envelope.payload));
}

function broken(from: number, to: number, file: string): VerificationFinding {
  const message = `The custody record is broken between entries ${from} and ${to}.`;
  return finding("custody-broken", "altered", message, { file });
}

function unsigned(number: number, file: string): VerificationFinding {
  const message = `Custody entry ${number} is not signed by a key that you have pinned.`;
  return finding("custody-not-trusted", "verified-with-limits", message, { file });
}
