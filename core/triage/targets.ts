import { createHash } from "node:crypto";

import { type CustodyValue } from "../model/custody.ts";

/** Longer lists stand in the journal as their beginning, count and digest; the case holds them whole. */
const RANGES_LIMIT = 4_096;

/** How a journal entry names the events of an act: "5, 8-12", their count, and a digest when the list is cut. */
export function eventsOfEntry(seqs: readonly number[]): Readonly<Record<string, CustodyValue>> {
  const ranges = rangesOf(seqs);
  if (ranges.length <= RANGES_LIMIT) return { events: seqs.length, seqs: ranges };
  const cut = ranges.slice(0, ranges.lastIndexOf(",", RANGES_LIMIT));
  return {
    events: seqs.length,
    seqs: `${cut}, …`,
    seqsSha256: createHash("sha256").update(ranges).digest("hex"),
  };
}

function rangesOf(seqs: readonly number[]): string {
  const sorted = [...new Set(seqs)].sort((a, b) => a - b);
  const ranges: string[] = [];
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    end = start + 1;
    while (sorted[end] === (sorted[end - 1] ?? 0) + 1) end += 1;
    ranges.push(end - start === 1 ? `${sorted[start]}` : `${sorted[start]}-${sorted[end - 1]}`);
  }
  return ranges.join(", ");
}
