import { type CaseFile } from "../casefile/case-file.ts";
import { textOf, type SqlValue } from "../casefile/row.ts";
import { checkedStatement, sql } from "../casefile/sql.ts";
import { formatHex } from "../encoding/bytes.ts";
import { present } from "../model/assert.ts";
import { Problem, quote } from "../model/problem.ts";
import { type SqlTable } from "../model/timeline.ts";
import { SQL_FUNCTIONS, SQL_TABLE_FUNCTIONS, SQL_VIEWS } from "./sql-names.ts";

const ROW_LIMIT = 10_000;

/** Table references that read nothing but what they name. */
const TABLE_REFERENCES = new Set(["EMPTY", "BASE_TABLE", "SUBQUERY", "JOIN", "EXPRESSION_LIST", "TABLE_FUNCTION"]);

/**
 * Answers one SELECT over the views and functions of docs/query-language.md, on a connection of its own that cannot
 * write. DuckDB's own parser reads it; nothing runs that is not on the lists. Throws `sql-refused` and `sql-failed` (usage).
 */
export async function runSql(caseFile: CaseFile, text: string, signal?: AbortSignal): Promise<SqlTable> {
  const started = performance.now();
  await assertAllowed(caseFile, text);
  const { columns, rows } = await caseFile
    .readOnly((session) => session.table(checkedStatement(text), ROW_LIMIT + 1, { signal }))
    .catch(explained);
  return {
    columns,
    rows: rows.slice(0, ROW_LIMIT).map((row) => row.map(cellOf)),
    cut: rows.length > ROW_LIMIT,
    milliseconds: Math.round(performance.now() - started),
  };
}

async function assertAllowed(caseFile: CaseFile, text: string): Promise<void> {
  const [row] = await caseFile.query(
    sql`SELECT CAST(json_serialize_sql(CAST(${text} AS VARCHAR)) AS VARCHAR) AS parsed`,
  );
  const parsed: unknown = JSON.parse(textOf(present(row, "a constant is one row"), "parsed"));
  if (!isObject(parsed) || parsed["error"] !== false || !Array.isArray(parsed["statements"])) {
    throw refused(isObject(parsed) && typeof parsed["error_message"] === "string" ? parsed["error_message"] : "no SQL");
  }
  if (parsed["statements"].length !== 1) {
    throw refused(`expected one SELECT, found ${parsed["statements"].length} statements`);
  }
  const tables = await caseFile.query(
    sql`SELECT table_name AS name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal`,
  );
  const stored = new Set(tables.map((table) => textOf(table, "name").toLowerCase()));
  const own = new Set<string>();
  for (const name of commonTables(parsed)) {
    if (stored.has(name)) throw refused(`the name ${quote(name)} is taken; give the subquery another`);
    own.add(name);
  }
  assertNode(parsed, own);
}

/** Names that WITH gives, wherever it stands. */
function commonTables(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(commonTables);
  if (!isObject(node)) return [];
  const { cte_map: named } = node;
  const entries = isObject(named) && Array.isArray(named["map"]) ? named["map"] : [];
  const names = entries.flatMap((entry: unknown) =>
    isObject(entry) && typeof entry["key"] === "string" ? [entry["key"].toLowerCase()] : [],
  );
  return [...names, ...Object.values(node).flatMap(commonTables)];
}

/** Everything that is read or called anywhere in the statement is on a list. */
function assertNode(node: unknown, own: ReadonlySet<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) assertNode(item, own);
    return;
  }
  if (!isObject(node)) return;
  assertReference(node, own);
  for (const child of Object.values(node)) assertNode(child, own);
}

function assertReference(node: Readonly<Record<string, unknown>>, own: ReadonlySet<string>): void {
  const { type, function: called, table_name: table } = node;
  if (typeof node["function_name"] === "string") assertFunction(node["function_name"], node, SQL_FUNCTIONS);
  // A table reference has an alias and a sample and, unlike an expression, no class.
  if (typeof type !== "string" || "class" in node || !("alias" in node) || !("sample" in node)) return;
  if (!TABLE_REFERENCES.has(type)) throw refused(`${quote(type)} is not among what this mode reads`);
  if (type === "TABLE_FUNCTION") {
    const name = isObject(called) ? called["function_name"] : undefined;
    if (typeof name !== "string" || !SQL_TABLE_FUNCTIONS.has(name)) {
      throw refused(`${quote(String(name))} is not among the functions that this mode reads from`);
    }
  }
  if (type === "BASE_TABLE") {
    const name = typeof table === "string" ? table.toLowerCase() : "";
    const qualified = node["schema_name"] !== "" || node["catalog_name"] !== "";
    if (qualified || !(SQL_VIEWS.has(name) || own.has(name))) {
      throw refused(`${quote(String(table))} is none of ${[...SQL_VIEWS].join(", ")}`);
    }
  }
}

function assertFunction(name: string, node: Readonly<Record<string, unknown>>, allowed: ReadonlySet<string>): void {
  const qualified = node["catalog"] !== "" || (node["schema"] !== "" && node["schema"] !== "main");
  if (!qualified && (allowed.has(name.toLowerCase()) || SQL_TABLE_FUNCTIONS.has(name))) return;
  throw refused(`the function ${quote(name)} is not among those of this mode`);
}

function cellOf(value: SqlValue): string | number | boolean | null {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  return value instanceof Uint8Array ? formatHex(value) : JSON.stringify(value.map(cellOf));
}

function refused(why: string): Problem {
  return new Problem("usage", "sql-refused", `SQL: expected one SELECT over the views of the case: ${why}`);
}

function explained(error: unknown): never {
  if (error instanceof Problem) throw error;
  const message = error instanceof Error ? error.message : String(error);
  throw new Problem("usage", "sql-failed", `SQL: ${message}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
