import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { importEvidence } from "../../../core/casefile/import.ts";
import { sql } from "../../../core/casefile/sql.ts";
import { readLinks } from "../../../core/identity/link-table.ts";
import { resolveIdentities } from "../../../core/identity/resolve.ts";
import { type TimelineQuestion } from "../../../core/timeline/timeline-question.ts";
import { caseBench, type CaseBench } from "../casefile/import-support.ts";

/** The question that a query alone asks: nothing is hidden or folded. */
export function questionOf(query: string): TimelineQuestion {
  return { query, from: null, to: null, logRecords: true, copies: true };
}

/** A case with these records of one source, its identities resolved. */
export async function caseOf(records: readonly object[]): Promise<CaseBench> {
  const bench = await caseBench();
  const path = join(bench.folder, "log.jsonl");
  await writeFile(path, records.map((record) => `${JSON.stringify(record)}\n`).join(""));
  await importEvidence(bench.session, path);
  await resolveIdentities(bench.session.caseFile);
  return bench;
}

/** The links of a case as "rule kind confidence: giver > taker", by the names that records have; aliases left out. */
export async function linksOf(bench: CaseBench): Promise<readonly string[]> {
  const links = await readLinks(bench.session.caseFile, sql`l.kind <> 'same' OR l.confidence = 'W'`, 10_000);
  return links
    .map(({ link }) => `${link.rule} ${link.kind} ${link.confidence}: ${link.from.name} > ${link.to.name}`)
    .toSorted();
}
