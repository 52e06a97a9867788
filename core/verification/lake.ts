/**
 * Judges query results of AWS CloudTrail Lake: `result_sign.json` names each `result_<N>.csv.gz` with the SHA-256 of the file
 * as it is stored, and is signed over these hashes, in hex, in order, joined by single spaces (RSASSA-PKCS1-v1_5 with
 * SHA-256; CloudTrail user guide, "Validate saved query results").
 */
import { type Container } from "../bundle/container.ts";
import { readLakeExport, type LakeExport, type LakeFile } from "../bundle/lake-export.ts";
import { encodeUtf8 } from "../encoding/utf8.ts";
import { quote } from "../model/problem.ts";
import { type LongWork } from "../model/progress.ts";
import { type Instant } from "../model/time.ts";
import {
  type Check,
  worstVerdict,
  type RowVerdict,
  type VerificationFinding,
  type VerifyResult,
} from "../model/verdict.ts";
import { type CloudTrailMeans } from "./cloudtrail.ts";
import { collectKeys, isInUse, judgeKeys, keyUses, type DigestKey } from "./cloudtrail-keys.ts";
import { check, countOf, finding, notVerifiable, type CheckOutcome } from "./findings.ts";
import { type SegmentRows } from "./segment-rows.ts";

/** A verification of query results. */
export interface LakeJudgement {
  readonly result: VerifyResult;
  readonly rows: readonly SegmentRows[];
}

type LakeMeans = Pick<CloudTrailMeans, "hash" | "rsa" | "pinnedKeys">;

/** Reads and judges the query results in a container; undefined when it holds none. Throws the container's problems. */
export async function verifyLake(
  container: Container,
  means: LakeMeans,
  work: LongWork = {},
): Promise<LakeJudgement | undefined> {
  const contents = await readLakeExport(container, means.hash, work);
  return contents && judgeLake(contents, means);
}

function judgeLake(contents: LakeExport, means: LakeMeans): LakeJudgement {
  const { sign, files } = contents;
  const ring = collectKeys(contents, means.pinnedKeys);
  if (sign.kind === "malformed") return malformedResult(contents, sign.reason);
  if (sign.kind === "algorithm") return algorithmResult(contents, sign.algorithm);
  const { fingerprint, region, completedAt } = sign;
  const message = encodeUtf8(sign.files.map(({ sha256 }) => sha256).join(" "));
  const pinned = ring.named(fingerprint).filter(({ trust }) => trust === "pinned");
  const candidates = pinned.length > 0 ? pinned : ring.named(fingerprint);
  const key = candidates.find((known) => known.key && means.rsa(sign.signature, message, known.key.spki));
  const signature = judgeSignature(contents, fingerprint, candidates, key);
  const results = judgeFiles(contents);
  const demands = [{ fingerprint, region, used: key }];
  const outcomes: readonly CheckOutcome[] = [judgeKeys(demands, ring), signature, results];
  const findings = [...outcomes.flatMap((outcome) => outcome.findings), ...periodFinding(contents, completedAt, key)];
  const isProven = key?.trust === "pinned";
  return {
    rows: files.map(({ path }) => ({
      path,
      firstIndex: 0,
      count: 0,
      verdict: results.altered.has(path)
        ? "altered"
        : !results.named.has(path) || !isProven
          ? "not-verifiable"
          : "verified",
      exceptions: new Map<number, RowVerdict>(),
    })),
    result: {
      ...emptyResult(contents),
      verdict: worstVerdict(findings.map(({ verdict }) => verdict)),
      checks: outcomes.flatMap((outcome) => outcome.checks),
      findings,
      keys: keyUses(demands, ring),
    },
  };
}

function judgeSignature(
  { signPath }: LakeExport,
  fingerprint: string,
  candidates: readonly DigestKey[],
  key: DigestKey | undefined,
): CheckOutcome {
  const where = { file: signPath };
  if (key?.trust === "pinned") {
    return {
      checks: [check("lake-signature", 1, 0, "the list of results is signed by a key that you pinned")],
      findings: [],
    };
  }
  if (key !== undefined) {
    const message = `The list of results is consistent with the keys supplied with it (key ${quote(fingerprint)} in ${quote(key.source)}), which proves nothing about who made it.`;
    return {
      checks: [notVerifiable("lake-signature", "signed by a key that is not pinned", 1)],
      findings: [finding("digest-key-not-pinned", "not-verifiable", message, where, { found: fingerprint })],
    };
  }
  if (candidates.every((candidate) => candidate.key === undefined)) {
    const message = `Key ${quote(fingerprint)}, which signed the list of results, is neither pinned nor with it.`;
    return {
      checks: [notVerifiable("lake-signature", "the key is not known", 1)],
      findings: [finding("digest-key-unknown", "not-verifiable", message, where)],
    };
  }
  const verdict = candidates.some(({ trust }) => trust === "pinned") ? "altered" : "not-verifiable";
  return {
    checks: [check("lake-signature", 1, 1, "the signature does not verify")],
    findings: [
      finding("lake-signature-invalid", verdict, "The signature over the list of results does not verify.", where),
    ],
  };
}

