-- What rules say about events (docs/detection.md): a tool's results, never facts. All of it but mutes and settings is made
-- anew by every run.

-- Which members of an exhibit's records the table detection_record_<exhibit number> holds.
CREATE TABLE detection_field (
  exhibit VARCHAR NOT NULL,
  -- Its columns are t<number> (a value as text), l<number> (members of an array) and p<number> (whether it is there).
  number INTEGER NOT NULL,
  path JSON NOT NULL,
  presence BOOLEAN NOT NULL,
  -- Whether the column "key" is a hash of its values, among others.
  is_key BOOLEAN NOT NULL,
  -- Events that have a value, and that have an array.
  texts BIGINT NOT NULL,
  lists BIGINT NOT NULL
);

CREATE TABLE detection_run (
  -- Events of the case when they were run: more means that evidence came since.
  events BIGINT NOT NULL,
  ran_at VARCHAR NOT NULL,
  milliseconds BIGINT NOT NULL,
  loaded INTEGER NOT NULL,
  compiled INTEGER NOT NULL,
  -- Rules for logs that are not in the case.
  unrouted INTEGER NOT NULL,
  rejected JSON NOT NULL,
  unmapped_fields JSON NOT NULL
);

CREATE TABLE detection_rule (
  rule INTEGER PRIMARY KEY,
  id VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  title VARCHAR NOT NULL,
  level VARCHAR NOT NULL,
  -- As JSON: what the rule says of itself, its text among it.
  info JSON NOT NULL,
  hash VARCHAR NOT NULL,
  -- Whether it alerts on its own, or only through the correlations that refer to it.
  shown BOOLEAN NOT NULL
);

CREATE TABLE detection_match (rule INTEGER NOT NULL, seq BIGINT NOT NULL);

CREATE TABLE detection_alert (
  alert INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  -- Values of group-by, by name.
  "group" JSON NOT NULL,
  first BIGINT NOT NULL,
  last BIGINT NOT NULL
);
CREATE TABLE detection_alert_event (alert INTEGER NOT NULL, seq BIGINT NOT NULL);

-- A rule that the analyst does not want to hear of; empty reason: again wanted.
CREATE TABLE detection_mute (act INTEGER NOT NULL, rule VARCHAR NOT NULL, reason VARCHAR NOT NULL);
CREATE VIEW muted_rule AS
SELECT rule, reason FROM (
  SELECT rule, arg_max(reason, act) AS reason FROM detection_mute WHERE act IN (SELECT id FROM standing_act) GROUP BY rule
) WHERE reason <> '';

-- Rule files that the analyst keeps in the case; an empty text takes one away.
CREATE TABLE detection_own_rule (act INTEGER NOT NULL, name VARCHAR NOT NULL, text VARCHAR NOT NULL);
CREATE VIEW own_rule AS
SELECT name, text FROM (
  SELECT name, arg_max(text, act) AS text FROM detection_own_rule WHERE act IN (SELECT id FROM standing_act) GROUP BY name
) WHERE text <> '';

-- 'on-import': whether rules run after every import.
CREATE TABLE detection_setting (key VARCHAR PRIMARY KEY, value BOOLEAN NOT NULL);
