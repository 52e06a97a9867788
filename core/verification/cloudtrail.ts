/**
 * Judges an export of AWS CloudTrail by its digest files: signatures, links from digest to digest, log files against the
 * hashes that digests name, and the time that is proven.
 */
import { readCloudTrailExport, holdsDigests, type CloudTrailExport } from "../bundle/cloudtrail-export.ts";
import { type Container } from "../bundle/container.ts";
import { type Hash } from "../model/digest.ts";
import { type LongWork } from "../model/progress.ts";
import {
  worstVerdict,
  type DigestChain,
  type RowVerdict,
  type VerificationFinding,
  type VerifyResult,
} from "../model/verdict.ts";
import { type ListedKey } from "../signing/public-key-list.ts";
import { type RsaVerify } from "../signing/rsa-key.ts";
import { judgeChains } from "./cloudtrail-chains.ts";
import { judgeDigests, type DigestsOutcome } from "./cloudtrail-digests.ts";
import { isConsistent, isProven, type JudgedDigest } from "./judged-digest.ts";
import { collectKeys, judgeKeys, keyUses, type KeyRing } from "./cloudtrail-keys.ts";
import { judgeHeads, signedHeads, type KnownHead, type SignedHead } from "./cloudtrail-heads.ts";
import { judgeLogs } from "./cloudtrail-logs.ts";
import { judgeWindow, type AskedWindow } from "./cloudtrail-window.ts";
import { check, countOf, finding, type CheckOutcome } from "./findings.ts";
import { type SegmentRows } from "./segment-rows.ts";

export interface CloudTrailMeans {
  readonly hash: Hash;
  readonly rsa: RsaVerify;
  /** Keys of CloudTrail that the examiner trusts. */
  readonly pinnedKeys: readonly ListedKey[];
  readonly asked: AskedWindow | null;
  /** Heads of chains seen before; null when the examiner asked not to compare. */
  readonly knownHeads: readonly KnownHead[] | null;
}

/** A verification, with the verdict of every file's rows. */
export interface CloudTrailJudgement {
  readonly result: VerifyResult;
  readonly rows: readonly SegmentRows[];
  /** Files that could not be unpacked. */
  readonly unread: ReadonlySet<string>;
  /** Heads that pinned keys signed: what a store of anchors remembers. */
  readonly heads: readonly SignedHead[];
}

/**
 * Reads and judges an export that holds digests; undefined when the container holds none. Throws the container's problems
 * and `document-too-large` (refused).
 */
export async function verifyCloudTrail(
  container: Container,
  means: CloudTrailMeans,
  work: LongWork = {},
): Promise<CloudTrailJudgement | undefined> {
  if (!(await holdsDigests(container))) return undefined;
  return judgeCloudTrail(await readCloudTrailExport(container, means.hash, work), means);
}

/** Verifies an export against the keys the examiner pinned. Pure: the same contents give the same judgement. */
function judgeCloudTrail(contents: CloudTrailExport, means: CloudTrailMeans): CloudTrailJudgement {
  const ring = collectKeys(contents, means.pinnedKeys);
  const digests = judgeDigests(contents, ring, means.rsa);
  const demands = digests.digests.map(({ digest, key }) => ({
    fingerprint: digest.keyFingerprint,
    region: digest.identity?.region,
    used: key,
  }));
  const keys = judgeKeys(demands, ring);
  const events = contents.logs.flatMap(({ facts }) => facts?.trailEvents ?? []);
  const chains = judgeChains(digests, events);
  const logs = judgeLogs(contents, digests.digests);
  const window = judgeWindow(chains.chains, means.asked);
  const outcomes: readonly CheckOutcome[] = [
    judgeContainer(contents),
    keys,
    { checks: [digests.check], findings: [...digests.findings, ...unprovenFinding(digests, ring)] },
    chains,
    logs,
    window,
    judgeHeads(means.knownHeads, digests.digests),
  ];
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  return {
    rows: [...digestRows(digests), ...logs.rows].map(([path, verdict]) => {
      return { path, firstIndex: 0, count: 0, verdict, exceptions: new Map() };
    }),
    heads: signedHeads(digests.digests),
    unread: new Set(
      [...contents.digests, ...contents.logs].filter(({ packing }) => packing.fault !== null).map(({ path }) => path),
    ),
    result: {
      verdict: worstVerdict(findings.map(({ verdict }) => verdict)),
      proof: "cloudtrail-digests",
      log: null,
      chains: chains.chains.map(({ view }) => withAltered(view, logs.refutedBy)),
      window: window.window,
      counts: {
        records: contents.logs.reduce((total, { facts }) => total + (facts?.records ?? 0), 0),
        segments: contents.logs.length,
        withheld: 0,
        absent: logs.absent,
      },
      checks: outcomes.flatMap((outcome) => outcome.checks),
      findings,
      keys: keyUses(demands, ring),
    },
  };
}

function withAltered(chain: DigestChain, refutedBy: ReadonlySet<JudgedDigest>): DigestChain {
  const altered = [...refutedBy]
    .filter((digest) => digest.chain === chain.id)
    .map(({ digest: { startText, endText } }) => ({ from: startText, to: endText }));
  return altered.length === 0 ? chain : { ...chain, altered };
}

function judgeContainer({ digests, logs, keyFiles, containerFaults }: CloudTrailExport): CheckOutcome {
  const findings = containerFaults.map(({ code, path, expected, found }) => {
    const message = "The archive's check sum of a file does not fit its content.";
    return finding(code, "verified-with-limits", message, { file: path }, { expected, found });
  });
  const files = digests.length + logs.length + keyFiles.length;
  return { findings, checks: [check("container", files, findings.length, `${countOf(files, "file")} read`)] };
}

/** Digests have no rows; as files of the evidence they have a verdict. */
function digestRows({ digests, unreadable }: DigestsOutcome): readonly (readonly [string, RowVerdict])[] {
  const judged = digests.map((digest): readonly [string, RowVerdict] => {
    if (digest.status === "refuted") return [digest.file.path, "altered"];
    if (!isProven(digest)) return [digest.file.path, "not-verifiable"];
    return [digest.file.path, digest.relocated || digest.status === "hash-committed" ? "with-limits" : "verified"];
  });
  return [...judged, ...unreadable.map(({ path }): readonly [string, RowVerdict] => [path, "altered"])];
}

/** Digests that are all unsigned have limits each, and together prove nothing. */
function unprovenFinding({ digests, findings }: DigestsOutcome, ring: KeyRing): readonly VerificationFinding[] {
  const explained = findings.some(({ verdict }) => !["verified", "verified-with-limits"].includes(verdict));
  if (digests.some(isProven) || explained || digests.some(isConsistent)) return [];
  const message = ring.hasPinned
    ? "No digest of the export is verified by a signature: nothing in it is proven."
    : "No digest of the export is verified by a signature, and no key of CloudTrail is pinned: nothing in it is proven.";
  return [finding("digests-unproven", "not-verifiable", message)];
}
