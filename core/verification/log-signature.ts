/**
 * Which states of the log are signed, and by whom (C2SP signed-note, tlog-checkpoint). Trust comes from the keys the
 * examiner pinned; a key that only the bundle states makes a checkpoint consistent and proves nothing about who made it.
 */
import { parseTrustedRoot, type StatedKey } from "../bundle/trusted-root.ts";
import { CHECKPOINT_PATH, TRUSTED_ROOT_PATH } from "../bundle/layout.ts";
import { type BagContents } from "../bundle/bundle-reader.ts";
import { formatHex } from "../encoding/bytes.ts";
import { quote } from "../model/problem.ts";
import { type KeyUse, type VerificationFinding } from "../model/verdict.ts";
import { type NoteSignature } from "../signing/note.ts";
import { formatVerifierKey, isSameKey, type VerifierKey } from "../signing/verifier-key.ts";
import { check, countOf, finding, notVerifiable, type CheckOutcome } from "./findings.ts";
import { judgeRotations } from "./key-rotation-check.ts";
import { readStates, type LogState } from "./log-states.ts";
import { type SealedLogMeans, type SignatureMeans } from "./means.ts";

export interface SignatureOutcome extends CheckOutcome {
  /** By tree size, smallest first; refuted ones are left out. */
  readonly states: readonly LogState[];
  /** The largest state of the best trust there is; null when no checkpoint could be read. */
  readonly newest: LogState | null;
  /** Records below this index are covered by a state that a pinned key signed. */
  readonly trustedSize: number;
  /** Keys that count as pinned: those of the examiner, and those to which they handed over. */
  readonly trustedKeys: readonly VerifierKey[];
  /** Keys that the bundle states, with their validity: a claim. */
  readonly statedKeys: readonly StatedKey[];
  readonly keys: readonly KeyUse[];
  /** Keys that the bundle states and nobody pinned; the examiner may ask for them elsewhere and then pin them. */
  readonly unpinnedKeys: readonly VerifierKey[];
  /** Signature lines by keys that nobody knows: other keys of the log, or witnesses. */
  readonly unknownSignatures: readonly NoteSignature[];
}

/** Reads and judges every checkpoint note of the bundle. */
export function judgeLogSignature(contents: BagContents, means: SealedLogMeans): SignatureOutcome {
  const statedKeys = keysOfBundle(contents, means);
  const bundleKeys = statedKeys.map(({ key }) => key);
  const rotation = judgeRotations(contents, means);
  const trustedKeys = rotation.trusted.map(({ key }) => key);
  const read = readStates(contents, bundleKeys, rotation.trusted, means);
  const findings: VerificationFinding[] = [...rotation.findings, ...read.findings];
  const states = read.states
    .filter(({ trust }) => trust !== "refuted")
    .sort((a, b) => a.checkpoint.size - b.checkpoint.size || (a.path < b.path ? -1 : 1));
  const pinned = states.filter(({ trust }) => trust === "pinned");
  const trustedSize = pinned.at(-1)?.checkpoint.size ?? 0;
  const beyond = rotation.refused.length === 0 ? undefined : states.at(-1);
  const newest =
    (beyond !== undefined && beyond.checkpoint.size > trustedSize ? beyond : pinned.at(-1)) ??
    states.find(({ path }) => path === CHECKPOINT_PATH) ??
    states.at(-1) ??
    null;
  if (newest === null && read.states.length === 0 && findings.length === 0) {
    findings.push(
      finding(
        "checkpoint-missing",
        "not-verifiable",
        "The bundle has no checkpoint: nothing signed says what it must hold.",
        { file: CHECKPOINT_PATH },
      ),
    );
  }
  if (newest !== null && pinned.length === 0) findings.push(untrusted(newest, bundleKeys, trustedKeys));
  const witnessKeys = means.policies.flatMap(({ witnesses }) => witnesses.map(({ key }) => key));
  const unknown = unknownSignatures(states, newest, [...trustedKeys, ...bundleKeys, ...witnessKeys]);
  if (unknown.length > 0 && newest?.trust === "pinned") {
    const verb = unknown.length === 1 ? "was" : "were";
    const message = `${countOf(unknown.length, "further signature")} by unknown keys ${verb} ignored.`;
    findings.push(finding("unknown-signatures", "verified", message, { file: CHECKPOINT_PATH }));
  }
  const failed = read.states.filter(({ trust }) => trust === "refuted").length + read.malformed;
  const unpinnedKeys = bundleKeys.filter((key) => !trustedKeys.some((pin) => isSameKey(pin, key)));
  return {
    states,
    newest,
    trustedSize,
    trustedKeys,
    statedKeys,
    findings,
    keys: keyUses(states, trustedKeys, witnessKeys, bundleKeys),
    unpinnedKeys,
    unknownSignatures: unknown,
    checks: [
      pinned.length > 0 || failed > 0
        ? check("log-signature", read.states.length + read.malformed, failed, signatureNote(pinned, failed))
        : notVerifiable("log-signature", "no checkpoint is signed by a key you have pinned", read.states.length),
      ...rotation.checks,
    ],
  };
}

