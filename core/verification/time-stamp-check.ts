/**
 * When states of the log existed at the latest (RFC 3161): tokens over the text of a checkpoint and the log's own signature,
 * by time authorities that the examiner pinned.
 */
import { type BagFile } from "../bundle/bag-files.ts";
import { type BagContents } from "../bundle/bundle-reader.ts";
import { CHECKPOINT_PATH, parseCheckpointPath } from "../bundle/layout.ts";
import { formatInstant, instantFromMillis } from "../model/time.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { stampedBytes } from "../signing/note.ts";
import { type TimeStamp, type TimeStampResult, verifyTimeStamp } from "../signing/time-stamp.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { type SignatureOutcome } from "./log-signature.ts";
import { type LogState } from "./log-states.ts";
import { type SealedLogMeans } from "./means.ts";

/** A state whose existence is proven. */
export interface StampedState {
  readonly size: number;
  readonly stamp: TimeStamp;
}

export interface TimeStampOutcome extends CheckOutcome {
  readonly stamped: readonly StampedState[];
}

type Judged = { readonly path: string; readonly size: number; readonly result: TimeStampResult };

/** Judges every token of the bundle whose checkpoint is signed by a pinned key. */
export async function judgeTimeStamps(
  contents: BagContents,
  { newest, states }: SignatureOutcome,
  means: SealedLogMeans,
): Promise<TimeStampOutcome> {
  const tokens = [...contents.files.values()].flatMap((file) => {
    const name = parseCheckpointPath(file.path);
    return name?.stamp === true ? [{ file, size: name.size }] : [];
  });
  if (newest?.trust !== "pinned") {
    const reason =
      tokens.length === 0 ? "no checkpoint carries a time stamp" : "no state is signed by a key you have pinned";
    return { checks: [notAttempted("time-stamps", reason, tokens.length)], findings: [], stamped: [] };
  }
  const judged: Judged[] = [];
  for (const { file, size } of tokens) {
    const signed = states.filter(({ trust, checkpoint }) => trust === "pinned" && checkpoint.size === size);
    judged.push({ path: file.path, size, result: await judgeToken(file, signed, means) });
  }
  const findings = findingsOf(judged, means.nowMs);
  const { size } = newest.checkpoint;
  if (!judged.some((token) => token.size === size)) findings.push(notStamped());
  const stamped = judged.flatMap((token) =>
    token.result.kind === "valid" ? [{ ...token, stamp: token.result.stamp }] : [],
  );
  const latest = stamped.toSorted((a, b) => a.size - b.size).at(-1);
  const checks = [
    latest === undefined && judged.length === 0
      ? notAttempted("time-stamps", "no checkpoint carries a time stamp")
      : check("time-stamps", judged.length, judged.length - stamped.length, noteOf(latest)),
  ];
  return { checks, findings, stamped };
}

/** A token is over one signature line of the log; where a state has two, during a change of key, over either. */
async function judgeToken(
  { content }: BagFile,
  states: readonly LogState[],
  { crypto, timeAuthorities }: SealedLogMeans,
): Promise<TimeStampResult> {
  if (content === null) return { kind: "malformed", reason: "it is too long" };
  let result: TimeStampResult = {
    kind: "malformed",
    reason: "no checkpoint of its size is signed by a key you have pinned",
  };
  for (const { note, verified } of states) {
    for (const { signature } of verified) {
      result = await verifyTimeStamp(crypto, content, stampedBytes(note, signature), timeAuthorities);
      if (result.kind !== "other-data") return result;
    }
  }
  return result;
}

function findingsOf(judged: readonly Judged[], nowMs: number): VerificationFinding[] {
  const untrusted = judged.filter(({ result }) => result.kind === "untrusted");
  const expired = judged.filter(({ result }) => result.kind === "valid" && result.stamp.validUntilMs < nowMs);
  const findings = judged.flatMap(({ path, result }): VerificationFinding[] => {
    const where = { file: path };
    switch (result.kind) {
      case "valid":
      case "untrusted":
        return [];
      case "other-data": {
        const { expected, found } = result;
        return [
          finding("time-stamp-mismatch", "altered", "The time stamp belongs to other data.", where, {
            expected,
            found,
          }),
        ];
      }
      case "weak": {
        const message = `Uses an algorithm that is no longer accepted (${result.algorithm}).`;
        return [finding("algorithm-not-accepted", "verified-with-limits", message, where)];
      }
      case "malformed": {
        const message = `The time stamp cannot be read: ${result.reason}.`;
        return [finding("time-stamp-malformed", "verified-with-limits", message, where)];
      }
    }
  });
  const [first] = untrusted;
  if (first?.result.kind === "untrusted") {
    const message = `The time stamp is not from a time authority you trust${first.result.reason === "" ? "" : `: ${first.result.reason}`}.`;
    findings.push(finding("time-stamp-not-trusted", "verified-with-limits", message, { file: first.path }));
  }
  const [ended] = expired;
  if (ended?.result.kind === "valid") {
    const message = `Time stamp certificate has since expired; it was valid at ${timeText(ended.result.stamp.timeMs)}. Revocation not checked (offline).`;
    findings.push(finding("time-stamp-certificate-expired", "verified", message, { file: ended.path }));
  }
  return findings;
}

function notStamped(): VerificationFinding {
  const message = "No time stamp that you trust proves when this state existed; times are those the log recorded.";
  return finding("not-stamped", "verified-with-limits", message, { file: CHECKPOINT_PATH });
}

function noteOf(latest: StampedState | undefined): string {
  if (latest === undefined) return "no time stamp proves when a state existed";
  const { timeMs, accuracyMs, authority } = latest.stamp;
  const within = accuracyMs > 0 ? ` ± ${accuracyMs / 1_000} s` : "";
  return `${countOf(latest.size, "record")} existed at ${timeText(timeMs)}${within} (${authority}); revocation not checked (offline)`;
}

function timeText(ms: number): string {
  return formatInstant(instantFromMillis(ms));
}
