import { type CaseSession } from "../casefile/case-session.ts";
import { performAct } from "../casefile/analyst-acts.ts";
import { type SqlSession } from "../casefile/database.ts";
import { integerOf, textOf, textOrNull } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { type IdentityDecision } from "../model/identity-card.ts";
import { Problem, quote } from "../model/problem.ts";

/** What the analyst decides by hand. `reason` goes into the report. */
export type Decision =
  | { readonly verdict: "accept" | "reject"; readonly link: string; readonly reason: string }
  /** `name` is the reference of one name of a principal: it stands for itself from now on. */
  | { readonly verdict: "split"; readonly name: string; readonly reason: string }
  /** References of two principals: one hand held both. */
  | { readonly verdict: "merge"; readonly name: string; readonly other: string; readonly reason: string };

/**
 * Records a decision as an act that can be undone, with its entry in the custody journal; identities are to be resolved
 * after it. Throws `bad-decision`, `no-such-identity`, `no-such-link` (usage).
 */
export async function decide(session: Pick<CaseSession, "caseFile" | "custody">, decision: Decision): Promise<void> {
  const reason = decision.reason.trim();
  if (reason === "") throw new Problem("usage", "bad-decision", "deciding on an identity: expected a reason, got none");
  const { subject, other, label } = await subjectOf(session.caseFile, decision);
  const entry = {
    action: VERBS[decision.verdict],
    object: { id: "link" in decision ? decision.link : decision.name, label },
    params: { subject, ...(other === null ? {} : { other }), reason },
  };
  await performAct(session, `${decision.verdict} ${label}`, entry, async (transaction, act) => {
    await transaction.run(
      sql`INSERT INTO identity_decision VALUES (${act}, ${decision.verdict}, ${subject}, ${other}, ${reason})`,
    );
  });
}

const VERBS = {
  accept: "identity.link-accepted",
  reject: "identity.link-rejected",
  split: "identity.split",
  merge: "identity.merged",
} as const;

/** Standing decisions about these links and keys, the last first. */
export async function readDecisions(session: Pick<SqlSession, "query">): Promise<readonly IdentityDecision[]> {
  const rows = await session.query(
    sql`SELECT d.*, a.happened_at FROM identity_decision d JOIN analyst_act a ON a.id = d.act
        WHERE a.state = 'standing' ORDER BY d.act DESC`,
  );
  return rows.map((row) => ({
    act: integerOf(row, "act"),
    at: textOf(row, "happened_at"),
    verdict: verdictOf(textOf(row, "verdict")),
    subject: textOf(row, "subject"),
    other: textOrNull(row, "other"),
    reason: textOf(row, "reason"),
  }));
}

function verdictOf(text: string): IdentityDecision["verdict"] {
  return text === "accept" || text === "reject" || text === "split" ? text : "merge";
}

interface Subject {
  readonly subject: string;
  readonly other: string | null;
  readonly label: string;
}

async function subjectOf(session: Pick<SqlSession, "query">, decision: Decision): Promise<Subject> {
  switch (decision.verdict) {
    case "accept":
    case "reject": {
      const [row] = await session.query(
        sql`SELECT g.label AS giver, t.label AS taker FROM identity_link l JOIN identity_node g ON g.node = l.giver
            JOIN identity_node t ON t.node = l.taker WHERE l.ref = ${decision.link}`,
      );
      if (!row) {
        throw new Problem("usage", "no-such-link", `expected a link of this case, got ${quote(decision.link)}`);
      }
      return { subject: decision.link, other: null, label: `${textOf(row, "giver")} → ${textOf(row, "taker")}` };
    }
    case "split": {
      const { key, label } = await nameOf(session, decision.name);
      return { subject: key, other: null, label };
    }
    case "merge": {
      const one = await nameOf(session, decision.name);
      const two = await nameOf(session, decision.other);
      return { subject: one.key, other: two.key, label: `${one.label} and ${two.label}` };
    }
  }
}

async function nameOf(
  session: Pick<SqlSession, "query">,
  ref: string,
): Promise<{ readonly key: string; readonly label: string }> {
  const [row] = await session.query(sql`SELECT key, label FROM identity_node WHERE ref = ${ref}`);
  if (row) return { key: textOf(row, "key"), label: textOf(row, "label") };
  throw new Problem("usage", "no-such-identity", `expected an identity of this case, got ${quote(ref)}`);
}
