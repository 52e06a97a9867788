/**
 * Files of C2SP that are checked on their own: a proof that one record is in a log (`.tlog-proof`), and a signed note, be it
 * a checkpoint or any other text. They are told by how they begin and end, not by their names.
 */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { type Container } from "../bundle/container.ts";
import { CHECKPOINT_PATH } from "../bundle/layout.ts";
import { concatBytes, equalBytes, formatHex } from "../encoding/bytes.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { leafHash } from "../merkle/hash.ts";
import { rootFromInclusionProof } from "../merkle/inclusion.ts";
import { Problem, quote } from "../model/problem.ts";
import { worstVerdict, type VerificationFinding, type VerifyResult } from "../model/verdict.ts";
import { parseCheckpoint, type Checkpoint } from "../signing/checkpoint.ts";
import { parseNote, verifyNote, type Note } from "../signing/note.ts";
import { isTlogProof, MAX_PROOF_FILE_BYTES, parseTlogProof, type TlogProof } from "../signing/tlog-proof.ts";
import { formatVerifierKey } from "../signing/verifier-key.ts";
import { check, countOf, finding, notVerifiable, type CheckOutcome } from "./findings.ts";
import { judgeKnownStates } from "./known-states-check.ts";
import { judgeLogSignature } from "./log-signature.ts";
import { type SealedLogMeans } from "./means.ts";
import { signedStates, type SignedState } from "./sealed-log.ts";
import { judgeWitnesses } from "./witness-check.ts";

/** What one file proves. */
export interface LooseFileJudgement {
  readonly result: VerifyResult;
  readonly pinnedStates: readonly SignedState[];
}

/**
 * Judges a container that is one such file; undefined for everything else. Throws `proof-malformed`, `note-malformed` and
 * `checkpoint-malformed` (refused).
 */
export async function verifyLooseFile(
  container: Container,
  means: SealedLogMeans,
): Promise<LooseFileJudgement | undefined> {
  const [file] = container.members;
  if (container.kind !== "file" || file === undefined || file.byteLength > MAX_PROOF_FILE_BYTES) return undefined;
  const parts: Uint8Array[] = [];
  for await (const chunk of container.open(file.path)) parts.push(chunk);
  const bytes = concatBytes(...parts);
  if (isTlogProof(bytes)) return judgeProof(parseTlogProof(bytes), means);
  const note = noteOf(bytes);
  if (note === undefined) return undefined;
  const checkpoint = checkpointOf(note);
  return checkpoint === undefined ? judgeNote(note, means) : judgeState(bytes, means, [], 0);
}

/** The note that a file is, when it looks like one: a text, a blank line, and signature lines to the end. */
function noteOf(bytes: Uint8Array): Note | undefined {
  const text = decodeUtf8(bytes);
  if (text === undefined || !/\n\n(?:— [^\n]*\n)+$/.test(text)) return undefined;
  return parseNote(bytes);
}

function checkpointOf({ text }: Note): Checkpoint | undefined {
  try {
    return parseCheckpoint(text);
  } catch (error) {
    if (error instanceof Problem) return undefined;
    throw error;
  }
}

function judgeProof(proof: TlogProof, means: SealedLogMeans): LooseFileJudgement {
  const { size, root } = parseCheckpoint(parseNote(proof.checkpoint).text);
  if (proof.extra === undefined) {
    const message =
      "The proof file holds no record: that a record is in the log is shown only for one whose bytes are at hand.";
    const findings = [finding("record-not-at-hand", "not-verifiable", message)];
    return judgeState(proof.checkpoint, means, [{ checks: [notVerifiable("inclusion", message)], findings }], 0);
  }
  const leaf = leafHash(means.hash, proof.extra);
  const found = rootFromInclusionProof(means.hash, proof.index, size, leaf, proof.hashes);
  const isIncluded = found !== undefined && equalBytes(found, root);
  const note = `${proof.hashes.length} sibling hashes lead from record ${proof.index} to the root of ${countOf(size, "record")}`;
  const message = "This proof does not show that the event is in the log.";
  const difference = {
    expected: formatHex(root),
    found: found === undefined ? "no root: another length or index" : formatHex(found),
  };
  const inclusion: CheckOutcome = isIncluded
    ? { checks: [check("inclusion", 1, 0, note)], findings: [] }
    : {
        checks: [check("inclusion", 1, 1, message)],
        findings: [finding("inclusion-wrong", "altered", message, { index: proof.index }, difference)],
      };
  return judgeState(proof.checkpoint, means, [inclusion], 1);
}

