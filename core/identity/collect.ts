import { type CaseFile } from "../casefile/case-file.ts";
import { type SqlSession } from "../casefile/database.ts";
import { emptyTable } from "../casefile/empty-table.ts";
import { forRecordFields } from "../casefile/record-fields.ts";
import { identifier, joinSql, literal, sql, type Sql } from "../casefile/sql.ts";
import { type Exhibit } from "../model/exhibit.ts";
import { rulesOf } from "./rules/registry.ts";
import { recordReader, type RecordReader } from "./record-reader.ts";
import { type ClaimRule, type IdentityRules, type MeetingRule, type MeetingSide, type NameRule } from "./rule.ts";

/** No name of an account or a credential is longer: an ARN ends at 2,048. A longer value names nothing. */
const NAME_LENGTH_LIMIT = 2_048;
/** What is shown of a name. */
const LABEL_LENGTH_LIMIT = 200;
/** What logs and those who hand them on write where they have, or show, nothing. It is no name of anybody. */
const NOTHING = [
  "",
  "anonymous_principal",
  "hidden",
  "hidden_due_to_security_reasons",
  "masked",
  "n/a",
  "none",
  "not available",
  "not-found",
  "null",
  "redacted",
  "removed",
  "undefined",
  "unknown",
];
/** Zeros, hyphens and what stands for letters that were struck out: `-`, `****`, `XXXXXXXX`, an identifier of zeros. */
const BLANKED = "([xX]{4,}|[*#?.0-]+)";

interface CollectOptions {
  readonly signal: AbortSignal | undefined;
  /** Hears how many records of the exhibit were looked at. */
  readonly onRecords: (records: number) => void;
}

const FACT = identifier("identity_fact");
/** What several statements add to, each with a row of no shape. */
const FILLED_TABLES = [
  [sql`identity_name`, sql`-1, '', '', '', 0`],
  [sql`identity_claim`, sql`-1, '', '', '', '', '', NULL, NULL`],
  [sql`identity_meeting`, sql`-1, '', '', '', '', '', '', '', NULL, NULL, NULL`],
] as const;

/**
 * Reads what the records of one source in an exhibit name, once, into `identity_shape`, `identity_name`, `identity_claim` and
 * `identity_meeting`. Events that say the same are one shape, so the rules run over few rows however many events there
 * are; one pass over the records, linear in their number.
 */
export async function collectIdentities(
  session: SqlSession,
  caseFile: CaseFile,
  exhibit: Exhibit,
  source: string,
  { signal, onRecords }: CollectOptions,
): Promise<void> {
  const rules = rulesOf(source);
  const reader = recordReader(rules);
  for (const [table, row] of FILLED_TABLES) await emptyTable(session, table, row, sql`shape = -1`);
  const store = async (relation: Sql, from: number, to: number): Promise<void> => {
    const facts = factSql(
      rules,
      reader,
      relation,
      sql`e.seq >= ${from} AND e.seq < ${to} AND e.source = ${source}`,
      logOf(exhibit),
    );
    await session.run(sql`CREATE OR REPLACE TEMP TABLE ${FACT} AS ${facts}`, { signal });
    for (const statement of storeSql(rules, exhibit)) await session.run(statement, { signal });
    await session.run(sql`DROP TABLE ${FACT}`);
    onRecords(to - exhibit.firstSeq);
  };
  if (reader.fields.length > 0) await forRecordFields(caseFile, exhibit.id, reader.fields, store);
  else await store(sql`(SELECT seq FROM event)`, exhibit.firstSeq, exhibit.firstSeq + exhibit.records);
}

/** One row per distinct thing said, numbered by its first event, with its fields, derived columns and keys as columns. */
function factSql(rules: IdentityRules, reader: RecordReader, relation: Sql, wanted: Sql, log: string): Sql {
  const { columns = [], telling, derived = {} } = rules;
  const said = Object.entries(rules.fields);
  const told = Object.entries(telling?.fields ?? {});
  const when = telling?.when ?? sql`FALSE`;
  const own = alsoSql(columns.map(identifier));
  const saidFields = alsoSql(said.map(([name], index) => namedSql(name, "said", index)));
  const read = sql`SELECT r.*, e.time, e.action, e.outcome, e.outcome IN ('failure', 'denied') AS failed,
      ${reader.list(said.map(([, path]) => path))} AS said ${alsoSql(columns.map((column) => sql`e.${identifier(column)}`))}
    FROM ${relation} r JOIN event e ON e.seq = r.seq
    WHERE ${wanted} AND e.kind = 'event'`;
  const grouped = sql`SELECT seq, time, failed, said ${own},
      CASE WHEN ${when} THEN action END AS told_action, CASE WHEN ${when} THEN outcome END AS told_outcome,
      CASE WHEN ${when} THEN ${reader.list(told.map(([, path]) => path))} END AS told
    FROM (SELECT * ${saidFields} FROM (${read}))`;
  const shapes = sql`SELECT min(seq) AS shape, list(seq) AS seqs, min(time) AS first, max(time) AS last,
      count(*) AS events, count(*) FILTER (failed) AS failures,
      told_action AS action, told_outcome AS outcome, ${log} AS log, said, told ${own}
    FROM (${grouped}) GROUP BY told_action, told_outcome, said, told ${own}`;
  const toldFields = alsoSql(told.map(([name], index) => namedSql(name, "told", index)));
  const held = sql`SELECT * REPLACE (${joinSql(
    [
      ...columns.map((column) => sql`${heldSql(identifier(column))} AS ${identifier(column)}`),
      ...["said", "told"].map(
        (list) => sql`list_transform(${identifier(list)}, lambda value: ${heldSql(sql`value`)}) AS ${identifier(list)}`,
      ),
    ],
    sql`, `,
  )}) FROM (${shapes})`;
  const more = alsoSql(Object.entries(derived).map(([name, value]) => sql`${value} AS ${identifier(name)}`));
  const names = Object.entries(rules.names);
  const keys = alsoSql(names.map(([name, { key }]) => sql`${key} AS ${keyOf(name)}`));
  const shortKeys = joinSql(
    names.map(([name]) => sql`${shortSql(keyOf(name))} AS ${keyOf(name)}`),
    sql`, `,
  );
  const actor = sql`coalesce(${joinSql(rules.actor.map(keyOf), sql`, `)}) AS ${keyOf("actor")}`;
  // A query each: DuckDB writes out what a column of the same query stands for wherever it is named, and so on inside.
  return [
    sql`* EXCLUDE (said, told) ${saidFields} ${toldFields}`,
    sql`* ${more}`,
    sql`* ${keys}`,
    sql`* REPLACE (${shortKeys})`,
    sql`*, ${actor}`,
  ].reduce((relation, columns) => sql`SELECT ${columns} FROM (${relation})`, held);
}

