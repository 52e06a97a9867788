import { parseCsvRecord } from "../encoding/csv.ts";
import { parseJavaMap } from "../encoding/java-map.ts";
import { type JsonValue } from "../encoding/strict-json.ts";
import { decodeUtf8 } from "../encoding/utf8.ts";
import { type TableFraming } from "./framing.ts";

const BYTE_ORDER_MARK = "\ufeff";
const COMMENT = "#";
const ZEEK_FIELDS = "#fields";
/** What Zeek writes for no value, and for a set or a text that is empty. */
const ZEEK_NOTHING: readonly string[] = ["-", "(empty)"];

/** The names of the columns, where a line of a table gives them; undefined for any other line. */
export function columnsIn(line: string, framing: TableFraming): readonly string[] | undefined {
  if (framing.form === "zeek") {
    if (!line.startsWith(ZEEK_FIELDS)) return undefined;
    return cellsOf(line, framing).slice(1);
  }
  if (framing.form === "lake" && line.startsWith(COMMENT)) return undefined;
  return cellsOf(line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line, framing);
}

/** The cells of a record, by its form. */
export function cellsOf(record: string, framing: TableFraming): readonly string[] {
  if (framing.form !== "zeek") return parseCsvRecord(record, framing.delimiter);
  return (record.endsWith("\r") ? record.slice(0, -1) : record).split(framing.delimiter);
}

/** A record as an object of its cells by column, as a mapping reads it; undefined for bytes that are no UTF-8. */
export function tableRecord(
  bytes: Uint8Array,
  columns: readonly string[],
  framing: TableFraming,
): JsonValue | undefined {
  const text = decodeUtf8(bytes);
  if (text === undefined) return undefined;
  const cells = cellsOf(text, framing);
  const named = columns.map((name, index) => [name, cells[index]] as const);
  // Of a name given twice the first counts, as in JSON that DuckDB reads.
  return Object.fromEntries(
    named
      .toReversed()
      .filter((pair): pair is readonly [string, string] => isValue(pair[1], framing))
      .map(([name, cell]) => [name, framing.form === "lake" ? (parseJavaMap(cell) ?? cell) : cell]),
  );
}

function isValue(cell: string | undefined, framing: TableFraming): boolean {
  return cell !== undefined && !(framing.form === "zeek" && ZEEK_NOTHING.includes(cell));
}