/** Judges the signatures of a checkpoint as those of a bundle's, and compares it with states seen before. */
function judgeState(
  bytes: Uint8Array,
  means: SealedLogMeans,
  further: readonly CheckOutcome[],
  records: number,
): LooseFileJudgement {
  const contents = contentsOf(bytes, means);
  const signature = judgeLogSignature(contents, means);
  const witnesses = judgeWitnesses(contents, signature, means);
  const { newest } = signature;
  const pinned = signature.states.filter(({ trust }) => trust === "pinned");
  const shown = { newest, pinned, statement: null, rootsOf: null };
  const anchors = judgeKnownStates(means.knownStates, shown);
  const outcomes: readonly CheckOutcome[] = [signature, ...further, witnesses, anchors];
  const log = newest && {
    origin: newest.checkpoint.origin,
    treeSize: newest.checkpoint.size,
    rootHash: formatHex(newest.checkpoint.root),
    checkpoint: decodeUtf8(bytes) ?? "",
  };
  return {
    result: resultOf(outcomes, log, records, signature.keys),
    pinnedStates: pinned.flatMap((state) => signedStates(state, null)),
  };
}

/** A note that is no checkpoint: whoever signed it, the text says nothing about records. */
function judgeNote(note: Note, { pinnedKeys, ed25519 }: SealedLogMeans): LooseFileJudgement {
  const { verified, failed, unknown } = verifyNote(ed25519, note, pinnedKeys);
  const isSigned = verified.length > 0;
  const names = verified.map(({ key }) => quote(key.name)).join(", ");
  const checks = [
    isSigned || failed.length > 0
      ? check(
          "note-signature",
          note.signatures.length,
          failed.length,
          isSigned ? `signed by ${names}` : "a signature does not verify",
        )
      : notVerifiable("note-signature", "not signed by a key you have pinned", note.signatures.length),
  ];
  const findings = [
    ...failed.map(({ key }) =>
      finding(
        "signature-invalid",
        "altered",
        "A signature claims the trusted key but does not verify.",
        {},
        { expected: `a signature by key ${key.id}`, found: "other bytes under its id" },
      ),
    ),
    ...(isSigned || failed.length > 0
      ? []
      : [
          finding(
            "key-not-pinned",
            "not-verifiable",
            `Signed by a key you have not trusted (ID ${unknown[0]?.keyId ?? ""}). It proves nothing about who made it.`,
          ),
        ]),
  ];
  const keys = verified.map(
    ({ key }) => ({ id: key.id, name: key.name, trust: "pinned", vkey: formatVerifierKey(key) }) as const,
  );
  return { result: resultOf([{ checks, findings }], null, 0, keys), pinnedStates: [] };
}

function resultOf(
  outcomes: readonly CheckOutcome[],
  log: VerifyResult["log"],
  records: number,
  keys: VerifyResult["keys"],
): VerifyResult {
  // There is no bundle around the note, and so no file to name.
  const findings = outcomes.flatMap((outcome) => outcome.findings).map(withoutFile);
  return {
    verdict: worstVerdict(findings.map(({ verdict }) => verdict)),
    proof: log === null ? "none" : "tiles",
    log,
    chains: [],
    window: { asked: null, proven: null },
    counts: { records, segments: 0, withheld: 0, absent: 0 },
    checks: outcomes.flatMap(({ checks }) => checks),
    findings,
    keys,
  };
}

function withoutFile({ where: { index }, ...rest }: VerificationFinding): VerificationFinding {
  return { ...rest, where: index === undefined ? {} : { index } };
}

function contentsOf(content: Uint8Array, { hash }: SealedLogMeans): BundleContents {
  const file = { path: CHECKPOINT_PATH, byteLength: content.length, sha256: formatHex(hash(content)), content };
  return { label: "", files: new Map([[CHECKPOINT_PATH, file]]), segments: [], outside: [], containerFaults: [] };
}
