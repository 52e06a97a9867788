import { type CaseFile } from "../casefile/case-file.ts";
import { type SqlSession } from "../casefile/database.ts";
import { integerOf, textOf, textOrNull } from "../casefile/row.ts";
import { identifier, sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type IdentityState } from "../model/identity.ts";
import { type LongWork } from "../model/progress.ts";
import { weakenAliases, weakenShared } from "./ambiguous.ts";
import { collectIdentities } from "./collect.ts";
import { linkIdentities } from "./link.ts";
import { hintLinks } from "./hints.ts";
import { RULES_VERSION } from "./rules/registry.ts";
import { uniteNames, unitePrincipals } from "./unite.ts";

/** Tables that a case opened for reading keeps in memory, when those in its file are not current. */
const TABLES = [
  "identity_read",
  "identity_shape",
  "identity_event",
  "identity_name",
  "identity_claim",
  "identity_meeting",
  "identity_state",
  "identity_node",
  "identity_actor",
  "identity_link",
  "identity_link_shape",
  "identity_link_event",
  "identity_principal",
  "identity_member",
] as const;

/**
 * Brings the identities up to the evidence and the decisions of the case: exhibits that came since are read once each, then
 * links and principals are made anew. Does nothing when they are current. A case opened for reading keeps the result in
 * memory and its file as it is. Throws `cancelled`; what was read of finished exhibits is then kept.
 */
export async function resolveIdentities(caseFile: CaseFile, work: LongWork = {}): Promise<void> {
  const stale = await staleness(caseFile);
  if (stale === "current") return;
  const { signal } = work;
  if (!caseFile.writable) await shadowTables(caseFile);
  const unread = await unreadExhibits(caseFile);
  const bytesTotal = unread.reduce((sum, { byteLength }) => sum + byteLength, 0);
  let bytesDone = 0;
  let records = 0;
  for (const exhibit of unread) {
    const onRecords = (read: number): void => {
      const share = exhibit.records === 0 ? 0 : read / exhibit.records;
      const bytes = bytesDone + Math.round(share * exhibit.byteLength);
      work.onProgress?.({
        phase: `reading identities of ${exhibit.id}`,
        bytesDone: bytes,
        bytesTotal,
        records: records + read,
      });
    };
    onRecords(0);
    await change(caseFile, false, async (session) => {
      for (const source of await sourcesOf(session, exhibit.firstSeq, exhibit.firstSeq + exhibit.records)) {
        await collectIdentities(session, caseFile, exhibit, source, { onRecords, signal });
      }
      await session.run(sql`INSERT INTO identity_read VALUES (${exhibitNumberOf(exhibit.id)}, ${RULES_VERSION})`);
    });
    bytesDone += exhibit.byteLength;
    records += exhibit.records;
  }
  work.onProgress?.({ phase: "linking identities", bytesDone, bytesTotal, records });
  await change(caseFile, true, async (session) => {
    if (stale === "evidence") {
      await linkIdentities(session, signal);
      await weakenAliases(session, signal);
      await uniteNames(session, false, signal);
      await weakenShared(session, signal);
      await unitePrincipals(session, false, signal);
      await hintLinks(session, signal);
    }
    if (stale === "decisions" || (await hasDecisions(session))) await unitePrincipals(session, true, signal);
    await session.run(sql`DELETE FROM identity_state`);
    const [now] = await session.query(sql`SELECT ${EXHIBITS} AS exhibits, ${ACTS} AS acts,
      (SELECT value FROM meta WHERE key = 'revision') AS revision`);
    const made = present(now, "an aggregate has one row");
    await session.run(sql`INSERT INTO identity_state VALUES (${textOrNull(made, "exhibits") ?? ""}, ${RULES_VERSION},
      ${textOrNull(made, "acts") ?? ""}, ${integerOf(made, "revision") + (caseFile.writable ? 1 : 0)})`);
  });
}

/** How current the identities are, and how many there are. */
export async function readIdentityState(caseFile: CaseFile): Promise<IdentityState> {
  const current = (await staleness(caseFile)) === "current";
  const [row] = await caseFile.query(sql`SELECT
    (SELECT max(revision) FROM identity_state) AS revision,
    (SELECT count(*) FROM identity_principal) AS principals,
    (SELECT count(*) FROM identity_link) AS links,
    (SELECT count(*) FROM identity_link WHERE state = 'open') AS open`);
  const counts = present(row, "an aggregate has one row");
  return {
    current,
    revision: counts["revision"] === null ? null : integerOf(counts, "revision"),
    principals: integerOf(counts, "principals"),
    links: integerOf(counts, "links"),
    open: integerOf(counts, "open"),
  };
}

