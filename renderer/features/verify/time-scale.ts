/** A stretch of time that is drawn from the left to the right. */
export interface TimeScale {
  /** Milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
}

/** The scale that holds all these times, in milliseconds; those that are no times do not count. */
export function scaleOver(times: readonly number[]): TimeScale {
  const known = times.filter(Number.isFinite);
  return { first: Math.min(...known), last: Math.max(...known) };
}

/** Where a stretch lies, as CSS; what is no time is the end of the scale. */
export function placeIn({ first, last }: TimeScale, from: number, to: number) {
  const share = (time: number, end: number) =>
    (((Number.isFinite(time) ? time : end) - first) / Math.max(1, last - first)) * 100;
  const left = share(from, first);
  return { left: `${left}%`, width: `${Math.max(0.3, share(to, last) - left)}%` };
}
