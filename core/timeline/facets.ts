import { type CaseFile } from "../casefile/case-file.ts";
import { integerOf, textOrNull } from "../casefile/row.ts";
import { identifier, sql } from "../casefile/sql.ts";
import { type Facet } from "../model/timeline.ts";
import { QUERY_FIELDS, type QueryField } from "./fields.ts";
import { relationOfField } from "./relation.ts";
import { type SavedResult } from "./result-sets.ts";

const VALUES_SHOWN = 12;

/** The most frequent values of each facet field among the matching events; fields without any value are left out. */
export async function readFacets(
  caseFile: CaseFile,
  result: SavedResult,
  signal?: AbortSignal,
): Promise<readonly Facet[]> {
  const facets: Facet[] = [];
  for (const field of QUERY_FIELDS) {
    if (!field.facet) continue;
    const facet = await readFacet(caseFile, result, field, signal);
    if (facet.values.some(({ value }) => value !== null)) facets.push(facet);
  }
  return facets;
}

async function readFacet(
  caseFile: CaseFile,
  { set, table }: SavedResult,
  field: QueryField,
  signal: AbortSignal | undefined,
): Promise<Facet> {
  const matching = set.matching === set.total ? sql`TRUE` : sql`seq IN (SELECT seq FROM ${table})`;
  // An empty text says nothing, like no text at all: the query language has one spelling for both.
  const rows = await caseFile.query(
    sql`SELECT nullif(${identifier(field.column)}, '') AS value, count(*) AS events FROM ${relationOfField(field)}
        WHERE ${matching} GROUP BY value ORDER BY events DESC, value NULLS LAST LIMIT ${VALUES_SHOWN}`,
    { signal },
  );
  const values = rows.map((row) => ({ value: textOrNull(row, "value"), count: integerOf(row, "events") }));
  const shown = values.reduce((sum, { count }) => sum + count, 0);
  return { field: field.name, label: field.label, values, others: set.matching - shown };
}
