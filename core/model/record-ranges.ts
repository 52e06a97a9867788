import { type EvidenceLocation } from "./verdict.ts";

/** Records that follow each other, by their first and last leaf index. */
export interface RecordRange {
  readonly index: number;
  readonly endIndex: number;
}

/** What is told of a place; the rest is counted. */
const TOLD_RANGES = 3;

/** The ranges that ascending indexes make. */
export function rangesOfIndexes(indexes: readonly number[]): readonly RecordRange[] {
  const ranges: { index: number; endIndex: number }[] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last?.endIndex === index - 1) last.endIndex = index;
    else ranges.push({ index, endIndex: index });
  }
  return ranges;
}

/** The ranges that a place names. */
export function rangesOfPlace({ index, endIndex, ranges }: EvidenceLocation): readonly RecordRange[] {
  if (index === undefined) return [];
  return ranges ?? [{ index, endIndex: endIndex ?? index }];
}

/** The records that a place names, such as `3 to 5, 60`; empty when it names none. */
export function recordsText(where: EvidenceLocation, format: (index: number) => string = String): string {
  const ranges = rangesOfPlace(where);
  const told = ranges
    .slice(0, TOLD_RANGES)
    .map(({ index, endIndex }) => (index === endIndex ? format(index) : `${format(index)} to ${format(endIndex)}`));
  const further = ranges.length > TOLD_RANGES ? [`and ${format(ranges.length - TOLD_RANGES)} more`] : [];
  return [...told, ...further].join(", ");
}
