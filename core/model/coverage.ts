/** What is proven of an exhibit over time: its events by stretch of recorded time and by what their proof came to. */
export interface TimeCoverage {
  /** Recorded times of the first and the last dated event, nanoseconds since 1970; null when none is dated. */
  readonly from: bigint | null;
  readonly to: bigint | null;
  readonly bucketNanoseconds: bigint;
  readonly buckets: readonly CoverageBucket[];
  /** Stretches in which signed records are missing, or which no proof covers. */
  readonly gaps: readonly CoverageGap[];
  readonly undated: number;
}

/** Counts of events. */
export interface CoverageBucket {
  readonly proven: number;
  readonly unproven: number;
  readonly altered: number;
  readonly withheld: number;
}

export interface CoverageGap {
  /** Nanoseconds since 1970; null where the evidence itself ends. */
  readonly from: bigint | null;
  readonly to: bigint | null;
  /** Signed records that are missing in it; 0 when their number is not known. */
  readonly missing: number;
  readonly message: string;
  /** Whether this is an alteration, and not a gap whose cause is recorded. */
  readonly altered: boolean;
}
