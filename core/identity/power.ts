import { type SqlSession } from "../casefile/database.ts";
import { sql } from "../casefile/sql.ts";
import { type PowerStep } from "../model/identity-card.ts";
import { CONVEYING_KINDS, CREDENTIAL_KINDS, type IdentityLink, type Principal } from "../model/identity.ts";
import { listSql } from "./link.ts";
import { numbersSql, readLinks, type StoredLink } from "./link-table.ts";
import { readStored, type StoredPrincipal } from "./principal-table.ts";

/** Steps of one tree, and how deep it goes: what a person can still read. */
const STEP_LIMIT = 150;
const DEPTH_LIMIT = 12;
/** Links looked at per level. */
const BREADTH_LIMIT = 500;

type Reader = Pick<SqlSession, "query">;
/** `up` towards where power came from, `down` towards what it was handed to. */
type Direction = "up" | "down";

/** What a principal handed on: a tree with the principal as its root. Weak links are in it, and say so. */
export async function handedOn(session: Reader, root: StoredPrincipal): Promise<PowerStep> {
  return treeOf(session, root, "down");
}

/** Where the power of a principal and of the credentials it held itself came from: one branch per giver. */
export async function cameFrom(session: Reader, root: StoredPrincipal): Promise<readonly PowerStep[]> {
  const credentials = await readStored(
    session,
    sql`p.kind IN (${listSql(CREDENTIAL_KINDS)})
        AND p.principal IN (SELECT t.principal FROM identity_link l
          JOIN identity_node g ON g.node = l.giver JOIN identity_node t ON t.node = l.taker
          WHERE l.kind = 'credential' AND l.state IN ('standing', 'accepted') AND g.principal = ${root.number})`,
    sql`p.first NULLS LAST, p.principal`,
    STEP_LIMIT,
  );
  return (
    await treeOf(
      session,
      root,
      "up",
      credentials.map(({ number }) => number),
    )
  ).steps;
}

interface Branch {
  readonly principal: Principal;
  readonly number: number;
  readonly link: IdentityLink | null;
  readonly steps: Branch[];
  cut: boolean;
}

/** Level by level, so that the nearest steps are kept when there are too many; nothing is entered twice. */
async function treeOf(
  session: Reader,
  root: StoredPrincipal,
  direction: Direction,
  alsoRoot: readonly number[] = [],
): Promise<PowerStep> {
  const trunk: Branch = { ...root, link: null, steps: [], cut: false };
  const roots = new Set([root.number, ...alsoRoot]);
  const seen = new Set(roots);
  let level: readonly Branch[] = [trunk];
  for (let depth = 0; depth < DEPTH_LIMIT && level.length > 0; depth++) {
    const links = await powerLinks(
      session,
      level.flatMap((branch) => (branch === trunk ? [...roots] : [branch.number])),
      direction,
    );
    const far = (link: StoredLink): number => (direction === "down" ? link.taker : link.giver);
    const near = (link: StoredLink): number => (direction === "down" ? link.giver : link.taker);
    const fresh = [...new Set(links.map(far))].filter((number) => !seen.has(number));
    const found = new Map((await readByNumber(session, fresh)).map((stored) => [stored.number, stored]));
    const next: Branch[] = [];
    for (const parent of level) {
      const isNear = (number: number): boolean => (parent === trunk ? roots.has(number) : number === parent.number);
      for (const stored of links.filter((link) => isNear(near(link)))) {
        const end = found.get(far(stored));
        if (!end || seen.has(end.number)) continue;
        if (seen.size - roots.size >= STEP_LIMIT) {
          parent.cut = true;
          continue;
        }
        seen.add(end.number);
        const branch: Branch = { ...end, link: stored.link, steps: [], cut: false };
        parent.steps.push(branch);
        // Nothing follows from a hint: the tree shows it and ends there.
        if (stored.link.state !== "open") next.push(branch);
      }
    }
    level = next;
  }
  for (const branch of level) branch.cut = true;
  return stepOf(trunk);
}

/** Conveying links at one end of these principals, the first given first. Rejected ones convey nothing. */
async function powerLinks(
  session: Reader,
  principals: readonly number[],
  direction: Direction,
): Promise<readonly StoredLink[]> {
  if (principals.length === 0) return [];
  const end = direction === "down" ? sql`g.principal` : sql`t.principal`;
  return readLinks(
    session,
    sql`${end} IN (${numbersSql(principals)}) AND g.principal <> t.principal
        AND (l.kind IN (${listSql(CONVEYING_KINDS)}) OR l.kind = 'shares-origin')
        AND l.state IN ('standing', 'accepted', 'open')`,
    BREADTH_LIMIT,
  );
}

export async function readByNumber(session: Reader, numbers: readonly number[]): Promise<readonly StoredPrincipal[]> {
  if (numbers.length === 0) return [];
  return readStored(session, sql`p.principal IN (${numbersSql(numbers)})`, sql`p.principal`, numbers.length);
}

/** A credential without a story of its own is a word beside what it belongs to; what it led to moves up. */
function stepOf(branch: Branch): PowerStep {
  const steps: PowerStep[] = [];
  const credentials: string[] = [];
  for (const child of branch.steps) {
    const step = stepOf(child);
    if (CREDENTIAL_KINDS.includes(child.principal.kind) && child.link?.kind === "credential") {
      credentials.push(step.label, ...step.credentials);
      steps.push(...step.steps);
    } else steps.push(step);
  }
  const { id, label, kind, events } = branch.principal;
  return { link: branch.link, id, label, kind, credentials, events, steps, cut: branch.cut };
}
