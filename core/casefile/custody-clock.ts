/** The two clocks of a journal: the wall clock, which people and attackers set, and one that only runs forward. */
export interface CustodyClock {
  /** Milliseconds since the epoch, as the operating system says. */
  wallMillis(): number;
  /** Milliseconds from an arbitrary start; never set back. On Linux it stands still while the machine sleeps. */
  monotonicMillis(): number;
  /** IANA name of the local time zone, such as "Europe/Rome". */
  timeZone(): string;
}

/** The clocks of this machine. */
export const systemClock: CustodyClock = {
  wallMillis: () => Date.now(),
  monotonicMillis: () => performance.now(),
  timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** More difference than this between the two clocks, over one gap between entries, is a jump: NTP slews far slower. */
export const CLOCK_JUMP_MS = 5_000;
