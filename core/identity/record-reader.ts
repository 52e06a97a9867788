import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type RecordField } from "../sources/record-field.ts";
import { type FieldPath } from "../sources/source.ts";
import { type IdentityRules } from "./rule.ts";

/** How the values that the rules of a source name are read out of its records. */
export interface RecordReader {
  /** Top-level members: as text where nothing below them is wanted, otherwise as JSON, which no unexpected type empties. */
  readonly fields: readonly RecordField[];
  /** The values of these paths as one list of texts; neighbours in one document are looked up together. */
  list(paths: readonly FieldPath[]): Sql;
}

/** The reader of a source's records, over columns named as its `fields`. */
export function recordReader({ fields, telling, embedded = [] }: IdentityRules): RecordReader {
  const paths = [...Object.values(fields), ...Object.values(telling?.fields ?? {})];
  const members = [...new Set(paths.map(([member]) => member))];
  const columnOf = (member: string | number | undefined): string => `member_${members.indexOf(member)}`;
  const deep = new Set(paths.filter((path) => path.length > 1).map(([member]) => member));
  const placeOf = (path: FieldPath): Place => {
    const column = identifier(columnOf(path[0]));
    const document = embedded.find((prefix) => prefix.every((step, index) => path[index] === step));
    if (document && document.length < path.length) {
      const inside = jsonPath(path.slice(document.length));
      return { holder: openedSql(column, document.slice(1)), name: JSON.stringify(document), inside };
    }
    return { holder: column, name: String(path[0]), inside: deep.has(path[0]) ? jsonPath(path.slice(1)) : undefined };
  };
  return {
    fields: members.map((member) => ({
      name: columnOf(member),
      path: [present(member, "a path has a step")],
      as: deep.has(member) ? "json" : "text",
    })),
    list: (wanted) => listOf(wanted.map(placeOf)),
  };
}

/** What holds the value at a path, and where inside of it; `inside` is undefined for a text that is the value. */
interface Place {
  readonly holder: Sql;
  readonly name: string;
  readonly inside: string | undefined;
}

/** The JSON document that a text inside a member is. */
function openedSql(column: Sql, path: FieldPath): Sql {
  const text = sql`json_extract_string(${column}, ${literal(jsonPath(path))})`;
  return sql`CASE WHEN json_valid(${text}) THEN CAST(${text} AS JSON) END`;
}

function jsonPath(path: FieldPath): string {
  return `$${path.map((step) => (typeof step === "number" ? `[${step}]` : `."${step}"`)).join("")}`;
}

function listOf(places: readonly Place[]): Sql {
  const runs: { readonly holder: Sql; readonly name: string; readonly inside: string[] | undefined }[] = [];
  for (const { holder, name, inside } of places) {
    const run = runs.at(-1);
    if (inside !== undefined && run?.inside && run.name === name) run.inside.push(inside);
    else runs.push({ holder, name, inside: inside === undefined ? undefined : [inside] });
  }
  if (runs.length === 0) return sql`CAST([] AS VARCHAR[])`;
  const lists = runs.map(({ holder, inside }) => (inside === undefined ? sql`[${holder}]` : insideSql(holder, inside)));
  return sql`flatten([${joinSql(lists, sql`, `)}])`;
}

/** A member that is absent has as many empty values as were asked for, so that the others stay in their places. */
function insideSql(column: Sql, inside: readonly string[]): Sql {
  const absent = sql`[${joinSql(
    inside.map(() => sql`NULL::VARCHAR`),
    sql`, `,
  )}]`;
  return sql`coalesce(json_extract_string(${column}, [${joinSql(inside.map(literal), sql`, `)}]), ${absent})`;
}
