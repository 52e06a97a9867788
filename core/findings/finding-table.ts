import { type SqlSession } from "../casefile/database.ts";
import { integerOf, jsonOf, textOf, textOrNull, type Row } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { assert } from "../model/assert.ts";
import { type Citation, type Finding, type FindingClass } from "../model/finding.ts";
import { ROW_VERDICTS, type RowVerdict } from "../model/verdict.ts";
import { parseStrength } from "./rules.ts";

/** All findings with their citations, in order of creation. */
export async function readFindings(session: Pick<SqlSession, "query">): Promise<readonly Finding[]> {
  const rows = await session.query(sql`SELECT * FROM finding ORDER BY length(id), id`);
  const citationRows = await session.query(sql`SELECT * FROM finding_citation ORDER BY finding, position`);
  const citations = new Map<string, Row[]>();
  for (const row of citationRows) {
    const finding = textOf(row, "finding");
    const cited = citations.get(finding);
    if (cited) cited.push(row);
    else citations.set(finding, [row]);
  }
  return rows.map((row) => toFinding(row, citations.get(textOf(row, "id")) ?? []));
}

/** One finding, or undefined. */
export async function readFinding(session: Pick<SqlSession, "query">, id: string): Promise<Finding | undefined> {
  const [row] = await session.query(sql`SELECT * FROM finding WHERE id = ${id}`);
  if (!row) return undefined;
  return toFinding(
    row,
    await session.query(sql`SELECT * FROM finding_citation WHERE finding = ${id} ORDER BY position`),
  );
}

/** "EX-00001" */
export function formatItem(item: number): string {
  return `EX-${String(item).padStart(5, "0")}`;
}

/** The row verdict in a column that we wrote. */
export function rowVerdictOf(row: Row): RowVerdict {
  const text = textOf(row, "verdict");
  const verdict = ROW_VERDICTS.find((word) => word === text);
  assert(verdict !== undefined, "column verdict should hold a row verdict");
  return verdict;
}

function toFinding(row: Row, citations: readonly Row[]): Finding {
  const withdrawnAt = textOrNull(row, "withdrawn_at");
  return {
    id: textOf(row, "id"),
    title: textOf(row, "title"),
    statement: textOf(row, "statement"),
    class: classOf(row),
    citations: citations.filter((cited) => textOf(cited, "role") === "supporting").map(toCitation),
    basis: textOf(row, "basis"),
    uncertainty: textOf(row, "uncertainty"),
    propositions: textsOf(row, "propositions"),
    alternatives: textsOf(row, "alternatives"),
    strength: parseStrength(textOf(row, "strength")),
    contradicting: {
      text: textOf(row, "contradicting"),
      citations: citations.filter((cited) => textOf(cited, "role") === "contradicting").map(toCitation),
    },
    createdAt: textOf(row, "created_at"),
    withdrawn: withdrawnAt === null ? null : { at: withdrawnAt, reason: textOf(row, "withdrawn_reason") },
  };
}

function toCitation(row: Row): Citation {
  return {
    seq: integerOf(row, "seq"),
    exhibitItem: formatItem(integerOf(row, "item")),
    sha256: textOf(row, "sha256"),
    leafHash: textOf(row, "leaf_hash"),
    verdict: rowVerdictOf(row),
  };
}

function classOf(row: Row): FindingClass {
  const text = textOf(row, "class");
  assert(text === "fact" || text === "tool-result" || text === "opinion", "column class should hold a finding class");
  return text;
}

function textsOf(row: Row, column: string): readonly string[] {
  const value = jsonOf(row, column);
  assert(Array.isArray(value), `column ${column} should hold a list`);
  return value.map((text: unknown) => {
    assert(typeof text === "string", `column ${column} should hold texts`);
    return text;
  });
}
