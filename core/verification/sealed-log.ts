/**
 * Judges an Evidence Log Bundle that was read: the order of format §9, each step a check of its own. All causes are
 * collected; what merely follows from a cause is a failed check and no further finding.
 */
import { type BagContents, type BundleContents } from "../bundle/bundle-reader.ts";
import { parseSealRecord } from "../bundle/log-record.ts";
import { type RecordLine } from "../bundle/record-lines.ts";
import { type BundleStatement } from "../bundle/statement.ts";
import { formatHex } from "../encoding/bytes.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { parseInstant } from "../model/time.ts";
import { worstVerdict, type Check, type VerificationFinding, type VerifyResult } from "../model/verdict.ts";
import { formatNote } from "../signing/note.ts";
import { formatVerifierKey, type VerifierKey } from "../signing/verifier-key.ts";
import { absencesOf, judgeAbsences, type Absence } from "./absences.ts";
import { judgeBag } from "./bag-check.ts";
import { judgeCustody } from "./custody-check.ts";
import { DisclosureChecker } from "./disclosure-check.ts";
import { judgeStatement, type StatementOutcome } from "./export-statement.ts";
import { judgeBagTiles, judgeReadability, judgeUnproven, judgeFiles } from "./file-check.ts";
import { notAttempted, type CheckOutcome } from "./findings.ts";
import { judgeKeyValidity } from "./key-validity.ts";
import { judgeKnownStates, NOT_COMPARED } from "./known-states-check.ts";
import { judgeLogSignature, type SignatureOutcome } from "./log-signature.ts";
import { type LogState } from "./log-states.ts";
import { judgeLogTree, type TreeOutcome } from "./log-tree.ts";
import { type KnownState, type SealedLogMeans } from "./means.ts";
import { RecordReader } from "./record-check.ts";
import { MAX_PARSED_BYTES } from "./record-choice.ts";
import { type ProvenTime } from "./record-clock.ts";
import { TimeReader } from "./record-times.ts";
import { judgeSegmentForm } from "./segment-form.ts";
import { bestRows, weakened, type SegmentRows } from "./segment-rows.ts";
import { type SignedLeaves } from "./signed-leaves.ts";
import { judgeTimeStamps, type TimeStampOutcome } from "./time-stamp-check.ts";
import { judgeWithheld } from "./withheld-check.ts";
import { judgeWitnesses, type WitnessOutcome } from "./witness-check.ts";

export interface SealedLogJudgement {
  readonly result: VerifyResult;
  /** One entry per segment file, in order. */
  readonly rows: readonly SegmentRows[];
  /** The state that the records were compared with; null when no checkpoint could be read. */
  readonly state: LogState | null;
  /** The leaf hashes of the records found are the signed leaves, in order. */
  readonly recordsAreSigned: boolean;
  /** The leaves of `state`; null when they could not be established. */
  readonly signedLeaves: SignedLeaves | null;
  /** Keys that only the bundle states. The examiner may compare one with its owner and pin it. */
  readonly unpinnedKeys: readonly VerifierKey[];
  /** States that the records were compared with, by size, smallest first. */
  readonly comparedStates: readonly LogState[];
  /** Neither leaves of records nor tiles could say more: the outline of a bundle is enough for this judgement. */
  readonly isOutlineEnough: boolean;
  /** What was found, segment by segment. */
  readonly segments: BundleContents["segments"];
  /** States that a pinned key signed, with their notes: what a store of anchors remembers. */
  readonly pinnedStates: readonly SignedState[];
}

/** What the files beside the segments show by themselves. */
interface BagJudgement {
  readonly signature: SignatureOutcome;
  readonly statement: StatementOutcome;
  readonly witnesses: WitnessOutcome;
  readonly stamps: TimeStampOutcome;
  readonly custody: CheckOutcome;
}

/** Judges what needs no segments: who signed the states of the log and the export description, who saw them, and when. */
export async function judgeSignedFiles(bag: BagContents, means: SealedLogMeans): Promise<BagJudgement> {
  const signature = judgeLogSignature(bag, means);
  return {
    signature,
    statement: judgeStatement(bag, signature, means),
    witnesses: judgeWitnesses(bag, signature, means),
    stamps: await judgeTimeStamps(bag, signature, means),
    custody: judgeCustody(bag, means),
  };
}

/** A state to remember. */
export interface SignedState extends Omit<KnownState, "seenAt"> {
  /** The signed note, verbatim. */
  readonly note: string;
}

