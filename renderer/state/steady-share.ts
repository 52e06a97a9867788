/** What is known of a job: how much of it is done, 0 to 1, and since when it is said to be. Moments are milliseconds. */
export interface ToldShare {
  readonly share: number;
  readonly began: number;
  readonly told: number;
}

/** An estimate says no more than this; the rest is for the answer itself. */
const MOST = 0.95;

/**
 * How much of a job is probably done now. DuckDB's own figure stands still while it sorts what it has read, which is most of
 * the work, so it goes on at the pace it had until then: measured, a sort ends about when that reaches its end.
 */
export function steadyShare({ share, began, told }: ToldShare, now: number): number {
  if (share <= 0 || told <= began) return 0;
  const pace = share / (told - began);
  return Math.max(share, Math.min(MOST, share + pace * (now - told)));
}
