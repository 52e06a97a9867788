import { type CaseFile } from "../casefile/case-file.ts";
import { integerOf, textOrNull, type Row } from "../casefile/row.ts";
import { identifier, sql, type Sql } from "../casefile/sql.ts";
import { type Facet } from "../model/timeline.ts";
import { Problem, quote } from "../model/problem.ts";
import { readCaseIndex } from "./case-index.ts";
import { QUERY_FIELDS, fieldNamed, type QueryField } from "./fields.ts";
import { matchingEvents } from "./matching-events.ts";
import { type Query, type ValueTerm } from "./query.ts";
import { conditionOn } from "./query-sql.ts";
import { readRecordMembers } from "./record-members.ts";
import { type SavedResult } from "./saved-result.ts";

const VALUES_SHOWN = 12;
const GROUPS_SHOWN = 500;

/** The most frequent values of each facet field among the matching events; fields without any value are left out. */
export async function readFacets(
  caseFile: CaseFile,
  result: SavedResult,
  signal?: AbortSignal,
): Promise<readonly Facet[]> {
  const facets: Facet[] = [];
  for (const field of QUERY_FIELDS) {
    if (!field.facet) continue;
    const facet = await readFacet(caseFile, result, field, VALUES_SHOWN, signal);
    if (facet.values.some(({ value }) => value !== null)) facets.push(facet);
  }
  return facets;
}

/** Every value of one field among the matching events, most frequent first. Throws `no-such-field` (usage). */
export async function readGroups(
  caseFile: CaseFile,
  result: SavedResult,
  name: string,
  signal?: AbortSignal,
): Promise<Facet> {
  const field = fieldNamed(name);
  if (!field) throw new Problem("usage", "no-such-field", `expected a field of the query language, got ${quote(name)}`);
  await readRecordMembers(caseFile, [field], { signal });
  return readFacet(caseFile, result, field, GROUPS_SHOWN, signal);
}

async function readFacet(
  caseFile: CaseFile,
  result: SavedResult,
  field: QueryField,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Facet> {
  const rows =
    (await countedValues(caseFile, result, field, limit)) ??
    (await pairedValues(caseFile, result, field, limit)) ??
    // What the analyst says may be in temporary tables, which the session for jobs does not see.
    (await (field.related === null ? caseFile.jobs : caseFile).query(
      sql`SELECT ${textValue(field)} AS value, count(*) AS events ${matchingEvents(result, field)}
          GROUP BY value ORDER BY events DESC, value NULLS LAST LIMIT ${limit}`,
      { signal },
    ));
  const values = rows.map((row) => ({ value: textOrNull(row, "value"), count: integerOf(row, "events") }));
  const shown = values.reduce((sum, { count }) => sum + count, 0);
  // Of what the analyst says an event has any number of values, so what is left over is not said.
  if (field.related !== null) return { field: field.name, label: field.label, values, others: 0 };
  return { field: field.name, label: field.label, values, others: result.set.matching - shown };
}

/** The counts that the index of the case holds, when the result is the whole of one of its tables. */
async function countedValues(
  caseFile: CaseFile,
  { set, order, firstPosition }: SavedResult,
  field: QueryField,
  limit: number,
): Promise<readonly Row[] | undefined> {
  if (order === null || firstPosition > 0 || !(await readCaseIndex(caseFile)).has("field_value")) return undefined;
  const relation = sql`(SELECT value, ${countsOf(order === "time_order")} AS counts FROM field_value WHERE field = ${field.name})`;
  return summedValues(caseFile, relation, limit, set.matching);
}

/**
 * The counts that the index of the case holds, when the result is all events whose value of one field a term asks for, or
 * all of them that are shown: it is a part of the first and holds the second, so that equal numbers mean the same events.
 */
async function pairedValues(
  caseFile: CaseFile,
  { set, query }: SavedResult,
  field: QueryField,
  limit: number,
): Promise<readonly Row[] | undefined> {
  if (!isTermOfField(query) || !(await readCaseIndex(caseFile)).has("value_pair")) return undefined;
  for (const isAll of [false, true]) {
    const relation = sql`(SELECT counted_value AS value, ${countsOf(isAll)} AS counts FROM value_pair
      WHERE field = ${query.field.name} AND counted = ${field.name} AND ${conditionOn(sql`value_pair.value`, query)})`;
    const rows = await summedValues(caseFile, relation, limit, set.matching);
    if (rows) return rows;
  }
  return undefined;
}

type TermOfField = ValueTerm & { readonly field: QueryField };

function isTermOfField(query: Query): query is TermOfField {
  return (query.kind === "text" || query.kind === "regex" || query.kind === "network") && query.field !== null;
}

/** The column of counts of all events, or of those that are shown. */
function countsOf(isAll: boolean): Sql {
  return identifier(isAll ? "events" : "shown");
}

/** Values with the sums of their counts; undefined when these are not those of so many events. */
async function summedValues(
  caseFile: CaseFile,
  relation: Sql,
  limit: number,
  matching: number,
): Promise<readonly Row[] | undefined> {
  const rows = await caseFile.query(
    sql`SELECT nullif(value, '') AS value, sum(counts) AS events, sum(sum(counts)) OVER () AS total
        FROM ${relation} WHERE counts > 0
        GROUP BY 1 ORDER BY events DESC, value NULLS LAST LIMIT ${limit}`,
  );
  return rows[0] && integerOf(rows[0], "total") === matching ? rows : undefined;
}

/** An empty text says nothing, like no text at all: the query language has one spelling for both. */
function textValue(field: QueryField): Sql {
  const column = identifier(field.column);
  return field.kind === "time" || field.kind === "number"
    ? sql`CAST(${column} AS VARCHAR)`
    : sql`nullif(${column}, '')`;
}
