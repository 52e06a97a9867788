-- How the records of imported files lie in them, and the mappings that examiners wrote (docs/formats/case-folder.md).

CREATE TABLE evidence_framing (
  exhibit INTEGER NOT NULL,
  file INTEGER NOT NULL,
  -- As JSON; core/casefile/hash-protocol.ts.
  framing JSON NOT NULL,
  -- Whether DuckDB reads NDJSON that is derived from the working copy, or the copy itself.
  derived BOOLEAN NOT NULL
);

CREATE TABLE exhibit_mapping (
  exhibit INTEGER NOT NULL,
  -- The YAML as the examiner wrote it.
  text VARCHAR NOT NULL
);
