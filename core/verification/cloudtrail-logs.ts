/**
 * Compares log files with what the digests name. A file counts for its content: the hash is over the unpacked bytes, so a
 * renamed or unpacked copy is proven as well as the original.
 */
import { parseLogKey, type LoggedFile } from "../bundle/cloudtrail-digest.ts";
import { type CloudTrailExport, type LogCandidate } from "../bundle/cloudtrail-export.ts";
import { groupedBy } from "../model/grouped.ts";
import { quote } from "../model/problem.ts";
import { type RowVerdict, type VerificationFinding } from "../model/verdict.ts";
import { trailerFinding } from "./digest-findings.ts";
import { isConsistent, isProven, liesAt, type JudgedDigest } from "./judged-digest.ts";
import { check, countOf, finding, notVerifiable, type CheckOutcome } from "./findings.ts";

export interface LogsOutcome extends CheckOutcome {
  /** Verdict of the rows of each file. */
  readonly rows: ReadonlyMap<string, RowVerdict>;
  /** Log files that digests name and that are not in the export. */
  readonly absent: number;
  /** Digests that name log files which are changed, unreadable or missing. */
  readonly refutedBy: ReadonlySet<JudgedDigest>;
}

/** What a digest says of a log file. */
interface Claim {
  readonly log: LoggedFile;
  readonly digest: JudgedDigest;
}

/** Findings about single files beyond this number are counted and not listed. */
const MAX_LISTED = 1_000;

/** Judges every log file of the export, and every one that a digest names. */
export function judgeLogs({ logs }: CloudTrailExport, digests: readonly JudgedDigest[]): LogsOutcome {
  const claims = digests
    .filter(({ status }) => status !== "refuted")
    .flatMap((digest) => digest.digest.logFiles.map((log): Claim => ({ log, digest })));
  const refuted = new Set(
    digests.filter(({ status }) => status === "refuted").flatMap(({ digest }) => digest.logFiles.map(({ key }) => key)),
  );
  const named = new NamedFiles(logs);
  const claimed = new Map<LogCandidate, Claim[]>();
  const findings: VerificationFinding[] = [];
  const refutedBy = new Set<JudgedDigest>();
  let absent = 0;
  let renamed = 0;
  for (const claim of claims) {
    const files = named.of(claim.log);
    absent += files.length === 0 ? 1 : 0;
    if (files.length === 0) {
      findings.push(missingFinding(claim));
      refutedBy.add(claim.digest);
    }
    for (const file of files) {
      const list = claimed.get(file);
      if (list) list.push(claim);
      else claimed.set(file, [claim]);
    }
    if (files.some((file) => file.sha256 === claim.log.sha256 && !liesAt(file.path, claim.log.key))) renamed += 1;
  }
  const rows = new Map<string, RowVerdict>();
  const uncovered: LogCandidate[] = [];
  const unproven: { readonly file: LogCandidate; readonly claim: Claim }[] = [];
  let failed = absent;
  let proven = 0;
  for (const file of logs) {
    const ofFile = claimed.get(file) ?? [];
    const claim = bestClaim(ofFile, file);
    const faults = claim === undefined ? [] : fileFaults(file, claim);
    findings.push(...faults);
    if (claim !== undefined && faults.some(({ verdict }) => verdict === "altered")) {
      failed += 1;
      refutedBy.add(claim.digest);
    }
    if (claim === undefined) {
      // What only an altered digest names has its cause there.
      if (!refutedNames(refuted, file)) uncovered.push(file);
      rows.set(file.path, "not-verifiable");
    } else {
      if (!isConsistent(claim.digest)) unproven.push({ file, claim });
      const verdict = rowsOf(claim, faults);
      rows.set(file.path, verdict);
      if (verdict === "verified" || verdict === "with-limits") proven += 1;
    }
  }
  findings.push(...uncoveredFinding(uncovered), ...unprovenFinding(unproven), ...renamedFinding(renamed));
  findings.push(...factFindings(logs, claimed));
  const checks = [logsCheck({ logs, proven, failed, absent, uncovered })];
  return { rows, absent, refutedBy, findings: capped(findings), checks };
}

/** Finds the files that a digest may mean: by name, and by content wherever they lie. */
class NamedFiles {
  readonly #byName: ReadonlyMap<string, readonly LogCandidate[]>;
  readonly #byHash: ReadonlyMap<string, readonly LogCandidate[]>;

  constructor(logs: readonly LogCandidate[]) {
    this.#byName = groupedBy(logs, ({ path }) => nameOf(path));
    this.#byHash = groupedBy(logs, ({ sha256 }) => sha256);
  }

