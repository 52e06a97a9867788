import { assert, present } from "../model/assert.ts";
import { type FieldPath } from "../sources/source.ts";
import { globLiteral } from "./case-folder.ts";
import { MAX_MAPPED_RECORD_BYTES } from "./loadable-line.ts";
import { fieldName, joinSql, literal, sql, type Sql } from "./sql.ts";

/** What is to be read out of the records of a source. */
export interface WantedFields {
  /** Values taken as text. */
  readonly texts: readonly FieldPath[];
  /** Values taken as JSON, objects and arrays included; the empty path is the whole record. */
  readonly json?: readonly FieldPath[];
  /** Members whose text is JSON itself; paths may go on inside it. */
  readonly embedded?: readonly FieldPath[];
}

/** One `read_json` over NDJSON files, and expressions over its rows: one row a line, in the order of files and lines. */
export interface FieldReader {
  /** The relation to read from, with {@link FILE_COLUMN}. Precondition: one line of every file is one record, none blank. */
  readonly from: (files: readonly string[]) => Sql;
  /** The value at a path as text; NULL where there is none, or an empty text. */
  readonly text: (path: FieldPath) => Sql;
  /** Whether {@link text} gives an array or an object, as its JSON text; elsewhere it passes over them. */
  readonly givesNested: (path: FieldPath) => boolean;
  /** The value at a path as JSON; NULL where there is none. */
  readonly json: (path: FieldPath) => Sql;
  /** True for a row in which nothing was found: a line that is no JSON object, or one without any wanted member. */
  readonly isEmpty: Sql;
}

/** Column with the path of the file a row was read from. No record is expected to have a member of this name. */
export const FILE_COLUMN = "assay:file";

/**
 * Reads members by name, each into a column of its own, which is several times faster than reading whole records. DuckDB's
 * columns and structs ignore case, so objects of which two wanted members differ in case only are read whole.
 * Every value is read as text or JSON, because one value of an unexpected type would empty its whole row (measured).
 */
export function fieldReader(wanted: WantedFields): FieldReader {
  const tree = fieldTree(wanted);
  const wantsRecord = wanted.json?.some((path) => path.length === 0) ?? false;
  return wantsRecord || hasCaseTwins(tree) ? wholeReader(tree, wanted) : memberReader(tree);
}

/** A member that is wanted, or that holds one. */
interface FieldNode {
  readonly children: Map<string, FieldNode>;
  /** Some path ends here. */
  isText: boolean;
  /** Looked into per row: some path goes on with a position in an array, or wants the value as JSON. */
  isJson: boolean;
  /** A text that is JSON. */
  isEmbedded: boolean;
}

function fieldTree({ texts, json = [], embedded = [] }: WantedFields): FieldNode {
  const root: FieldNode = newNode();
  for (const path of texts) place(root, path, (node) => (node.isText = true));
  for (const path of json) if (path.length > 0) place(root, path, (node) => (node.isJson = true));
  for (const path of embedded) place(root, path, (node) => (node.isEmbedded = true));
  return root;
}

function place(root: FieldNode, path: FieldPath, mark: (node: FieldNode) => void): void {
  assert(typeof path[0] === "string", "a path begins with a member of the record");
  let node = root;
  for (const step of path) {
    if (typeof step === "number") {
      node.isJson = true;
      return;
    }
    const next = node.children.get(step) ?? newNode();
    node.children.set(step, next);
    node = next;
  }
  mark(node);
}

function newNode(): FieldNode {
  return { children: new Map(), isText: false, isJson: false, isEmbedded: false };
}

function hasCaseTwins(node: FieldNode): boolean {
  return new Set([...node.children.keys()].map((name) => name.toLowerCase())).size < node.children.size;
}

/** Read as JSON and looked into per row, which costs more. */
function isLookedInto(node: FieldNode): boolean {
  return node.isJson || node.isEmbedded || (node.isText && node.children.size > 0) || hasCaseTwins(node);
}

function memberReader(tree: FieldNode): FieldReader {
  const columns = joinSql(
    [...tree.children].map(([name, node]) => sql`${literal(name)}: ${literal(typeOf(node))}`),
    sql`, `,
  );
  return {
    from: (files) => readJson(files, sql`records = 'true', columns = {${columns}}`),
    text: (path) => memberText(tree, path),
    givesNested: (path) => !isLookedInto(memberAt(tree, path).node),
    json: (path) => memberJson(tree, path),
    isEmpty: everySql([...tree.children.keys()].map((name) => sql`${fieldName(name)} IS NULL`)),
  };
}

function typeOf(node: FieldNode): string {
  if (isLookedInto(node)) return "JSON";
  if (node.children.size === 0) return "VARCHAR";
  const members = [...node.children].map(([name, child]) => `"${name.replaceAll('"', '""')}" ${typeOf(child)}`);
  return `STRUCT(${members.join(", ")})`;
}

