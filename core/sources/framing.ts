/** How the records of a file lie in it. */
export type Framing =
  /** One a line; the line feed is no part of it. */
  | { readonly kind: "lines" }
  /** Members of the array at a path of member names; at the empty path the document is the array. */
  | { readonly kind: "array"; readonly path: readonly string[] }
  /** The document is one record. */
  | { readonly kind: "document" }
  /** Entries behind their lengths, as tiled logs keep them. */
  | { readonly kind: "entries" }
  | TableFraming;

/** Rows of cells below a line of column names, which is no record. */
export interface TableFraming {
  readonly kind: "table";
  /** One character between cells. */
  readonly delimiter: string;
  /**
   * `csv` RFC 4180: the first line names the columns, and a cell in quotes may hold line feeds · `lake` the same below
   * comments that begin with `#`, with maps as Java prints them in its cells · `zeek` the line `#fields` names the columns,
   * lines that begin with `#` are no records, and `-` is no value.
   */
  readonly form: "csv" | "lake" | "zeek";
}