function signatureNote(pinned: readonly LogState[], failed: number): string {
  if (failed > 0) return `${countOf(failed, "checkpoint")} malformed or with a signature that does not verify`;
  return `${countOf(pinned.length, "checkpoint")} signed by a pinned key of ${quote(pinned[0]?.checkpoint.origin ?? "")}`;
}

function keysOfBundle(contents: BagContents, { hash }: SignatureMeans): readonly StatedKey[] {
  const bytes = contents.files.get(TRUSTED_ROOT_PATH)?.content;
  return bytes ? parseTrustedRoot(hash, bytes) : [];
}

/** Why no pinned key speaks for the newest state. */
function untrusted(
  { checkpoint, path, signatures, trust }: LogState,
  bundleKeys: readonly VerifierKey[],
  pinnedKeys: readonly VerifierKey[],
): VerificationFinding {
  const pin = pinnedKeys.find(({ name }) => name === checkpoint.origin);
  const line = signatures.find(({ name }) => name === checkpoint.origin);
  const where = { file: path };
  if (line === undefined) {
    return finding("log-signature-missing", "not-verifiable", "The checkpoint is not signed by the log.", where);
  }
  if (pin !== undefined) {
    const message = `The key in this bundle is not the key on record for ${quote(checkpoint.origin)}. Possible substitution.`;
    return finding("key-substituted", "not-verifiable", message, where, { expected: pin.id, found: line.keyId });
  }
  const consistent = trust === "bundle" && bundleKeys.length > 0;
  const message = `Signed by a key you have not trusted (ID ${line.keyId}). ${consistent ? "The signature is consistent but proves" : "It proves"} nothing about who made it.`;
  return finding("key-not-pinned", "not-verifiable", message, where, { found: line.keyId });
}

/** Lines of the newest notes by keys that are neither pinned nor stated by the bundle. */
function unknownSignatures(
  states: readonly LogState[],
  newest: LogState | null,
  knownKeys: readonly VerifierKey[],
): readonly NoteSignature[] {
  const unknown = new Map<string, NoteSignature>();
  for (const { signatures, checkpoint } of states) {
    if (checkpoint.size !== newest?.checkpoint.size) continue;
    for (const signature of signatures) {
      const isKnown = knownKeys.some(({ name, id }) => name === signature.name && id === signature.keyId);
      const identity = `${signature.name} ${signature.keyId} ${formatHex(signature.signature)}`;
      if (!isKnown) unknown.set(identity, signature);
    }
  }
  return [...unknown.values()];
}

/** Witnesses of the examiner's policies are pinned by them; the log's own keys are given, too. */
function keyUses(
  states: readonly LogState[],
  pinnedKeys: readonly VerifierKey[],
  witnessKeys: readonly VerifierKey[],
  bundleKeys: readonly VerifierKey[],
): readonly KeyUse[] {
  const uses = new Map<string, KeyUse>();
  for (const { signatures } of states) {
    for (const { name, keyId } of signatures) {
      const matches = (key: VerifierKey): boolean => key.name === name && key.id === keyId;
      const pin = pinnedKeys.find(matches);
      const isPinned = pin !== undefined || witnessKeys.some(matches);
      const trust = isPinned ? "pinned" : bundleKeys.some(matches) ? "bundle" : "unknown";
      const vkey = pin === undefined ? {} : { vkey: formatVerifierKey(pin) };
      uses.set(`${name} ${keyId}`, { id: keyId, name, trust, ...vkey });
    }
  }
  return [...uses.values()];
}
