/** The files of a bag, once it is known what their records, checkpoints and statement say of themselves. */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import {
  CHECKPOINT_PATH,
  isFormatPath,
  MANIFEST_PATH,
  parseSegmentPath,
  parseTilePath,
  STATEMENT_PATH,
  TAG_MANIFEST_PATH,
} from "../bundle/layout.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { HASH_BYTES, type Hash } from "../model/digest.ts";
import { quote } from "../model/problem.ts";
import { type VerificationFinding } from "../model/verdict.ts";
import { type BagOutcome } from "./bag-check.ts";
import { type StatementOutcome } from "./export-statement.ts";
import { expectedTiles } from "./expected-tiles.ts";
import { check, countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { type SignatureOutcome } from "./log-signature.ts";
import { type LogState } from "./log-states.ts";
import { type TreeOutcome } from "./log-tree.ts";
import { judgeTileDigests, judgeTiles } from "./tile-check.ts";

/** Faults of the packaging that the readers found (T45, T46, T52). */
export function judgeReadability(contents: BundleContents): CheckOutcome {
  const findings = contents.segments.flatMap(({ path, fault }, segment) => {
    if (fault === null) return [];
    const where = { segment, file: path };
    const { expected, found } = fault.details;
    const difference = { ...(expected === undefined ? {} : { expected }), ...(found === undefined ? {} : { found }) };
    const message = fault.code.endsWith("-hidden-data")
      ? `Segment ${segment} contains hidden extra compressed data.`
      : `Segment ${segment} is refused: ${fault.message}.`;
    return [finding(fault.code, "refused", message, where, difference)];
  });
  const members = contents.files.size + contents.segments.length;
  return { findings, checks: [check("container", members, findings.length, `${countOf(members, "file")} read`)] };
}

/**
 * Differences of files that no other finding explains. A changed segment is explained by its records; a manifest, by the
 * line that names the cause; the statement and a checkpoint, by their own check.
 */
export function judgeFiles(
  contents: BundleContents,
  bag: BagOutcome,
  statement: StatementOutcome,
  tree: TreeOutcome,
  others: readonly VerificationFinding[],
): CheckOutcome {
  // A mere note explains no difference.
  const causes = [...others, ...statement.findings].filter(({ verdict }) => verdict !== "verified");
  const otherFiles = new Set(causes.map(({ where }) => where.file));
  // Nor does a limit explain an alteration, but for that of the export description, which is none of the log.
  const refutedElsewhere = new Set(
    causes.filter(({ verdict }) => verdict !== "verified-with-limits").map(({ where }) => where.file),
  );
  const ownFindings = bag.findings.filter(
    ({ where, code }) =>
      !(code === "file-altered" && refutedElsewhere.has(where.file)) &&
      !(otherFiles.has(where.file) && where.file === STATEMENT_PATH) &&
      // Records that are missing say so themselves.
      !(code === "file-missing" && tree.findings.length > 0 && parseSegmentPath(where.file ?? "") !== undefined),
  );
  const manifestDiffers = ownFindings.some(({ where }) => where.file === MANIFEST_PATH);
  const repacked = bag.changedSegments
    .filter(({ path }) => !manifestDiffers && !tree.explained.has(path) && !otherFiles.has(path))
    .map(({ path, expected, found }) => {
      const message = tree.proven
        ? "The file was re-packed; the events are unchanged and proven."
        : `File ${quote(path)} is not the file that was exported.`;
      const code = tree.proven ? "segment-repacked" : "file-altered";
      return finding(
        code,
        tree.proven ? "verified-with-limits" : "altered",
        message,
        { file: path },
        { expected, found },
      );
    });
  const namedFiles = new Set([...otherFiles, ...ownFindings.map(({ where }) => where.file)]);
  // Whoever changes records writes the files that state them anew.
  const isTampered = tree.findings.length > 0 || contents.segments.some(({ fault }) => fault !== null);
  const refutedFiles = isTampered ? [] : statement.refutedFiles;
  const manifestExplained =
    ownFindings.some(({ where }) => where.file !== TAG_MANIFEST_PATH) ||
    refutedFiles.some(({ path }) => path === CHECKPOINT_PATH && !namedFiles.has(path));
  const refuted = refutedFiles
    .filter(({ path }) => !namedFiles.has(path) && !(path === MANIFEST_PATH && manifestExplained))
    .map(({ path, expected, found }) => {
      const message = `File ${quote(path)} is not the one that the export description names.`;
      return finding("file-altered", "altered", message, { file: path }, { expected, found });
    });
  const damage = contents.containerFaults
    .filter(({ path }) => !tree.explained.has(path))
    .map(({ code, path, expected, found }) => {
      const message = `The archive's check sum of ${quote(path)} does not fit its content.`;
      return finding(code, "verified-with-limits", message, { file: path }, { expected, found });
    });
  return { checks: bag.checks, findings: [...ownFindings, ...repacked, ...refuted, ...damage] };
}

/**
 * What nothing signed vouches for: checkpoints that no pinned key signed, also in a signed list of files, since they claim
 * what their signature alone can prove; and where nobody signed that list, files that the format does not know. `named` are
 * files that findings name already.
 */
export function judgeUnproven(
  { files }: BundleContents,
  { newest, states }: SignatureOutcome,
  { statement }: StatementOutcome,
  tree: TreeOutcome,
  named: ReadonlySet<string | undefined>,
): CheckOutcome {
  if (newest?.trust !== "pinned") return { checks: [], findings: [] };
  const foreign = statement === null ? [...files.keys()].filter((path) => !isFormatPath(path) && !named.has(path)) : [];
  const unsigned = states.filter((state) => !named.has(state.path) && isUnproven(state, tree));
  const findings: VerificationFinding[] = [];
  const [file] = foreign;
  if (file !== undefined) {
    const message = `File ${quote(file)} is no part of the format, and no signed list names it: nothing shows whose it is.`;
    findings.push(finding("file-unproven", "verified-with-limits", message + furtherOf(foreign), { file }));
  }
  const [state] = unsigned;
  if (state !== undefined) {
    const message = `Checkpoint ${quote(state.path)} is signed by no key of the log that you trust: what it says of the log proves nothing.`;
    findings.push(
      finding("checkpoint-unproven", "verified-with-limits", message + furtherOf(unsigned), { file: state.path }),
    );
  }
  return { checks: [], findings };
}

/** A checkpoint by a key that only the bundle states, as before a rotation, is told where it says more than is proven. */
function isUnproven({ trust, checkpoint: { size, root } }: LogState, { proven, rootsOf }: TreeOutcome): boolean {
  if (trust !== "bundle") return trust === "unknown";
  const signed = rootsOf([size]).get(size);
  return proven && (signed === undefined || !equalBytes(signed, root));
}

function furtherOf({ length }: readonly unknown[]): string {
  return length > 1 ? ` The same holds for ${countOf(length - 1, "further file")}.` : "";
}

/** What is said of the tiles of a bag. */
export interface BagTilesOutcome extends CheckOutcome {
  /** More could be said if the tiles and the leaves of all records were at hand. */
  readonly lacksContent: boolean;
}

/** Compares tiles with proven records, where no signed list vouches for them. `explained` are files of other findings. */
export function judgeBagTiles(
  { files, segments }: BundleContents,
  { newest }: SignatureOutcome,
  { statement }: StatementOutcome,
  { proven }: TreeOutcome,
  explained: ReadonlySet<string | undefined>,
  hash: Hash,
): BagTilesOutcome {
  const named = [...files.values()].flatMap((file) => {
    const name = parseTilePath(file.path);
    return name === undefined ? [] : [{ ...file, ...name }];
  });
  const skipped = (reason: string, lacksContent = false): BagTilesOutcome => {
    return { checks: [notAttempted("tiles", reason, named.length)], findings: [], lacksContent };
  };
  if (named.length === 0) return skipped("the bundle has no tiles");
  if (statement !== null) return skipped("the signed list vouches for them");
  if (!proven) return skipped("the records do not give the signed roots");
  const judged = (outcome: CheckOutcome): BagTilesOutcome => {
    const findings = outcome.findings.filter(({ where }) => !explained.has(where.file));
    return { checks: outcome.checks, findings, lacksContent: false };
  };
  const byDigest = judgeTileDigests(named, expectedTiles(segments, hash));
  if (byDigest !== null) return judged(byDigest);
  // A tile of a wrong length is not kept, however it is read.
  const isAtHand = named.every(
    ({ content, byteLength, width }) => content !== null || byteLength !== width * HASH_BYTES,
  );
  if (!isAtHand) return skipped("they are not at hand", true);
  const tiles = named.map((tile) => ({ ...tile, hashes: tile.content ?? new Uint8Array() }));
  return judged(judgeTiles(tiles, segments, newest?.checkpoint.size ?? 0, hash));
}
