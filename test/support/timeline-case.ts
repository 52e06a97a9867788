import { type CaseFile } from "../../core/casefile/case-file.ts";
import { createCase } from "../../core/casefile/open-case.ts";
import { joinSql, sql } from "../../core/casefile/sql.ts";
import { type VerificationFinding } from "../../core/model/verdict.ts";

/** One event as it stands in the tables, without its evidence: enough for everything that only asks SQL. */
export interface StoredEvent {
  readonly kind: string;
  readonly time: bigint | null;
  readonly principal: string | null;
  readonly action: string | null;
  readonly outcome: string | null;
  readonly address: string | null;
  readonly resource: string | null;
  /** Of the row itself; null takes the verdict of its file. */
  readonly verdict: string | null;
  readonly eventId?: string | null;
}

export const FILE_VERDICT = "with-limits";

/** A case in `folder` with these events in one exhibit, put into the tables directly. */
export async function caseWithEvents(
  folder: string,
  events: readonly StoredEvent[],
  findings: readonly VerificationFinding[] = [],
): Promise<CaseFile> {
  const caseFile = await createCase(folder);
  const verification = JSON.stringify({ findings, chains: [] });
  await caseFile.transaction(async (session) => {
    await session.run(
      sql`INSERT INTO exhibit VALUES (1, 'complete', 'log.jsonl', '2026-09-17T08:00:00.000Z', 1, '', 'ocsf', 1, '', 'none', 0,
          ${events.length}, 0, 0, 'altered', ${verification}, '/nowhere/log.jsonl')`,
    );
    await session.run(
      sql`INSERT INTO evidence_file VALUES (1, 0, 'log.jsonl', 0, ${events.length}, 'evidence/1/0.jsonl', '', 1, ${FILE_VERDICT})`,
    );
    if (events.length === 0) return;
    const rows = events.map(
      (event, seq) =>
        sql`(${seq}, 1, 0, ${event.kind}, ${event.time}, 'ocsf', ${event.principal}, ${event.action}, ${event.outcome}, ${event.address}, ${event.resource}, ${event.eventId ?? null})`,
    );
    await session.run(
      sql`INSERT INTO event (seq, exhibit, file, kind, time, source, principal, action, outcome, address, resource, event_id)
          VALUES ${joinSql(rows, sql`, `)}`,
    );
    for (const [seq, { verdict }] of events.entries()) {
      if (verdict !== null) await session.run(sql`INSERT INTO row_verdict VALUES (${seq}, ${verdict})`);
    }
  });
  await caseFile.refreshEvidence();
  return caseFile;
}
