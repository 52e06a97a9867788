-- What speaks against a finding: a text, and citations whose role says so.
ALTER TABLE finding ADD COLUMN contradicting VARCHAR DEFAULT '';
-- 'supporting' or 'contradicting'.
ALTER TABLE finding_citation ADD COLUMN role VARCHAR DEFAULT 'supporting';
