/**
 * Who besides the log saw this state (C2SP tlog-cosignature, tlog-policy). Which witnesses count, and how many must have
 * cosigned, is said by the examiner's policies alone; the policy that a bundle carries is a claim, shown and not evaluated.
 */
import { CHECKPOINT_PATH, POLICY_PATH } from "../bundle/layout.ts";
import { type BagContents } from "../bundle/bundle-reader.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { quote } from "../model/problem.ts";
import { type Check, type VerificationFinding } from "../model/verdict.ts";
import { type Checkpoint } from "../signing/checkpoint.ts";
import { cosignatureTime, type CosignerKey } from "../signing/cosignature.ts";
import { verifyNote } from "../signing/note.ts";
import { evaluateQuorum, type TlogPolicy } from "../signing/tlog-policy.ts";
import { isSameKey } from "../signing/verifier-key.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { type SignatureOutcome } from "./log-signature.ts";
import { type LogState } from "./log-states.ts";
import { type SealedLogMeans } from "./means.ts";

/** How far this machine's clock may be behind that of a witness. */
const CLOCK_TOLERANCE_MS = 86_400_000;

export interface WitnessOutcome extends CheckOutcome {
  /** When witnesses saw the newest state, milliseconds since 1970. */
  readonly timesMs: readonly number[];
}

/**
 * Judges the cosignatures of every state, and the policies for the newest. A log is no witness of itself: a cosignature by
 * the key that signed the state counts for nothing.
 */
export function judgeWitnesses(
  contents: BagContents,
  signature: SignatureOutcome,
  means: SealedLogMeans,
): WitnessOutcome {
  const { newest } = signature;
  const claim = policyClaim(contents);
  if (newest?.trust !== "pinned") {
    const reason = "no state is signed by a key you have pinned";
    return { checks: [notAttempted("witnesses", reason), claim], findings: [], timesMs: [] };
  }
  const policies = means.policies.filter((policy) => isAbout(policy, newest));
  const keys = policies.flatMap(({ witnesses }) => witnesses.map(({ key }) => key));
  const seen = signature.states.map((state) => ({ state, lines: verifyNote(means.ed25519, state.note, keys) }));
  const cosigned = seen
    .filter(({ state }) => isSameState(state.checkpoint, newest.checkpoint))
    .flatMap(({ lines }) => lines.verified)
    .filter(({ key }) => !newest.verified.some((own) => equalBytes(own.key.publicKey, key.publicKey)));
  const refuted = distinctKeys(seen.flatMap(({ lines }) => lines.failed.map(({ key }) => key)));
  const findings: VerificationFinding[] = refuted.map(({ name, id }) => {
    const message = `Witness ${quote(name)}'s signature is damaged or forged.`;
    const difference = { expected: `a cosignature by key ${id}`, found: "other bytes under its id" };
    return finding("witness-signature-invalid", "altered", message, { file: CHECKPOINT_PATH }, difference);
  });
  if (policies.length === 0) {
    const lines = signature.unknownSignatures.length;
    const reason =
      lines > 0
        ? `${countOf(lines, "further signature")} present; no policy of yours says which witnesses count`
        : "no policy of yours names a witness of this log";
    return {
      checks: [notAttempted("witnesses", reason, lines), claim],
      findings: [notWitnessed(newest)],
      timesMs: [],
    };
  }
  const outcomes = policies.map((policy) =>
    evaluateQuorum(policy, (witness) => cosigned.some(({ key }) => isSameKey(key, witness.key))),
  );
  const unmet = outcomes.filter(({ met }) => !met);
  const [worst] = unmet;
  // A line that does not verify says already why a witness is missing.
  if (worst !== undefined && refuted.length === 0) {
    const message = `Only ${worst.seen} of ${worst.required} required witnesses saw this state.`;
    const difference = { expected: `${worst.required} witnesses`, found: String(worst.seen) };
    findings.push(finding("quorum-not-met", "verified-with-limits", message, { file: CHECKPOINT_PATH }, difference));
  }
  const times = cosigned.map(({ key, signature: { signature: blob } }) => ({
    key,
    ms: Number(cosignatureTime(blob)) * 1_000,
  }));
  const ahead = times.filter(({ ms }) => ms > means.nowMs + CLOCK_TOLERANCE_MS);
  const [first] = ahead;
  if (first !== undefined) {
    const message = `Witness ${quote(first.key.name)} states a time that has not come yet; its clock proves nothing.`;
    findings.push(finding("witness-clock-wrong", "verified-with-limits", message, { file: CHECKPOINT_PATH }));
  }
  const note = `${countOf(distinctKeys(cosigned.map(({ key }) => key)).length, "witness", "witnesses")} of your policy cosigned the newest state`;
  return {
    checks: [check("witnesses", Math.max(1, keys.length), unmet.length + refuted.length, note), claim],
    findings,
    timesMs: times.filter((time) => time.ms > 0 && !ahead.includes(time)).map(({ ms }) => ms),
  };
}

/** A policy is about the logs that it names; one that names none is about every log. */
function isAbout({ logs }: TlogPolicy, { verified }: LogState): boolean {
  return logs.length === 0 || logs.some((log) => verified.some(({ key }) => isSameKey(key, log)));
}

/** A note of this size may be about another log or history, and then says nothing about this one. */
function isSameState(left: Checkpoint, right: Checkpoint): boolean {
  return left.origin === right.origin && left.size === right.size && equalBytes(left.root, right.root);
}

function distinctKeys<Key extends Pick<CosignerKey, "name" | "id">>(keys: readonly Key[]): readonly Key[] {
  return [...new Map(keys.map((key) => [`${key.name} ${key.id}`, key])).values()];
}

function policyClaim(contents: BagContents): Check {
  return contents.files.has(POLICY_PATH)
    ? notAttempted("policy", "the bundle carries a policy; it is a claim, and only your own is evaluated", 1)
    : notAttempted("policy", "no policy file in the bundle");
}

function notWitnessed({ checkpoint }: LogState): VerificationFinding {
  const message = `No witness that you trust has confirmed this state of ${countOf(checkpoint.size, "record")}: whether the log showed others another history, or went on, cannot be seen from this bundle.`;
  return finding("not-witnessed", "verified-with-limits", message, { file: CHECKPOINT_PATH });
}
