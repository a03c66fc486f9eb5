"""The record in a directory as entries and state, for commands that only look."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from openline import app
from openline.desk.state import State, evolve
from openline.domain.errors import UnknownThing
from openline.domain.party import DeskKeyRotated, DeskOpened, EpochOpened, PublicKey
from openline.domain.statement import Entry
from openline.journal import Damaged, Journal
from openline.record.checkpoint import open_checkpoint, parse_checkpoint
from openline.record.errors import RecordFault
from openline.record.keys import public_key_from_facts
from openline.record.leaf import leaf_hash
from openline.record.merkle import Tree
from openline.record.note import ED25519, NoteKey, parse_note
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
        keys = tuple(_desk_keys(entries))
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


def _desk_keys(entries: Sequence[Entry]) -> Iterator[NoteKey]:
    """The keys that the record names as its desk's, in the order in which they held."""
    if not entries or not isinstance(entries[0].content, DeskOpened):
        raise Damaged("Entry 0 opens no record. Run `openline restore`.")
    origin = entries[0].content.origin
    for entry in entries:
        match entry.content:
            case DeskOpened(desk_key=named) | DeskKeyRotated(key=named):
                pass
            case EpochOpened(desk_key=PublicKey() as named):
                pass
            case _:
                continue
        public = public_key_from_facts({"kid": named.kid, "x": named.x}).public_bytes_raw()
        yield NoteKey(name=origin, algorithm=ED25519, public=public)
