import { type CaseFile } from "../casefile/case-file.ts";
import { withChosenRecordFields } from "../casefile/chosen-record-fields.ts";
import { type SqlSession } from "../casefile/database.ts";
import { integerOf } from "../casefile/row.ts";
import { identifier, joinSql, sql } from "../casefile/sql.ts";
import { present } from "../model/assert.ts";
import { sampleOf, viewByColumns, type ColumnView } from "./event-columns.ts";
import { fieldsOf } from "./expression-sql.ts";
import { conditionSql, matchOpen, matchRecords, type RecordRule } from "./match-records.ts";
import {
  countFields,
  describeTable,
  readingOf,
  type RecordTable,
  type Searchable,
  type WantedField,
} from "./record-columns.ts";
import { recordTable } from "./record-table.ts";
import {
  isBuiltUpon,
  rulesFor,
  wantedFields,
  type LookedInto,
  type RunPlan,
  type SearchedExhibit,
} from "./run-plan.ts";

/** How the rules for an exhibit's records are run. */
export interface ExhibitWork {
  readonly exhibit: SearchedExhibit;
  /** For rules that the columns of events decide for all but few events, of which the records are looked up. */
  readonly byColumns:
    | { readonly view: Searchable; readonly rules: readonly RecordRule[]; readonly fields: readonly WantedField[] }
    | undefined;
  /** For the others: what they look at of every record. */
  readonly table: RecordTable | undefined;
  readonly rules: readonly RecordRule[];
}

/** A rule that columns leave open for a larger part of the events is run over the records of all of them. */
const MAX_OPEN_PART = 0.1;

/** Decides how each rule is run, and reads the records where all of them have to be. */
export async function prepareExhibit(
  caseFile: CaseFile,
  plan: RunPlan,
  exhibit: SearchedExhibit,
  signal: AbortSignal | undefined,
): Promise<ExhibitWork> {
  const all = rulesFor(plan, exhibit.id);
  const simple = all.filter((rule) => !isBuiltUpon(plan, rule) && !fieldsOf(rule.rule.expression).keywords);
  const view = await viewByColumns(caseFile, exhibit, wantedFields(plan, simple));
  const decided = view ? await mostlyDecided(caseFile, view, simple) : [];
  if (view) await caseFile.run(sql`DROP TABLE ${view.sample}`);
  const rules = all.filter((rule) => !decided.includes(rule));
  return {
    exhibit,
    byColumns: view && decided.length > 0 ? { view, rules: decided, fields: wantedFields(plan, decided) } : undefined,
    table: rules.length > 0 ? await recordTable(caseFile, exhibit.id, wantedFields(plan, rules), signal) : undefined,
    rules,
  };
}

async function mostlyDecided(
  session: Pick<SqlSession, "query">,
  { relation, sample }: ColumnView,
  rules: readonly RecordRule[],
): Promise<readonly RecordRule[]> {
  const counts = rules.map(
    (rule) => sql`count(*) FILTER ((${conditionSql(rule, relation)}) IS NULL) AS ${identifier(`r${rule.number}`)}`,
  );
  const [row] = await session.query(sql`SELECT count(*) AS r0, ${joinSql(counts, sql`, `)} FROM ${sample}`);
  const counted = present(row, "an aggregate has one row");
  const most = integerOf(counted, "r0") * MAX_OPEN_PART;
  return rules.filter(({ number }) => integerOf(counted, `r${number}`) <= most);
}

/** Records that are read beside those that are open, to see which fields there are. */
const SAMPLE_RECORDS = 10_000;

const OPEN = identifier("detection_open");
const CHOSEN = identifier("detection_chosen");
const LOOKED_UP = identifier("detection_looked_up");

/** Stores which events of an exhibit fit which rules. @returns what was seen of the fields that they look at. */
export async function matchExhibit(
  session: SqlSession,
  caseFile: CaseFile,
  { exhibit, byColumns, table, rules }: ExhibitWork,
  signal: AbortSignal | undefined,
): Promise<readonly LookedInto[]> {
  if (table) await matchRecords(session, table, rules, OPEN, signal);
  const looked: LookedInto[] = table ? [{ rules, empty: table.empty }] : [];
  if (!byColumns) return looked;
  await matchRecords(session, byColumns.view, byColumns.rules, OPEN, signal);
  // A sample beside what is open: it shows which fields the records have, where no rule came down to them.
  await session.run(
    sql`CREATE OR REPLACE TEMP TABLE ${CHOSEN} AS SELECT seq FROM ${OPEN} UNION SELECT seq FROM ${sampleOf(exhibit, SAMPLE_RECORDS)}`,
  );
  const { read, columns } = readingOf(byColumns.fields);
  await withChosenRecordFields(
    caseFile,
    session,
    exhibit.id,
    CHOSEN,
    read,
    (records) =>
      session.run(
        sql`CREATE OR REPLACE TEMP TABLE ${LOOKED_UP} AS SELECT seq, source, ${columns} FROM ${records} JOIN event USING (seq)`,
        { signal },
      ),
    signal,
  );
  const lookedUp = describeTable(LOOKED_UP, await countFields(session, LOOKED_UP, byColumns.fields, []));
  await matchOpen(session, lookedUp, byColumns.rules, OPEN, signal);
  for (const name of [OPEN, CHOSEN, LOOKED_UP]) await session.run(sql`DROP TABLE ${name}`);
  return [...looked, { rules: byColumns.rules, empty: lookedUp.empty }];
}
