/**
 * What a bundle alone cannot show: whether the log once signed something else, or more. Earlier states that the examiner saw
 * under the same pinned key are compared with this one.
 */
import { CHECKPOINT_PATH } from "../bundle/layout.ts";
import { type BundleStatement } from "../bundle/statement.ts";
import { formatHex } from "../encoding/bytes.ts";
import { parseInstant } from "../model/time.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { formatVerifierKey } from "../signing/verifier-key.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { type LogState } from "./log-states.ts";
import { type KnownState } from "./means.ts";

/** What this bundle shows of the log. */
export interface ShownLog {
  readonly newest: LogState | null;
  /** States signed by pinned keys. */
  readonly pinned: readonly LogState[];
  readonly statement: BundleStatement | null;
  /** Roots of the first so many records, as far as these give them; null when there are no proven records. */
  readonly rootsOf: ((sizes: readonly number[]) => ReadonlyMap<number, Uint8Array>) | null;
}

/** The code of the finding about earlier states whose roots nothing here gives. */
export const NOT_COMPARED = "state-not-compared";

/** Compares with the states known of this log and key. */
export function judgeKnownStates(known: readonly KnownState[] | null, shown: ShownLog): CheckOutcome {
  const { newest } = shown;
  const nothing = (reason: string): CheckOutcome => ({ checks: [notAttempted("anchors", reason)], findings: [] });
  if (newest?.trust !== "pinned") return nothing("no state is signed by a key you have pinned");
  const { size } = newest.checkpoint;
  const end = `this export ends at event ${size - 1}; whether the log went on then cannot be seen from it alone`;
  if (known === null) return nothing(`not compared with earlier states; ${end}`);
  const own = known.filter(({ vkey, origin }) => origin === newest.checkpoint.origin && isKeyOf(shown.pinned, vkey));
  if (own.length === 0) return nothing(`no earlier state of this log is remembered: ${end}`);
  const roots = rootsWithin(own, shown);
  const conflict = conflictWith(own, roots, shown);
  const uncompared = own.filter((state) => state.size < size && !roots.has(state.size));
  const larger = own.filter((state) => state.size > size).sort((a, b) => b.size - a.size);
  const [latest] = larger;
  const findings = [
    ...(conflict ? [conflict] : []),
    ...(latest && !conflict ? [isNewer(latest, newest, shown)] : []),
    ...(uncompared.length > 0 && shown.rootsOf !== null && !conflict ? [notCompared(uncompared)] : []),
  ];
  const compared = own.length - uncompared.length;
  const rest = uncompared.length === 0 ? "" : `; nothing here gives the root of ${uncompared.length} more`;
  const note =
    findings.length === 0
      ? `${countOf(compared, "earlier state")} of this log ${compared === 1 ? "agrees" : "agree"} with this one${rest}`
      : "an earlier state of this log that you hold differs, is newer or could not be compared";
  return { findings, checks: [check("anchors", own.length, findings.length, note)] };
}

/** Roots that this bundle shows of the sizes of earlier states. */
function rootsWithin(own: readonly KnownState[], { pinned, rootsOf }: ShownLog): ReadonlyMap<number, Uint8Array> {
  const sizes = [...new Set(own.map(({ size }) => size))].sort((a, b) => a - b);
  const signed = pinned.map(({ checkpoint }) => [checkpoint.size, checkpoint.root] as const);
  return new Map([...(rootsOf?.(sizes) ?? []), ...signed.reverse()]);
}

function isKeyOf(pinned: readonly LogState[], vkey: string): boolean {
  return pinned.some(({ verified }) => verified.some(({ key }) => formatVerifierKey(key) === vkey));
}

/** A state of the same size, or covered by these records, with another root (T13, T14). */
function conflictWith(
  own: readonly KnownState[],
  roots: ReadonlyMap<number, Uint8Array>,
  { newest }: ShownLog,
): VerificationFinding | undefined {
  for (const state of own) {
    const found = roots.get(state.size);
    if (found === undefined || formatHex(found) === state.root) continue;
    const message = `The log's key signed two different histories. This is proof of misbehaviour or key theft. Keep both checkpoints. You hold another state of ${countOf(state.size, "record")}, seen ${state.seenAt}.`;
    const where = { file: newest?.path ?? CHECKPOINT_PATH, index: state.size };
    return finding("two-histories", "conflict", message, where, { expected: state.root, found: formatHex(found) });
  }
  return undefined;
}

/** Records that are absent, or of which nothing but their segment's range was kept, do not give the roots among them. */
function notCompared(states: readonly KnownState[]): VerificationFinding {
  const of = states.length === 1 ? "An earlier state" : countOf(states.length, "earlier state");
  const message = `${of} that you hold could not be compared: nothing here gives the root of as many records.`;
  return finding(NOT_COMPARED, "verified-with-limits", message, { index: states[0]?.size ?? 0 });
}

/** An export that was made after a state that it does not reach is cut (T08); one made before it is an old one (T15). */
function isNewer(latest: KnownState, newest: LogState, { statement, rootsOf }: ShownLog): VerificationFinding {
  const { size } = newest.checkpoint;
  const where = { file: CHECKPOINT_PATH, index: size };
  const difference = { expected: `${latest.size} records`, found: `${size} records` };
  const [exported, held] = [parseInstant(statement?.createdAt ?? ""), parseInstant(latest.statedAt ?? "")];
  if (exported !== undefined && held !== undefined && exported > held) {
    const message = `The last ${countOf(latest.size - size, "signed event")} are missing: this export was made at ${statement?.createdAt ?? ""}, and you hold a state of ${countOf(latest.size, "event")} that was exported before it.`;
    return finding("tail-cut", "altered", message, where, difference);
  }
  const what = rootsOf === null ? "Not the latest" : "Genuine but not the latest";
  const message = `${what}: you hold a newer signed state (${countOf(latest.size, "event")}, seen ${latest.seenAt}).`;
  return finding("older-export", "verified-with-limits", message, where, difference);
}
