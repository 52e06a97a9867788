/** One record of RFC 4180, with its line end. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/** How a formula begins, after any white space; some spreadsheets take the full-width forms (U+FF0B and others) for the same. */
const FORMULA = /^[\s\0]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/** A cell of RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe in front; a lone hyphen is none. */
export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const inert = value !== "-" && FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
