import { type SqlSession } from "../casefile/database.ts";
import { bigintOrNull, integerOf, textOf, textOrNull, type Row, type SqlValue } from "../casefile/row.ts";
import { joinSql, sql, type Sql } from "../casefile/sql.ts";
import {
  LINK_KINDS,
  NODE_KINDS,
  type IdentityLink,
  type LinkConfidence,
  type LinkEnd,
  type LinkKind,
  type LinkState,
  type NodeKind,
} from "../model/identity.ts";
import { present } from "../model/assert.ts";
import { ruleText } from "./rule-texts.ts";

/** A link as the tables have it: with the numbers of the principals at its ends. */
export interface StoredLink {
  readonly link: IdentityLink;
  readonly number: number;
  readonly giver: number;
  readonly taker: number;
}

const CONFIDENCES: readonly LinkConfidence[] = ["P", "S", "W"];
const STATES: readonly LinkState[] = ["standing", "open", "accepted", "rejected", "set-aside"];

/** Links that `condition` holds for, over `l` the link and `g`, `t` the nodes at its ends; weak and undecided ones first. */
export async function readLinks(
  session: Pick<SqlSession, "query">,
  condition: Sql,
  limit: number,
): Promise<readonly StoredLink[]> {
  const rows = await session.query(
    sql`SELECT l.link, l.ref, l.kind, l.rule, l.confidence, l.first, l.last, l.events, l.state, d.reason,
          g.principal AS giver, gp.id AS giver_id, gp.label AS giver_label, gp.kind AS giver_kind, g.label AS giver_name,
          t.principal AS taker, tp.id AS taker_id, tp.label AS taker_label, tp.kind AS taker_kind, t.label AS taker_name
        FROM identity_link l
        JOIN identity_node g ON g.node = l.giver JOIN identity_principal gp ON gp.principal = g.principal
        JOIN identity_node t ON t.node = l.taker JOIN identity_principal tp ON tp.principal = t.principal
        LEFT JOIN (SELECT subject, arg_max(reason, act) AS reason FROM identity_decision
          WHERE act IN (SELECT id FROM standing_act) AND verdict IN ('accept', 'reject') GROUP BY subject) d ON d.subject = l.ref
        WHERE ${condition}
        ORDER BY l.state <> 'open', l.kind = 'same', l.first NULLS LAST, l.link LIMIT ${limit}`,
  );
  return rows.map(storedLinkOf);
}

/** Positions of all events that are evidence of links, ascending, by number of the link; `condition` is over that, `link`. */
export async function readEvidence(
  session: Pick<SqlSession, "query">,
  condition: Sql,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const rows = await session.query(
    sql`SELECT link, list_sort(list(DISTINCT seq)) AS seqs FROM (
          SELECT s.link, v.seq FROM (SELECT * FROM identity_link_shape WHERE ${condition}) s
          JOIN identity_event v ON v.shape = s.shape
          UNION ALL SELECT link, seq FROM identity_link_event WHERE ${condition}
        ) GROUP BY link`,
  );
  return new Map(rows.map((row) => [integerOf(row, "link"), numbersOf(row["seqs"])]));
}

function numbersOf(value: SqlValue | undefined): readonly number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

/** Whether a link's ends are these principals, on either side. */
export function touchesSql(principals: readonly number[]): Sql {
  const list = numbersSql(principals);
  return sql`(g.principal IN (${list}) OR t.principal IN (${list}))`;
}

/** Numbers as a list for IN. Precondition: at least one. */
export function numbersSql(numbers: readonly number[]): Sql {
  return joinSql(
    numbers.map((number) => sql`${number}`),
    sql`, `,
  );
}

function storedLinkOf(row: Row): StoredLink {
  const rule = textOf(row, "rule");
  const kind = wordOf<LinkKind>(LINK_KINDS, textOf(row, "kind"));
  const confidence = wordOf(CONFIDENCES, textOf(row, "confidence"));
  return {
    number: integerOf(row, "link"),
    giver: integerOf(row, "giver"),
    taker: integerOf(row, "taker"),
    link: {
      id: textOf(row, "ref"),
      kind,
      rule,
      ruleText: ruleText(rule, kind, confidence),
      confidence,
      from: endOf(row, "giver"),
      to: endOf(row, "taker"),
      state: wordOf(STATES, textOf(row, "state")),
      reason: textOrNull(row, "reason"),
      first: bigintOrNull(row, "first"),
      last: bigintOrNull(row, "last"),
      events: integerOf(row, "events"),
    },
  };
}

function endOf(row: Row, end: "giver" | "taker"): LinkEnd {
  return {
    id: textOf(row, `${end}_id`),
    label: textOf(row, `${end}_label`),
    kind: nodeKindOf(textOf(row, `${end}_kind`)),
    name: textOf(row, `${end}_name`),
  };
}

/** The kind that a rule wrote. */
export function nodeKindOf(text: string): NodeKind {
  return wordOf<NodeKind>(NODE_KINDS, text);
}

function wordOf<Word extends string>(words: readonly Word[], text: string): Word {
  return present(
    words.find((word) => word === text),
    `${text} is a word that we wrote`,
  );
}
