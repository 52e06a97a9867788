import { type SqlSession } from "../casefile/database.ts";
import { integerOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { type Principal } from "../model/identity.ts";
import { numbersSql } from "./link-table.ts";
import { readStored } from "./principal-table.ts";

const HOLDER_LIMIT = 20;

/** Whom an act counts as: what it was done with first, then what that belonged to, the largest last. */
export async function principalsOfEvent(
  session: Pick<SqlSession, "query">,
  seq: number,
): Promise<readonly Principal[]> {
  const rows = await session.query(
    sql`SELECT DISTINCT m.principal, m.principal <> n.principal AS held FROM identity_event v
        JOIN identity_actor a ON a.shape = v.shape JOIN identity_node n ON n.node = a.node
        JOIN identity_member m ON m.node = n.node WHERE v.seq = ${seq} ORDER BY held LIMIT ${HOLDER_LIMIT}`,
  );
  const numbers = rows.map((row) => integerOf(row, "principal"));
  if (numbers.length === 0) return [];
  const [own = -1] = numbers;
  const stored = await readStored(
    session,
    sql`p.principal IN (${numbersSql(numbers)})`,
    sql`p.principal <> ${own}, p.events, p.id`,
    HOLDER_LIMIT,
  );
  return stored.map(({ principal }) => principal);
}
