/** A text in UTF-16: `utf16le` and `wide` with the low byte first, `utf16be` with the high one, `utf16` behind a byte order mark. */
export function utf16(text: string, encoding: string): Uint8Array {
  const bytes = Buffer.from(encoding === "utf16" ? `\ufeff${text}` : text, "utf16le");
  return encoding === "utf16be" ? bytes.swap16() : bytes;
}

/** What a base64 text holds, wherever in a group of three bytes the value begins: only characters that it alone decides. */
export function base64AtOffsets(bytes: Uint8Array): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const bits = 8 * (offset + bytes.length);
    return encoded.slice([0, 2, 3][offset], Math.floor(bits / 6));
  });
}
