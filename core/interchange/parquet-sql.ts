/**
 * The columns of a Parquet export, and the statements that give them the same names on other engines. The types are those
 * that every engine has: texts, 64-bit integers, hashes as 64 hex digits. Plain SELECT, WHERE, GROUP BY and LIKE only.
 */

interface ParquetColumn {
  readonly name: string;
  readonly type: "BIGINT" | "VARCHAR";
}

const TEXTS = [
  "kind",
  "source",
  "principal",
  "principal_kind",
  "credential",
  "session",
  "action",
  "service",
  "resource",
  "outcome",
  "error",
  "address",
  "user_agent",
  "account",
  "region",
  "request_id",
  "event_id",
  "request_digest",
  "response_digest",
] as const;

/** Columns that are stored under the names that the case gives them. */
export const EVENT_TEXTS: readonly string[] = TEXTS;

/** Every column of the files but the partition `day`, in order. */
const PARQUET_COLUMNS: readonly ParquetColumn[] = [
  { name: "seq", type: "BIGINT" },
  { name: "time_us", type: "BIGINT" },
  { name: "time_ns", type: "BIGINT" },
  { name: "time_shifted_ns", type: "BIGINT" },
  { name: "time_recorded", type: "VARCHAR" },
  { name: "recorded_at_us", type: "BIGINT" },
  ...TEXTS.map((name) => ({ name, type: "VARCHAR" }) as const),
  { name: "verdict", type: "VARCHAR" },
  { name: "exhibit", type: "VARCHAR" },
  { name: "exhibit_sha256", type: "VARCHAR" },
  { name: "file_path", type: "VARCHAR" },
  { name: "record_index", type: "BIGINT" },
  { name: "record_offset", type: "BIGINT" },
  { name: "record_length", type: "BIGINT" },
  { name: "leaf_hash", type: "VARCHAR" },
];

/** The partition: the day in UTC, `YYYY-MM-DD`, or `undated`. */
export const PARTITION = "day";

const NAMES = [...PARQUET_COLUMNS.map(({ name }) => name), PARTITION].join(", ");
const typed = (text: string): string =>
  PARQUET_COLUMNS.map(({ name, type }) => `  ${name} ${type === "VARCHAR" ? text : type}`).join(",\n");

/** What makes the relation `event_file` on each engine, by file name. `<folder>` is for a person to fill in. */
export const TABLE_SCRIPTS: Readonly<Record<string, string>> = {
  "tables-duckdb.sql": `-- DuckDB: run it in this folder.
CREATE VIEW event_file AS SELECT ${NAMES}
FROM read_parquet('events/*/*.parquet', hive_partitioning = true, hive_types_autocast = false);
`,
  "tables-spark.sql": `-- Spark SQL: put the place of this folder for <folder>. Written from the documentation, not run.
CREATE TABLE event_file (
${typed("STRING")},
  ${PARTITION} STRING
) USING parquet PARTITIONED BY (${PARTITION}) LOCATION '<folder>/events';
MSCK REPAIR TABLE event_file;
`,
  "tables-trino.sql": `-- Trino, Hive connector: put the place of this folder for <folder>, and your schema for <schema>. Written from the documentation, not run.
CREATE TABLE event_file (
${typed("VARCHAR")},
  ${PARTITION} VARCHAR
) WITH (external_location = '<folder>/events', format = 'PARQUET', partitioned_by = ARRAY['${PARTITION}']);
CALL system.sync_partition_metadata('<schema>', 'event_file', 'ADD');
`,
  "tables-clickhouse.sql": `-- ClickHouse: copy events/ into user_files. Written from the documentation, not run.
CREATE VIEW event_file AS SELECT ${PARQUET_COLUMNS.map(({ name }) => name).join(", ")},
  extract(_path, 'day=([^/]+)') AS ${PARTITION}
FROM file('events/*/*.parquet', 'Parquet');
`,
};

/** The same views on every engine, over `event_file`. */
export const VIEWS_SCRIPT = `-- The same on every engine, after its own tables-<engine>.sql. Times are microseconds and nanoseconds since 1970 in UTC;
-- ${PARTITION} is 'undated' for events whose time is not given or could not be read. leaf_hash is SHA-256(0x00 || record) in
-- hex; exhibit_sha256, file_path, record_offset and record_length lead to the bytes of the record in the decompressed file.
CREATE VIEW event AS
SELECT ${NAMES}
FROM event_file;

CREATE VIEW event_per_day AS
SELECT ${PARTITION}, outcome, COUNT(*) AS events
FROM event
GROUP BY ${PARTITION}, outcome;

CREATE VIEW principal_per_day AS
SELECT ${PARTITION}, principal, COUNT(*) AS events, MIN(time_us) AS first_us, MAX(time_us) AS last_us
FROM event
WHERE principal IS NOT NULL
GROUP BY ${PARTITION}, principal;

CREATE VIEW unproven_event AS
SELECT ${NAMES}
FROM event
WHERE verdict <> 'verified' AND verdict <> 'with-limits';
`;
