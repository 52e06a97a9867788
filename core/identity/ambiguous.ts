import { type SqlSession } from "../casefile/database.ts";
import { sql } from "../casefile/sql.ts";
import { type LinkKind } from "../model/identity.ts";
import { ACCOUNTS, listSql } from "./link.ts";

/** By these an account holds what it acts with. */
const OWNING: readonly LinkKind[] = ["credential", "session", "login"];
/** Whether link `l` from node `g` says that an account holds a credential or session. */
const OWNS = sql`(l.kind IN (${listSql(OWNING)}) AND l.confidence <> 'W' AND g.kind IN (${ACCOUNTS}))`;

/** An identifier of 122 random bits: one thing bears it, whatever else the thing is called. */
const RANDOM = "[^:]+:[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}";

/**
 * Weakens `same` links of names that are not unique: of a name with two identifiers of one kind, such as a user name that
 * was deleted and given again, and of an identifier with two names of one kind at the same time, such as one that was
 * struck out. Neither unites anything by itself.
 */
export async function weakenAliases(session: SqlSession, signal: AbortSignal | undefined): Promise<void> {
  await session.run(
    sql`UPDATE identity_link SET confidence = 'W' FROM (
          WITH alias AS (
            SELECT l.giver, l.taker, split_part(g.key, ':', 1) AS name_space, split_part(t.key, ':', 1) AS id_space,
              regexp_full_match(t.key, ${RANDOM}) AS random, min(l.first) AS first, max(l.last) AS last
            FROM identity_link l JOIN identity_node g ON g.node = l.giver JOIN identity_node t ON t.node = l.taker
            WHERE l.kind = 'same' GROUP BY ALL
          ), seen AS (
            SELECT *, coalesce(first <= max(last) OVER (PARTITION BY taker, name_space ORDER BY first, giver
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), FALSE) AS doubled FROM alias
          )
          SELECT giver, taker FROM seen
          QUALIFY min(taker) OVER (PARTITION BY giver, id_space) <> max(taker) OVER (PARTITION BY giver, id_space)
            OR (NOT random AND bool_or(doubled) OVER (PARTITION BY taker, name_space))
        ) a WHERE identity_link.kind = 'same' AND identity_link.giver = a.giver AND identity_link.taker = a.taker`,
    { signal },
  );
}

/**
 * Weakens the links to credentials and sessions that records of several accounts name, such as a session called `a1` or a
 * key that many use: what one of them did with it is no act of the others. An event with such a credential is an act of
 * the account that its own record names, too. Whom the answer that made a credential names keeps it. Precondition: names
 * are united.
 */
export async function weakenShared(session: SqlSession, signal: AbortSignal | undefined): Promise<void> {
  const statements = [
    sql`CREATE OR REPLACE TEMP TABLE identity_shared AS
        SELECT l.taker AS node FROM identity_link l JOIN identity_node g ON g.node = l.giver
        WHERE ${OWNS} GROUP BY l.taker HAVING min(g.principal) <> max(g.principal)`,
    sql`INSERT INTO identity_actor
        SELECT c.shape, arg_max(g.node, (g.rank, g.node)) FROM identity_claim c
        JOIN identity_node t ON t.key = c.taker JOIN identity_node g ON g.key = c.giver
        JOIN identity_actor a ON a.shape = c.shape AND a.node = t.node
        WHERE t.node IN (SELECT node FROM identity_shared) AND c.kind IN (${listSql(OWNING)}) AND g.kind IN (${ACCOUNTS})
        GROUP BY c.shape`,
    sql`CREATE OR REPLACE TEMP TABLE identity_keeper AS
        WITH made AS MATERIALIZED (SELECT DISTINCT shape, taker FROM identity_claim WHERE kind = 'created')
        SELECT DISTINCT g.principal, t.node FROM identity_claim c JOIN made USING (shape, taker)
        JOIN identity_node g ON g.key = c.giver JOIN identity_node t ON t.key = c.taker
        WHERE c.kind IN (${listSql(OWNING)})`,
    sql`UPDATE identity_link SET confidence = 'W' FROM (
          SELECT l.link FROM identity_link l JOIN identity_node g ON g.node = l.giver
          WHERE ${OWNS} AND l.taker IN (SELECT node FROM identity_shared)
            AND NOT EXISTS (SELECT 1 FROM identity_keeper k WHERE k.principal = g.principal AND k.node = l.taker)
        ) o WHERE o.link = identity_link.link`,
    sql`DROP TABLE identity_shared`,
    sql`DROP TABLE identity_keeper`,
  ];
  for (const statement of statements) await session.run(statement, { signal });
}
