import { type SqlSession } from "../casefile/database.ts";
import { bigintOrNull, integerOf, textOf, type Row, type SqlValue } from "../casefile/row.ts";
import { joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { type NodeKind, type Principal } from "../model/identity.ts";
import { Problem, quote } from "../model/problem.ts";
import { nodeKindOf } from "./link-table.ts";

type Reader = Pick<SqlSession, "query">;

/** A principal as the tables have it. */
export interface StoredPrincipal {
  readonly number: number;
  readonly principal: Principal;
}

/** Which principals to list. */
interface PrincipalFilter {
  /** Looked for in labels and other names, whatever the case; empty for all. */
  readonly text: string;
  readonly kinds: readonly NodeKind[];
}

/** Principals of these kinds, those with most events first, at most `limit`, and how many there are. */
export async function readPrincipals(
  session: Reader,
  filter: PrincipalFilter,
  limit: number,
): Promise<{ readonly principals: readonly Principal[]; readonly total: number }> {
  const kinds = joinSql([sql`''`, ...filter.kinds.map(literal)], sql`, `);
  const named = sql`EXISTS (SELECT 1 FROM identity_node n WHERE n.principal = p.principal
    AND (contains(lower(n.label), lower(${filter.text})) OR n.ref = ${filter.text}))`;
  const condition = filter.text === "" ? sql`p.kind IN (${kinds})` : sql`p.kind IN (${kinds}) AND ${named}`;
  const [counted] = await session.query(sql`SELECT count(*) AS total FROM identity_principal p WHERE ${condition}`);
  const found = await readStored(session, condition, sql`p.events DESC, p.label, p.id`, limit);
  return { principals: found.map(({ principal }) => principal), total: counted ? integerOf(counted, "total") : 0 };
}

/**
 * The principal that a reference of it or of one of its names stands for, or that is the only one called so. Throws
 * `no-such-identity` (usage).
 */
export async function findPrincipal(session: Reader, id: string): Promise<StoredPrincipal> {
  const of = (column: Sql): Sql => sql`p.principal IN (SELECT principal FROM identity_node WHERE ${column} = ${id})`;
  const byReference = await readStored(session, of(sql`ref`), sql`p.principal`, 1);
  const found = byReference.length > 0 ? byReference : await readStored(session, of(sql`label`), sql`p.principal`, 100);
  const [principal] = found;
  if (principal && found.length === 1) return principal;
  const why = found.length > 1 ? `: ${found.length} are called that, so its I-… is needed` : "";
  throw new Problem("usage", "no-such-identity", `expected an identity of this case, got ${quote(id)}${why}`);
}

/** Principals that a condition on `p` holds for. */
export async function readStored(
  session: Reader,
  condition: Sql,
  order: Sql,
  limit: number,
): Promise<readonly StoredPrincipal[]> {
  const rows = await session.query(
    sql`WITH page AS (SELECT * FROM identity_principal p WHERE ${condition} ORDER BY ${order} LIMIT ${limit})
        SELECT p.*, a.aliases FROM page p
        JOIN (SELECT principal, list_sort(list_distinct(list(label))) AS aliases FROM identity_node
          WHERE principal IN (SELECT principal FROM page) GROUP BY principal) a ON a.principal = p.principal
        ORDER BY ${order}`,
  );
  return rows.map(storedPrincipalOf);
}

function storedPrincipalOf(row: Row): StoredPrincipal {
  const label = textOf(row, "label");
  return {
    number: integerOf(row, "principal"),
    principal: {
      id: textOf(row, "id"),
      label,
      kind: nodeKindOf(textOf(row, "kind")),
      aliases: textsOf(row["aliases"]).filter((alias) => alias !== label),
      first: bigintOrNull(row, "first"),
      last: bigintOrNull(row, "last"),
      events: integerOf(row, "events"),
      failures: integerOf(row, "failures"),
    },
  };
}

function textsOf(value: SqlValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
