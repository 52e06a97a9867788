import { type SqlSession } from "../casefile/database.ts";
import { bigintOrNull, integerOf, textOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type Handover, type LinkKind } from "../model/identity.ts";
import { listSql } from "./link.ts";

/** How power went from one hand to another; other links only say that two names belong together. */
const HANDED: readonly LinkKind[] = [
  "issued",
  "login",
  "switched",
  "created",
  "acts-for",
  "impersonated",
  "shares-origin",
];
/** More lines than these are no picture. */
const HANDOVER_LIMIT = 100;

/**
 * Where power went from one of these principals to another, by the names their records have: from the record that is the
 * evidence of it to the first record of who took it from then on. Earliest first, at most 100. Rejected links are none.
 */
export async function readHandovers(
  session: Pick<SqlSession, "query">,
  names: readonly string[],
): Promise<readonly Handover[]> {
  const rows = await session.query(
    sql`WITH lane AS (SELECT unnest(CAST(${JSON.stringify(names)} AS JSON)::VARCHAR[]) AS name),
        link AS (
          SELECT link, ref, rule, confidence = 'W' AND state <> 'accepted' AS inferred, giver, taker FROM identity_link
          WHERE state IN ('standing', 'open', 'accepted') AND kind IN (${listSql(HANDED)})
        ),
        evidence AS (
          SELECT s.link, v.seq, v.shape FROM link JOIN identity_link_shape s USING (link) JOIN identity_event v USING (shape)
          UNION ALL SELECT e.link, e.seq, v.shape FROM link JOIN identity_link_event e USING (link) JOIN identity_event v USING (seq)
        ),
        given AS (
          SELECT l.link, arg_min({'seq': e.seq, 'time': e.time, 'name': e.principal}, e.time) AS act FROM link l
          JOIN evidence x USING (link) JOIN event e ON e.seq = x.seq JOIN lane ON lane.name = e.principal
          JOIN identity_actor a ON a.shape = x.shape JOIN identity_node n ON n.node = l.giver
          JOIN identity_member m ON m.node = a.node AND m.principal = n.principal
          WHERE e.time IS NOT NULL GROUP BY l.link
        ),
        taken AS (
          SELECT l.link, arg_min({'seq': e.seq, 'time': e.time, 'name': e.principal}, e.time) AS act FROM link l
          JOIN given g USING (link) JOIN identity_node n ON n.node = l.taker JOIN identity_member m ON m.principal = n.principal
          JOIN identity_actor a ON a.node = m.node JOIN identity_event v ON v.shape = a.shape JOIN event e ON e.seq = v.seq
          JOIN lane ON lane.name = e.principal
          WHERE e.time >= g.act.time AND e.principal <> g.act.name GROUP BY l.link
        )
        SELECT l.ref, l.rule, l.inferred, g.act.name AS giver, g.act.time AS given, t.act.name AS taker, t.act.time AS taken,
          t.act.seq AS seq
        FROM link l JOIN given g USING (link) JOIN taken t USING (link)
        ORDER BY given, taken, l.link LIMIT ${HANDOVER_LIMIT}`,
  );
  return rows.map((row) => ({
    link: textOf(row, "ref"),
    rule: textOf(row, "rule"),
    inferred: row["inferred"] === true,
    from: textOf(row, "giver"),
    given: present(bigintOrNull(row, "given"), "only dated records are asked for"),
    to: textOf(row, "taker"),
    taken: present(bigintOrNull(row, "taken"), "only dated records are asked for"),
    seq: integerOf(row, "seq"),
  }));
}
