import { joinSql, sql, type Sql } from "../casefile/sql.ts";
import { compareTexts, inJson, textMatchersSql, type TextMatcher } from "./matcher-sql.ts";
import { type DetectionItem, type Expression, type Matcher } from "./rule.ts";

/** Where the values of a field are in a relation. A field has values in `text`, or several in `list`, or none. */
export interface FieldColumns {
  /** One value as text: a scalar, or an object as JSON. NULL where there is none or several. */
  readonly text: Sql;
  /** The members of an array as texts, NULL elsewhere; null when the field never is one. */
  readonly list: Sql | null;
  /** Whether the record has the field at all, whatever its value; null where only `exists` would need it. */
  readonly presence: Sql | null;
  /** Where the relation knows the field at all; without it, everywhere. */
  readonly known?: Sql;
  /** Where the field has no value, or the empty text, `text` is that of another one: only the same answer for all three is one. */
  readonly isShared?: boolean;
}

/** A relation that conditions are read from. */
export interface Relation {
  /** Undefined for a field that this relation cannot tell about: the item is then unknown, NULL. */
  readonly columns: (field: string) => FieldColumns | undefined;
  /** The record as JSON text, for keywords; undefined as above. */
  readonly record: Sql | undefined;
}

/**
 * The condition of an expression. Every item that the relation knows about is true or false and never NULL, so that `not`
 * is exact; an item that it does not know about is NULL, and SQL's three-valued logic says whether that matters.
 */
export function expressionSql(expression: Expression, relation: Relation): Sql {
  switch (expression.kind) {
    case "and":
    case "or": {
      const separator = expression.kind === "and" ? sql` AND ` : sql` OR `;
      return sql`(${joinSql(
        expression.operands.map((operand) => expressionSql(operand, relation)),
        separator,
      )})`;
    }
    case "not":
      return sql`(NOT ${expressionSql(expression.operand, relation)})`;
    case "item":
      return itemSql(expression.item, relation);
  }
}

const UNKNOWN = sql`NULL::BOOLEAN`;

/** The condition of one item. */
export function itemSql(item: DetectionItem, relation: Relation): Sql {
  const condition = item.field === null ? keywordsSql(item, relation.record) : fieldSql(item, item.field, relation);
  return item.negated ? sql`(NOT ${condition})` : condition;
}

function keywordsSql(item: DetectionItem, record: Sql | undefined): Sql {
  if (!record) return UNKNOWN;
  const matchers = item.matchers.map((matcher): TextMatcher | undefined =>
    matcher.kind === "text" ? { ...matcher, pattern: inJson(matcher.pattern) } : isText(matcher) ? matcher : undefined,
  );
  const known = matchers.filter((matcher) => matcher !== undefined);
  return sql`coalesce(${textMatchersSql(record, known)}, false)`;
}

function fieldSql(item: DetectionItem, field: string, relation: Relation): Sql {
  const columns = relation.columns(field);
  if (!columns) return UNKNOWN;
  const condition = columnsSql(item, columns, relation);
  if (!columns.isShared) return condition;
  const without = (text: Sql): Sql => columnsSql(item, { text, list: null, presence: null }, relation);
  const [none, empty] = [without(sql`NULL::VARCHAR`), without(sql`''`)];
  return sql`CASE WHEN ${condition} = CASE WHEN ${none} = ${empty} THEN ${none} END THEN ${none} END`;
}

function columnsSql(item: DetectionItem, columns: FieldColumns, relation: Relation): Sql {
  const known = columns.known ? [columns.known] : [];
  const texts = item.matchers.filter(isText);
  const conditions = texts.length > 0 ? [anyValueSql(columns, texts)] : [];
  for (const matcher of item.matchers) {
    if (matcher.kind === "null") conditions.push(absentSql(columns));
    else if (matcher.kind === "exists") {
      if (!columns.presence) return UNKNOWN;
      conditions.push(matcher.present ? columns.presence : sql`(NOT ${columns.presence})`);
    } else if (matcher.kind === "field") {
      const other = relation.columns(matcher.field);
      if (!other || other.isShared) return UNKNOWN;
      if (other.known) known.push(other.known);
      conditions.push(fieldsSql(columns, other, matcher));
    }
  }
  const condition = sql`(${joinSql(conditions, sql` OR `)})`;
  return known.length === 0 ? condition : sql`CASE WHEN ${joinSql(known, sql` AND `)} THEN ${condition} END`;
}

function isText(matcher: Matcher): matcher is TextMatcher {
  return matcher.kind !== "null" && matcher.kind !== "exists" && matcher.kind !== "field";
}

/** Whether any value of a field fits one of the matchers. */
function anyValueSql({ text, list }: FieldColumns, matchers: readonly TextMatcher[]): Sql {
  const single = sql`coalesce(${textMatchersSql(text, matchers)}, false)`;
  if (!list) return single;
  const fitting = sql`list_filter(${list}, lambda member: coalesce(${textMatchersSql(sql`member`, matchers)}, false))`;
  return sql`(${single} OR (${list} IS NOT NULL AND len(${fitting}) > 0))`;
}

function absentSql({ text, list }: FieldColumns): Sql {
  return list ? sql`(${text} IS NULL AND coalesce(len(${list}), 0) = 0)` : sql`(${text} IS NULL)`;
}

function fieldsSql(
  one: FieldColumns,
  other: FieldColumns,
  { part, cased }: Extract<Matcher, { readonly kind: "field" }>,
): Sql {
  if (!one.list && !other.list) return sql`coalesce(${compareTexts(one.text, other.text, part, cased)}, false)`;
  const inner = sql`list_filter(${valuesSql(other)}, lambda y: ${compareTexts(sql`x`, sql`y`, part, cased)})`;
  return sql`(len(list_filter(${valuesSql(one)}, lambda x: len(${inner}) > 0)) > 0)`;
}

function valuesSql({ text, list }: FieldColumns): Sql {
  const members = list ? sql`coalesce(${list}, [])` : sql`[]::VARCHAR[]`;
  return sql`CASE WHEN ${text} IS NOT NULL THEN [${text}] ELSE ${members} END`;
}

/** The fields an expression looks at, those it compares with among them, and whether it looks for keywords. */
export function fieldsOf(expression: Expression): {
  readonly fields: readonly string[];
  /** Those of them that `exists` asks about. */
  readonly presence: readonly string[];
  readonly keywords: boolean;
} {
  const items = itemsOf(expression);
  const presence = items.filter(({ matchers }) => matchers.some(({ kind }) => kind === "exists"));
  const named = items.flatMap(({ field, matchers }) => [
    ...(field === null ? [] : [field]),
    ...matchers.flatMap((matcher) => (matcher.kind === "field" ? [matcher.field] : [])),
  ]);
  return {
    fields: [...new Set(named)],
    presence: [...new Set(presence.flatMap(({ field }) => (field === null ? [] : [field])))],
    keywords: items.some(({ field }) => field === null),
  };
}

/** The items of an expression, in order. */
export function itemsOf(expression: Expression): readonly DetectionItem[] {
  switch (expression.kind) {
    case "and":
    case "or":
      return expression.operands.flatMap(itemsOf);
    case "not":
      return itemsOf(expression.operand);
    case "item":
      return [expression.item];
  }
}
