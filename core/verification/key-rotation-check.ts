/**
 * Key rotation (format §6): a pinned key hands over to the next one by a note that both signed; after a compromise, the new
 * key and another key that the examiner pinned. Only such a note makes a key of the bundle count, from its size on.
 */
import { type BagContents } from "../bundle/bundle-reader.ts";
import { parseRotationPath } from "../bundle/layout.ts";
import { Problem } from "../model/problem.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { parseKeyRotation, type KeyRotation } from "../signing/key-rotation.ts";
import { parseNote, verifyNote, type Note } from "../signing/note.ts";
import { isSameKey, type VerifierKey } from "../signing/verifier-key.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { type SignatureMeans } from "./means.ts";

/** A key that counts as pinned for the states of these sizes. */
export interface TrustedKey {
  readonly key: VerifierKey;
  readonly fromSize: number;
  /** Inclusive. */
  readonly toSize: number;
}

export interface RotationOutcome extends CheckOutcome {
  readonly trusted: readonly TrustedKey[];
  /** Keys to which a note hands over that is not authorised. */
  readonly refused: readonly VerifierKey[];
}

/** Follows the rotation notes from the pinned keys, as far as they are authorised. */
export function judgeRotations(contents: BagContents, means: SignatureMeans): RotationOutcome {
  const files = [...contents.files.values()]
    .filter(({ path }) => parseRotationPath(path) !== undefined)
    .sort((a, b) => (parseRotationPath(a.path) ?? 0) - (parseRotationPath(b.path) ?? 0));
  const trusted: TrustedKey[] = means.pinnedKeys.map((key) => ({ key, fromSize: 0, toSize: Infinity }));
  const refused: VerifierKey[] = [];
  const findings: VerificationFinding[] = [];
  for (const { path, content } of files) {
    try {
      const note = parseNote(content ?? new Uint8Array());
      const rotation = parseKeyRotation(means.hash, note.text);
      const from = trusted.findIndex(({ key }) => isSameKey(key, rotation.from));
      const hasNew = trusted.some(({ key }) => isSameKey(key, rotation.to));
      if (from < 0) {
        // Without the key before, the note says nothing; with the new key pinned, nothing needs saying.
        continue;
      }
      if (isAuthorised(note, rotation, trusted, means)) {
        trusted[from] = { key: rotation.from, fromSize: trusted[from]?.fromSize ?? 0, toSize: rotation.size };
        if (!hasNew) trusted.push({ key: rotation.to, fromSize: rotation.size, toSize: Infinity });
      } else if (!hasNew) {
        refused.push(rotation.to);
        findings.push(notAuthorised(path, rotation));
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const message = `A note of key rotation is malformed: ${error.message}.`;
      findings.push(finding("rotation-malformed", "verified-with-limits", message, { file: path }));
    }
  }
  const note =
    findings.length > 0 ? "a hand-over is not authorised by the key before" : "each key hands over to the next";
  const checks = [
    files.length === 0
      ? notAttempted("key-rotation", "no rotation note in the bundle")
      : check("key-rotation", files.length, findings.length, `${countOf(files.length, "rotation note")}: ${note}`),
  ];
  return { trusted, refused, findings, checks };
}

function isAuthorised(
  note: Note,
  { from, to, reason }: KeyRotation,
  trusted: readonly TrustedKey[],
  { ed25519 }: SignatureMeans,
): boolean {
  const others = trusted.map(({ key }) => key).filter((key) => !isSameKey(key, from) && !isSameKey(key, to));
  const { verified, failed } = verifyNote(ed25519, note, [from, to, ...others]);
  const hasSigned = (wanted: VerifierKey): boolean => verified.some(({ key }) => isSameKey(key, wanted));
  if (failed.length > 0 || !hasSigned(to)) return false;
  return reason === "scheduled" ? hasSigned(from) : others.some(hasSigned);
}

function notAuthorised(path: string, { to, from, size }: KeyRotation): VerificationFinding {
  const message = `The change to key ${to.id} is not authorised by the earlier key.`;
  const difference = { expected: `signatures by ${from.id} and ${to.id}`, found: "not both" };
  return finding("rotation-not-authorised", "not-verifiable", message, { file: path, index: size }, difference);
}