  of({ key, sha256 }: LoggedFile): readonly LogCandidate[] {
    const byName = (this.#byName.get(nameOf(key)) ?? []).filter(({ path }) => liesAt(path, key));
    return [...new Set([...byName, ...(this.#byHash.get(sha256) ?? [])])];
  }
}

/** File name without `.gz`: a browser unpacks on the way. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.gz$/, "");
}

/** The claim that says most for a file: one that its content fulfils, under the best digest. */
function bestClaim(claims: readonly Claim[], file: LogCandidate): Claim | undefined {
  const rank = ({ log, digest }: Claim): number =>
    (log.sha256 === file.sha256 ? 4 : 0) + (isProven(digest) ? 2 : isConsistent(digest) ? 1 : 0);
  return [...claims].sort((a, b) => rank(b) - rank(a))[0];
}

function fileFaults(file: LogCandidate, { log, digest }: Claim): readonly VerificationFinding[] {
  const { path, packing, sha256 } = file;
  const where = { file: path };
  if (packing.fault !== null) {
    const message = `The log file cannot be unpacked: ${packing.fault.message}.`;
    return [finding("log-unreadable", "altered", message, where)];
  }
  const faults: VerificationFinding[] = [];
  if (sha256 !== log.sha256) {
    const message = `The log file is not the one that the digest ending ${digest.digest.endText} names.`;
    const difference = { expected: log.sha256, found: sha256 };
    faults.push(finding("log-hash-mismatch", "altered", message, where, difference));
  }
  if (packing.trailingBytes > 0) {
    const message = `${countOf(packing.trailingBytes, "byte")} follow the log file's compressed content. Tools that join them would show events that CloudTrail did not deliver.`;
    faults.push(finding("log-trailing-data", "altered", message, where));
  }
  if (packing.trailerDamaged && faults.length === 0) faults.push(trailerFinding(path));
  return faults;
}

function rowsOf({ digest }: Claim, faults: readonly VerificationFinding[]): RowVerdict {
  if (faults.some(({ verdict }) => verdict === "altered")) return "altered";
  if (!isProven(digest)) return "not-verifiable";
  return faults.length > 0 || digest.relocated || digest.status === "hash-committed" ? "with-limits" : "verified";
}

/** A file that an unproven digest names and nobody has may never have been. */
function missingFinding({ log, digest }: Claim): VerificationFinding {
  const message = `The log file ${quote(log.key)} is missing: the digest ending ${digest.digest.endText} names it.`;
  const verdict = isConsistent(digest) ? "altered" : "verified-with-limits";
  return finding("log-missing", verdict, message, { file: digest.file.path }, { expected: log.sha256 });
}

function refutedNames(refuted: ReadonlySet<string>, { path }: LogCandidate): boolean {
  return refuted.size > 0 && [...refuted].some((key) => liesAt(path, key));
}

function uncoveredFinding(files: readonly LogCandidate[]): readonly VerificationFinding[] {
  const [first] = files;
  if (!first) return [];
  const verb = files.length === 1 ? "is" : "are";
  const message = `${countOf(files.length, "log file")} ${verb} named by no digest of the export: nothing shows whether CloudTrail delivered ${files.length === 1 ? "it" : "them"} so.`;
  return [finding("log-uncovered", "verified-with-limits", message, { file: first.path })];
}

/** The digest's own finding says how bad that is. */
function unprovenFinding(files: readonly { readonly file: LogCandidate }[]): readonly VerificationFinding[] {
  const [first] = files;
  if (!first) return [];
  const verb = files.length === 1 ? "is" : "are";
  const message = `${countOf(files.length, "log file")} ${verb} named only by a digest that is not verified; the events in ${files.length === 1 ? "it" : "them"} are not proven.`;
  return [finding("log-digest-unverified", "verified-with-limits", message, { file: first.file.path })];
}

function renamedFinding(count: number): readonly VerificationFinding[] {
  if (count === 0) return [];
  const message = `${countOf(count, "log file")} ${count === 1 ? "has" : "have"} another name than CloudTrail gave; told by content.`;
  return [finding("log-renamed", "verified", message)];
}

/** Events that are of another account, region or time than their file says. A note: the file's hash is what is proven. */
function factFindings(
  logs: readonly LogCandidate[],
  claimed: ReadonlyMap<LogCandidate, readonly Claim[]>,
): readonly VerificationFinding[] {
  const odd = logs.filter((file) => {
    const claim = (claimed.get(file) ?? []).find(({ log }) => log.sha256 === file.sha256);
    return !factsFit(file, claim?.log);
  });
  const [first] = odd;
  if (!first) return [];
  const message = `${countOf(odd.length, "log file")} ${odd.length === 1 ? "holds" : "hold"} events of another account, region or time than the file's name or its digest says.`;
  return [finding("events-outside-file", "verified", message, { file: first.path })];
}

function factsFit({ path, facts }: LogCandidate, log: LoggedFile | undefined): boolean {
  const named = parseLogKey(log?.key ?? path);
  if (facts === null || facts.records === 0) return true;
  if (named !== undefined && facts.accounts.some((account) => account !== named.account)) return false;
  if (named !== undefined && facts.regions.some((region) => region !== named.region)) return false;
  return log === undefined || (log.newest === facts.newest && log.oldest === facts.oldest);
}

function logsCheck(counts: {
  readonly logs: readonly LogCandidate[];
  readonly proven: number;
  readonly failed: number;
  readonly absent: number;
  readonly uncovered: readonly LogCandidate[];
}): LogsOutcome["checks"][number] {
  const { logs, proven, failed, absent, uncovered } = counts;
  const checked = logs.length + absent - uncovered.length;
  const rest = uncovered.length > 0 ? `; ${uncovered.length} more named by no digest` : "";
  const note = `${proven} of ${countOf(checked, "log file")} have the content that a verified digest names${rest}`;
  if (failed === 0 && proven < checked) return notVerifiable("logs", note, checked);
  return check("logs", checked, failed, note);
}

function capped(findings: readonly VerificationFinding[]): readonly VerificationFinding[] {
  if (findings.length <= MAX_LISTED) return findings;
  const rest = findings.length - MAX_LISTED;
  const worst = [...findings].sort((a, b) => Number(b.verdict === "altered") - Number(a.verdict === "altered"));
  const message = `${countOf(rest, "further finding")} about log files ${rest === 1 ? "is" : "are"} not listed.`;
  return [...worst.slice(0, MAX_LISTED), finding("more-findings", "verified", message)];
}
