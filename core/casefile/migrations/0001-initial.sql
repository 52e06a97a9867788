-- Schema of case.duckdb, version 1 (docs/formats/case-folder.md). Texts are what the records say, as recorded.

CREATE TABLE meta (key VARCHAR PRIMARY KEY, value BIGINT NOT NULL);
INSERT INTO meta VALUES ('schema', 0), ('revision', 0);

CREATE TABLE case_detail (key VARCHAR PRIMARY KEY, value JSON NOT NULL);

CREATE TABLE exhibit (
  id INTEGER PRIMARY KEY,
  -- 'importing' until rows, verdict and custody entry have all been committed; then 'complete'.
  state VARCHAR NOT NULL,
  label VARCHAR NOT NULL,
  received_at VARCHAR NOT NULL,
  byte_length BIGINT NOT NULL,
  sha256 VARCHAR NOT NULL,
  source_name VARCHAR NOT NULL,
  source_score DOUBLE NOT NULL,
  source_reason VARCHAR NOT NULL,
  proof VARCHAR NOT NULL,
  first_seq BIGINT NOT NULL,
  records BIGINT NOT NULL,
  undated BIGINT NOT NULL,
  problems BIGINT NOT NULL,
  verdict VARCHAR NOT NULL,
  verification JSON,
  -- Where the original was read from, to read it again. It never leaves the case.
  original_path VARCHAR NOT NULL
);

CREATE TABLE evidence_file (
  exhibit INTEGER NOT NULL,
  -- Position of the file in its exhibit, from 0.
  file INTEGER NOT NULL,
  -- As the exhibit names it; never used as a path.
  path VARCHAR NOT NULL,
  -- Row of its first record in the exhibit; also the position in records.idx.
  first_row BIGINT NOT NULL,
  records BIGINT NOT NULL,
  -- Working copy, relative to the case folder.
  staged_path VARCHAR NOT NULL,
  -- Of the decompressed bytes.
  sha256 VARCHAR NOT NULL,
  byte_length BIGINT NOT NULL,
  -- Verdict of its rows that have no row_verdict of their own.
  verdict VARCHAR NOT NULL,
  PRIMARY KEY (exhibit, file)
);

CREATE TABLE event (
  seq BIGINT NOT NULL,
  exhibit INTEGER NOT NULL,
  file INTEGER NOT NULL,
  kind VARCHAR NOT NULL,
  -- Nanoseconds since 1970-01-01T00:00:00Z.
  time BIGINT,
  time_recorded VARCHAR,
  recorded_at BIGINT,
  source VARCHAR NOT NULL,
  principal VARCHAR,
  principal_kind VARCHAR,
  credential VARCHAR,
  session VARCHAR,
  action VARCHAR,
  service VARCHAR,
  resource VARCHAR,
  outcome VARCHAR,
  error VARCHAR,
  address VARCHAR,
  user_agent VARCHAR,
  account VARCHAR,
  region VARCHAR,
  request_id VARCHAR,
  event_id VARCHAR,
  request_digest VARCHAR,
  response_digest VARCHAR
);

CREATE TABLE row_verdict (seq BIGINT NOT NULL, verdict VARCHAR NOT NULL);

CREATE TABLE record_problem (
  seq BIGINT NOT NULL,
  exhibit INTEGER NOT NULL,
  file INTEGER NOT NULL,
  -- Line of the unpacked file in which the record begins, from 1.
  line BIGINT NOT NULL,
  "offset" BIGINT NOT NULL,
  code VARCHAR NOT NULL,
  message VARCHAR NOT NULL
);

CREATE TABLE import_note (exhibit INTEGER NOT NULL, code VARCHAR NOT NULL, count BIGINT NOT NULL);

-- Further records with exactly the bytes of an earlier one.
CREATE TABLE record_copy (seq BIGINT NOT NULL, first_seq BIGINT NOT NULL);

CREATE TABLE ledger (
  exhibit INTEGER NOT NULL,
  first_file INTEGER NOT NULL,
  files INTEGER NOT NULL,
  first_seq BIGINT NOT NULL,
  rows BIGINT NOT NULL,
  committed_at VARCHAR NOT NULL
);

CREATE TABLE finding (
  id VARCHAR PRIMARY KEY,
  title VARCHAR NOT NULL,
  statement VARCHAR NOT NULL,
  class VARCHAR NOT NULL,
  basis VARCHAR NOT NULL,
  uncertainty VARCHAR NOT NULL,
  propositions JSON NOT NULL,
  alternatives JSON NOT NULL,
  strength VARCHAR NOT NULL,
  created_at VARCHAR NOT NULL,
  withdrawn_at VARCHAR,
  withdrawn_reason VARCHAR
);

CREATE TABLE finding_citation (
  finding VARCHAR NOT NULL,
  -- Order inside the finding, from 0.
  position INTEGER NOT NULL,
  -- Number of the exhibit item, case-wide, in order of first citing: 1 is EX-00001.
  item INTEGER NOT NULL,
  seq BIGINT NOT NULL,
  sha256 VARCHAR NOT NULL,
  leaf_hash VARCHAR NOT NULL,
  verdict VARCHAR NOT NULL
);

-- What people see: events of finished imports, with the verdict that holds for the row.
CREATE VIEW timeline_event AS
SELECT
  e.*,
  coalesce(r.verdict, f.verdict) AS verdict,
  'X-' || e.exhibit AS exhibit_label,
  f.path AS file_path,
  e.seq - x.first_seq AS exhibit_row,
  e.seq - x.first_seq - f.first_row AS file_row
FROM event e
JOIN exhibit x ON x.id = e.exhibit AND x.state = 'complete'
JOIN evidence_file f ON f.exhibit = e.exhibit AND f.file = e.file
LEFT JOIN row_verdict r ON r.seq = e.seq;
