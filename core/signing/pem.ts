import { Problem } from "../model/problem.ts";
import { formatBase64, parseBase64 } from "../encoding/base64.ts";

/** RFC 7468 §2: lines of 64 characters. */
const LINE_LENGTH = 64;

/** Larger files are no key or certificate. */
const MAX_PEM_CHARACTERS = 64 * 1024;

/** DER under a label such as `CERTIFICATE`, with LF line ends (RFC 7468). */
export function formatPem(label: string, der: Uint8Array): string {
  const lines = formatBase64(der).match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** A block of PEM. */
export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array<ArrayBuffer>;
}

/**
 * The DER of the one PEM block in a text, with its label. CRLF and text before the block are allowed, as other tools write
 * them; a second block is not. Throws `pem-malformed`; no message holds content.
 */
export function parsePem(text: string): PemBlock {
  const [block, ...more] = parsePemBlocks(text);
  if (block === undefined || more.length > 0) throw malformed("one PEM block");
  return block;
}

/** The PEM blocks of a text, at least one. Throws `pem-malformed` when any cannot be read. */
export function parsePemBlocks(text: string): readonly PemBlock[] {
  if (text.length > MAX_PEM_CHARACTERS) throw malformed(`at most ${MAX_PEM_CHARACTERS} characters`);
  const blocks = [
    ...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END ([A-Z0-9 ]{1,40})-----/g),
  ];
  if (blocks.length === 0) throw malformed("a PEM block");
  return blocks.map(([, label = "", body = "", endLabel = ""]) => {
    const der = parseBase64(body.replace(/[\r\n]/g, ""));
    if (der === undefined || label !== endLabel) throw malformed("base64 between BEGIN and END lines");
    return { label, der };
  });
}

function malformed(expected: string): Problem {
  return new Problem("refused", "pem-malformed", `pem: expected ${expected}`, { expected });
}
