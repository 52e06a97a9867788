import { assert } from "../model/assert.ts";

/** A value that is bound, never spliced into the text of a statement. */
export type SqlParameter = null | boolean | number | bigint | string | Uint8Array;

/**
 * A piece of SQL with its bound values. Only {@link sql}, {@link identifier}, {@link literal} and {@link joinSql} make
 * one, so no text from evidence or from a person becomes SQL by accident.
 */
export interface Sql {
  readonly parts: readonly string[];
  /** One less than the parts: `parts[0] values[0] parts[1] values[1] …`. */
  readonly values: readonly SqlParameter[];
}

/** A piece of SQL; `${}` takes a parameter, which is bound, or another piece, which is inserted. */
export function sql(strings: TemplateStringsArray, ...inserted: readonly (Sql | SqlParameter)[]): Sql {
  const pieces = strings.flatMap((text, index): Sql[] => {
    const own: Sql = { parts: [text], values: [] };
    if (index >= inserted.length) return [own];
    const next = inserted[index] ?? null;
    return [own, isSql(next) ? next : { parts: ["", ""], values: [next] }];
  });
  return concatSql(pieces);
}

/** Pieces one after the other with a separator, such as conditions with AND between them. */
export function joinSql(pieces: readonly Sql[], separator: Sql): Sql {
  return concatSql(pieces.flatMap((piece, index) => (index === 0 ? [piece] : [separator, piece])));
}

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

/** The quoted name of a table or column of ours. Precondition: letters, digits and `_` only; never evidence text. */
export function identifier(name: string): Sql {
  assert(IDENTIFIER.test(name), `not an identifier of ours: ${JSON.stringify(name)}`);
  return { parts: [`"${name}"`], values: [] };
}

/** The quoted name of a member of records, as a mapping states it. */
export function fieldName(name: string): Sql {
  assert(!name.includes("\0"), "a name cannot hold NUL");
  return { parts: [`"${name.replaceAll('"', '""')}"`], values: [] };
}

/** A quoted string constant, for the places where DuckDB takes no bound value (options of table functions). */
export function literal(text: string): Sql {
  assert(!text.includes("\0"), "a string constant cannot hold NUL");
  return { parts: [`'${text.replaceAll("'", "''")}'`], values: [] };
}

/** A statement that a person wrote. Precondition: it was parsed and found to be one SELECT over allowed names. */
export function checkedStatement(text: string): Sql {
  return { parts: [text], values: [] };
}

/** The statement as DuckDB takes it, with its values numbered from `$1`. */
export function renderSql(statement: Sql): { readonly text: string; readonly values: readonly SqlParameter[] } {
  let text = statement.parts[0] ?? "";
  for (let index = 0; index < statement.values.length; index++) {
    text += `$${index + 1}${statement.parts[index + 1] ?? ""}`;
  }
  return { text, values: statement.values };
}

function isSql(value: Sql | SqlParameter): value is Sql {
  return typeof value === "object" && value !== null && "parts" in value;
}

function concatSql(pieces: readonly Sql[]): Sql {
  const parts: string[] = [""];
  const values: SqlParameter[] = [];
  for (const piece of pieces) {
    parts[parts.length - 1] += piece.parts[0] ?? "";
    parts.push(...piece.parts.slice(1));
    values.push(...piece.values);
  }
  return { parts, values };
}
