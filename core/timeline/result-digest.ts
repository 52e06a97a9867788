import { type CaseFile } from "../casefile/case-file.ts";
import { textOf } from "../casefile/row.ts";
import { sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { type SavedResult } from "./saved-result.ts";

/** Larger results are told by their count alone. */
const DIGEST_LIMIT = 100_000;

/**
 * What a query found, as one value: SHA-256 (lower-case hex) over the seqs in their order, decimal, one a line with its line
 * feed; `assay timeline --format jsonl | jq .seq | sha256sum` gives the same. Null above a hundred thousand events.
 */
export async function digestOfResult(caseFile: CaseFile, { set, table }: SavedResult): Promise<string | null> {
  if (set.matching > DIGEST_LIMIT) return null;
  const [row] = await caseFile.query(
    sql`SELECT sha256(coalesce(string_agg(seq::VARCHAR || chr(10), '' ORDER BY position), '')) AS digest FROM ${table}`,
  );
  return textOf(present(row, "an aggregate has one row"), "digest");
}
