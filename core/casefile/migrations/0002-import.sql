-- What was worth a note in the files of a group: a list of codes, one each time. An import that is resumed goes on from it.
ALTER TABLE ledger ADD COLUMN notes JSON DEFAULT '[]';