/** The records of a log, to be read once more. */
export interface RecordReading {
  /** Whether every record of the wanted segments is given: otherwise those that a judgement of a long log reads (`RecordChoice`). */
  readonly isWhole: boolean;
  /** Reads those of wanted segments (by position) in order, segment by segment. */
  read(isWanted: (segment: number) => boolean): AsyncIterable<Iterable<RecordLine>>;
}

/** Verifies a bundle against the keys the examiner pinned. Pure: the same contents give the same judgement. */
export async function judgeSealedLog(
  contents: BundleContents,
  means: SealedLogMeans,
  records: RecordReading,
  /** Of the same contents, when it was begun earlier. */
  signedFiles = judgeSignedFiles(contents, means),
): Promise<SealedLogJudgement> {
  const unreadable = judgeReadability(contents);
  const bag = judgeBag(contents);
  const { signature, statement, witnesses, stamps, custody } = await signedFiles;
  const { newest } = signature;
  const absences = absencesOf(statement.described, contents);
  const tree = judgeTree(contents, absences, signature, means);
  const origin = newest?.checkpoint.origin ?? "";
  const isExplained = !tree.proven && tree.wrongAbsences.length === 0;
  const form = judgeSegmentForm(contents, origin, isExplained);
  const files = judgeFiles(contents, bag, statement, tree, [...signature.findings, ...form.findings]);
  const named = new Set([...files.findings, ...signature.findings].map(({ where }) => where.file));
  const claims = judgeUnproven(contents, signature, statement, tree, named);
  const tiles = judgeBagTiles(contents, signature, statement, tree, named, means.hash);
  const withheld = judgeWithheld(contents, statement, tree);
  const absent = judgeAbsences(contents, statement, absences, tree.wrongAbsences);
  const newestStamps = stamps.stamped.filter(({ size }) => size === newest?.checkpoint.size);
  const provenMs = [...newestStamps.map(({ stamp }) => stamp.timeMs), ...witnesses.timesMs];
  const validity = judgeKeyValidity(contents, signature, provenMs);
  const pinned = signature.states.filter(({ trust }) => trust === "pinned");
  const shown = { newest, pinned, statement: statement.statement, rootsOf: tree.proven ? tree.rootsOf : null };
  const anchors = judgeKnownStates(means.knownStates, shown);
  const times = [
    ...stamps.stamped.map(({ size, stamp: { timeMs, accuracyMs } }) => ({ size, ms: timeMs + accuracyMs })),
    ...witnesses.timesMs.map((ms) => ({ size: newest?.checkpoint.size ?? 0, ms })),
  ];
  const readable = tree.proven && newest?.trust === "pinned";
  const read = readable ? await judgeContent(contents, records, times, means) : unproven(contents, means);

  const content: readonly CheckOutcome[] = [unreadable, files, statement, signature, tree, form, withheld, absent];
  const additions: readonly CheckOutcome[] = [claims, tiles, witnesses, stamps, validity, anchors, custody, ...read];
  const outcomes = [...content, ...additions];
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  const verdict = worstVerdict(findings.map((item) => item.verdict));
  const isUsable = verdict !== "refused" && validity.findings.every((item) => item.verdict !== "not-verifiable");
  const trustedSize = isUsable ? signature.trustedSize : 0;
  const bestOf = bestRows(contents, findings);
  const isTrusted = newest?.trust === "pinned" && isUsable;
  return {
    rows: tree.rows.map((rows) =>
      weakened(rows, rows.firstIndex + rows.count <= trustedSize || isTrusted ? bestOf(rows) : "not-verifiable"),
    ),
    state: newest,
    recordsAreSigned:
      tree.proven && absences.length === 0 && contents.segments.every(({ content }) => content?.withheld.length === 0),
    get signedLeaves() {
      return tree.signedLeaves();
    },
    unpinnedKeys: signature.unpinnedKeys,
    comparedStates: comparedStates(signature),
    isOutlineEnough:
      tree.proven && !tiles.lacksContent && isEveryStateKnown(signature, tree) && !findings.some(isNotCompared),
    segments: contents.segments,
    pinnedStates: pinned.flatMap((state) => signedStates(state, statement.statement)),
    result: {
      verdict,
      proof: "sealed-log",
      log: logOf(newest),
      chains: [],
      window: { asked: null, proven: tree.proven && isTrusted ? recordedWindow(contents) : null },
      counts: {
        records: contents.segments.reduce((total, { content }) => total + (content?.count ?? 0), 0),
        segments: contents.segments.length,
        withheld: contents.segments.reduce((total, { content }) => total + (content?.withheld.length ?? 0), 0),
        absent: tree.missing + absences.reduce((total, { firstIndex, endIndex }) => total + endIndex - firstIndex, 0),
      },
      checks: outcomes.flatMap((outcome) => outcome.checks),
      findings,
      keys: signature.keys,
    },
  };
}

