import { type ColumnWidth } from "../../state/timeline.ts";
import { columnOf, type GridColumn } from "./grid-columns.tsx";

/** Columns that share what is left over, and the part of their width that each gives way down to. */
const LEAST_SHARES = new Map([
  ["principal", 0.6],
  ["action", 0.8],
  ["resource", 0.5],
]);
/** Where the cells would be cut, these are left to the inspector, in this order. */
const GIVES_WAY = [
  "userAgent",
  "requestId",
  "eventId",
  "file",
  "address",
  "region",
  "account",
  "session",
  "timeRecorded",
  "credential",
  "error",
  "tags",
  "service",
  "resource",
  "recorded",
  "outcome",
  "mark",
  "source",
];

/** The chosen columns that this build knows. */
function chosenColumns(columns: readonly ColumnWidth[]): readonly GridColumn[] {
  return columns.flatMap(({ id }) => columnOf(id) ?? []);
}

/** The columns that the grid shows at a width, in pixels. */
export function shownColumns(columns: readonly ColumnWidth[], width: number): readonly GridColumn[] {
  return chosenColumns(fittingColumns(columns, width));
}

/** The chosen columns that fit into a width, in pixels. */
export function fittingColumns(columns: readonly ColumnWidth[], width: number): readonly ColumnWidth[] {
  let fitting = columns.filter(({ id }) => columnOf(id));
  for (const id of GIVES_WAY) {
    if (fitting.reduce((sum, column) => sum + leastWidth(column), 0) <= width) break;
    fitting = fitting.filter((column) => column.id !== id);
  }
  return fitting;
}

function leastWidth({ id, width }: ColumnWidth): number {
  return width * (LEAST_SHARES.get(id) ?? 1);
}

/** Widths in pixels; the texts share what is left over. */
export function templateOf(columns: readonly ColumnWidth[]): string {
  return columns
    .map((column) =>
      LEAST_SHARES.has(column.id) ? `minmax(${leastWidth(column)}px, ${column.width}fr)` : `${column.width}px`,
    )
    .join(" ");
}
