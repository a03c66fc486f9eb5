"""What a witness has cosigned: kept durably before it answers, for all its worth lies in that.

witness.key    the key it cosigns with (PEM, mode 0600)
witness.db     for each record the last checkpoint it cosigned; what it refused, as evidence

A witness that forgets can be made to cosign a fork of what it cosigned before. So a key whose
memory is missing is refused, and forgetting a record is an act that stays written down.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

import apsw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from openline.domain.errors import Malformed, Unavailable, UnknownThing
from openline.record.errors import RecordFault
from openline.record.keys import load_private_key, save_private_key
from openline.record.note import Note, NoteKey, note_key, parse_note, parse_vkey, render_vkey
from openline.record.witnessing import Seen

KEY: Final = "witness.key"
MEMORY: Final = "witness.db"
EVIDENCE_MAX: Final = 1_000
"""So many checkpoints by one key of a record are kept that contradict what was cosigned or kept."""
REFUSED_MAX: Final = 100_000
REFUSED_A_DAY_MAX: Final = 10_000
"""So many are kept that came with a poor proof: in all, and of those that came within a day."""
_DAY_S: Final = 86_400
_BUSY_MS: Final = 5_000

_SCHEMA: Final = """
-- The witness's own name.
CREATE TABLE IF NOT EXISTS about (name TEXT NOT NULL) STRICT;
-- The keys of the records that it watches, each named by its origin.
-- Of one origin the later is the newer.
CREATE TABLE IF NOT EXISTS logs (vkey TEXT PRIMARY KEY) STRICT;
-- Those that have come into use: older ones of the same origin count no more.
CREATE TABLE IF NOT EXISTS used (vkey TEXT PRIMARY KEY) STRICT;
-- Of each record the last checkpoint that was cosigned, with the cosignature.
CREATE TABLE IF NOT EXISTS cosigned (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL,
  note BLOB NOT NULL, at_s INTEGER NOT NULL
) STRICT;
-- Checkpoints signed by the record's key that contradict what was cosigned; and what was forgotten.
CREATE TABLE IF NOT EXISTS evidence (
  origin TEXT NOT NULL, at_s INTEGER NOT NULL, why TEXT NOT NULL, note BLOB NOT NULL
) STRICT;
-- Those that nothing showed to follow: a fork, or a sound one with a poor proof from anybody.
CREATE TABLE IF NOT EXISTS refused (
  origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
  at_s INTEGER NOT NULL, why TEXT NOT NULL, note BLOB NOT NULL,
  PRIMARY KEY (origin, size, root)
) STRICT;
CREATE INDEX IF NOT EXISTS refused_at ON refused (origin, at_s);
-- The same as it was kept before `refused`: read, and written no more.
CREATE TABLE IF NOT EXISTS unproven (
  origin TEXT NOT NULL, at_s INTEGER NOT NULL, why TEXT NOT NULL, note BLOB NOT NULL
) STRICT;
"""

T = TypeVar("T")


class Cosigned(Struct, frozen=True, kw_only=True):
    """The last checkpoint of a record that was cosigned: the note with the cosignature, and when.

    `at_s` is in POSIX seconds; `by` are the keys of the record that signed it, as it is taken.
    """

    seen: Seen = Seen()
    note: bytes = b""
    at_s: int = 0
    by: tuple[NoteKey, ...] = ()


class Evidence(Struct, frozen=True, kw_only=True):
    """A checkpoint that was refused, or let go of: `note` is what the record's key signed."""

    origin: str
    at_s: int
    why: str
    note: bytes


