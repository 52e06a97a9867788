-- Where the condition of an alert was first met, so that it can be told why it fired. What earlier builds found lacks it and
-- is left out: the rules are run again.
DELETE FROM detection_run;
DELETE FROM detection_rule;
DELETE FROM detection_match;
DELETE FROM detection_alert_event;
CREATE OR REPLACE TABLE detection_alert (
  alert INTEGER NOT NULL,
  rule INTEGER NOT NULL,
  -- Values of group-by, by name.
  "group" JSON NOT NULL,
  -- Times of its first and last event.
  first BIGINT NOT NULL,
  last BIGINT NOT NULL,
  -- The first and last event of the first window in which the condition held, and what was measured in it: NULL for rules in
  -- an order, which are met or not.
  window_first BIGINT NOT NULL,
  window_last BIGINT NOT NULL,
  measured DOUBLE
);
-- Of rules that fire together or one after the other: the event of each in that window, by its place in the correlation.
CREATE TABLE detection_alert_stage (alert INTEGER NOT NULL, position INTEGER NOT NULL, seq BIGINT NOT NULL);
-- The rules that a correlation refers to, in its order.
CREATE TABLE detection_member (correlation INTEGER NOT NULL, position INTEGER NOT NULL, rule INTEGER NOT NULL);
