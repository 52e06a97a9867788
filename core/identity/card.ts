import { type SqlSession } from "../casefile/database.ts";
import { bigintOrNull, integerOf, textOf, textOrNull } from "../casefile/row.ts";
import { identifier, sql, type Sql } from "../casefile/sql.ts";
import {
  type ActionClass,
  type IdentityCard,
  type PowerStep,
  type SeenValue,
  type SignIn,
} from "../model/identity-card.ts";
import { CREDENTIAL_KINDS, SESSION_KINDS, type NodeKind, type Principal } from "../model/identity.ts";
import { classifyActions, isSignIn } from "./action-class.ts";
import { readDecisions } from "./decide.ts";
import { listSql } from "./link.ts";
import { nodeKindOf, readLinks } from "./link-table.ts";
import { cameFrom, handedOn } from "./power.ts";
import { findPrincipal, readStored } from "./principal-table.ts";

/** What one list of a card shows; the card counts what is beyond. */
const LIST_LIMIT = 50;
const LINK_LIMIT = 200;
const ACTION_LIMIT = 2_000;
/** Givers of one level whose sign-ins are looked for. */
const GIVER_LIMIT = 10;

type Reader = Pick<SqlSession, "query">;

/** Everything that the records show of a principal, by its reference or a name of it. Throws `no-such-identity` (usage). */
export async function readCard(session: Reader, id: string): Promise<IdentityCard> {
  const stored = await findPrincipal(session, id);
  const { number, principal } = stored;
  const names = await namesOf(session, number);
  const keys = new Set(names.map(({ key }) => key));
  const condition = touchingSql(number);
  const links = await readLinks(session, condition, LINK_LIMIT);
  const linkIds = new Set(links.map(({ link }) => link.id));
  const [counted] = await session.query(
    sql`SELECT count(*) AS total FROM identity_link l JOIN identity_node g ON g.node = l.giver
        JOIN identity_node t ON t.node = l.taker WHERE ${condition}`,
  );
  const decisions = await readDecisions(session);
  const credentials = await heldOf(session, number, CREDENTIAL_KINDS);
  const sessions = await heldOf(session, number, SESSION_KINDS);
  const givers = await cameFrom(session, stored);
  return {
    ...principal,
    names,
    credentials: credentials.principals,
    credentialsTotal: credentials.total,
    sessions: sessions.principals,
    sessionsTotal: sessions.total,
    addresses: await seenOf(session, number, "address"),
    agents: await seenOf(session, number, "user_agent"),
    classes: await classesOf(session, number),
    links: links.map(({ link }) => link),
    linksTotal: counted ? integerOf(counted, "total") : 0,
    signIns: await signInsOf(session, number, principal.first),
    giverSignIns: await giverSignInsOf(session, givers, principal.first),
    cameFrom: givers,
    handedOn: await handedOn(session, stored),
    decisions: decisions.filter(
      ({ subject, other }) => keys.has(subject) || linkIds.has(subject) || (other !== null && keys.has(other)),
    ),
  };
}

/** Events of the principal and of what it held: positions in the case. */
function eventsSql(number: number): Sql {
  return sql`(SELECT v.seq FROM identity_member m JOIN identity_actor a ON a.node = m.node
    JOIN identity_event v ON v.shape = a.shape WHERE m.principal = ${number})`;
}

/** Links of the principal and of the credentials and sessions it held. */
function touchingSql(number: number): Sql {
  const held = sql`(SELECT node FROM identity_member WHERE principal = ${number})`;
  return sql`(g.principal = ${number} OR t.principal = ${number} OR (l.giver IN ${held} AND l.kind NOT IN ('same', 'named'))
    OR (l.taker IN ${held} AND l.state = 'open'))`;
}

async function namesOf(session: Reader, number: number): Promise<IdentityCard["names"]> {
  const rows = await session.query(
    sql`SELECT ref, key, kind, label FROM identity_node WHERE principal = ${number} ORDER BY rank, key LIMIT ${LIST_LIMIT}`,
  );
  return rows.map((row) => ({
    id: textOf(row, "ref"),
    key: textOf(row, "key"),
    kind: nodeKindOf(textOf(row, "kind")),
    label: textOf(row, "label"),
  }));
}

