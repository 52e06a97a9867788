const SECOND = 1_000_000_000n;

/** "3 min 25 s", "2 h 10 min", "4 d 1 h": a length of time in nanoseconds, in its two largest units. */
export function lengthWords(nanoseconds: bigint): string {
  const seconds = Number(nanoseconds / SECOND);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3_600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${seconds % 60} s`;
}