/** A query that ended, as its list says, when the key of the list was not in use. */
function periodFinding(
  { signPath }: LakeExport,
  completedAt: Instant | null,
  key: DigestKey | undefined,
): readonly VerificationFinding[] {
  if (key === undefined || completedAt === null || isInUse(key, completedAt)) return [];
  const message = "The query ended outside the stated period of use of the key.";
  return [finding("digest-key-period", "verified-with-limits", message, { file: signPath })];
}

interface FilesOutcome extends CheckOutcome {
  /** Paths of files that the list names, and of those that are not what it names. */
  readonly named: ReadonlySet<string>;
  readonly altered: ReadonlySet<string>;
}

function judgeFiles({ sign, files, signPath }: LakeExport): FilesOutcome {
  const stated = sign.kind === "sign" ? sign.files : [];
  const findings: VerificationFinding[] = [];
  const named = new Set<string>();
  const altered = new Set<string>();
  for (const { name, sha256 } of stated) {
    const file = files.find((candidate) => nameOf(candidate) === name);
    if (!file) {
      const message = `The result file ${quote(name)} is missing: the signed list names it.`;
      findings.push(finding("log-missing", "altered", message, { file: signPath }, { expected: sha256 }));
      continue;
    }
    named.add(file.path);
    if (file.sha256 === sha256) continue;
    altered.add(file.path);
    const message = "The result file is not the one that the signed list names.";
    findings.push(
      finding("log-hash-mismatch", "altered", message, { file: file.path }, { expected: sha256, found: file.sha256 }),
    );
  }
  const further = files.filter(({ path }) => !named.has(path));
  const [first] = further;
  if (first) {
    const message = `${countOf(further.length, "result file")} ${further.length === 1 ? "is" : "are"} not in the signed list.`;
    findings.push(finding("log-uncovered", "verified-with-limits", message, { file: first.path }));
  }
  const failed = findings.filter(({ verdict }) => verdict === "altered").length;
  const note = "result files have the content that the signed list names";
  return { named, altered, findings, checks: [check("lake-results", stated.length, failed, note)] };
}

function nameOf({ path }: LakeFile): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function emptyResult({ files }: LakeExport): VerifyResult {
  return {
    verdict: "not-verifiable",
    proof: "cloudtrail-lake",
    log: null,
    chains: [],
    window: { asked: null, proven: null },
    counts: {
      records: files.reduce((total, { records }) => total + records, 0),
      segments: files.length,
      withheld: 0,
      absent: 0,
    },
    checks: [],
    findings: [],
    keys: [],
  };
}

function malformedResult(contents: LakeExport, reason: string): LakeJudgement {
  const message = `The signed list of results cannot be read: ${reason}.`;
  const cause = finding("lake-list-malformed", "altered", message, { file: contents.signPath });
  return unprovenResult(contents, check("lake-signature", 1, 1, reason), cause);
}

function algorithmResult(contents: LakeExport, algorithm: string): LakeJudgement {
  const message = `The signed list of results uses an algorithm that is not accepted: ${quote(algorithm)}.`;
  const cause = finding("digest-algorithm", "not-verifiable", message, { file: contents.signPath });
  return unprovenResult(contents, notVerifiable("lake-signature", message, 1), cause);
}

function unprovenResult(contents: LakeExport, signature: Check, cause: VerificationFinding): LakeJudgement {
  const rows = contents.files.map(({ path }): SegmentRows => {
    return { path, firstIndex: 0, count: 0, verdict: "not-verifiable", exceptions: new Map() };
  });
  const { verdict } = cause;
  return { rows, result: { ...emptyResult(contents), verdict, checks: [signature], findings: [cause] } };
}
