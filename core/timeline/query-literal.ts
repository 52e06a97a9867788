import { instant, parseInstant } from "../model/time.ts";

/** The half-open stretch `[from, to)` a literal names: a day, a second, one number. */
export interface Stretch {
  readonly from: bigint;
  readonly to: bigint;
}

/** Years whose nanoseconds fit 64 bits with room to spare, which is what the case stores. */
const TIME =
  /^((?:1[789]|2[01])\d\d-\d\d-\d\d)(?:[Tt](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|z|[+-]\d\d:\d\d)?)?$/;
const SECOND = 1_000_000_000n;

/**
 * Reads a moment as coarse as it was written: `2026-09-15` is that day, `2026-09-15T02` that hour,
 * `2026-09-15T02:41:09.5` that tenth of a second. UTC unless an offset follows.
 */
export function parseTimeLiteral(text: string): Stretch | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [, date, hour, minute, second, fraction, zone = "Z"] = match;
  const start = parseInstant(
    `${date}T${hour ?? "00"}:${minute ?? "00"}:${second ?? "00"}${fraction ? `.${fraction}` : ""}${zone}`,
  );
  if (start === undefined) return undefined;
  const length =
    hour === undefined
      ? 86_400n * SECOND
      : minute === undefined
        ? 3_600n * SECOND
        : second === undefined
          ? 60n * SECOND
          : fraction === undefined
            ? SECOND
            : 10n ** BigInt(9 - fraction.length);
  return { from: start, to: instant(start + length) };
}

/** Reads a whole number of at most 15 digits. */
export function parseNumberLiteral(text: string): Stretch | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined;
  return { from: BigInt(text), to: BigInt(text) + 1n };
}

/** What the words `first`, `last` and `now` of a relative time stand for; null where there is no such moment. */
export interface Moments {
  readonly first: bigint | null;
  readonly last: bigint | null;
  readonly now: bigint | null;
}

const UNITS: Readonly<Record<string, bigint>> = {
  s: SECOND,
  m: 60n * SECOND,
  h: 3_600n * SECOND,
  d: 86_400n * SECOND,
  w: 604_800n * SECOND,
};

/** Reads `last`, `last-2h`, `first+30m`, `now-7d`: one moment, from which on or up to which a range reaches. */
export function parseRelativeTime(text: string, moments: Moments): Stretch | undefined {
  const [, anchor = "", sign, amount = "0", unit = "s"] =
    /^(first|last|now)(?:([+-])(\d{1,6})([smhdw]))?$/.exec(text) ?? [];
  const moment = anchor === "first" ? moments.first : anchor === "last" ? moments.last : moments.now;
  const length = UNITS[unit];
  if (anchor === "" || moment === null || length === undefined) return undefined;
  const from = moment + (sign === "-" ? -1n : 1n) * BigInt(amount) * length;
  return { from, to: from + 1n };
}
