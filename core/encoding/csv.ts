/**
 * Rows of cells after RFC 4180: `2026-01-02T03:04:05Z,alice,"said ""no"", twice"`. A cell that begins with a quote ends with
 * one, holds delimiters and line feeds, and doubles the quotes in it; a quote elsewhere is a character like any other.
 */

const QUOTE = 0x22;

/**
 * Whether a quoted cell is still open behind a line, so that the record goes on in the next one.
 * @param inside whether one was open before it.
 */
export function endsInsideQuotes(line: Uint8Array, delimiter: string, inside: boolean): boolean {
  const separator = delimiter.charCodeAt(0);
  let open = inside;
  let atStart = !inside;
  for (let index = 0; index < line.length; index++) {
    const byte = line[index];
    if (open) {
      if (byte !== QUOTE) continue;
      if (line[index + 1] === QUOTE) index += 1;
      else open = false;
    } else if (atStart && byte === QUOTE) {
      open = true;
      atStart = false;
    } else {
      atStart = byte === separator;
    }
  }
  return open;
}

/** The cells of one record, without the quotes around them; a carriage return at the end belongs to the line break. */
export function parseCsvRecord(record: string, delimiter: string): readonly string[] {
  const text = record.endsWith("\r") ? record.slice(0, -1) : record;
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      const { cell, end } = quotedCell(text, at + 1, delimiter);
      cells.push(cell);
      at = end;
    } else {
      const end = text.indexOf(delimiter, at);
      cells.push(text.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? text.length : end;
    }
    if (at >= text.length) return cells;
    at += 1;
  }
}

/** A cell whose opening quote stands before `start`, and where its delimiter or the end of the record is. */
function quotedCell(text: string, start: number, delimiter: string): { readonly cell: string; readonly end: number } {
  let cell = "";
  let at = start;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { cell: cell + text.slice(at), end: text.length };
    cell += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      // What follows the closing quote is malformed, and kept.
      const delimited = text.indexOf(delimiter, quote + 1);
      const end = delimited < 0 ? text.length : delimited;
      return { cell: cell + text.slice(quote + 1, end), end };
    }
    cell += '"';
    at = quote + 2;
  }
}