class Memory:
    """One witness's memory; any number of threads and processes may ask it at once."""

    def __init__(self, path: Path) -> None:
        """Opens what is there.

        Raises:
            Unavailable: the file cannot be opened, or is no witness's memory.
        """
        self._lock = threading.RLock()
        with _told(path):
            self._connection = apsw.Connection(str(path))
            self._connection.set_busy_timeout(_BUSY_MS)
            # All that was cosigned lies in this one file: of a write-ahead log beside it, left
            # behind by a kill, whoever moves the witness would lose the last of it unawares.
            for pragma in ("journal_mode = DELETE", "synchronous = EXTRA"):
                self._run(f"PRAGMA {pragma}")
            self._run(_SCHEMA)
        self._path = path

    def name(self) -> str | None:
        """The witness's name; None before it was given one."""
        found = self._ask("SELECT name FROM about")
        return str(found[0][0]) if found else None

    def take_name(self, name: str) -> None:
        """Gives the witness its name, for ever."""
        with self._transaction():
            self._run("INSERT INTO about SELECT ? WHERE NOT EXISTS (SELECT 1 FROM about)", (name,))

    def logs(self) -> tuple[NoteKey, ...]:
        """The keys of the records it watches: of each the one in use last, and newer ones."""
        with self._lock:
            used = {vkey for (vkey,) in self._ask("SELECT vkey FROM used")}
            counting: dict[str, list[NoteKey]] = {}
            for vkey, key in self._watched():
                if vkey in used:
                    counting[key.name] = []
                counting.setdefault(key.name, []).append(key)
        return tuple(key for keys in counting.values() for key in keys)

    def _watched(self) -> list[tuple[str, NoteKey]]:
        """All that it was ever told to watch, in that order."""
        rows = self._ask("SELECT vkey FROM logs ORDER BY rowid")
        return [(vkey, parse_vkey(vkey)) for (vkey,) in rows]

    def unwatch(self, key: NoteKey) -> None:
        """Takes no checkpoint by this key any more.

        If a newer one of its record is watched it stays known, and older than that: being named
        again by `watch` brings it back no more.

        Raises:
            UnknownThing: it is not watched.
        """
        with self._transaction():
            same = [vkey for vkey, each in self._watched() if each.name == key.name]
            if render_vkey(key) not in same:
                raise UnknownThing(f"{render_vkey(key)}: not a key that this witness watches.")
            newer = same[same.index(render_vkey(key)) + 1 :]
            if newer:
                self._run("INSERT OR IGNORE INTO used VALUES (?)", (newer[0],))
                return
            for table in ("logs", "used"):
                self._run(f"DELETE FROM {table} WHERE vkey = ?", (render_vkey(key),))

    def watch(self, key: NoteKey) -> None:
        """Watches the record of this key from now on; of one record a later one is the newer.

        Once a checkpoint by it has been cosigned the older ones of its record count no more.
        """
        with self._transaction():
            self._run("INSERT OR IGNORE INTO logs VALUES (?)", (render_vkey(key),))

    def find(self, origin: str) -> Cosigned | None:
        """What was last cosigned of a record; None if nothing was."""
        found = self._ask("SELECT size, root, note, at_s FROM cosigned WHERE origin = ?", (origin,))
        return None if not found else _cosigned(*found[0])

    def all(self) -> dict[str, Cosigned]:
        """What was last cosigned, by the origin of the record."""
        rows = self._ask("SELECT origin, size, root, note, at_s FROM cosigned ORDER BY origin")
        return {origin: _cosigned(*rest) for origin, *rest in rows}

    def move(self, origin: str, cosign: Callable[[Cosigned], Cosigned]) -> Cosigned:
        """Moves on from what was last cosigned to what `cosign` makes of it, durably.

        Nobody else moves it in between. What `cosign` raises leaves all as it was.

        Raises:
            Unavailable: the disk does not take it; nothing is to be answered.
        """
        with self._transaction():
            held = self.find(origin) or Cosigned()
            moved = cosign(held)
            # SPEC tlog-witness: compared and persisted as one, before anybody is answered. If we
            # stop before the commit nobody has the cosignature; after it, asking again gets one.
            self._run(
                "INSERT OR REPLACE INTO cosigned VALUES (?, ?, ?, ?, ?)",
                (origin, moved.seen.size, moved.seen.root, moved.note, moved.at_s),
            )
            self._settle(origin, moved)
            for key in moved.by:
                self._run("INSERT OR IGNORE INTO used VALUES (?)", (render_vkey(key),))
        return moved

    def _settle(self, origin: str, moved: Cosigned) -> None:
        """Of what came with a poor proof before: what is cosigned now was no evidence, and another
        root for that size is a fork, of which both are.
        """
        at = (origin, moved.seen.size)
        others = self._run(
            "SELECT at_s, why, note FROM refused WHERE origin = ? AND size = ? AND root != ?",
            (*at, moved.seen.root),
        )
        for at_s, why, note in others:
            self._keep_proven(Evidence(origin=origin, at_s=at_s, why=why, note=bytes(note)))
        if others:
            why = "cosigned; and another root for that size was refused before"
            self._keep_proven(Evidence(origin=origin, at_s=moved.at_s, why=why, note=moved.note))
        self._run("DELETE FROM refused WHERE origin = ? AND size = ?", at)

    def keep_evidence(self, evidence: Evidence) -> None:
        """Keeps one that contradicts what was cosigned, each once, for whoever looks into it."""
        with self._transaction():
            self._keep_proven(evidence)

    def keep_refused(self, evidence: Evidence, seen: Seen) -> None:
        """Keeps one that nothing showed to follow; `seen` is what its record's key signed there.

        A second root for one size is a fork, whatever proofs came with them: both are evidence
        then. Anybody can send what the record's key signed, with a poor proof. So of what shows
        nothing no more is kept than a day and a disk can bear, and none of it takes the room of
        what does.
        """
        at = (evidence.origin, seen.size)
        with self._transaction():
            others = self._run(
                "SELECT at_s, why, note FROM refused WHERE origin = ? AND size = ? AND root != ?",
                (*at, seen.root),
            )
            for at_s, why, note in others:
                before = Evidence(origin=evidence.origin, at_s=at_s, why=why, note=bytes(note))
                self._keep_proven(before)
                self._keep_proven(evidence)
                self._run("DELETE FROM refused WHERE origin = ? AND size = ?", at)
            if not others and self._has_room(evidence):
                self._run(
                    "INSERT OR IGNORE INTO refused VALUES (?, ?, ?, ?, ?, ?)",
                    (*at, seen.root, evidence.at_s, evidence.why, evidence.note),
                )

    def _has_room(self, evidence: Evidence) -> bool:
        ((kept, today),) = self._run(
            "SELECT (SELECT count(*) FROM refused WHERE origin = ?1), "
            "(SELECT count(*) FROM refused WHERE origin = ?1 AND at_s > ?2)",
            (evidence.origin, evidence.at_s - _DAY_S),
        )
        return bool(kept < REFUSED_MAX and today < REFUSED_A_DAY_MAX)

    def _keep_proven(self, evidence: Evidence) -> None:
        """Keeps it, unless as many are kept already that the same key of the record's has signed.

        By then that key is convicted a thousand times. One that was stolen takes no room from the
        key that came after it.
        """
        note = parse_note(evidence.note)
        rows = self._run("SELECT note FROM evidence WHERE origin = ?", (evidence.origin,))
        kept = [parse_note(bytes(each)) for (each,) in rows]
        by = _signers(note, evidence.origin)
        by_same = sum(not by.isdisjoint(_signers(each, evidence.origin)) for each in kept)
        if by_same < EVIDENCE_MAX and all(each.text != note.text for each in kept):
            self._add_evidence(evidence)

    def _add_evidence(self, each: Evidence) -> None:
        self._run(
            "INSERT INTO evidence VALUES (?, ?, ?, ?)",
            (each.origin, each.at_s, each.why, each.note),
        )

    def evidence(self) -> tuple[Evidence, ...]:
        """All that was refused or let go of, oldest first."""
        rows = self._ask(
            "SELECT origin, at_s, why, note FROM (SELECT 0 AS kind, rowid AS n, origin, at_s, why, "
            "note FROM evidence UNION ALL SELECT 1, rowid, * FROM unproven "
            "UNION ALL SELECT 2, rowid, origin, at_s, why, note FROM refused) "
            "ORDER BY at_s, kind, n"
        )
        return tuple(Evidence(origin=a, at_s=b, why=c, note=d) for a, b, c, d in rows)

    def forget(self, origin: str, at_s: int) -> None:
        """Lets go of what was cosigned of a record, so that a restored one can be watched anew.

        What it was stays as evidence.

        Raises:
            UnknownThing: nothing was cosigned of that record.
        """
        with self._transaction():
            held = self.find(origin)
            if held is None:
                raise UnknownThing(f"{origin}: nothing was cosigned of that record.")
            why = f"let go of at {held.seen.size} entries, by whoever keeps this witness"
            self._add_evidence(Evidence(origin=origin, at_s=at_s, why=why, note=held.note))
            self._run("DELETE FROM cosigned WHERE origin = ?", (origin,))

    def close(self) -> None:
        """Lets go of the file. What was cosigned stays."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, _told(self._path):
            self._run("BEGIN IMMEDIATE")
            try:
                yield
                self._run("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._run("ROLLBACK")

    def _ask(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._lock, _told(self._path):
            return self._run(query, values)

    def _run(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        return list(self._connection.execute(query, values))


def _signers(note: Note, origin: str) -> set[bytes]:
    """Which keys of the record's have signed it."""
    return {row.key_id for row in note.signatures if row.name == origin}


