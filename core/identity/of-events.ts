import { type SqlSession } from "../casefile/database.ts";
import { integerOf, type SqlValue } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { type IdentityLink, type Principal } from "../model/identity.ts";
import { numbersSql, readEvidence, readLinks } from "./link-table.ts";
import { readStored } from "./principal-table.ts";

/** More than these are no longer a list that a report can show. */
const PRINCIPAL_LIMIT = 500;
const LINK_LIMIT = 500;

/** Whom some events count as, and the links between those. */
export interface IdentitiesOfEvents {
  /** Those with fewest events first: what an act was done with comes before what stands behind it. */
  readonly principals: readonly { readonly principal: Principal; readonly events: readonly number[] }[];
  /** Each with all events that are its evidence, ascending. */
  readonly links: readonly { readonly link: IdentityLink; readonly evidence: readonly number[] }[];
}

/** The identities behind events of a case whose identities are current. */
export async function identitiesOfEvents(
  session: Pick<SqlSession, "query">,
  seqs: readonly number[],
): Promise<IdentitiesOfEvents> {
  if (seqs.length === 0) return { principals: [], links: [] };
  const rows = await session.query(
    sql`SELECT m.principal, list_sort(list(DISTINCT v.seq)) AS seqs FROM identity_event v
        JOIN identity_actor a ON a.shape = v.shape JOIN identity_member m ON m.node = a.node
        WHERE v.seq IN (${numbersSql(seqs)}) GROUP BY m.principal`,
  );
  const events = new Map(rows.map((row) => [integerOf(row, "principal"), numbersOf(row["seqs"])]));
  if (events.size === 0) return { principals: [], links: [] };
  const numbers = numbersSql([...events.keys()]);
  const stored = await readStored(session, sql`p.principal IN (${numbers})`, sql`p.events, p.id`, PRINCIPAL_LIMIT);
  const links = await readLinks(session, sql`g.principal IN (${numbers}) AND t.principal IN (${numbers})`, LINK_LIMIT);
  const found = links.map(({ number }) => number);
  const evidence = await readEvidence(session, found.length === 0 ? sql`FALSE` : sql`link IN (${numbersSql(found)})`);
  return {
    principals: stored.map(({ number, principal }) => ({ principal, events: events.get(number) ?? [] })),
    links: links.map(({ number, link }) => ({ link, evidence: evidence.get(number) ?? [] })),
  };
}

function numbersOf(value: SqlValue | undefined): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}
