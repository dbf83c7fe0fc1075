-- The journal, beside the ledger of calls. `account`, `digest` and `id` are keyed hashes; `sealed` can be opened with the key
-- alone, in the row it was sealed for. Rows of another key are never found.

CREATE TABLE batch (
  id BLOB PRIMARY KEY,
  account BLOB NOT NULL,
  owner BLOB NOT NULL,     -- the process that works on it, by its lock file
  began INTEGER NOT NULL,
  ended INTEGER            -- when the person was done with it
) STRICT, WITHOUT ROWID;

CREATE TABLE item (
  batch BLOB NOT NULL,
  number INTEGER NOT NULL,
  account BLOB NOT NULL,
  digest BLOB,             -- of its SHA-1, once that is known
  reading INTEGER NOT NULL, -- 0 to be read, 1 read or given, 2 ended without a digest, 3 cancelled
  wanted INTEGER NOT NULL, -- whether its lookup is still to be asked
  changed INTEGER NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (batch, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX item_of ON item (account, changed);
CREATE INDEX item_by_age ON item (changed);

-- The last answer to a digest.
CREATE TABLE answer (
  number INTEGER PRIMARY KEY,
  account BLOB NOT NULL,
  digest BLOB NOT NULL,
  key BLOB NOT NULL,       -- tells which key sealed it
  at INTEGER NOT NULL,
  complete_at INTEGER,     -- when the last complete answer came: not after `at`
  sealed BLOB NOT NULL,
  UNIQUE (account, digest)
) STRICT;
CREATE INDEX answer_by_age ON answer (at);

-- An alert, once an account.
CREATE TABLE alert (
  number INTEGER PRIMARY KEY,
  account BLOB NOT NULL,
  id BLOB NOT NULL,
  at INTEGER NOT NULL,     -- of the last answer that told of it
  brief BLOB NOT NULL,     -- sealed: what a list of answers needs
  sealed BLOB NOT NULL,    -- as the source gave it
  UNIQUE (account, id)
) STRICT;

CREATE TABLE told (
  answer INTEGER NOT NULL REFERENCES answer (number) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  alert INTEGER NOT NULL REFERENCES alert (number),
  PRIMARY KEY (answer, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_of ON told (alert);