/** Where a name holds that does not say so itself: in the log of that origin, or in this exhibit alone. */
function logOf({ id, verdict, verification }: Exhibit): string {
  return verdict === "not-verifiable" ? id : (verification.log?.origin ?? id);
}

/** Further columns of a SELECT or GROUP BY. */
function alsoSql(pieces: readonly Sql[]): Sql {
  return joinSql([sql``, ...pieces], sql`, `);
}

function namedSql(name: string, list: "said" | "told", index: number): Sql {
  return sql`${identifier(list)}[${literal(String(index + 1))}::INTEGER] AS ${identifier(name)}`;
}

/** A value that says something. */
function heldSql(value: Sql): Sql {
  return sql`CASE WHEN lower(${value}) NOT IN (${joinSql(NOTHING.map(literal), sql`, `)})
    AND NOT regexp_full_match(${value}, ${literal(BLANKED)}) THEN ${value} END`;
}

function shortSql(text: Sql): Sql {
  return sql`CAST(CASE WHEN length(${text}) <= ${literal(String(NAME_LENGTH_LIMIT))}::INTEGER THEN ${text} END AS VARCHAR)`;
}

function keyOf(name: string): Sql {
  return identifier(`key_${name}`);
}

function storeSql(rules: IdentityRules, exhibit: Exhibit): readonly Sql[] {
  const number = Number(exhibit.id.slice("X-".length));
  const [space = ""] = rules.sources;
  const meetings = (rules.meetings ?? []).map((rule, index) => meetingSql(rule, `${space}/${index}`));
  return [
    sql`INSERT INTO identity_shape
        SELECT shape, ${number}, ${keyOf("actor")}, first, last, events, failures FROM ${FACT}`,
    sql`INSERT INTO identity_event SELECT unnest(seqs), shape FROM ${FACT}`,
    ...Object.entries(rules.names).map(([name, rule]) => nameSql(name, rule)),
    ...rules.claims.map(claimSql),
    ...meetings.flat(),
  ];
}

/** The shapes that name it first and last: between them no other tells more about it. */
function nameSql(name: string, { kind, label, rank = 2 }: NameRule): Sql {
  return sql`INSERT INTO identity_name
    SELECT unnest(list_distinct([arg_min(shape, coalesce(first, shape)), arg_max(shape, coalesce(last, shape))])), key, kind, label, ${rank}
    FROM (SELECT shape, first, last, ${keyOf(name)} AS key, ${typeof kind === "string" ? literal(kind) : kind} AS kind,
      left(coalesce(${label}, ${keyOf(name)}), ${LABEL_LENGTH_LIMIT}) AS label FROM ${FACT})
    WHERE key IS NOT NULL GROUP BY key, kind, label`;
}

function claimSql({ rule, kind, confidence, from, to, when = sql`TRUE`, window }: ClaimRule): Sql {
  return sql`INSERT INTO identity_claim
    SELECT shape, ${rule}, ${kind}, ${confidence}, ${keyOf(from)}, ${keyOf(to)},
      ${window?.from ?? sql`NULL`}, ${window?.to ?? sql`NULL`}
    FROM ${FACT} WHERE ${keyOf(from)} <> ${keyOf(to)} AND ${when}`;
}

function meetingSql(rule: MeetingRule, meeting: string): readonly Sql[] {
  const side = (which: "giver" | "taker", { name, value, at, when = sql`TRUE` }: MeetingSide): Sql =>
    sql`INSERT INTO identity_meeting
      SELECT shape, ${meeting}, ${rule.rule}, ${rule.kind}, ${rule.confidence}, ${which}, ${keyOf(name)}, ${value}, ${at},
        ${rule.withinSeconds === undefined ? null : BigInt(rule.withinSeconds) * 1_000_000_000n}, ${rule.unless ?? null}
      FROM ${FACT} WHERE ${keyOf(name)} IS NOT NULL AND ${value} IS NOT NULL AND ${when}`;
  return [side("giver", rule.giver), side("taker", rule.taker)];
}
