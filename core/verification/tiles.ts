/**
 * Judges a tiled log (C2SP tlog-tiles): entries against the signed checkpoint by the judges of sealed logs, and tiles against
 * the entries. Tiles prove nothing by themselves; where entries were pruned, theirs are the hashes that stand for them, and
 * the signed root decides whether they do.
 */
import { type Container } from "../bundle/container.ts";
import { locateTileLog, readTileLog, type LogTile, type TileLog } from "../bundle/tile-log.ts";
import { formatBase64 } from "../encoding/base64.ts";
import { rangeLevels } from "../merkle/compact-range.ts";
import { parentsOf, TILE_WIDTH } from "../merkle/tree.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { type LongWork } from "../model/progress.ts";
import { worstVerdict, type RowVerdict, type VerificationFinding, type VerifyResult } from "../model/verdict.ts";
import { type Absence } from "./absences.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { judgeKnownStates } from "./known-states-check.ts";
import { judgeLogSignature } from "./log-signature.ts";
import { type LogState } from "./log-states.ts";
import { judgeLogTree, type TreeOutcome } from "./log-tree.ts";
import { type SealedLogMeans } from "./means.ts";
import { logOf, signedStates, type SignedState } from "./sealed-log.ts";
import { bestRows, weakened, type SegmentRows } from "./segment-rows.ts";
import { type SignedLeaves } from "./signed-leaves.ts";
import { judgeTiles } from "./tile-check.ts";
import { judgeTimeStamps } from "./time-stamp-check.ts";
import { judgeWitnesses } from "./witness-check.ts";

/** A verification of a tiled log. */
export interface TileLogJudgement {
  readonly result: VerifyResult;
  /** One entry for each entry bundle, with paths as in the container. */
  readonly rows: readonly SegmentRows[];
  /** The leaves of the signed state; null when they are not known. */
  readonly signedLeaves: SignedLeaves | null;
  readonly pinnedStates: readonly SignedState[];
  /** The state that the entries were compared with; null when no checkpoint could be read. */
  readonly state: LogState | null;
  /** What was found, entry bundle by entry bundle. */
  readonly segments: TileLog["contents"]["segments"];
}

/** Reads and judges the tiled log in a container; undefined when it holds none. Throws the container's problems. */
export async function verifyTileLog(
  container: Container,
  means: SealedLogMeans,
  work: LongWork = {},
): Promise<TileLogJudgement | undefined> {
  const prefix = locateTileLog(container);
  if (prefix === undefined) return undefined;
  return judgeTileLog(await readTileLog(container, prefix, means.hash, work), means);
}

async function judgeTileLog(log: TileLog, means: SealedLogMeans): Promise<TileLogJudgement> {
  const { contents } = log;
  const signature = judgeLogSignature(contents, means);
  const { newest } = signature;
  const pruned = prunedRange(log, means.hash);
  const tree = newest && judgeLogTree(contents, pruned === null ? [] : [pruned], signature.states, newest, means.hash);
  const pinned = signature.states.filter(({ trust }) => trust === "pinned");
  const rootsOf = tree?.proven === true ? tree.rootsOf : null;
  const outcomes: readonly CheckOutcome[] = [
    signature,
    tree ?? { checks: [notAttempted("tree", "there is no readable checkpoint to compare with")], findings: [] },
    judgeTilesOf(log, newest?.checkpoint.size ?? 0, tree, means.hash),
    judgePruning(pruned, tree),
    judgeBeyond(log),
    judgeIgnored(log),
    judgeWitnesses(contents, signature, means),
    await judgeTimeStamps(contents, signature, means),
    judgeKnownStates(means.knownStates, { newest, pinned, statement: null, rootsOf }),
  ];
  const findings = outcomes.flatMap((outcome) => outcome.findings).map((item) => placed(item, log));
  const verdict = worstVerdict(findings.map((item) => item.verdict));
  const isTrusted = newest?.trust === "pinned" && verdict !== "refused";
  const bestOf = bestRows(
    contents,
    outcomes.flatMap((outcome) => outcome.findings),
  );
  const rows = (tree?.rows ?? []).map((of) => weakened(of, isTrusted ? bestOf(of) : "not-verifiable"));
  return {
    rows: withEntriesBeyond(rows, log).map((of) => ({ ...of, path: log.prefix + of.path })),
    signedLeaves: tree?.signedLeaves() ?? null,
    pinnedStates: pinned.flatMap((state) => signedStates(state, null)),
    state: newest,
    segments: contents.segments,
    result: {
      verdict,
      proof: "tiles",
      log: logOf(newest),
      chains: [],
      window: { asked: null, proven: null },
      counts: {
        records: contents.segments.reduce((total, { content }) => total + (content?.count ?? 0), 0),
        segments: contents.segments.length,
        withheld: 0,
        absent: (tree?.missing ?? 0) + (pruned?.endIndex ?? 0),
      },
      checks: outcomes.flatMap((outcome) => outcome.checks),
      findings,
      keys: signature.keys,
    },
  };
}

