-- What the analyst does (docs/formats/case-folder.md). Nothing is ever changed in place: a row belongs to the act that
-- wrote it, and counts while that act stands. So undoing and redoing an act is one word in analyst_act.

CREATE TABLE analyst_act (
  -- Dense from 1.
  id INTEGER PRIMARY KEY,
  happened_at VARCHAR NOT NULL,
  -- The verb of its entry in the custody journal.
  action VARCHAR NOT NULL,
  -- What undo and redo call it.
  label VARCHAR NOT NULL,
  -- 'standing', 'undone' (can be done again), or 'dropped' (undone, and another act followed).
  state VARCHAR NOT NULL
);
CREATE VIEW standing_act AS SELECT id FROM analyst_act WHERE state = 'standing';

-- mark: 'keep', 'noise', or 'undecided', which takes the other two back.
CREATE TABLE triage_mark (act INTEGER NOT NULL, seq BIGINT NOT NULL, mark VARCHAR NOT NULL);
CREATE VIEW event_mark AS
SELECT seq, mark AS value FROM (
  SELECT seq, arg_max(mark, act) AS mark FROM triage_mark WHERE act IN (SELECT id FROM standing_act) GROUP BY seq
) WHERE mark <> 'undecided';

CREATE TABLE triage_tag (act INTEGER NOT NULL, seq BIGINT NOT NULL, tag VARCHAR NOT NULL, present BOOLEAN NOT NULL);
CREATE VIEW event_tag AS
SELECT seq, tag AS value FROM (
  SELECT seq, tag, arg_max(present, act) AS present FROM triage_tag
  WHERE act IN (SELECT id FROM standing_act) GROUP BY seq, tag
) WHERE present;

-- One text per event; its earlier versions stay. An empty text takes it away.
CREATE TABLE triage_comment (act INTEGER NOT NULL, seq BIGINT NOT NULL, text VARCHAR NOT NULL);
CREATE VIEW event_comment AS
SELECT seq, text AS value FROM (
  SELECT seq, arg_max(text, act) AS text FROM triage_comment WHERE act IN (SELECT id FROM standing_act) GROUP BY seq
) WHERE text <> '';

-- A moment with a name; id is the act that set it first. An empty label takes it away.
CREATE TABLE triage_flag (
  act INTEGER NOT NULL,
  id INTEGER NOT NULL,
  time BIGINT NOT NULL,
  -- The event it was set on.
  seq BIGINT,
  label VARCHAR NOT NULL
);
CREATE VIEW moment_flag AS
SELECT id, flag.time AS time, flag.seq AS seq, flag.label AS label FROM (
  SELECT id, arg_max({'time': time, 'seq': seq, 'label': label}, act) AS flag FROM triage_flag
  WHERE act IN (SELECT id FROM standing_act) GROUP BY id
) WHERE flag.label <> '';
CREATE VIEW event_flag AS SELECT seq, label AS value FROM moment_flag WHERE seq IS NOT NULL;

-- Many events folded into one named act; id is the act that made it. An empty name dissolves it.
CREATE TABLE triage_activity (
  act INTEGER NOT NULL,
  id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  technique VARCHAR NOT NULL,
  confidence VARCHAR NOT NULL,
  note VARCHAR NOT NULL
);
-- Its events are fixed when it is made.
CREATE TABLE triage_activity_event (activity INTEGER NOT NULL, seq BIGINT NOT NULL);
-- label: "A-1" in the order of making, whatever was undone in between.
CREATE VIEW activity AS
SELECT id, 'A-' || rank AS label, said.name AS name, said.technique AS technique, said.confidence AS confidence, said.note AS note
FROM (
  SELECT id, dense_rank() OVER (ORDER BY id) AS rank, said FROM (
    SELECT id, arg_max({'name': name, 'technique': technique, 'confidence': confidence, 'note': note}, act) AS said
    FROM triage_activity WHERE act IN (SELECT id FROM standing_act) GROUP BY id
  )
) WHERE said.name <> '';
-- An event is in the activity that took it last.
CREATE VIEW event_activity AS
SELECT e.seq AS seq, max(e.activity) AS activity FROM triage_activity_event e JOIN activity a ON a.id = e.activity
GROUP BY e.seq;
CREATE VIEW event_activity_name AS
SELECT e.seq AS seq, a.label AS value FROM event_activity e JOIN activity a ON a.id = e.activity
UNION ALL SELECT e.seq, a.name FROM event_activity e JOIN activity a ON a.id = e.activity;

-- What is added to the recorded times of an exhibit to see them beside those of others. 0 takes it away.
CREATE TABLE triage_clock (
  act INTEGER NOT NULL,
  exhibit INTEGER NOT NULL,
  nanoseconds BIGINT NOT NULL,
  -- How it was found, in words: pairs of records, a statement of the operator.
  method VARCHAR NOT NULL,
  -- The pairs of records it rests on: [[seq, seq], …].
  anchors JSON NOT NULL
);
CREATE VIEW clock_offset AS
SELECT exhibit, said.nanoseconds AS nanoseconds, said.method AS method, said.anchors AS anchors FROM (
  SELECT exhibit, arg_max({'nanoseconds': nanoseconds, 'method': method, 'anchors': anchors}, act) AS said
  FROM triage_clock WHERE act IN (SELECT id FROM standing_act) GROUP BY exhibit
) WHERE said.nanoseconds <> 0;

-- A question with its pins and columns, under a name. No content takes it away.
CREATE TABLE triage_view (act INTEGER NOT NULL, name VARCHAR NOT NULL, content JSON);
CREATE VIEW saved_view AS
SELECT name, content FROM (
  SELECT name, arg_max(coalesce(content, 'null'), act) AS content FROM triage_view
  WHERE act IN (SELECT id FROM standing_act) GROUP BY name
) WHERE content <> 'null';
