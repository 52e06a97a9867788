import { type SqlSession } from "../casefile/database.ts";
import { emptyTable } from "../casefile/empty-table.ts";
import { joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { CARRYING_KINDS, SESSION_KINDS } from "../model/identity.ts";

/** Clocks of the services that issue and that record differ by less. */
const CLOCK_TOLERANCE_NANOSECONDS = 300_000_000_000n;
/** Records that share a value of a meeting, on one side and about the same time; more of them tell nothing apart. */
const MEETING_LIMIT = 64;

/** What the rules of links are called here, by a number: millions of rows name one. */
const RULE = sql`identity_rule`;
const FOUND = sql`identity_found`;
const GROUPED = sql`identity_grouped`;

/** Makes nodes, actors and links anew from what was collected. Every node is a principal of its own until names are united. */
export async function linkIdentities(session: SqlSession, signal: AbortSignal | undefined): Promise<void> {
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${FOUND} (number INTEGER, giver INTEGER, taker INTEGER, shape BIGINT)`,
  );
  await emptyTable(session, FOUND, sql`0, 0, 0, 0`);
  await emptyTable(session, sql`identity_link`, sql`0, '', '', '', '', 0, 0, NULL, NULL, 0, ''`);
  await emptyTable(session, sql`identity_link_event`, sql`0, 0`);
  for (const statement of [...nodesSql(), ...foundSql(), ...linksSql()]) {
    await session.run(statement, { signal });
  }
}

function nodesSql(): readonly Sql[] {
  return [
    sql`DELETE FROM identity_node`,
    sql`INSERT INTO identity_node
        SELECT row_number() OVER (ORDER BY key) - 1 AS node, ${refSql("I", sql`key`)}, key, kind, label, rank, first,
          last, row_number() OVER (ORDER BY key) - 1
        FROM (
          SELECT n.key, min(n.kind) AS kind, arg_min(n.label, (n.rank, n.label)) AS label, min(n.rank) AS rank,
            min(s.first) AS first, max(s.last) AS last
          FROM identity_name n JOIN identity_shape s ON s.shape = n.shape GROUP BY n.key
        )`,
    sql`DELETE FROM identity_actor`,
    sql`INSERT INTO identity_actor
        SELECT s.shape, n.node FROM identity_shape s JOIN identity_node n ON n.key = s.actor`,
  ];
}

/** Every link with every shape that is evidence of it. */
function foundSql(): readonly Sql[] {
  return [
    sql`CREATE OR REPLACE TEMP TABLE ${RULE} AS
        SELECT row_number() OVER (ORDER BY rule, kind, confidence) AS number, rule, kind, confidence
        FROM (SELECT rule, kind, confidence FROM identity_claim UNION SELECT rule, kind, confidence FROM identity_meeting)`,
    sql`INSERT INTO ${FOUND} SELECT r.number, g.node, t.node, c.shape ${CLAIMED}`,
    // What was given is used by the taker's own events, while it is good.
    sql`INSERT INTO ${FOUND}
        SELECT f.number, f.giver, f.taker, a.shape
        FROM (SELECT DISTINCT r.number, g.node AS giver, t.node AS taker, c.valid_from, c.valid_to ${CLAIMED}
          WHERE c.valid_from IS NOT NULL) f
        JOIN identity_actor a ON a.node = f.taker
        JOIN identity_shape s ON s.shape = a.shape
        WHERE s.first >= f.valid_from - ${CLOCK_TOLERANCE_NANOSECONDS}
          AND (f.valid_to IS NULL OR s.last <= f.valid_to + ${CLOCK_TOLERANCE_NANOSECONDS})`,
    // A key that a session is known to hold stands for the session: the call issued that.
    sql`UPDATE ${FOUND} SET taker = held.session FROM (
          SELECT f.taker AS held, min(f.giver) AS session FROM ${FOUND} f JOIN identity_node n ON n.node = f.giver
          WHERE ${numberedSql(sql`kind = 'credential'`)} AND n.kind IN (${listSql(SESSION_KINDS)}) GROUP BY f.taker
        ) held WHERE ${numberedSql(sql`kind = 'issued'`)} AND taker = held.held AND giver <> held.session`,
    meetingsSql(sql`unless IS NULL`),
    meetingsSql(sql`unless IS NOT NULL`),
  ];
}

/** Claims with the number of their rule and the nodes at their ends. */
const CLAIMED = sql`FROM identity_claim c
  JOIN ${RULE} r ON r.rule = c.rule AND r.kind = c.kind AND r.confidence = c.confidence
  JOIN identity_node g ON g.key = c.giver JOIN identity_node t ON t.key = c.taker`;

/** Whether `number` is of a rule that a condition holds for. */
function numberedSql(condition: Sql): Sql {
  return sql`number IN (SELECT number FROM ${RULE} WHERE ${condition})`;
}

/**
 * Joins the sides of meetings. Moments are put into buckets as wide as they may be apart, and a taker into its own bucket
 * and both beside it, so that the work grows with the records and not with their square.
 */
function meetingsSql(condition: Sql): Sql {
  const bucket = sql`CASE WHEN within IS NULL THEN 0 ELSE moment // within END`;
  return sql`INSERT INTO ${FOUND}
    WITH
    giver AS (
      SELECT * FROM (SELECT *, ${bucket} AS bucket FROM identity_meeting
        WHERE side = 'giver' AND ${condition} AND (within IS NULL OR moment IS NOT NULL))
      QUALIFY count(*) OVER (PARTITION BY meeting, value, bucket) <= ${literal(String(MEETING_LIMIT))}::INTEGER
    ),
    taker AS (
      SELECT *, unnest(CASE WHEN within IS NULL THEN [0] ELSE [moment // within - 1, moment // within, moment // within + 1] END) AS bucket
      FROM identity_meeting WHERE side = 'taker' AND ${condition} AND (within IS NULL OR moment IS NOT NULL)
    ),
    met AS (
      SELECT r.number, g.key AS giver, t.key AS taker, g.shape AS given, t.shape AS taken
      FROM giver g JOIN taker t ON t.meeting = g.meeting AND t.value = g.value AND t.bucket = g.bucket
      JOIN ${RULE} r ON r.rule = g.rule AND r.kind = g.kind AND r.confidence = g.confidence
      WHERE g.key <> t.key AND (g.within IS NULL OR abs(t.moment - g.moment) <= g.within)
        AND NOT EXISTS (SELECT 1 FROM ${FOUND} f JOIN ${RULE} u ON u.number = f.number
          WHERE f.shape = t.shape AND u.rule = g.unless)
    )
    SELECT m.number, g.node, t.node, m.shape
    FROM (SELECT *, unnest([given, taken]) AS shape FROM met) m
    JOIN identity_node g ON g.key = m.giver JOIN identity_node t ON t.key = m.taker`;
}

function linksSql(): readonly Sql[] {
  return [
    sql`CREATE OR REPLACE TEMP TABLE ${GROUPED} AS
        SELECT row_number() OVER (ORDER BY giver, taker, number) - 1 AS link, *
        FROM (SELECT DISTINCT number, giver, taker FROM ${FOUND})`,
    sql`DELETE FROM identity_link_shape`,
    sql`INSERT INTO identity_link_shape
        SELECT DISTINCT link, shape FROM ${FOUND} JOIN ${GROUPED} USING (number, giver, taker)`,
    sql`DROP TABLE ${FOUND}`,
    sql`INSERT INTO identity_link
        SELECT l.link, ${refSql("L", sql`concat_ws(chr(31), r.kind, r.rule, r.confidence, g.key, t.key)`)}, r.kind, r.rule,
          r.confidence, l.giver, l.taker, seen.first, seen.last, seen.events, 'standing'
        FROM ${GROUPED} l JOIN ${RULE} r ON r.number = l.number
        JOIN identity_node g ON g.node = l.giver JOIN identity_node t ON t.node = l.taker
        JOIN (SELECT link, min(first) AS first, max(last) AS last, sum(events) AS events
          FROM identity_link_shape JOIN identity_shape USING (shape) GROUP BY link) seen ON seen.link = l.link`,
    sql`DROP TABLE ${GROUPED}`,
    sql`DROP TABLE ${RULE}`,
  ];
}

/** The short name of a node (`I`) or link (`L`): it follows from the key alone, so it is the same after every import. */
export function refSql(letter: "I" | "L", keySql: Sql): Sql {
  return sql`${literal(`${letter}-`)} || left(sha256(${keySql}), 12)`;
}

/** Words of ours as a list for IN. */
export function listSql(words: readonly string[]): Sql {
  return joinSql(words.map(literal), sql`, `);
}

/** Kinds that a person can hold by hand; roles, services and groups are shared by design. */
export const ACCOUNTS = listSql(["person", "user", "root", "federated-subject", "service-account", "app", "account"]);

/** Whether the acts of the taker of link `l` count as acts of its giver. */
export const CARRIES: Sql = sql`(l.kind IN (${listSql(CARRYING_KINDS)}) AND l.state IN ('standing', 'accepted'))`;
