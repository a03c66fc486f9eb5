"""The record in a directory as entries and state, for commands that only look."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from openline import app
from openline.cosigning.agreed import every_desk_key
from openline.desk.state import State, evolve
from openline.domain.errors import UnknownThing
from openline.domain.statement import Entry
from openline.journal import Damaged, Journal
from openline.record.checkpoint import open_checkpoint, parse_checkpoint
from openline.record.errors import RecordFault
from openline.record.leaf import leaf_hash
from openline.record.merkle import Tree
from openline.record.note import NoteKey, parse_note
from openline.sealing import entry_from_row


class HeldRecord(Struct, frozen=True, kw_only=True):
    """A record as somebody with the desk's directory holds it, as of one checkpoint.

    `keys` are those that the desk has had, the first and then each that took its place.
    """

    journal: Journal
    keys: tuple[NoteKey, ...]
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
        state, tree, entries = State(), Tree(), []
        for row in journal.read(0, _size_of(note, data)):
            entry = entry_from_row(row)
            entries.append(entry)
            tree.append(leaf_hash(row.leaf))
            evolve(state, entry)
        keys = every_desk_key(entries, state.origin)
        if not keys:
            raise Damaged(f"{data}: entry 0 opens no record. Run `openline restore`.")
        try:
            signed = open_checkpoint(note, keys).checkpoint
        except RecordFault as fault:
            raise Damaged(f"{data}: {fault.sentence} Run `openline restore`.") from fault
        if tree.root() != signed.root:
            raise Damaged(f"{data}: not the entries that were signed. Run `openline restore`.")
        yield HeldRecord(journal=journal, keys=keys, entries=tuple(entries), state=state)


def _size_of(note: bytes, data: Path) -> int:
    try:
        return parse_checkpoint(parse_note(note).text).size
    except RecordFault as fault:
        raise Damaged(f"{data}: {fault.sentence} Run `openline restore`.") from fault
