import { type RecordHashing } from "../merkle/record-hashing.ts";
import { present } from "../model/assert.ts";
import { HASH_BYTES } from "../model/digest.ts";
import { parseOpenRecord } from "./log-record.ts";
import { type ScannedSegment, type SegmentChain } from "./segment-content.ts";

/** The chains of segments from the heads that their open records state; null where the first record is none. */
export function chainsOf(
  segments: readonly ScannedSegment[],
  hashing: RecordHashing,
): readonly (SegmentChain | null)[] {
  const opened = segments.map(({ first, leaves }) => {
    const open = first === null ? undefined : parseOpenRecord(first);
    return open === undefined ? null : { head: open.chain, leaves: leaves.subarray(0, -HASH_BYTES) };
  });
  const heads = [...hashing.chains(opened.filter((part) => part !== null))];
  return segments.map(({ leaves }, at) => {
    if (opened[at] === null) return null;
    const beforeLast = present(heads.shift(), "a head for every chain");
    const [end] = hashing.chains([{ head: beforeLast, leaves: leaves.subarray(-HASH_BYTES) }]);
    return { beforeLast, end: present(end, "one head for one chain") };
  });
}
