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
  const ranges: [number, number][] = [];
  for (const seq of [...new Set(seqs)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && seq === last[1] + 1) last[1] = seq;
    else ranges.push([seq, seq]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}
