import { groupedBy } from "../model/grouped.ts";
import { Problem } from "../model/problem.ts";
import { mappingPaths } from "../sources/mapping-paths.ts";
import { parseOwnMapping } from "../sources/own-mapping.ts";
import { sourceNamed } from "../sources/registry.ts";
import { type FieldPath, type Mapping } from "../sources/source.ts";
import { type CaseFile } from "./case-file.ts";
import { withCopiedRecords } from "./chosen-record-fields.ts";
import { compileMapping } from "./compile-mapping.ts";
import { mappedColumns } from "./mapped-columns.ts";
import { integerOf, textOf } from "./row.ts";
import { identifier, joinSql, literal, sql } from "./sql.ts";

/** A column of a row that does not hold what the record has. */
interface Difference {
  readonly seq: number;
  readonly column: string;
}

/**
 * Maps records again and compares what they give with their rows, so that nothing is said of a record but what its bytes
 * say. Precondition: the rows were made by the mappings of this version of the program. Throws `row-altered` (refused) for the
 * first row that holds something else, and what reading the working copies throws.
 */
export async function assertRowsOfRecords(caseFile: CaseFile, seqs: readonly number[]): Promise<void> {
  const rows = await caseFile.query(
    sql`SELECT seq, exhibit, source FROM event
        WHERE seq IN (SELECT unnest(CAST(${JSON.stringify(seqs)} AS BIGINT[]))) ORDER BY seq`,
  );
  const groups = groupedBy(rows, (row) => JSON.stringify([row["exhibit"], row["source"]]));
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const exhibit = integerOf(first, "exhibit");
    const mapping = await mappingOf(caseFile, exhibit, textOf(first, "source"));
    if (!mapping) return rowAltered(caseFile, { seq: integerOf(first, "seq"), column: "source" });
    const inGroup = group.map((row) => integerOf(row, "seq"));
    const differences = await differencesOf(caseFile, exhibit, inGroup, mapping, []);
    if (differences.length === 0) continue;
    // An import reads a record as if it had the source's spelling where that finds what its own does not.
    const again = differences.map(({ seq }) => seq);
    const [left] = await differencesOf(caseFile, exhibit, again, mapping, mappingPaths(mapping));
    if (left) await rowAltered(caseFile, left);
  }
}

/** The mapping of a source that ships, or of the one that the examiner wrote for the exhibit. */
async function mappingOf(caseFile: CaseFile, exhibit: number, source: string): Promise<Mapping | undefined> {
  const [own] = await caseFile.query(sql`SELECT text FROM exhibit_mapping WHERE exhibit = ${exhibit}`);
  const written = own && parseOwnMapping(textOf(own, "text")).mapping?.source;
  return (written?.name === source ? written : sourceNamed(source))?.mapping;
}

/** The first differing column of each row that differs. Rows that were imported before there were traits have none. */
async function differencesOf(
  caseFile: CaseFile,
  exhibit: number,
  seqs: readonly number[],
  mapping: Mapping,
  spelling: readonly FieldPath[],
): Promise<readonly Difference[]> {
  const compiled = compileMapping(mapping);
  const columns = mappedColumns(compiled);
  const differing = columns.map(([name]) => {
    const isKnown = name === "traits" ? sql`e.traits IS NOT NULL AND` : sql``;
    return sql`CASE WHEN ${isKnown} e.${identifier(name)} IS DISTINCT FROM again.${identifier(name)} THEN ${literal(name)} END`;
  });
  const values = columns.map(([name, value]) => sql`${value} AS ${identifier(name)}`);
  const places = seqs.map((seq, place) => sql`(${place + 1}, ${seq})`);
  const found = await withCopiedRecords(
    caseFile,
    exhibit,
    seqs,
    (path) =>
      caseFile.query(sql`SELECT * FROM (
        SELECT e.seq, coalesce(${joinSql(differing, sql`, `)}) AS "column"
        FROM (SELECT row_number() OVER () AS place, ${joinSql(values, sql`, `)} FROM ${compiled.from([path])}) again
        JOIN (VALUES ${joinSql(places, sql`, `)}) p (place, seq) USING (place)
        JOIN event e ON e.seq = p.seq)
      WHERE "column" IS NOT NULL ORDER BY seq`),
    { spelling },
  );
  return found.map((row) => ({ seq: integerOf(row, "seq"), column: textOf(row, "column") }));
}

async function rowAltered(caseFile: CaseFile, { seq, column }: Difference): Promise<never> {
  const { file, line, offset } = await caseFile.locate(seq);
  const message = `the row of event ${seq} does not hold what its record has: ${column} was changed in the case`;
  throw new Problem("refused", "row-altered", message, { file, line, offset });
}
