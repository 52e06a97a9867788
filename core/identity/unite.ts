import { type SqlSession } from "../casefile/database.ts";
import { type Columns } from "../casefile/row.ts";
import { sql, type Sql } from "../casefile/sql.ts";
import { CARRIES } from "./link.ts";

/** A chain of power longer than this is cut: no account needs it, and a log could hold one of any length. */
const CARRY_LIMIT = 32;

/**
 * Unites the names of one thing to principals, by proven and strong `same` links and by what the analyst decided, and
 * writes whose acts count as whose. `decided`: the analyst's standing decisions are taken into account.
 */
export async function unitePrincipals(
  session: SqlSession,
  decided: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  await uniteNames(session, decided, signal);
  await carry(session, signal);
  for (const statement of principalsSql()) await session.run(statement, { signal });
}

/** The first part of it: which link stands, and which names are of one principal. */
export async function uniteNames(
  session: SqlSession,
  decided: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  await session.run(sql`UPDATE identity_link SET state = CASE WHEN confidence = 'W' THEN 'open' ELSE 'standing' END`, {
    signal,
  });
  if (decided) for (const statement of decisionsSql()) await session.run(statement, { signal });
  await unite(session, decided, signal);
}

const STANDING = sql`act IN (SELECT id FROM standing_act)`;
/** The last word on each subject. */
const LAST_DECISION = sql`(SELECT subject, arg_max(verdict, act) AS verdict FROM identity_decision
  WHERE ${STANDING} AND verdict IN ('accept', 'reject') GROUP BY subject)`;
const SPLIT_KEYS = sql`(SELECT subject FROM identity_decision WHERE ${STANDING} AND verdict = 'split')`;

function decisionsSql(): readonly Sql[] {
  return [
    sql`UPDATE identity_link SET state = 'set-aside' WHERE kind = 'same' AND EXISTS (
          SELECT 1 FROM identity_node n WHERE n.node IN (giver, taker) AND n.key IN ${SPLIT_KEYS})`,
    sql`UPDATE identity_link SET state = CASE d.verdict WHEN 'accept' THEN 'accepted' ELSE 'rejected' END
        FROM ${LAST_DECISION} d WHERE d.subject = identity_link.ref`,
  ];
}

/** An accepted hint that two share their origin says that one hand held both. */
const UNITES = sql`(kind = 'same' AND state IN ('standing', 'accepted')) OR (kind = 'shares-origin' AND state = 'accepted')`;

async function unite(session: SqlSession, decided: boolean, signal: AbortSignal | undefined): Promise<void> {
  await session.run(sql`UPDATE identity_node SET principal = node`, { signal });
  const merged = decided
    ? sql`UNION ALL SELECT a.node, b.node FROM identity_decision d
          JOIN identity_node a ON a.key = d.subject JOIN identity_node b ON b.key = d.other
          WHERE ${STANDING} AND d.verdict = 'merge'`
    : sql``;
  const pairs = await session.columns(sql`SELECT giver, taker FROM identity_link WHERE ${UNITES} ${merged}`, {
    signal,
  });
  const classes = unionOf(pairs);
  if (classes.nodes.length === 0) return;
  // Lists cannot be bound; these are our own numbers.
  await session.run(
    sql`UPDATE identity_node SET principal = c.head FROM (
          SELECT node, first_value(node) OVER (PARTITION BY class ORDER BY rank DESC, key) AS head FROM (
            SELECT unnest(CAST(${JSON.stringify(classes.nodes)} AS JSON)::INTEGER[]) AS node,
              unnest(CAST(${JSON.stringify(classes.heads)} AS JSON)::INTEGER[]) AS class
          ) JOIN identity_node USING (node)
        ) c WHERE c.node = identity_node.node`,
    { signal },
  );
}

/** Nodes of the pairs, each with one node of its class. */
function unionOf(pairs: Columns): { readonly nodes: readonly number[]; readonly heads: readonly number[] } {
  const parents = new Map<number, number>();
  const headOf = (node: number): number => {
    let head = node;
    for (let parent = parents.get(head); parent !== undefined && parent !== head; parent = parents.get(head))
      head = parent;
    for (let at = node; at !== head;) {
      const next = parents.get(at) ?? head;
      parents.set(at, head);
      at = next;
    }
    return head;
  };
  const givers = pairs["giver"] ?? [];
  const takers = pairs["taker"] ?? [];
  for (const [index, giver] of givers.entries()) {
    const [a, b] = [headOf(Number(giver)), headOf(Number(takers[index]))];
    parents.set(Math.max(a, b), Math.min(a, b));
    parents.set(Math.min(a, b), Math.min(a, b));
  }
  const nodes = [...parents.keys()];
  return { nodes, heads: nodes.map(headOf) };
}

/** Step by step from each principal to what it held; a step adds only what no earlier one had, so it ends. */
async function carry(session: SqlSession, signal: AbortSignal | undefined): Promise<void> {
  const options = { signal };
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE identity_held AS
        SELECT DISTINCT g.principal AS giver, t.principal AS taker FROM identity_link l
        JOIN identity_node g ON g.node = l.giver JOIN identity_node t ON t.node = l.taker
        WHERE ${CARRIES}`,
    options,
  );
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE identity_reach AS
        SELECT DISTINCT principal, principal AS held, 0 AS step FROM identity_node`,
    options,
  );
  for (let step = 1; step <= CARRY_LIMIT; step++) {
    const added = await session.run(
      sql`INSERT INTO identity_reach
          SELECT DISTINCT r.principal, h.taker, ${step} FROM identity_reach r JOIN identity_held h ON h.giver = r.held
          WHERE r.step = ${step - 1}
            AND NOT EXISTS (SELECT 1 FROM identity_reach k WHERE k.principal = r.principal AND k.held = h.taker)`,
      options,
    );
    if (added === 0) break;
  }
  await session.run(sql`DELETE FROM identity_member`, options);
  await session.run(
    sql`INSERT INTO identity_member
        SELECT r.principal, n.node FROM identity_reach r JOIN identity_node n ON n.principal = r.held`,
    options,
  );
  await session.run(sql`DROP TABLE identity_held`);
  await session.run(sql`DROP TABLE identity_reach`);
}

function principalsSql(): readonly Sql[] {
  return [
    sql`DELETE FROM identity_principal`,
    sql`INSERT INTO identity_principal
        WITH acts AS (
          SELECT m.principal, sum(s.events) AS events, sum(s.failures) AS failures
          FROM (SELECT DISTINCT m.principal, a.shape FROM identity_member m JOIN identity_actor a ON a.node = m.node) m
          JOIN identity_shape s ON s.shape = m.shape GROUP BY m.principal
        ), seen AS (
          SELECT m.principal, min(n.first) AS first, max(n.last) AS last
          FROM identity_member m JOIN identity_node n ON n.node = m.node GROUP BY m.principal
        ), shown AS (
          SELECT principal, arg_min(label, (rank, label)) AS label FROM identity_node GROUP BY principal
        )
        SELECT h.node, h.ref, h.kind, shown.label, seen.first, seen.last, coalesce(acts.events, 0),
          coalesce(acts.failures, 0)
        FROM identity_node h JOIN shown ON shown.principal = h.node JOIN seen ON seen.principal = h.node
        LEFT JOIN acts ON acts.principal = h.node WHERE h.node = h.principal`,
  ];
}