/** What a principal held of these kinds: the busiest, and how many there are. */
async function heldOf(
  session: Reader,
  number: number,
  kinds: readonly NodeKind[],
): Promise<{ readonly principals: readonly Principal[]; readonly total: number }> {
  const condition = sql`p.kind IN (${listSql(kinds)}) AND p.principal <> ${number}
    AND p.principal IN (SELECT node FROM identity_member WHERE principal = ${number})`;
  const [row] = await session.query(sql`SELECT count(*) AS total FROM identity_principal p WHERE ${condition}`);
  const stored = await readStored(session, condition, sql`p.events DESC, p.first NULLS LAST, p.id`, LIST_LIMIT);
  return { principals: stored.map(({ principal }) => principal), total: row ? integerOf(row, "total") : 0 };
}

async function seenOf(
  session: Reader,
  number: number,
  column: "address" | "user_agent",
): Promise<readonly SeenValue[]> {
  const rows = await session.query(
    sql`SELECT ${identifier(column)} AS value, count(*) AS events, min(time) AS first, max(time) AS last FROM event
        WHERE seq IN ${eventsSql(number)} AND ${identifier(column)} <> ''
        GROUP BY value ORDER BY events DESC, value LIMIT ${LIST_LIMIT}`,
  );
  return rows.map((row) => ({
    value: textOf(row, "value"),
    events: integerOf(row, "events"),
    first: bigintOrNull(row, "first"),
    last: bigintOrNull(row, "last"),
  }));
}

async function classesOf(session: Reader, number: number): Promise<readonly ActionClass[]> {
  const rows = await session.query(
    sql`SELECT coalesce(action, '') AS action, count(*) FILTER (outcome IN ('failure', 'denied')) AS refused, count(*) AS events
        FROM event WHERE seq IN ${eventsSql(number)} GROUP BY action ORDER BY events DESC, action LIMIT ${ACTION_LIMIT}`,
  );
  return classifyActions(
    rows.map((row) => {
      const refused = integerOf(row, "refused");
      return { action: textOf(row, "action"), refused, done: integerOf(row, "events") - refused };
    }),
  );
}

/** How those began from whom a principal has its power, level by level; whose sign-ins no record tells is left out. */
async function giverSignInsOf(
  session: Reader,
  givers: readonly PowerStep[],
  first: bigint | null,
): Promise<IdentityCard["giverSignIns"]> {
  const found: IdentityCard["giverSignIns"][number][] = [];
  for (
    let level = givers;
    level.length > 0 && found.length < GIVER_LIMIT;
    level = level.flatMap(({ steps }) => steps)
  ) {
    for (const { id, label, link } of level.slice(0, GIVER_LIMIT)) {
      if (link?.state === "open") continue;
      const { number } = await findPrincipal(session, id);
      const signIns = await signInsOf(session, number, first);
      if (signIns.length > 0) found.push({ id, label, signIns });
    }
  }
  return found;
}

/** Sign-ins of the principal and of what it held, in order of time. */
async function signInsOf(session: Reader, number: number, first: bigint | null): Promise<readonly SignIn[]> {
  const actions = await session.query(
    sql`SELECT DISTINCT action FROM event WHERE seq IN ${eventsSql(number)} AND action IS NOT NULL LIMIT ${ACTION_LIMIT}`,
  );
  const signIns = actions.map((row) => textOf(row, "action")).filter(isSignIn);
  if (signIns.length === 0) return [];
  const rows = await session.query(
    sql`SELECT seq, time, action, address, outcome FROM event
        WHERE seq IN ${eventsSql(number)} AND action IN (SELECT unnest(CAST(${JSON.stringify(signIns)} AS JSON)::VARCHAR[]))
        ORDER BY time NULLS LAST, seq LIMIT ${LIST_LIMIT}`,
  );
  return rows.map((row) => {
    const time = bigintOrNull(row, "time");
    return {
      seq: integerOf(row, "seq"),
      time,
      action: textOf(row, "action"),
      address: textOrNull(row, "address"),
      outcome: textOrNull(row, "outcome"),
      before: first !== null && time !== null && time <= first,
    };
  });
}
