import { type CaseFile } from "../casefile/case-file.ts";
import { bigintOrNull, integerOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { CONVEYING_KINDS } from "../model/identity.ts";
import { Problem, quote } from "../model/problem.ts";
import { parseInstant } from "../model/time.ts";
import { listSql } from "./link.ts";
import { findPrincipal } from "./principal-table.ts";

/** A radius that is not done after so many steps of power is cut; each step adds principals or moves them earlier. */
const STEP_LIMIT = 64;

/**
 * Finds everything that a principal, a credential or the actor of an event could act through after a moment, following
 * power that was still given at or after that moment: `I-3f9a12c40b7e@2026-09-15T02:41:09Z`, a name instead of the
 * reference, or the position of an event, such as `17844`. Makes the events of it known to queries under `text`.
 * Throws `no-such-identity`, `bad-reach` (usage).
 */
export async function prepareReach(caseFile: CaseFile, text: string, signal: AbortSignal | undefined): Promise<void> {
  const { principal, since } = await originOf(caseFile, text);
  const options = { signal };
  await caseFile.run(
    sql`CREATE TEMP TABLE IF NOT EXISTS identity_blast (label VARCHAR, principal INTEGER, since BIGINT)`,
  );
  await caseFile.run(sql`CREATE OR REPLACE TEMP VIEW event_reach AS
    SELECT e.seq AS seq, b.label AS value FROM temp.main.identity_blast b
    JOIN identity_node n ON n.principal = b.principal JOIN identity_actor a ON a.node = n.node
    JOIN identity_event v ON v.shape = a.shape JOIN event e ON e.seq = v.seq
    WHERE e.time >= b.since OR b.since IS NULL`);
  await caseFile.run(sql`DELETE FROM temp.main.identity_blast WHERE label = ${text}`, options);
  await caseFile.run(
    sql`CREATE OR REPLACE TEMP TABLE identity_conveyed AS
    SELECT g.principal AS giver, t.principal AS taker, min(l.first) AS first, max(l.last) AS last
    FROM identity_link l JOIN identity_node g ON g.node = l.giver JOIN identity_node t ON t.node = l.taker
    WHERE l.kind IN (${listSql(CONVEYING_KINDS)}) AND l.state IN ('standing', 'accepted') GROUP BY 1, 2`,
    options,
  );
  await caseFile.run(sql`INSERT INTO temp.main.identity_blast VALUES (${text}, ${principal}, ${since})`, options);
  for (let step = 0; step < STEP_LIMIT; step++) {
    await caseFile.run(
      sql`CREATE OR REPLACE TEMP TABLE identity_arrived AS
      SELECT c.taker AS principal, min(greatest(coalesce(c.first, b.since), b.since)) AS since
      FROM temp.main.identity_blast b JOIN identity_conveyed c ON c.giver = b.principal
      WHERE b.label = ${text} AND (b.since IS NULL OR c.last >= b.since) GROUP BY c.taker`,
      options,
    );
    const added = await caseFile.run(
      sql`INSERT INTO temp.main.identity_blast
      SELECT ${text}, a.principal, a.since FROM identity_arrived a WHERE NOT EXISTS (
        SELECT 1 FROM temp.main.identity_blast b WHERE b.label = ${text} AND b.principal = a.principal
          AND (b.since IS NULL OR b.since <= a.since))`,
      options,
    );
    if (added === 0) break;
  }
  await caseFile.run(sql`DROP TABLE identity_arrived`);
  await caseFile.run(sql`DROP TABLE identity_conveyed`);
}

async function originOf(
  caseFile: CaseFile,
  text: string,
): Promise<{ readonly principal: number; readonly since: bigint | null }> {
  const at = text.lastIndexOf("@");
  const time = at > 0 ? parseInstant(text.slice(at + 1)) : undefined;
  const name = time === undefined ? text : text.slice(0, at);
  if (!/^\d{1,15}$/.test(name)) {
    return { principal: (await findPrincipal(caseFile, name)).number, since: time ?? null };
  }
  const [row] = await caseFile.query(
    sql`SELECT n.principal, e.time FROM event e JOIN identity_event v ON v.seq = e.seq
        JOIN identity_actor a ON a.shape = v.shape JOIN identity_node n ON n.node = a.node WHERE e.seq = ${Number(name)}`,
  );
  if (row) return { principal: integerOf(row, "principal"), since: time ?? bigintOrNull(row, "time") };
  throw new Problem("usage", "bad-reach", `reach: expected an event that names who acts, got ${quote(name)}`);
}
