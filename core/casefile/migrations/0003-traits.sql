-- The texts of the members that the mapping of the event's source names as traits, in its order; NULL in events that were
-- imported before.
ALTER TABLE event ADD COLUMN traits VARCHAR[];
CREATE OR REPLACE VIEW timeline_event AS
SELECT
  e.* EXCLUDE (traits),
  coalesce(r.verdict, f.verdict) AS verdict,
  'X-' || e.exhibit AS exhibit_label,
  f.path AS file_path,
  e.seq - x.first_seq AS exhibit_row,
  e.seq - x.first_seq - f.first_row AS file_row
FROM event e
JOIN exhibit x ON x.id = e.exhibit AND x.state = 'complete'
JOIN evidence_file f ON f.exhibit = e.exhibit AND f.file = e.file
LEFT JOIN row_verdict r ON r.seq = e.seq;
