import { type CaseFile } from "../casefile/case-file.ts";
import { withRecordFields } from "../casefile/record-fields.ts";
import { identifier, sql } from "../casefile/sql.ts";
import { type StatementOptions } from "../casefile/database.ts";
import { type QueryField } from "./fields.ts";

/** So many members are kept in memory, each with the position and the text of every record that has it. */
const KEPT_MEMBERS = 8;
/** Characters of a value: enough to tell values apart, not to keep documents. */
const VALUE_LIMIT = 200;

interface Members {
  /** By the names of their views, the one made last at the end. */
  readonly made: string[];
  last: Promise<unknown>;
}

/** By the list of exhibits, which is another one after every import. */
const members = new WeakMap<CaseFile["exhibits"], Members>();

/**
 * Makes the members of records that these fields name known to queries: reads all records once for each, at about the speed
 * of an import, and keeps what was read while the case is open. Throws `cancelled`, and what reading the working copies throws.
 */
export async function readRecordMembers(
  caseFile: CaseFile,
  fields: readonly QueryField[],
  options: StatementOptions = {},
): Promise<void> {
  for (const field of fields) if (field.path !== null) await readOnce(caseFile, field, options);
}

/** One after the other, so that nobody finds a half of what another reads. */
async function readOnce(caseFile: CaseFile, field: QueryField, options: StatementOptions): Promise<void> {
  const known = members.get(caseFile.exhibits) ?? { made: [], last: Promise.resolve() };
  members.set(caseFile.exhibits, known);
  const reading = known.last.then(async () => {
    if (field.related === null || known.made.includes(field.related)) return;
    await readMember(caseFile, field, field.related, options);
    known.made.push(field.related);
    for (const name of known.made.splice(0, known.made.length - KEPT_MEMBERS)) {
      await caseFile.run(sql`DROP VIEW IF EXISTS temp.${identifier(name)}`);
      await caseFile.run(sql`DROP TABLE IF EXISTS scratch.${identifier(name)}`);
    }
  });
  known.last = reading.catch(() => undefined);
  await reading;
}

async function readMember(
  caseFile: CaseFile,
  field: QueryField,
  name: string,
  options: StatementOptions,
): Promise<void> {
  const table = sql`scratch.${identifier(name)}`;
  await caseFile.jobs.run(sql`CREATE OR REPLACE TABLE ${table} (seq BIGINT, value VARCHAR)`);
  for (const { id, records } of caseFile.exhibits) {
    if (records === 0) continue;
    const wanted = [{ name: "value", path: field.path ?? [], as: "text" as const }];
    await withRecordFields(caseFile, id, wanted, (relation) =>
      caseFile.jobs.run(
        sql`INSERT INTO ${table} SELECT seq, left(value, ${VALUE_LIMIT}) FROM ${relation} WHERE value IS NOT NULL`,
        options,
      ),
    );
  }
  await caseFile.run(sql`CREATE OR REPLACE TEMP VIEW ${identifier(name)} AS SELECT seq, value FROM ${table}`);
}
