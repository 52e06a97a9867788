/**
 * Whether the key that signed the newest state was valid when it did (format §6). The validity is what the bundle states of
 * its keys: a claim that narrows what a pinned key proves, and widens nothing. The time is that of a stamp or a witness; with
 * neither, the latest that the log recorded itself when it opened a segment, and told as unproven.
 */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { CHECKPOINT_PATH, TRUSTED_ROOT_PATH } from "../bundle/layout.ts";
import { parseOpenRecord } from "../bundle/log-record.ts";
import { type StatedKey } from "../bundle/trusted-root.ts";
import { formatInstant, instantFromMillis, parseInstant, toMillisLossy } from "../model/time.ts";
import { quote } from "../model/problem.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { isSameKey } from "../signing/verifier-key.ts";
import { check, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { type SignatureOutcome } from "./log-signature.ts";
import { type LogState } from "./log-states.ts";

/** Judges the newest state. `provenMs` are times at which it existed, by stamps and witnesses. */
export function judgeKeyValidity(
  contents: BundleContents,
  { newest, statedKeys }: SignatureOutcome,
  provenMs: readonly number[],
): CheckOutcome {
  if (newest?.trust !== "pinned") {
    return { checks: [notAttempted("key-validity", "no state is signed by a key you have pinned")], findings: [] };
  }
  const { checks, findings } = judgeNewest(contents, newest, statedKeys, provenMs);
  return { checks, findings: [...algorithmFinding(statedKeys), ...findings] };
}

function judgeNewest(
  contents: BundleContents,
  newest: LogState,
  statedKeys: readonly StatedKey[],
  provenMs: readonly number[],
): CheckOutcome {
  const stated = statedKeys.filter((entry) => newest.verified.some(({ key }) => isSameKey(key, entry.key)));
  const recorded = recordedMs(contents, newest.checkpoint.size);
  const times = provenMs.length > 0 ? provenMs : recorded === undefined ? [] : [recorded];
  const [first] = stated;
  const [time] = times;
  if (first === undefined || time === undefined) {
    const reason =
      first === undefined ? "the bundle states no validity of the key" : "no time of the newest state is known";
    const isUnreadable = contents.files.has(TRUSTED_ROOT_PATH) && statedKeys.length === 0;
    return { checks: [notAttempted("key-validity", reason)], findings: isUnreadable ? [unreadable()] : [] };
  }
  const proof = provenMs.length > 0 ? "proven" : "unproven: as the log recorded it";
  if (
    stated.some(({ start, end }) =>
      times.some((at) => at >= secondOf(limitMs(start, -Infinity)) && at <= limitMs(end, Infinity)),
    )
  ) {
    const note = `the newest state was signed while its key was valid (${timeText(time)}, ${proof})`;
    return { checks: [check("key-validity", 1, 0, note)], findings: [] };
  }
  const message = `Signed outside the key's validity (${first.start ?? "open"}–${first.end ?? "open"}).`;
  const difference = {
    expected: `a time from ${first.start ?? "ever"} to ${first.end ?? "ever"}`,
    found: `${timeText(time)}, ${proof}`,
  };
  return {
    checks: [check("key-validity", 1, 1, "the newest state was signed outside the validity of its key")],
    findings: [finding("key-outside-validity", "not-verifiable", message, { file: CHECKPOINT_PATH }, difference)],
  };
}

/** Every tree of this format is of SHA-256; a list that names another hash is about some other log, or was made weaker. */
function algorithmFinding(statedKeys: readonly StatedKey[]): readonly VerificationFinding[] {
  const algorithm = statedKeys.find(({ otherAlgorithm }) => otherAlgorithm !== undefined)?.otherAlgorithm;
  if (algorithm === undefined) return [];
  const message = `The list of the log's keys names a hash algorithm that is not accepted: ${quote(algorithm)}.`;
  return [finding("algorithm-not-accepted", "verified-with-limits", message, { file: TRUSTED_ROOT_PATH })];
}

function unreadable(): VerificationFinding {
  const message = "The list of the log's keys cannot be read: when a key was valid is not known.";
  return finding("keys-unreadable", "verified-with-limits", message, { file: TRUSTED_ROOT_PATH });
}

/** The latest time at which the log opened a segment up to this size: a state is signed after all that it covers. */
function recordedMs({ segments }: BundleContents, size: number): number | undefined {
  let latest: number | undefined;
  for (const { firstIndex, content } of segments) {
    const opened = firstIndex < size && content?.first ? parseOpenRecord(content.first) : undefined;
    const time = opened === undefined ? undefined : parseInstant(opened.time);
    if (time !== undefined) latest = Math.max(latest ?? -Infinity, toMillisLossy(time));
  }
  return latest;
}

/** A limit that cannot be read is one that nothing meets. */
function limitMs(text: string | undefined, open: number): number {
  if (text === undefined) return open;
  const time = parseInstant(text);
  return time === undefined ? NaN : toMillisLossy(time);
}

/** Witnesses and most stamps state the second in which something was, and a key may become valid within it. */
function secondOf(ms: number): number {
  return Math.floor(ms / 1_000) * 1_000;
}

function timeText(ms: number): string {
  return formatInstant(instantFromMillis(ms));
}
