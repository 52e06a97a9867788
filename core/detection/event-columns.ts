import { type SqlSession } from "../casefile/database.ts";
import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { compileMapping } from "../casefile/compile-mapping.ts";
import { sourceNamed } from "../sources/registry.ts";
import { TEXT_COLUMNS, type FieldPath, type Mapping } from "../sources/source.ts";
import { chooseKeys } from "./choose-keys.ts";
import { type Relation } from "./expression-sql.ts";
import { searchedEvents } from "./places.ts";
import { type SearchedExhibit } from "./run-plan.ts";
import { describeTable, keyOf, textColumn, type Searchable, type WantedField } from "./record-columns.ts";

const SAMPLE = identifier("detection_sample");
const SAMPLE_EVENTS = 5_000;

/** Events as their columns show them, and a table with a sample of them. */
export interface ColumnView extends Searchable {
  readonly sample: Sql;
}

/**
 * The events of an exhibit as their columns and traits alone show them: of the wanted members those are known that one of
 * them holds as the record has them; everything else, and a column without a text, is unknown. Undefined when none holds any.
 */
export async function viewByColumns(
  session: SqlSession,
  exhibit: SearchedExhibit,
  wanted: readonly WantedField[],
): Promise<ColumnView | undefined> {
  const held = exhibit.sources.map((source) => [source, heldMembers(source)] as const);
  const fields = wanted.filter(({ path }) => held.some(([, members]) => members.has(keyOf(path))));
  if (fields.length === 0) return undefined;
  const columns = joinSql(
    fields.map(({ path }, number) => sql`${columnOf(keyOf(path), held)} AS ${textColumn(number)}`),
    sql`, `,
  );
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${SAMPLE} AS SELECT seq, source, ${columns} FROM ${sampleOf(exhibit, SAMPLE_EVENTS)}`,
  );
  const keys = await chooseKeys(session, SAMPLE, fields);
  const events = sql`(SELECT seq, source, ${columns} FROM ${searchedEvents(exhibit.id)})`;
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
  const asHeld = ({ columns, record }: Relation): Relation => ({
    columns: (path) => {
      const given = columns(path);
      const isShared = held.some(([, members]) => members.get(path)?.isShared);
      return given && { ...given, known: isScalarSql(given.text), isShared };
    },
    record,
  });
  return {
    name: sql`(SELECT *, hash(${joinSql(keyColumns, sql`, `)}) AS key FROM ${events})`,
    relation: asHeld(relation),
    keyRelation: asHeld(keyRelation),
    keyColumns,
    sample: SAMPLE,
  };
}

/** About so many events of an exhibit, evenly spread; all of a smaller one. */
export function sampleOf({ id, events }: SearchedExhibit, size: number): Sql {
  const step = Math.max(1, Math.floor(events / size));
  return sql`(SELECT * FROM ${searchedEvents(id)} WHERE seq % ${step} = 0)`;
}

/** What an event's columns say of a member of its record. */
interface HeldMember {
  readonly column: Sql;
  /** Members that the record has another of in place of this one, when this one has no text. */
  readonly isShared: boolean;
}

/** By path: what columns take a member's text as it is. */
function heldMembers(source: string): ReadonlyMap<string, HeldMember> {
  const mapping: Mapping | undefined = sourceNamed(source)?.mapping;
  if (!mapping) return new Map();
  const { givesNested } = compileMapping(mapping);
  const isEmbedded = (path: FieldPath): boolean =>
    mapping.embedded?.some((above) => above.every((step, at) => step === path[at])) ?? false;
  const texts = TEXT_COLUMNS.flatMap((column): (HeldMember & { readonly path: FieldPath })[] => {
    const [rule, ...others] = mapping.texts[column] ?? [];
    if (!rule || !("path" in rule)) return [];
    const isChanged =
      rule.startsWith !== undefined || rule.when !== undefined || rule.gives !== undefined || rule.words !== undefined;
    const isShared = others.length > 0;
    // An array or an object that is passed over would let another member in, though it has values.
    return isChanged || (isShared && !givesNested(rule.path))
      ? []
      : [{ path: rule.path, column: identifier(column), isShared }];
  });
  const traits = (mapping.traits ?? []).map((path, index) => ({
    path,
    column: sql`traits[${literal(String(index + 1))}::INTEGER]`,
    isShared: false,
  }));
  return new Map(
    [...texts.toSorted((a, b) => Number(b.isShared) - Number(a.isShared)), ...traits]
      .filter(({ path }) => path.every((step) => typeof step === "string") && !isEmbedded(path))
      .map(({ path, ...held }) => [keyOf(path.map(String)), held]),
  );
}

function columnOf(path: string, held: readonly (readonly [string, ReadonlyMap<string, HeldMember>])[]): Sql {
  const columns = held.map(([source, members]) => ({ source, column: members.get(path)?.column ?? sql`NULL` }));
  const [only] = columns;
  if (columns.length === 1 && only) return only.column;
  const cases = columns.map(({ source, column }) => sql`WHEN ${literal(source)} THEN ${column}`);
  return sql`CASE source ${joinSql(cases, sql` `)} END`;
}

/** False for no text, and for what may be the JSON of an array or an object. */
function isScalarSql(text: Sql): Sql {
  return sql`coalesce(left(${text}, 1) NOT IN ('[', '{'), false)`;
}
