-- The quota ledger: when calls were made, and nothing of what they asked. It works without the
-- keyring. Times are milliseconds UTC.

CREATE TABLE IF NOT EXISTS meta (
  name TEXT PRIMARY KEY,         -- 'salt': of the ids below; 'paced_until': see Ledger::calls_were_lost
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS quota (
  id BLOB PRIMARY KEY,           -- SHA-256 of salt, cloud, tenant, client and class
  revision INTEGER NOT NULL,     -- moves with every change of anything that belongs to this quota
  seen INTEGER NOT NULL,         -- when that was: a clock that tells less was set back since
  closed_until INTEGER NOT NULL, -- a refusal asked to wait until then; 0 if none did
  paced_until INTEGER NOT NULL,  -- calls go at the lower pace until then; 0 if they need not
  pace INTEGER NOT NULL,         -- milliseconds between two calls at the lower pace
  others_until INTEGER NOT NULL, -- others are taken to use the same registration until then; 0
  pauses INTEGER NOT NULL,       -- refusals in a row that named no time to wait
  others INTEGER NOT NULL,       -- calls of an hour that are others', as far as refusals have told
  left_until INTEGER NOT NULL    -- those are left to them until then; 0
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS call (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  quota BLOB NOT NULL,
  reserved INTEGER NOT NULL,
  answered INTEGER               -- NULL while it is on its way
) STRICT;
CREATE INDEX IF NOT EXISTS call_of ON call (quota, reserved);

CREATE TABLE IF NOT EXISTS refusal ( -- the last three of two hours, of a burst the first
  quota BLOB NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS refusal_of ON refusal (quota);