const EXHIBITS = sql`(SELECT string_agg(id, ',' ORDER BY id) FROM exhibit WHERE state = 'complete')`;
const ACTS = sql`(SELECT string_agg(DISTINCT act, ',' ORDER BY act) FROM identity_decision
  WHERE act IN (SELECT id FROM standing_act))`;

/** Whether everything must be linked again, only the decisions be applied anew, or nothing be done. */
async function staleness(caseFile: CaseFile): Promise<"current" | "decisions" | "evidence"> {
  const [row] = await caseFile.query(sql`SELECT exhibits, rules, acts,
    coalesce(${EXHIBITS}, '') AS exhibits_now, coalesce(${ACTS}, '') AS acts_now FROM identity_state`);
  if (!row || integerOf(row, "rules") !== RULES_VERSION) return "evidence";
  if (textOf(row, "exhibits") !== textOf(row, "exhibits_now")) return "evidence";
  return textOf(row, "acts") === textOf(row, "acts_now") ? "current" : "decisions";
}

async function unreadExhibits(caseFile: CaseFile): Promise<CaseFile["exhibits"]> {
  const rows = await caseFile.query(sql`SELECT exhibit FROM identity_read WHERE rules = ${RULES_VERSION}`);
  const read = new Set(rows.map((row) => integerOf(row, "exhibit")));
  if (read.size === 0) await change(caseFile, false, forgetReadings);
  return caseFile.exhibits.filter(({ id }) => !read.has(exhibitNumberOf(id)));
}

/** Whose records lie between these positions; a file may hold those of several sources. */
async function sourcesOf(session: SqlSession, from: number, to: number): Promise<readonly string[]> {
  const rows = await session.query(
    sql`SELECT DISTINCT source FROM event WHERE seq >= ${from} AND seq < ${to} AND kind = 'event' ORDER BY source`,
  );
  return rows.map((row) => textOf(row, "source"));
}

async function hasDecisions(session: SqlSession): Promise<boolean> {
  const rows = await session.query(
    sql`SELECT act FROM identity_decision WHERE act IN (SELECT id FROM standing_act) LIMIT 1`,
  );
  return rows.length > 0;
}

/** Drops what an older version of the rules, or a reading that was stopped, has left. */
async function forgetReadings(session: SqlSession): Promise<void> {
  for (const table of TABLES.slice(0, TABLES.indexOf("identity_state"))) {
    await session.run(sql`DELETE FROM ${identifier(table)}`);
  }
}

function exhibitNumberOf(id: string): number {
  return Number(id.slice("X-".length));
}

/** A transaction where the case takes one; otherwise statements on tables in memory. */
function change(caseFile: CaseFile, announce: boolean, work: (session: SqlSession) => Promise<void>): Promise<void> {
  return caseFile.writable ? caseFile.transaction(work, { announce }) : work(caseFile);
}

/** Copies the tables into memory under the same names, which hides those of the file from this connection. */
async function shadowTables(caseFile: CaseFile): Promise<void> {
  for (const table of TABLES) {
    const name = identifier(table);
    await caseFile.run(sql`CREATE TEMP TABLE IF NOT EXISTS ${name} AS SELECT * FROM ${name}`);
  }
  // As in migrations/0002-identity.sql: those views read the tables of the file.
  await caseFile.run(sql`CREATE OR REPLACE TEMP VIEW event_identity AS
    SELECT v.seq AS seq, unnest([n.ref, n.label]) AS value
    FROM temp.main.identity_event v JOIN temp.main.identity_actor a ON a.shape = v.shape
    JOIN temp.main.identity_member m ON m.node = a.node JOIN temp.main.identity_node n ON n.principal = m.principal`);
  await caseFile.run(sql`CREATE OR REPLACE TEMP VIEW event_evidence AS
    SELECT v.seq AS seq, l.ref AS value FROM temp.main.identity_link l
    JOIN temp.main.identity_link_shape s ON s.link = l.link JOIN temp.main.identity_event v ON v.shape = s.shape
    UNION ALL
    SELECT e.seq, l.ref FROM temp.main.identity_link l JOIN temp.main.identity_link_event e ON e.link = l.link`);
}
