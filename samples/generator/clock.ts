export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Monday 14 September 2026, 00:00 UTC: the sample spans this and the two following days. */
export const START_MS = Date.UTC(2026, 8, 14);

/** The log closes a segment at these hours. */
export const SEGMENT_HOURS = 6;
export const SEGMENTS = (3 * 24) / SEGMENT_HOURS;

/** Milliseconds since the first midnight of the sample. */
export function at(day: number, hour: number, minute = 0, second = 0, millisecond = 0): number {
  return day * DAY + hour * HOUR + minute * MINUTE + second * SECOND + millisecond;
}

/** The turns of the story, in milliseconds since the first midnight, and the names it hangs on (samples/README.md). */
export const BREACH = {
  leakingBuild: 4_127,
  leakingBuildRun: at(0, 16, 20, 44),
  stuffingFrom: at(0, 21, 40, 12),
  stuffingTo: at(0, 22, 4, 51),
  staffSignIn: at(0, 22, 3, 17, 406),
  session: "s-6188",
  logReading: at(0, 22, 9, 2),
  enumerationFrom: at(1, 2, 11, 4),
  enumerationTo: at(1, 2, 33, 41),
  keyCreated: at(1, 2, 41, 9, 118),
  newKey: "key-reports-93d1",
  rolesGranted: at(1, 2, 47, 2, 730),
  auditChanged: at(1, 2, 52, 30, 275),
  exportFrom: at(1, 3, 4, 11),
  exportTo: at(1, 4, 47, 26),
  cleanUp: at(1, 4, 53, 6),
  tokenReplaced: at(2, 9, 15, 31),
  newToken: "tok-ci-c0a4",
  auditRestored: at(2, 9, 12, 44, 902),
} as const;
