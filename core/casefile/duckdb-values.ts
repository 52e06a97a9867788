import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBListValue,
  SQLNULL,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";

import { type SqlValue } from "./row.ts";
import { renderSql, type Sql, type SqlParameter } from "./sql.ts";

/** A statement with its values, each bound with its own type. */
export function bind(statement: Sql): [string, DuckDBValue[] | undefined, DuckDBType[] | undefined] {
  const { text, values } = renderSql(statement);
  if (values.length === 0) return [text, undefined, undefined];
  const bound = values.map(bindOne);
  return [text, bound.map(([value]) => value), bound.map(([, type]) => type)];
}

function bindOne(value: SqlParameter): [DuckDBValue, DuckDBType] {
  switch (typeof value) {
    case "string":
      return [value, VARCHAR];
    case "bigint":
      return [value, BIGINT];
    case "boolean":
      return [value, BOOLEAN];
    case "number":
      return Number.isSafeInteger(value) ? [BigInt(value), BIGINT] : [value, DOUBLE];
    default:
      return value === null ? [null, SQLNULL] : [new DuckDBBlobValue(value), BLOB];
  }
}

/** A value of a result as ours. */
export function read(value: DuckDBValue | undefined): SqlValue {
  if (value === null || value === undefined) return null;
  if (typeof value !== "object") return value;
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBListValue) return value.items.map(read);
  return value.toString();
}