/** The column or struct member that holds a path, and what of the path lies inside its JSON. */
function memberAt(
  root: FieldNode,
  path: FieldPath,
): { readonly column: Sql; readonly node: FieldNode; readonly rest: FieldPath } {
  let node = root;
  let column: Sql | undefined;
  for (const [index, step] of path.entries()) {
    if (column && isLookedInto(node)) return { column, node, rest: path.slice(index) };
    assert(typeof step === "string", "a position in an array is looked up in JSON");
    column = column ? sql`${column}.${fieldName(step)}` : fieldName(step);
    node = present(node.children.get(step), "every path that is read was wanted");
  }
  return { column: present(column, "a path has a step"), node, rest: [] };
}

function memberText(root: FieldNode, path: FieldPath): Sql {
  const { column, node, rest } = memberAt(root, path);
  return isLookedInto(node) ? textInJson(insideSql(column, node, rest)) : sql`nullif(${column}, '')`;
}

function memberJson(root: FieldNode, path: FieldPath): Sql {
  const { column, node, rest } = memberAt(root, path);
  assert(isLookedInto(node), "what is read as JSON was wanted as JSON");
  return insideSql(column, node, rest);
}

/** Everything below a node that is read as JSON; a text on the way that is JSON itself is opened. */
function insideSql(column: Sql, node: FieldNode, rest: FieldPath): Sql {
  let value = column;
  let at = node;
  let from = 0;
  for (const [index, step] of rest.entries()) {
    if (at.isEmbedded) {
      value = openedSql(extractSql(value, rest.slice(from, index)));
      from = index;
    }
    at = (typeof step === "string" ? at.children.get(step) : undefined) ?? newNode();
  }
  return extractSql(value, rest.slice(from));
}

function openedSql(value: Sql): Sql {
  const text = sql`(${value}->>'$')`;
  return sql`CASE WHEN json_valid(${text}) THEN CAST(${text} AS JSON) END`;
}

function extractSql(value: Sql, path: FieldPath): Sql {
  return path.length === 0 ? value : sql`json_extract(${value}, ${literal(jsonPath(path))})`;
}

function textInJson(value: Sql): Sql {
  return sql`CASE WHEN json_type(${value}) NOT IN ('OBJECT', 'ARRAY', 'NULL') THEN nullif(${value}->>'$', '') END`;
}

function jsonPath(path: FieldPath): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `."${step.replaceAll('"', '\\"')}"`));
  return `$${steps.join("")}`;
}

/** Takes the top-level members that are wanted out of whole records, in one pass over each. */
function wholeReader(tree: FieldNode, wanted: WantedFields): FieldReader {
  const names = [...tree.children.keys()];
  const member = (path: FieldPath): { readonly column: Sql; readonly node: FieldNode } => {
    const name = path[0];
    assert(typeof name === "string", "a path begins with a member of the record");
    const node = present(tree.children.get(name), "every path that is read was wanted");
    return { column: sql`fields[${literal(String(names.indexOf(name) + 1))}::INTEGER]`, node };
  };
  const json = (path: FieldPath): Sql => {
    if (path.length === 0) return sql`record`;
    const { column, node } = member(path);
    return insideSql(column, node, path.slice(1));
  };
  const paths = joinSql(
    names.map((name) => literal(jsonPath([name]))),
    sql`, `,
  );
  return {
    from: (files) => {
      const lines = readJson(files, sql`records = 'false', columns = {'record': 'JSON'}`);
      return sql`(SELECT record, json_extract(record, CAST([${paths}] AS VARCHAR[])) AS fields, ${fieldName(FILE_COLUMN)} FROM ${lines})`;
    },
    text: (path) => textInJson(json(path)),
    givesNested: () => false,
    json,
    isEmpty: everySql(
      [...new Set(wanted.texts.concat(wanted.json ?? []).flatMap((path) => path.slice(0, 1)))].map((name) => {
        const { column } = member([present(name, "a path has a step")]);
        return sql`coalesce(json_type(${column}), 'NULL') = 'NULL'`;
      }),
    ),
  };
}

function everySql(conditions: readonly Sql[]): Sql {
  return sql`(${joinSql(conditions, sql` AND `)})`;
}

/** Bad lines give rows of NULL, in their place (DuckDB 1.5.6); options of table functions take constants only. */
function readJson(files: readonly string[], options: Sql): Sql {
  const paths = joinSql(
    files.map((file) => literal(globLiteral(file))),
    sql`, `,
  );
  return sql`read_json([${paths}], format = 'newline_delimited', auto_detect = false, ${options}, ignore_errors = true,
    filename = ${literal(FILE_COLUMN)}, compression = 'uncompressed',
    maximum_object_size = CAST(${literal(String(2 * MAX_MAPPED_RECORD_BYTES))} AS UINTEGER))`;
}
