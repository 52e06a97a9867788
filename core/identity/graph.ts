import { type SqlSession } from "../casefile/database.ts";
import { sql } from "../casefile/sql.ts";
import { CONVEYING_KINDS, CREDENTIAL_KINDS, type IdentityGraph } from "../model/identity.ts";
import { listSql } from "./link.ts";
import { readLinks, touchesSql, type StoredLink } from "./link-table.ts";
import { readByNumber } from "./power.ts";
import { findPrincipal } from "./principal-table.ts";

/** More boxes than this are no picture; the table has the rest. */
const NODE_LIMIT = 12;
/** Steps around the selection. */
const DISTANCE_LIMIT = 2;
const LINK_LIMIT = 400;

/**
 * The selection and what is linked to it, nearest first: the same case gives the same picture. Levels count steps of
 * power from the selection, down positive. Throws `no-such-identity` (usage).
 */
export async function readGraph(session: Pick<SqlSession, "query">, id: string): Promise<IdentityGraph> {
  const root = await findPrincipal(session, id);
  const levels = new Map([[root.number, 0]]);
  const edges = new Map<string, StoredLink>();
  const beyond = new Set<number>();
  let frontier: readonly number[] = [root.number];
  for (let distance = 0; distance < DISTANCE_LIMIT && frontier.length > 0; distance++) {
    const links = await readLinks(
      session,
      sql`${touchesSql(frontier)} AND g.principal <> t.principal AND l.state <> 'set-aside'
          AND (l.kind IN (${listSql([...CONVEYING_KINDS, "shares-origin", "same", "attempted", "impersonated"])}))`,
      LINK_LIMIT,
    );
    const next: number[] = [];
    for (const stored of links.toSorted(byWeight)) {
      const { giver, taker, link } = stored;
      const down = levels.has(giver);
      const [near, far] = down ? [giver, taker] : [taker, giver];
      if (!levels.has(far)) {
        if (levels.size >= NODE_LIMIT) {
          beyond.add(far);
          continue;
        }
        levels.set(far, (levels.get(near) ?? 0) + (down ? 1 : -1));
        next.push(far);
      }
      edges.set(link.id, stored);
    }
    frontier = next;
  }
  const principals = await readByNumber(session, [...levels.keys()]);
  const drawn = new Set(principals.map(({ principal }) => principal.id));
  return {
    nodes: principals.map(({ number, principal: { id: node, label, kind, events } }) => ({
      id: node,
      label,
      kind,
      events,
      level: levels.get(number) ?? 0,
    })),
    // A decision may have united what was read a moment ago; an edge needs both its ends.
    edges: [...edges.values()].map(({ link }) => link).filter(({ from, to }) => drawn.has(from.id) && drawn.has(to.id)),
    hidden: beyond.size,
  };
}

/** What is undecided first, then accounts and sessions before their credentials, then what most events speak for. */
function byWeight(a: StoredLink, b: StoredLink): number {
  const rank = ({ link }: StoredLink): number =>
    link.state === "open" ? 0 : CREDENTIAL_KINDS.includes(link.to.kind) ? 2 : 1;
  return rank(a) - rank(b) || b.link.events - a.link.events || a.number - b.number;
}
