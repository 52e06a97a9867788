/** When states of a log existed, by what the bundle says of itself: whoever judges it finds some of these times proven. */
import { type BagContents } from "../bundle/bundle-reader.ts";
import { CHECKPOINT_PATH, parseCheckpointPath } from "../bundle/layout.ts";
import { Problem } from "../model/problem.ts";
import { parseCheckpoint } from "../signing/checkpoint.ts";
import { claimedCosignatureTime } from "../signing/cosignature.ts";
import { parseNote } from "../signing/note.ts";
import { statedTime } from "../signing/time-stamp.ts";
import { type ProvenTime } from "./record-clock.ts";

/** The last time that a calendar has, milliseconds since 1970 (ECMA-262 §21.4.1.1); clocks that are later prove nothing. */
const MAX_TIME_MS = 8.64e15;

/**
 * Every time that a stamp or a cosignature in the bag states, with the size of its state. Keys and signatures are not looked
 * at: those that {@link judgeTimeStamps} and {@link judgeWitnesses} find proven are among them, whatever the examiner trusts.
 */
export function claimedTimes({ files }: BagContents): readonly ProvenTime[] {
  const times = [...files.values()].flatMap(({ path, content }): readonly ProvenTime[] => {
    const name = parseCheckpointPath(path);
    if (content === null) return [];
    if (name?.stamp !== true) return name || path === CHECKPOINT_PATH ? cosignatureTimes(content) : [];
    const stated = statedTime(content);
    return stated ? [{ size: name.size, ms: stated.timeMs + stated.accuracyMs }] : [];
  });
  return times.filter(({ ms }) => ms > 0 && ms <= MAX_TIME_MS);
}

function cosignatureTimes(bytes: Uint8Array): readonly ProvenTime[] {
  try {
    const note = parseNote(bytes);
    const { size } = parseCheckpoint(note.text);
    return note.signatures.flatMap(({ signature }) => {
      const seconds = claimedCosignatureTime(signature);
      return seconds === undefined ? [] : [{ size, ms: Number(seconds) * 1_000 }];
    });
  } catch (error) {
    // What is wrong with a note is told by the judgement.
    if (error instanceof Problem) return [];
    throw error;
  }
}
