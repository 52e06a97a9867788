/** Checkpoint notes of a bundle that can be read, and under which keys their signatures verify. */
import { type BagFile } from "../bundle/bag-files.ts";
import { type BagContents } from "../bundle/bundle-reader.ts";
import { CHECKPOINT_PATH, parseCheckpointPath } from "../bundle/layout.ts";
import { Problem } from "../model/problem.ts";
import { type KeyUse, type VerificationFinding } from "../model/verdict.ts";
import { parseCheckpoint, type Checkpoint } from "../signing/checkpoint.ts";
import { parseNote, verifyNote, type Note, type NoteSignature, type NoteVerification } from "../signing/note.ts";
import { isSameKey, type VerifierKey } from "../signing/verifier-key.ts";
import { finding } from "./findings.ts";
import { type TrustedKey } from "./key-rotation-check.ts";
import { type SignatureMeans } from "./means.ts";

/** A checkpoint note of the bundle that could be read. */
export interface LogState {
  readonly path: string;
  readonly checkpoint: Checkpoint;
  readonly note: Note;
  /** `refuted`: a line claims a pinned key and does not verify. */
  readonly trust: KeyUse["trust"] | "refuted";
  readonly signatures: readonly NoteSignature[];
  /** Lines of the log that verify under pinned keys. */
  readonly verified: NoteVerification["verified"];
}

/** Every note that is called a checkpoint. */
export function readStates(
  contents: BagContents,
  bundleKeys: readonly VerifierKey[],
  trusted: readonly TrustedKey[],
  means: SignatureMeans,
): { readonly states: LogState[]; readonly findings: VerificationFinding[]; readonly malformed: number } {
  const states: LogState[] = [];
  const findings: VerificationFinding[] = [];
  let malformed = 0;
  for (const file of contents.files.values()) {
    if (!isCheckpointPath(file.path)) continue;
    const size = parseCheckpointPath(file.path);
    try {
      const state = readState(file.path, file.content, bundleKeys, trusted, means);
      if (size !== undefined && state.checkpoint.size !== size.size) {
        throw new Problem(
          "refused",
          "checkpoint-malformed",
          `checkpoint: expected tree size ${size.size} as its name says, got ${state.checkpoint.size}`,
          { expected: String(size.size), found: String(state.checkpoint.size) },
        );
      }
      states.push(state);
      if (state.trust === "refuted") findings.push(refuted(state, trusted));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      malformed += 1;
      findings.push(malformedCheckpoint(file.path, error));
    }
  }
  return { states, findings, malformed };
}

function readState(
  path: string,
  content: Uint8Array | null,
  bundleKeys: readonly VerifierKey[],
  trusted: readonly TrustedKey[],
  { ed25519 }: SignatureMeans,
): LogState {
  if (content === null)
    throw new Problem("refused", "note-malformed", "note: expected a short text, got a longer file");
  const note = parseNote(content);
  const checkpoint = parseCheckpoint(note.text);
  // A note is signed by its log: the key's name is the origin. Other names are witnesses.
  const ofLog = (key: VerifierKey): boolean => key.name === checkpoint.origin;
  const { size } = checkpoint;
  const pinned = trusted.filter(({ fromSize, toSize }) => fromSize <= size && size <= toSize).map(({ key }) => key);
  const byPinned = verifyNote(ed25519, note, pinned.filter(ofLog));
  const unpinned = bundleKeys.filter((key) => ofLog(key) && !pinned.some((pin) => isSameKey(pin, key)));
  const byBundle = verifyNote(ed25519, note, unpinned);
  const trust =
    byPinned.failed.length > 0
      ? "refuted"
      : byPinned.verified.length > 0
        ? "pinned"
        : byBundle.verified.length > 0
          ? "bundle"
          : "unknown";
  return { path, checkpoint, note, trust, signatures: note.signatures, verified: byPinned.verified };
}

function malformedCheckpoint(path: string, problem: Problem): VerificationFinding {
  const { line, expected, found } = problem.details;
  const difference = { ...(expected === undefined ? {} : { expected }), ...(found === undefined ? {} : { found }) };
  const where = { file: path, ...(line === undefined ? {} : { line }) };
  return finding(
    "checkpoint-malformed",
    "refused",
    `The checkpoint is malformed: ${problem.message}.`,
    where,
    difference,
  );
}

function refuted(state: LogState, trusted: readonly TrustedKey[]): VerificationFinding {
  const key = trusted.find(({ key: { name } }) => name === state.checkpoint.origin)?.key;
  return finding(
    "signature-invalid",
    "altered",
    "A signature claims the trusted key but does not verify.",
    { file: state.path },
    { expected: `a signature by key ${key?.id ?? ""}`, found: "other bytes under its id" },
  );
}

/**
 * Verifies the signatures of a checkpoint by the pinned keys and remembers the results (`verifyEd25519`), for when
 * {@link judgeLogSignature} asks. Nothing is judged by it: what is no checkpoint, or cannot be read, is passed over.
 */
export function judgeStateAhead({ path, content }: BagFile, { ed25519, pinnedKeys }: SignatureMeans): void {
  if (content === null || !isCheckpointPath(path)) return;
  try {
    verifyNote(ed25519, parseNote(content), pinnedKeys);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

function isCheckpointPath(path: string): boolean {
  return path === CHECKPOINT_PATH || parseCheckpointPath(path)?.stamp === false;
}
