import { type TextColumn } from "./source.ts";

/** The name of a column in mappings, queries and exports: `userAgent` for `user_agent`. */
export function columnName(column: TextColumn): string {
  return column.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