/** The range before the first entry that is there, when tiles give the hashes that stand for it. */
function prunedRange({ contents, tiles }: TileLog, hash: Hash): Absence | null {
  const endIndex = contents.segments[0]?.firstIndex ?? 0;
  if (endIndex === 0) return null;
  const range: Uint8Array[] = [];
  let index = 0;
  for (const level of rangeLevels(0, endIndex)) {
    const node = nodeIn(tiles, level, index / 2 ** level, hash);
    if (node === undefined) return null;
    range.push(node);
    index += 2 ** level;
  }
  const stated = {
    firstIndex: 0,
    endIndex,
    reason: "retention-expired",
    policyRef: "",
    compactRange: range.map(formatBase64),
    chainBefore: "",
    chainAfter: "",
    checkpoint: "",
    firstTime: null,
    lastTime: null,
  } as const;
  return { firstIndex: 0, endIndex, range, stated };
}

/** A node of the tree from the tile that holds what is at most eight levels below it. */
function nodeIn(tiles: readonly LogTile[], level: number, index: number, hash: Hash): Uint8Array | undefined {
  const tileLevel = Math.floor(level / 8);
  const count = 2 ** (level % 8);
  const first = index * count;
  const start = (first % TILE_WIDTH) * HASH_BYTES;
  const tile = tiles.find(
    (candidate) =>
      candidate.level === tileLevel &&
      candidate.index === Math.floor(first / TILE_WIDTH) &&
      candidate.hashes.length >= start + count * HASH_BYTES,
  );
  let nodes: Uint8Array | undefined = tile?.hashes.slice(start, start + count * HASH_BYTES);
  while (nodes !== undefined && nodes.length > HASH_BYTES) nodes = parentsOf(hash, nodes);
  return nodes;
}

/** Compares every tile with the entries, once these give the signed root. */
function judgeTilesOf(
  { contents, tiles, replaced }: TileLog,
  size: number,
  tree: TreeOutcome | null,
  hash: Hash,
): CheckOutcome {
  if (tiles.length === 0) return { checks: [notAttempted("tiles", "the log has no tiles")], findings: [] };
  if (tree?.proven !== true) {
    return { checks: [notAttempted("tiles", "the entries do not give the signed root", tiles.length)], findings: [] };
  }
  return judgeTiles([...tiles, ...replaced], contents.segments, size, hash);
}

function judgePruning(pruned: Absence | null, tree: TreeOutcome | null): CheckOutcome {
  if (pruned === null) {
    return { checks: [notAttempted("pruned", "the log is there from its first entry")], findings: [] };
  }
  const { endIndex } = pruned;
  if (tree?.proven !== true) {
    return { checks: [notAttempted("pruned", "the log does not give the signed root", endIndex)], findings: [] };
  }
  const message = `Entries 0–${endIndex - 1} are not there. Their position and digest are proven, their content is not available.`;
  const where = { index: 0, endIndex: endIndex - 1 };
  return {
    findings: [finding("entries-pruned", "verified-with-limits", message, where)],
    checks: [check("pruned", endIndex, 0, "hashes in tiles stand for entries that were pruned")],
  };
}

function judgeBeyond({ beyond }: TileLog): CheckOutcome {
  const [first] = beyond;
  if (!first) return { checks: [], findings: [] };
  const message = `Entries from ${first.firstIndex + first.count} on are behind the size of the checkpoint: nothing signed says what they are.`;
  const where = { file: first.path, index: first.firstIndex + first.count };
  return { checks: [], findings: [finding("entries-beyond-checkpoint", "verified-with-limits", message, where)] };
}

/** A log may keep other files beside its own; nothing proves them, and nothing is taken from them. */
function judgeIgnored({ contents: { outside } }: TileLog): CheckOutcome {
  const [file] = outside;
  if (file === undefined) return { checks: [], findings: [] };
  const are = outside.length === 1 ? "is" : "are";
  const message = `${countOf(outside.length, "file")} ${are} no part of a tiled log and ${are} ignored.`;
  return { checks: [], findings: [finding("files-ignored", "verified", message, { file })] };
}

/** Rows behind the checkpoint's size are proven by nothing. */
function withEntriesBeyond(rows: readonly SegmentRows[], { beyond }: TileLog): readonly SegmentRows[] {
  const partly = new Map(beyond.map((bundle) => [bundle.path, bundle]));
  return rows.map((of) => {
    const bundle = partly.get(of.path);
    if (!bundle) return of;
    const behind = Array.from({ length: bundle.width - bundle.count }, (_, index): [number, RowVerdict] => {
      return [bundle.count + index, "not-verifiable"];
    });
    return { ...of, exceptions: new Map([...of.exceptions, ...behind]) };
  });
}

/** Judges of sealed logs name files as in a bag. */
function placed(item: VerificationFinding, { prefix }: TileLog): VerificationFinding {
  const { file, ...where } = item.where;
  if (file === undefined) return item;
  return { ...item, where: { ...where, file: prefix + file.replace(/^data\//, "") } };
}