def _cosigned(size: int, root: bytes, note: bytes, at_s: int) -> Cosigned:
    return Cosigned(seen=Seen(size=size, root=bytes(root)), note=bytes(note), at_s=at_s)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turns the store's errors into ours, with what to do."""
    try:
        yield
    except apsw.Error as error:
        raise Unavailable(
            f"{path}: the witness's memory does not answer ({type(error).__name__}). Look at its "
            "disk; nothing is cosigned meanwhile."
        ) from error


class Identity(Struct, frozen=True, kw_only=True):
    """A witness's name and key, and what it remembers."""

    name: str
    private_key: Ed25519PrivateKey
    memory: Memory


def open_identity(directory: Path, name: str | None, passphrase: bytes | None = None) -> Identity:
    """The witness of a directory; a new one where there is none and a name is given.

    Raises:
        Malformed: there is none and no name was given, or it goes by another name.
        Unavailable: its key is there and its memory is not or is empty, or neither can be read.
    """
    key_path, memory_path = directory / KEY, directory / MEMORY
    if key_path.exists() and not memory_path.exists():
        raise _forgotten(memory_path, "not there")
    if not key_path.exists() and name is None:
        raise Malformed(f"{directory}: no witness is there. Give a new one its name with --name.")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    memory = Memory(memory_path)
    try:
        held = memory.name()
        if held is None and key_path.exists():
            raise _forgotten(memory_path, "empty")
        if held is None and name is not None:
            note_key(name, Ed25519PrivateKey.generate())  # refuses a name that no key can have
            memory.take_name(name)
            held = name
        if held is None or (name is not None and held != name):
            raise Malformed(f"{directory}: this witness is {held}. Leave out --name.")
        if not key_path.exists():
            # Last of all: a key is there only with the memory that belongs to it.
            save_private_key(key_path, Ed25519PrivateKey.generate(), passphrase)
        return Identity(
            name=held, private_key=load_private_key(key_path, passphrase), memory=memory
        )
    except RecordFault as fault:
        memory.close()
        raise Malformed(fault.sentence) from fault
    except BaseException:
        memory.close()
        raise


def _forgotten(memory: Path, how: str) -> Unavailable:
    return Unavailable(
        f"{memory}: {how}, and a witness that has forgotten could cosign a fork. Put it back, or "
        "make a new witness elsewhere under a new name."
    )
