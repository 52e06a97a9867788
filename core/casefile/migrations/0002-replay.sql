-- Frames of the replay that are pictures of the report, by the first record of their step. Undone like every act.
CREATE TABLE triage_frame (act INTEGER NOT NULL, seq BIGINT NOT NULL, present BOOLEAN NOT NULL);
CREATE VIEW report_frame AS
SELECT seq FROM (
  SELECT seq, arg_max(present, act) AS present FROM triage_frame WHERE act IN (SELECT id FROM standing_act) GROUP BY seq
) WHERE present;
