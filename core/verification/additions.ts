/**
 * What a bundle may carry beyond its own proofs, and what could be asked beyond the bundle. None of it is judged in this
 * version; all of it is named, so that nothing present passes for checked.
 */
import { type BundleContents } from "../bundle/bundle-reader.ts";
import { CHECKPOINT_PATH, isCustodyPath, parseCheckpointPath, POLICY_PATH } from "../bundle/layout.ts";
import { type BundleStatement } from "../bundle/statement.ts";
import { type Check, type VerificationFinding } from "../model/verdict.ts";
import { countOf, finding, notAttempted, type CheckOutcome } from "./findings.ts";
import { type SignatureOutcome } from "./log-signature.ts";

/** Lists additions as checks that were not attempted. Only a state signed by a pinned key can lack a witness or a stamp. */
export function judgeAdditions(
  contents: BundleContents,
  { newest, unknownSignatures }: SignatureOutcome,
  statement: BundleStatement | null,
): CheckOutcome {
  const paths = [...contents.files.keys()];
  const stamps = paths.filter((path) => parseCheckpointPath(path)?.stamp === true).length;
  const lines = unknownSignatures.length;
  const checks: Check[] = [
    lines > 0
      ? notAttempted(
          "witnesses",
          `${countOf(lines, "further signature")} present; cosignatures are not judged yet`,
          lines,
        )
      : notAttempted("witnesses", "no witness has signed a checkpoint"),
    stamps > 0
      ? notAttempted("time-stamps", `${countOf(stamps, "time stamp")} present; time stamps are not judged yet`, stamps)
      : notAttempted("time-stamps", "no checkpoint carries a time stamp"),
    listed("key-rotation", "rotation note", paths.filter((path) => /^data\/keys\/rotation-/.test(path)).length),
    listed("policy", "policy file", paths.filter((path) => path === POLICY_PATH).length),
    listed("absent-ranges", "statement of an absent range", statement === null ? 0 : claimedAbsences(statement)),
    listed("disclosures", "file of disclosures", paths.filter((path) => path.startsWith("data/disclosures/")).length),
    listed("custody", "custody envelope", paths.filter(isCustodyPath).length),
    notAttempted("key-validity", "validity periods need a proven time; there is none"),
    notAttempted("anchors", "no earlier state of this log is remembered: whether newer events existed cannot be seen"),
  ];
  return { checks, findings: newest?.trust === "pinned" ? limits(newest.checkpoint.size) : [] };
}

function listed(name: string, noun: string, count: number): Check {
  return count === 0
    ? notAttempted(name, `no ${noun} in the bundle`)
    : notAttempted(name, `${countOf(count, noun)} present; not judged yet`, count);
}

function claimedAbsences(statement: BundleStatement): number {
  return statement.absent.length + (statement.minimumIndex > 0 ? 1 : 0);
}

function limits(size: number): VerificationFinding[] {
  return [
    finding(
      "not-witnessed",
      "verified-with-limits",
      `No witness that you trust has confirmed this state of ${countOf(size, "record")}: whether the log showed others another history, or went on, cannot be seen from this bundle.`,
      { file: CHECKPOINT_PATH },
    ),
    finding(
      "not-stamped",
      "verified-with-limits",
      "No time stamp that you trust proves when this state existed; times are those the log recorded.",
      { file: CHECKPOINT_PATH },
    ),
  ];
}
