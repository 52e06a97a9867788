import { type ColumnWidth } from "../../state/timeline.ts";
import { columnOf, type GridColumn } from "./grid-columns.tsx";

/** The chosen columns that this build knows. */
export function chosenColumns(columns: readonly ColumnWidth[]): readonly GridColumn[] {
  return columns.flatMap(({ id }) => columnOf(id) ?? []);
}

/** Widths in pixels; the texts share what is left over. */
export function templateOf(columns: readonly ColumnWidth[]): string {
  return columns
    .filter(({ id }) => columnOf(id))
    .map(({ id, width }) =>
      ["principal", "action", "resource"].includes(id) ? `minmax(${width * 0.6}px, ${width}fr)` : `${width}px`,
    )
    .join(" ");
}
