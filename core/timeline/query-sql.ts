import { unreachable } from "../model/assert.ts";
import { identifier, joinSql, sql, type Sql } from "../casefile/sql.ts";
import { QUERY_FIELDS, type QueryField } from "./fields.ts";
import { type Pattern, type Query } from "./query.ts";

const FREE_TEXT_COLUMNS = QUERY_FIELDS.filter((field) => field.freeText).map((field) => identifier(field.column));

/**
 * The condition on `timeline_event` that holds for exactly the matching rows. Everything a person typed is bound.
 * A condition on an empty column is SQL's NULL, which counts as "does not hold": hence `IS NOT TRUE` instead of NOT.
 */
export function querySql(query: Query): Sql {
  switch (query.kind) {
    case "all":
      return sql`TRUE`;
    case "and":
      return joinSql(query.operands.map(operandSql), sql` AND `);
    case "or":
      return joinSql(query.operands.map(operandSql), sql` OR `);
    case "not":
      return sql`(${querySql(query.operand)}) IS NOT TRUE`;
    case "words":
      return joinSql(
        FREE_TEXT_COLUMNS.map((column) => wordsSql(column, query.pattern)),
        sql` OR `,
      );
    case "text":
      return patternSql(identifier(query.field.column), query.pattern);
    case "present":
      return hasTexts(query.field)
        ? sql`${identifier(query.field.column)} <> ''`
        : sql`${identifier(query.field.column)} IS NOT NULL`;
    case "absent":
      return hasTexts(query.field)
        ? sql`coalesce(${identifier(query.field.column)}, '') = ''`
        : sql`${identifier(query.field.column)} IS NULL`;
    case "range":
      return rangeSql(identifier(query.field.column), query.from, query.to);
    default:
      return unreachable(query);
  }
}

function operandSql(query: Query): Sql {
  return sql`(${querySql(query)})`;
}

function hasTexts(field: QueryField): boolean {
  return field.kind === "text" || field.kind === "verdict";
}

function patternSql(column: Sql, pattern: Pattern): Sql {
  if (pattern.literal) return sql`${column} = ${pattern.text}`;
  if (!pattern.text.includes("*")) return sql`lower(${column}) = lower(${pattern.text})`;
  return sql`lower(${column}) LIKE lower(${likePattern(pattern.text)}) ESCAPE '\\'`;
}

/** Words are looked for anywhere in a text and never mind case; a phrase keeps its stars as stars. */
function wordsSql(column: Sql, { text, literal }: Pattern): Sql {
  if (literal || !text.includes("*")) return sql`contains(lower(${column}), lower(${text}))`;
  return sql`lower(${column}) LIKE lower(${`%${likePattern(text)}%`}) ESCAPE '\\'`;
}

function likePattern(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");
}

function rangeSql(column: Sql, from: bigint | null, to: bigint | null): Sql {
  const bounds = [
    ...(from === null ? [] : [sql`${column} >= ${from}`]),
    ...(to === null ? [] : [sql`${column} < ${to}`]),
  ];
  return bounds.length === 0 ? sql`${column} IS NOT NULL` : joinSql(bounds, sql` AND `);
}