/** Lets the checks that look into proven records read those they need, each once more. */
async function judgeContent(
  contents: BundleContents,
  records: RecordReading,
  times: readonly ProvenTime[],
  { hash }: SealedLogMeans,
): Promise<readonly CheckOutcome[]> {
  const disclosures = new DisclosureChecker(contents, hash);
  const byteLength = contents.segments.reduce((total, { content }) => total + (content?.byteLength ?? 0), 0);
  const isParsed = records.isWhole && byteLength <= MAX_PARSED_BYTES;
  const reader = isParsed ? new RecordReader(times) : new TimeReader(contents, times);
  for await (const lines of records.read((segment) => disclosures.isNeeded || reader.needs(segment))) {
    for (const line of lines) {
      disclosures.read(line);
      reader.read(line);
    }
  }
  return [reader.outcome(), disclosures.outcome()];
}

function unproven(contents: BundleContents, { hash }: SealedLogMeans): readonly CheckOutcome[] {
  const unread = (name: Check["name"]): CheckOutcome => ({
    checks: [notAttempted(name, "the records are not proven")],
    findings: [],
  });
  const disclosures = new DisclosureChecker(contents, hash);
  return [unread("records"), disclosures.isNeeded ? unread("disclosures") : disclosures.outcome()];
}

/** One for each pinned key that signed the state. */
export function signedStates(
  { checkpoint, note, verified }: LogState,
  statement: BundleStatement | null,
): SignedState[] {
  const { origin, size, root } = checkpoint;
  const text = decodeUtf8(formatNote(note)) ?? "";
  const state = { origin, size, root: formatHex(root), statedAt: statement?.createdAt ?? null, note: text };
  return verified.map(({ key }) => ({ ...state, vkey: formatVerifierKey(key) }));
}

export function logOf(newest: LogState | null): VerifyResult["log"] {
  if (newest === null) return null;
  const { origin, size, root } = newest.checkpoint;
  const checkpoint = decodeUtf8(formatNote(newest.note));
  return { origin, treeSize: size, rootHash: formatHex(root), ...(checkpoint !== undefined && { checkpoint }) };
}

function isNotCompared({ code }: VerificationFinding): boolean {
  return code === NOT_COMPARED;
}

/** Whether the records give a root for every state of the bundle, whoever signed it, that is no larger than the newest. */
function isEveryStateKnown({ states, newest }: SignatureOutcome, { rootsOf }: TreeOutcome): boolean {
  const sizes = states
    .map(({ checkpoint }) => checkpoint.size)
    .filter((size) => size <= (newest?.checkpoint.size ?? 0));
  return rootsOf([...new Set(sizes)].sort((a, b) => a - b)).size === new Set(sizes).size;
}

/** States as trusted as the newest, or more. */
function comparedStates({ newest, states }: SignatureOutcome): readonly LogState[] {
  return states.filter(({ trust }) => trust === "pinned" || trust === newest?.trust);
}

function judgeTree(
  contents: BundleContents,
  absences: readonly Absence[],
  signature: SignatureOutcome,
  { hash }: SealedLogMeans,
): TreeOutcome {
  const { newest } = signature;
  if (newest !== null) return judgeLogTree(contents, absences, comparedStates(signature), newest, hash);
  const rows = contents.segments.map(({ path, firstIndex, content }): SegmentRows => ({
    path,
    firstIndex,
    count: content?.count ?? 0,
    verdict: "not-verifiable",
    exceptions: new Map(),
  }));
  const checks = [notAttempted("tree", "there is no readable checkpoint to compare with")];
  const unknown = { missing: 0, wrongAbsences: [], signedLeaves: () => null, rootsOf: () => new Map() };
  return { rows, proven: false, explained: new Set(), ...unknown, findings: [], checks };
}

/** From the earliest to the latest time that seal records state. */
function recordedWindow(contents: BundleContents): VerifyResult["window"]["proven"] {
  const seals = contents.segments.map(({ content }) => (content?.last ? parseSealRecord(content.last) : undefined));
  const byInstant = (texts: readonly (string | null | undefined)[]): string[] =>
    texts
      .filter((text) => typeof text === "string")
      .map((text) => ({ text, time: parseInstant(text) }))
      .filter(({ time }) => time !== undefined)
      .sort((a, b) => Number((a.time ?? 0n) - (b.time ?? 0n)))
      .map(({ text }) => text);
  return {
    from: byInstant(seals.map((seal) => seal?.firstTime))[0] ?? null,
    to: byInstant(seals.map((seal) => seal?.lastTime)).at(-1) ?? null,
  };
}
