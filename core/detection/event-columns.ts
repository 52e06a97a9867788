import { type SqlSession } from "../casefile/database.ts";
import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { sourceNamed } from "../sources/registry.ts";
import { TEXT_COLUMNS, type Mapping, type TextColumn } from "../sources/source.ts";
import { chooseKeys } from "./choose-keys.ts";
import { type FieldColumns } from "./expression-sql.ts";
import { searchedEvents } from "./places.ts";
import { describeTable, keyOf, textColumn, type Searchable, type WantedField } from "./record-columns.ts";

/** An exhibit whose events are of these sources. */
interface SourcedExhibit {
  readonly id: string;
  readonly sources: readonly string[];
}

/** Evenly spread over an exhibit. */
const SAMPLE_EVENTS = 20_000;

/**
 * The events of an exhibit as their columns alone show them: of the wanted members those are known that a column holds as
 * the record has them; everything else, and a column without a text, is unknown. Undefined when no column holds any.
 */
export async function viewByColumns(
  session: SqlSession,
  exhibit: SourcedExhibit,
  wanted: readonly WantedField[],
): Promise<Searchable | undefined> {
  const held = exhibit.sources.map((source) => [source, heldMembers(source)] as const);
  const fields = wanted.filter(({ path }) => held.some(([, members]) => members.has(keyOf(path))));
  if (fields.length === 0) return undefined;
  const columns = joinSql(
    fields.map(({ path }, number) => {
      const cases = held.flatMap(([source, members]) => {
        const column = members.get(keyOf(path));
        return column === undefined ? [] : [sql`WHEN ${literal(source)} THEN ${identifier(column)}`];
      });
      return sql`${scalarSql(sql`CASE source ${joinSql(cases, sql` `)} END`)} AS ${textColumn(number)}`;
    }),
    sql`, `,
  );
  const events = sql`(SELECT seq, source, ${columns} FROM ${searchedEvents(exhibit.id)})`;
  const keys = await chooseKeys(session, sampleOf(events), fields);
  const { relation, keyRelation, keyColumns } = describeTable(
    events,
    fields.map(({ path }, number) => ({
      number,
      path,
      presence: false,
      isKey: keys.includes(number),
      texts: 1,
      lists: 0,
    })),
  );
  return {
    name: sql`(SELECT *, hash(${joinSql(keyColumns, sql`, `)}) AS key FROM ${events})`,
    relation: { ...relation, columns: (path) => whereKnown(relation.columns(path)) },
    keyRelation: { ...keyRelation, columns: (path) => whereKnown(keyRelation.columns(path)) },
    keyColumns,
  };
}

/** About as many events as a sample has, evenly spread. */
export function sampleOf(events: Sql, size = SAMPLE_EVENTS): Sql {
  return sql`(SELECT * FROM ${events} WHERE seq % greatest(1, (SELECT count(*) // ${size} FROM ${events})) = 0)`;
}

/** By path: the columns of a source's events that take a member's text as it is, and nothing else. */
function heldMembers(source: string): ReadonlyMap<string, TextColumn> {
  const mapping: Mapping | undefined = sourceNamed(source)?.mapping;
  if (!mapping) return new Map();
  return new Map(
    TEXT_COLUMNS.flatMap((column): [string, TextColumn][] => {
      const [rule, ...others] = mapping.texts[column] ?? [];
      if (!rule || others.length > 0 || !("path" in rule)) return [];
      const isChanged = rule.startsWith !== undefined || rule.gives !== undefined || rule.words !== undefined;
      const isEmbedded = mapping.embedded?.some((path) => path.every((step, at) => step === rule.path[at])) ?? false;
      const path = rule.path.filter((step) => typeof step === "string");
      return isChanged || isEmbedded || path.length < rule.path.length ? [] : [[keyOf(path), column]];
    }),
  );
}

/** The text of a scalar; NULL for what may be the JSON of an array or an object. */
function scalarSql(column: Sql): Sql {
  return sql`CASE WHEN left(${column}, 1) NOT IN ('[', '{') THEN ${column} END`;
}

function whereKnown(columns: FieldColumns | undefined): FieldColumns | undefined {
  return columns && { ...columns, known: sql`(${columns.text} IS NOT NULL)` };
}
