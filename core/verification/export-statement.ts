/** The export description (format §7): signed by a key we trust, about these files, and in agreement with the log. */
import { type BagContents } from "../bundle/bundle-reader.ts";
import { STATEMENT_PATH } from "../bundle/layout.ts";
import {
  IN_TOTO_PAYLOAD_TYPE,
  OTHER_HASH_ALGORITHM,
  parseStatement,
  SUBJECT_PATHS,
  type BundleStatement,
} from "../bundle/statement.ts";
import { Problem, quote } from "../model/problem.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { parseEnvelope, verifyEnvelope } from "../signing/dsse.ts";
import { type VerifierKey } from "../signing/verifier-key.ts";
import { check, countOf, finding, notVerifiable, type CheckOutcome } from "./findings.ts";
import { type SignatureOutcome } from "./log-signature.ts";
import { type LogState } from "./log-states.ts";
import { type SignatureMeans } from "./means.ts";

export interface StatementOutcome extends CheckOutcome {
  /** What a trusted statement says; null when there is none. */
  readonly statement: BundleStatement | null;
  /**
   * What explains the gaps of the log: the trusted statement, or, of a log whose key nobody pinned, any that can be read. It
   * shows then that the bundle is consistent, and proves as little as the rest.
   */
  readonly described: BundleStatement | null;
  /** Files that a trusted statement pins to other digests. */
  readonly refutedFiles: readonly { readonly path: string; readonly expected: string; readonly found: string }[];
}

/** Judges the statement. Without a pinned log key there is nobody to have signed it, which is no finding of its own. */
export function judgeStatement(
  contents: BagContents,
  { newest, trustedKeys }: SignatureOutcome,
  means: SignatureMeans,
): StatementOutcome {
  const read = readStatement(contents, newest, trustedKeys, means);
  if ("fault" in read) {
    const { fault, code } = read;
    const none = { statement: null, refutedFiles: [] };
    if (newest?.trust !== "pinned") {
      return { ...none, described: readClaim(contents), checks: [notVerifiable("statement", fault)], findings: [] };
    }
    const message = `The export description ${fault}. The log proofs stand on their own.`;
    const findings = [finding(code, "verified-with-limits", message, { file: STATEMENT_PATH })];
    return { ...none, described: null, checks: [check("statement", 1, 1, fault)], findings };
  }
  const { statement } = read;
  const refutedFiles = SUBJECT_PATHS.map((path) => ({
    path,
    expected: statement.subjects.get(path) ?? "a digest in the statement",
    found: contents.files.get(path)?.sha256 ?? "no such file",
  })).filter(({ expected, found }) => expected !== found);
  const findings = newest === null ? [] : disagreements(statement, newest);
  const failed = refutedFiles.length + findings.length;
  const note = failed > 0 ? "the statement describes another export" : "signed by the log's key and about these files";
  const checks = [check("statement", SUBJECT_PATHS.length, failed, note)];
  return { statement, described: statement, refutedFiles, findings, checks };
}

/** What a statement says, whoever signed it; null when it cannot be read. */
function readClaim(contents: BagContents): BundleStatement | null {
  try {
    const statement = parseStatement(
      parseEnvelope(contents.files.get(STATEMENT_PATH)?.content ?? new Uint8Array()).payload,
    );
    return typeof statement === "string" ? null : statement;
  } catch (error) {
    if (error instanceof Problem) return null;
    throw error;
  }
}

function readStatement(
  contents: BagContents,
  newest: LogState | null,
  trustedKeys: readonly VerifierKey[],
  { ed25519 }: SignatureMeans,
): { readonly statement: BundleStatement } | { readonly fault: string; readonly code: string } {
  const bytes = contents.files.get(STATEMENT_PATH)?.content;
  if (!bytes) return { fault: "is missing", code: "statement-missing" };
  const code = "statement-not-trusted";
  try {
    const envelope = parseEnvelope(bytes);
    const keys = trustedKeys.filter(({ name }) => name === newest?.checkpoint.origin);
    const { verifiedBy } = verifyEnvelope(ed25519, envelope, keys);
    if (verifiedBy.length === 0)
      return { fault: `is not signed by a pinned key of ${quote(newest?.checkpoint.origin ?? "the log")}`, code };
    if (envelope.payloadType !== IN_TOTO_PAYLOAD_TYPE) return { fault: "has another payload type", code };
    const statement = parseStatement(envelope.payload);
    if (typeof statement !== "string") return { statement };
    const isWeak = statement === OTHER_HASH_ALGORITHM;
    return { fault: `is signed and unreadable: ${statement}`, code: isWeak ? "algorithm-not-accepted" : code };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { fault: `is malformed: ${error.message}`, code };
  }
}

function disagreements(statement: BundleStatement, { checkpoint }: LogState): VerificationFinding[] {
  const where = { file: STATEMENT_PATH };
  const mismatch = (what: string, expected: string, found: string): VerificationFinding => {
    const message = `The export description and the checkpoint disagree about the ${what}.`;
    return finding("statement-mismatch", "verified-with-limits", message, where, { expected, found });
  };
  const findings: VerificationFinding[] = [];
  if (statement.origin !== checkpoint.origin) {
    findings.push(mismatch("log", quote(checkpoint.origin), quote(statement.origin)));
  }
  if (statement.treeSize !== checkpoint.size) {
    findings.push(
      mismatch("size of the log", countOf(checkpoint.size, "record"), countOf(statement.treeSize, "record")),
    );
  }
  return findings;
}

/** How a message says that gaps fit the signed state, given what a trusted statement says. */
export function provenBy(statement: BundleStatement | null): string {
  return statement === null ? "fit a state that no key of yours signed" : "are proven";
}
