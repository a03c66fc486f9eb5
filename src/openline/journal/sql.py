"""The tables of the record in SQLite, and all that is asked of them."""

from __future__ import annotations

from typing import Final

SCHEMA: Final = """
-- One row for each entry: its leaf for ever, and beside it what the desk decided about it.
-- `party` and `said_id` are null for what the desk itself concluded.
CREATE TABLE IF NOT EXISTS entries (
  entry INTEGER PRIMARY KEY,
  leaf BLOB NOT NULL,
  recorded_at TEXT NOT NULL,
  readers TEXT NOT NULL,
  refs TEXT NOT NULL,
  party TEXT,
  said_id TEXT
) STRICT;
-- A party says each id once.
CREATE UNIQUE INDEX IF NOT EXISTS said ON entries (party, said_id) WHERE party IS NOT NULL;
-- Salt and body, encrypted; a row goes when the body is erased.
CREATE TABLE IF NOT EXISTS bodies (
  entry INTEGER PRIMARY KEY REFERENCES entries (entry),
  encrypted BLOB NOT NULL
) STRICT;
-- The hash tree, 256 hashes to a row; only the right-most of a level is not full.
CREATE TABLE IF NOT EXISTS tiles (
  level INTEGER NOT NULL,
  n INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (level, n)
) STRICT, WITHOUT ROWID;
-- Every checkpoint ever signed: a receipt is made again under the first that covered its entry.
CREATE TABLE IF NOT EXISTS checkpoints (
  size INTEGER PRIMARY KEY,
  note BLOB NOT NULL
) STRICT;
-- Those that witnesses have cosigned, with their cosignatures under the desk's own signature.
CREATE TABLE IF NOT EXISTS cosigned (
  size INTEGER PRIMARY KEY,
  note BLOB NOT NULL
) STRICT;
-- The record only grows: these stand against our own mistakes, the hashes against everybody's.
CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE DELETE ON entries
  BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
CREATE TRIGGER IF NOT EXISTS entries_are_fixed BEFORE UPDATE ON entries
  BEGIN SELECT RAISE(ABORT, 'entries are only added'); END;
CREATE TRIGGER IF NOT EXISTS bodies_are_fixed BEFORE UPDATE ON bodies
  BEGIN SELECT RAISE(ABORT, 'bodies are added or erased'); END;
CREATE TRIGGER IF NOT EXISTS tiles_stay BEFORE DELETE ON tiles
  BEGIN SELECT RAISE(ABORT, 'tiles only widen'); END;
CREATE TRIGGER IF NOT EXISTS tiles_only_widen BEFORE UPDATE ON tiles
  WHEN substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes
  BEGIN SELECT RAISE(ABORT, 'tiles only widen'); END;
CREATE TRIGGER IF NOT EXISTS checkpoints_stay BEFORE DELETE ON checkpoints
  BEGIN SELECT RAISE(ABORT, 'checkpoints are only added'); END;
CREATE TRIGGER IF NOT EXISTS checkpoints_are_fixed BEFORE UPDATE ON checkpoints
  BEGIN SELECT RAISE(ABORT, 'checkpoints are only added'); END;
"""

# How long the record is: indices are without gaps, so the last one tells.
SIZE: Final = "SELECT coalesce(max(entry) + 1, 0) FROM entries"
# Entries, without their bodies.
ADD_ENTRIES: Final = "INSERT INTO entries VALUES "
# What of entries can be erased.
ADD_BODIES: Final = "INSERT INTO bodies VALUES "
# A new tile, or the wider form of the one that was right-most.
WIDEN_TILE: Final = """
INSERT INTO tiles VALUES (?, ?, ?)
ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes
"""
# The signature over all that now stands.
ADD_CHECKPOINT: Final = "INSERT INTO checkpoints VALUES (?, ?)"
# Entries in order, with their bodies where these are not erased.
READ: Final = """
SELECT entries.entry, leaf, recorded_at, readers, refs, party, said_id, encrypted
FROM entries LEFT JOIN bodies USING (entry)
WHERE entries.entry >= ? AND entries.entry < ? ORDER BY entries.entry LIMIT ?
"""
# Where parties used ids before, of many at once: [[party, id], …].
FIND_SAID: Final = """
SELECT party, said_id, entry FROM json_each(?) AS wanted
JOIN entries ON party = wanted.value ->> 0 AND said_id = wanted.value ->> 1
"""
# One tile, as wide as it has become.
TILE: Final = "SELECT hashes FROM tiles WHERE level = ? AND n = ?"
# The checkpoint over the record as it stands.
LATEST_CHECKPOINT: Final = "SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1"
# The checkpoint of the very batch that brought the record to a size.
FIRST_CHECKPOINT: Final = "SELECT note FROM checkpoints WHERE size >= ? ORDER BY size LIMIT 1"
# What witnesses have cosigned; the first of a size stays, so that receipts are always the same.
ADD_COSIGNED: Final = "INSERT OR IGNORE INTO cosigned VALUES (?, ?)"
LATEST_COSIGNED: Final = "SELECT note FROM cosigned ORDER BY size DESC LIMIT 1"
FIRST_COSIGNED: Final = "SELECT note FROM cosigned WHERE size >= ? ORDER BY size LIMIT 1"
# A body and its salt; `secure_delete` overwrites where they lay.
ERASE: Final = "DELETE FROM bodies WHERE entry = ?"
