import { type SqlSession } from "../casefile/database.ts";
import { literal, sql, type Sql } from "../casefile/sql.ts";
import { SESSION_KINDS } from "../model/identity.ts";
import { ACCOUNTS, listSql, refSql } from "./link.ts";

/** More principals than this behind one address are a shared way out, such as an office, and hint at nothing. */
const SHARED_BY_LIMIT = 6;
/** Events of either side that are kept as evidence of a hint, per shared value. */
const EVIDENCE_EVENTS = 3;

const HINT = sql`identity_hint`;

/** Adds the weak links: they merge nothing until the analyst accepts them. Precondition: names are united. */
export async function hintLinks(session: SqlSession, signal: AbortSignal | undefined): Promise<void> {
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${HINT} AS ${originSql()}
        UNION ALL ${mailSql()}
        UNION ALL ${nameSql()}
        UNION ALL ${sessionNameSql()}`,
    { signal },
  );
  await session.run(
    sql`INSERT INTO identity_link
        SELECT (SELECT coalesce(max(link), -1) FROM identity_link) + row_number() OVER (ORDER BY h.rule, h.giver, h.taker),
          ${refSql("L", sql`concat_ws(chr(31), h.kind, h.rule, 'W', g.key, t.key)`)}, h.kind, h.rule, 'W', h.giver, h.taker,
          h.first, h.last, len(h.seqs), 'open'
        FROM ${HINT} h JOIN identity_node g ON g.node = h.giver JOIN identity_node t ON t.node = h.taker`,
    { signal },
  );
  await session.run(
    sql`INSERT INTO identity_link_event
        SELECT l.link, unnest(h.seqs) FROM ${HINT} h
        JOIN identity_link l ON l.rule = h.rule AND l.kind = h.kind AND l.giver = h.giver AND l.taker = h.taker`,
    { signal },
  );
  await session.run(sql`DROP TABLE ${HINT}`);
}

/**
 * Rule 26: the same address and program, other principals. What is compared are accounts; a session that no account of
 * the evidence leads to stands for itself.
 */
function originSql(): Sql {
  return sql`(
    WITH holder AS MATERIALIZED (
      SELECT a.shape, p.principal,
        CASE WHEN p.kind IN (${ACCOUNTS}) THEN 1 WHEN p.kind IN (${listSql(SESSION_KINDS)}) THEN 2 WHEN n.principal = p.principal THEN 3 END AS choice
      FROM identity_actor a JOIN identity_node n ON n.node = a.node
      JOIN identity_member m ON m.node = a.node JOIN identity_principal p ON p.principal = m.principal
      WHERE n.kind <> 'service'
    ), owner AS (
      SELECT h.shape, h.principal FROM holder h
      JOIN (SELECT shape, min(choice) AS choice FROM holder GROUP BY shape) nearest USING (shape, choice)
    ), origin AS (
      SELECT e.address, e.user_agent, o.principal, min(e.time) AS first, max(e.time) AS last,
        min(e.seq, ${integerSql(EVIDENCE_EVENTS)}) AS seqs
      FROM event e JOIN identity_event v ON v.seq = e.seq JOIN owner o ON o.shape = v.shape
      WHERE e.user_agent <> '' AND e.address <> '' GROUP BY e.address, e.user_agent, o.principal
    ), shared AS (
      SELECT * FROM origin WHERE regexp_full_match(address, '[0-9a-fA-F.:]{3,45}') AND regexp_matches(address, '[.:]')
        AND address IN (SELECT address FROM origin GROUP BY address HAVING count(DISTINCT principal) BETWEEN 2 AND ${integerSql(SHARED_BY_LIMIT)})
    ), pair AS (
      SELECT a.principal AS one, b.principal AS other, a.first AS one_first, b.first AS other_first,
        least(a.first, b.first) AS first, greatest(a.last, b.last) AS last, list_concat(a.seqs, b.seqs) AS seqs
      FROM shared a JOIN shared b ON b.address = a.address AND b.user_agent = a.user_agent AND a.principal < b.principal
      WHERE NOT EXISTS (SELECT 1 FROM identity_member m
        WHERE (m.principal = a.principal AND m.node = b.principal) OR (m.principal = b.principal AND m.node = a.principal))
    )
    SELECT 'shares-origin' AS kind, '26' AS rule,
      CASE WHEN min(one_first) <= min(other_first) THEN one ELSE other END AS giver,
      CASE WHEN min(one_first) <= min(other_first) THEN other ELSE one END AS taker,
      min(first) AS first, max(last) AS last, list_sort(list_distinct(flatten(list(seqs)))) AS seqs
    FROM pair GROUP BY one, other
  )`;
}

/** Rule "mail": accounts of different systems that bear the same e-mail address. */
function mailSql(): Sql {
  return alikeSql("mail", sql`lower(label)`, sql`regexp_full_match(label, '[^@\\s]+@[^@\\s]+\\.[^@\\s]+')`);
}

/** Rule "name": accounts of two logs of one system that bear the same name; what a system calls its own is in all of them. */
function nameSql(): Sql {
  return alikeSql(
    "name",
    sql`split_part(key, ':', 1) || ':' || label`,
    sql`NOT contains(label, '@') AND NOT starts_with(label, 'system:')`,
  );
}

function alikeSql(rule: string, name: Sql, condition: Sql): Sql {
  return sql`(
    WITH alike AS (
      SELECT DISTINCT ${name} AS name, principal, node FROM identity_node WHERE kind IN (${ACCOUNTS}) AND ${condition}
      QUALIFY row_number() OVER (PARTITION BY name, principal ORDER BY node) = 1
    ), shared AS (
      SELECT * FROM alike QUALIFY count(*) OVER (PARTITION BY name) BETWEEN 2 AND ${integerSql(SHARED_BY_LIMIT)}
    )
    SELECT 'same', ${literal(rule)}, a.node, b.node, least(na.first, nb.first), greatest(na.last, nb.last),
      list_concat(${firstEventsSql(sql`a.node`)}, ${firstEventsSql(sql`b.node`)})
    FROM shared a JOIN shared b ON b.name = a.name AND a.node < b.node
    JOIN identity_node na ON na.node = a.node JOIN identity_node nb ON nb.node = b.node
  )`;
}

/** Rule 4 taken as a person: a session name, which the caller chose, that is the name of an account. */
function sessionNameSql(): Sql {
  return sql`(
    SELECT 'acts-for', '4', p.node, l.giver, l.first, l.last, ${firstEventsSql(sql`l.giver`)}
    FROM identity_link l JOIN identity_node s ON s.node = l.taker
    JOIN (
      SELECT lower(label) AS name, min(node) AS node FROM identity_node WHERE kind IN ('person', 'user', 'federated-subject')
      GROUP BY lower(label) HAVING count(DISTINCT principal) = 1
    ) p ON p.name = lower(s.label)
    WHERE l.kind = 'named' AND NOT EXISTS (SELECT 1 FROM identity_member m JOIN identity_node n ON n.node = p.node
      WHERE m.principal = n.principal AND m.node = l.giver)
  )`;
}

/** The first events that name a node. */
function firstEventsSql(node: Sql): Sql {
  return sql`(SELECT coalesce(min(v.seq, ${integerSql(EVIDENCE_EVENTS)}), []) FROM identity_node k
    JOIN identity_name x ON x.key = k.key JOIN identity_event v ON v.shape = x.shape WHERE k.node = ${node})`;
}

function integerSql(value: number): Sql {
  return sql`CAST(${literal(String(value))} AS INTEGER)`;
}
