/**
 * What a reader must be able to see. A record may hold characters that show nothing, or that turn the text around
 * them (`user<U+202E>gpj.exe`); in a report each of them is written out.
 */

/** True for control characters, direction marks, joiners, fillers, private use, tags and lone surrogates. */
export function isInvisible(codePoint: number): boolean {
  return (
    codePoint < 0x20 ||
    (codePoint >= 0x7f && codePoint <= 0x9f) ||
    codePoint === 0xa0 ||
    codePoint === 0xad ||
    codePoint === 0x34f ||
    codePoint === 0x61c ||
    codePoint === 0x115f ||
    codePoint === 0x1160 ||
    codePoint === 0x1680 ||
    (codePoint >= 0x17b4 && codePoint <= 0x17b5) ||
    (codePoint >= 0x180b && codePoint <= 0x180f) ||
    (codePoint >= 0x2000 && codePoint <= 0x200f) ||
    (codePoint >= 0x2028 && codePoint <= 0x202f) ||
    (codePoint >= 0x205f && codePoint <= 0x206f) ||
    codePoint === 0x3000 ||
    codePoint === 0x3164 ||
    (codePoint >= 0xd800 && codePoint <= 0xf8ff) ||
    (codePoint >= 0xfe00 && codePoint <= 0xfe0f) ||
    codePoint === 0xfeff ||
    codePoint === 0xffa0 ||
    (codePoint >= 0xfff0 && codePoint <= 0xfffb) ||
    codePoint >= 0xe0000
  );
}

/** The escape of a character, such as `<U+202E>`. */
export function escapeCodePoint(codePoint: number): string {
  return `<U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** A text with everything {@link isInvisible} written out; nothing else changes. */
export function escapeInvisible(text: string): string {
  let escaped = "";
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    escaped += isInvisible(codePoint) ? escapeCodePoint(codePoint) : character;
  }
  return escaped;
}

/**
 * Bytes of a record as text for print: UTF-8 with {@link escapeInvisible}, and each byte that is not UTF-8 as
 * `<0xNN>`. At most `limit` bytes are shown; the caller says how many are left out.
 */
export function printRecord(bytes: Uint8Array, limit: number): string {
  const shown = bytes.subarray(0, limit);
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let text = "";
  let start = 0;
  while (start < shown.length) {
    const length = sequenceLength(shown, start);
    try {
      text += escapeInvisible(strict.decode(shown.subarray(start, start + length)));
      start += length;
    } catch {
      text += `<0x${(shown[start] ?? 0).toString(16).toUpperCase().padStart(2, "0")}>`;
      start += 1;
    }
  }
  return text;
}

/** Length of the run of ASCII, or of the one longer sequence, that starts here. */
function sequenceLength(bytes: Uint8Array, start: number): number {
  const first = bytes[start] ?? 0;
  if (first < 0x80) {
    let end = start + 1;
    while (end < bytes.length && (bytes[end] ?? 0x80) < 0x80) end += 1;
    return end - start;
  }
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}
