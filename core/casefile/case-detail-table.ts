import { z } from "zod";

import { EMPTY_CASE_DETAILS, type CaseDetails } from "../model/case-details.ts";
import { type SqlSession } from "./database.ts";
import { jsonOf, textOf } from "./row.ts";
import { sql } from "./sql.ts";

const detailsShape = z.strictObject({
  caseId: z.string(),
  title: z.string(),
  classification: z.string(),
  requestedBy: z.string(),
  questions: z.array(z.string()),
  authority: z.string(),
  scopeIn: z.string(),
  scopeOut: z.string(),
  examiner: z.strictObject({
    name: z.string(),
    role: z.string(),
    employer: z.string(),
    qualifications: z.string(),
    conflictStatement: z.string(),
    ownPart: z.string(),
  }),
  reviewer: z.string(),
});

/** What a human stated about the case; texts that were never given are empty. */
export async function readCaseDetails(session: SqlSession): Promise<CaseDetails> {
  const rows = await session.query(sql`SELECT key, value FROM case_detail`);
  const given = Object.fromEntries(rows.map((row) => [textOf(row, "key"), jsonOf(row, "value")]));
  return detailsShape.parse({ ...EMPTY_CASE_DETAILS, ...given });
}

/** Replaces all of it. */
export async function writeCaseDetails(session: SqlSession, details: CaseDetails): Promise<void> {
  await session.run(sql`DELETE FROM case_detail`);
  for (const [key, value] of Object.entries(detailsShape.parse(details))) {
    await session.run(sql`INSERT INTO case_detail VALUES (${key}, ${JSON.stringify(value)})`);
  }
}
