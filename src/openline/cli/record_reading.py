"""The record in a directory as entries and state, for commands that only look."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from openline import app
from openline.desk.state import State, evolve
from openline.domain.errors import UnknownThing
from openline.domain.party import DeskOpened
from openline.domain.statement import Entry
from openline.journal import Damaged, Journal
from openline.record.checkpoint import open_checkpoint
from openline.record.errors import RecordFault
from openline.record.keys import public_key_from_facts
from openline.record.leaf import leaf_hash
from openline.record.merkle import Tree
from openline.record.note import ED25519, NoteKey
from openline.sealing import entry_from_row


class HeldRecord(Struct, frozen=True, kw_only=True):
    """A record as somebody with the desk's directory holds it, as of one checkpoint."""

    journal: Journal
    key: NoteKey
    entries: tuple[Entry, ...]
    state: State


@contextlib.contextmanager
def held_record(data: Path) -> Iterator[HeldRecord]:
    """The record of a desk that may be running, verified against the checkpoint it signed last.

    Raises:
        UnknownThing: nothing has been said to this desk yet.
        Damaged: the entries are not those that were signed.
        Unavailable: there is no desk, or its disk does not answer.
    """
    with app.journal_at(data) as journal:
        note = journal.checkpoint()
        if note is None:
            raise UnknownThing(f"{data}: nothing has been said to this desk yet.")
        key = _desk_key(journal)
        try:
            signed = open_checkpoint(note, [key]).checkpoint
        except RecordFault as fault:
            raise Damaged(f"{data}: {fault.sentence} Run `openline restore`.") from fault
        state, tree, entries = State(), Tree(), []
        for row in journal.read(0, signed.size):
            entry = entry_from_row(row)
            entries.append(entry)
            tree.append(leaf_hash(row.leaf))
            evolve(state, entry)
        if tree.root() != signed.root:
            raise Damaged(f"{data}: not the entries that were signed. Run `openline restore`.")
        yield HeldRecord(journal=journal, key=key, entries=tuple(entries), state=state)


def _desk_key(journal: Journal) -> NoteKey:
    """The key that the record names as its desk's, in its first entry."""
    (row,) = journal.read(0, 1)
    content = entry_from_row(row).content
    if not isinstance(content, DeskOpened):
        raise Damaged("Entry 0 opens no record. Run `openline restore`.")
    facts = {"kid": content.desk_key.kid, "x": content.desk_key.x}
    public = public_key_from_facts(facts).public_bytes_raw()
    return NoteKey(name=content.origin, algorithm=ED25519, public=public)
