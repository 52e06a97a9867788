/** Records of a log by their leaf indexes, both ends included: `17` or `17-42`. */
export interface LeafRange {
  readonly first: number;
  readonly last: number;
}

const RANGE = /^(0|[1-9][0-9]{0,15})(?:-(0|[1-9][0-9]{0,15}))?$/;

/** Undefined for another text, and for a range that ends before it begins. */
export function parseLeafRange(text: string): LeafRange | undefined {
  const match = RANGE.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return Number.isSafeInteger(last) && first <= last ? { first, last } : undefined;
}

export function formatLeafRange({ first, last }: LeafRange): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/** Whether two ranges have a record in common. */
export function rangesMeet(left: LeafRange, right: LeafRange): boolean {
  return left.first <= right.last && right.first <= left.last;
}
