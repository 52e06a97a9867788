import { EMPTY_CASE_DETAILS, type CaseDetails } from "../model/case-details.ts";
import { caseDetailsShape } from "./case-details-shape.ts";
import { type SqlSession } from "./database.ts";
import { jsonOf, textOf } from "./row.ts";
import { sql } from "./sql.ts";

/** What a human stated about the case; texts that were never given are empty. */
export async function readCaseDetails(session: SqlSession): Promise<CaseDetails> {
  const rows = await session.query(sql`SELECT key, value FROM case_detail`);
  const given = Object.fromEntries(rows.map((row) => [textOf(row, "key"), jsonOf(row, "value")]));
  // A choice that an earlier build did not know is as in a new case.
  const report = { ...EMPTY_CASE_DETAILS.report, ...(given["report"] as object | undefined) };
  return caseDetailsShape.parse({ ...EMPTY_CASE_DETAILS, ...given, report });
}

/** Replaces all of it. */
export async function writeCaseDetails(session: SqlSession, details: CaseDetails): Promise<void> {
  await session.run(sql`DELETE FROM case_detail`);
  for (const [key, value] of Object.entries(caseDetailsShape.parse(details))) {
    await session.run(sql`INSERT INTO case_detail VALUES (${key}, ${JSON.stringify(value)})`);
  }
}
