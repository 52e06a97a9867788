/**
 * The line that stands for a withheld record (format §2): `~` and its leaf hash in base64, 45 bytes. A record begins with
 * `{` and so is never one.
 */
import { formatBase64, parseBase64 } from "../encoding/base64.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { HASH_BYTES } from "../model/digest.ts";

export const WITHHELD_MARK = 0x7e;

const LINE_BYTES = 45;

/** The leaf hash in a line (without its line feed); undefined for every other line. */
export function parseWithheldLine(line: Uint8Array): Uint8Array | undefined {
  if (line.length !== LINE_BYTES || line[0] !== WITHHELD_MARK) return undefined;
  const text = decodeUtf8(line.subarray(1));
  const leaf = text === undefined ? undefined : parseBase64(text);
  return leaf?.length === HASH_BYTES ? leaf : undefined;
}

/** The line without its line feed. Precondition: 32 bytes. */
export function formatWithheldLine(leaf: Uint8Array): string {
  return `~${formatBase64(leaf)}`;
}
