import { assert } from "../model/assert.ts";

/** A value as DuckDB returns it: BIGINT is a bigint, INTEGER a number, BLOB bytes, JSON its text. */
export type SqlValue = null | boolean | number | bigint | string | Uint8Array | readonly SqlValue[];

/** One row of a result, by column name. */
export type Row = Readonly<Record<string, SqlValue>>;

/** A result as columns: one array per column, all of one length. */
export type Columns = Readonly<Record<string, readonly SqlValue[]>>;

/** The text in a column that holds no NULL. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  assert(typeof value === "string", `column ${column} should hold text`);
  return value;
}

/** The text in a column, or null. */
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}

/** The whole number in a column that holds no NULL; BIGINT too, when it is exact as a number. */
export function integerOf(row: Row, column: string): number {
  const value = row[column];
  assert(typeof value === "number" || typeof value === "bigint", `column ${column} should hold a number`);
  const number = Number(value);
  assert(Number.isSafeInteger(number), `column ${column} should hold a whole number below 2^53`);
  return number;
}

/** The whole number in a column, or null. */
export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integerOf(row, column);
}

/** The BIGINT in a column, or null; nanoseconds stay exact. */
export function bigintOrNull(row: Row, column: string): bigint | null {
  const value = row[column];
  if (value === null) return null;
  assert(typeof value === "bigint" || typeof value === "number", `column ${column} should hold a number`);
  return BigInt(value);
}

/** The number in a DOUBLE column. */
export function numberOf(row: Row, column: string): number {
  const value = row[column];
  assert(typeof value === "number" || typeof value === "bigint", `column ${column} should hold a number`);
  return Number(value);
}

/** The parsed JSON in a column that we wrote ourselves. */
export function jsonOf(row: Row, column: string): unknown {
  return JSON.parse(textOf(row, column));
}
