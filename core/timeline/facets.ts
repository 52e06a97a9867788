import { type CaseFile } from "../casefile/case-file.ts";
import { integerOf, textOrNull } from "../casefile/row.ts";
import { identifier, sql, type Sql } from "../casefile/sql.ts";
import { type Facet } from "../model/timeline.ts";
import { Problem, quote } from "../model/problem.ts";
import { QUERY_FIELDS, fieldNamed, type QueryField } from "./fields.ts";
import { relationOfField } from "./relation.ts";
import { type SavedResult } from "./result-sets.ts";

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
export function readGroups(
  caseFile: CaseFile,
  result: SavedResult,
  name: string,
  signal?: AbortSignal,
): Promise<Facet> {
  const field = fieldNamed(name);
  if (!field) throw new Problem("usage", "no-such-field", `expected a field of the query language, got ${quote(name)}`);
  return readFacet(caseFile, result, field, GROUPS_SHOWN, signal);
}

async function readFacet(
  caseFile: CaseFile,
  { set, table }: SavedResult,
  field: QueryField,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Facet> {
  const matching = set.matching === set.total ? sql`TRUE` : sql`seq IN (SELECT seq FROM ${table})`;
  // An empty text says nothing, like no text at all: the query language has one spelling for both.
  const rows = await caseFile.query(
    sql`SELECT ${textValue(field)} AS value, count(*) AS events FROM ${relationOfField(field)}
        WHERE ${matching} GROUP BY value ORDER BY events DESC, value NULLS LAST LIMIT ${limit}`,
    { signal },
  );
  const values = rows.map((row) => ({ value: textOrNull(row, "value"), count: integerOf(row, "events") }));
  const shown = values.reduce((sum, { count }) => sum + count, 0);
  // Of what the analyst says an event has any number of values, so what is left over is not said.
  if (field.related !== null) return { field: field.name, label: field.label, values, others: 0 };
  return { field: field.name, label: field.label, values, others: set.matching - shown };
}

function textValue(field: QueryField): Sql {
  const column = identifier(field.column);
  return field.kind === "time" || field.kind === "number"
    ? sql`CAST(${column} AS VARCHAR)`
    : sql`nullif(${column}, '')`;
}
