"""Entries as they are told: by right, each whole or as nothing but its hash."""

from __future__ import annotations

from datetime import datetime
from itertools import takewhile
from typing import Any

import msgspec
from msgspec import Struct

from openline.desk.view import may_read_entry
from openline.domain.statement import Author, Entry, Signed, kind_of
from openline.journal import Row
from openline.protocols.rest.gate import Desk
from openline.record.leaf import leaf_hash
from openline.sealing import entry_from_row


class EntryTold(Struct, frozen=True, kw_only=True):
    """An entry that the caller may read, in the desk's words.

    `content` has a `body` unless it was erased or never had one. `signed` says on whose word it
    stands: the author's own key, or else the desk's.
    """

    index: int
    recorded_at: datetime
    id: str
    author: Author
    kind: str
    content: dict[str, Any]
    signed: bool
    said_at: datetime | None = None
    refs: tuple[int, ...] = ()


class EntryKept(Struct, frozen=True, kw_only=True):
    """An entry as the record keeps it; but for its place and hash, only for who may read it.

    `leaf` is a compact JWS, `leaf_hash` its RFC 6962 hash. The leaf commits to SHA-256 of `salt`
    followed by the bytes of `body`; both are absent where there was none, or it was erased.
    """

    index: int
    leaf_hash: bytes
    leaf: str | None = None
    salt: bytes | None = None
    body: str | None = None


def told(entry: Entry) -> EntryTold:
    """The entry for a reader who may read it."""
    return EntryTold(
        index=entry.index,
        recorded_at=entry.recorded_at,
        id=entry.id,
        author=entry.author,
        kind=kind_of(entry.content),
        content=msgspec.to_builtins(entry.content),
        signed=isinstance(entry.word, Signed),
        said_at=entry.said_at,
        refs=entry.refs,
    )


def kept(row: Row, readable: bool) -> EntryKept:
    """The row, or nothing of it but its hash."""
    if not readable:
        return EntryKept(index=row.index, leaf_hash=leaf_hash(row.leaf))
    return EntryKept(
        index=row.index,
        leaf_hash=leaf_hash(row.leaf),
        leaf=row.leaf.decode("ascii"),
        salt=row.salt,
        body=None if row.body is None else row.body.decode(),
    )


def read_rows(desk: Desk, reader: str, start: int, end: int) -> list[tuple[Row, Entry, bool]]:
    """These rows, the entries they are, and whether the reader may read each.

    Raises:
        Unavailable: the store does not answer.
    """
    rows = [(row, entry_from_row(row)) for row in desk.journal.read(start, end)]
    rights = desk.read(lambda state: [may_read_entry(state, reader, entry) for _, entry in rows])
    return [(row, entry, right) for (row, entry), right in zip(rows, rights, strict=True)]


def what_followed(
    desk: Desk, index: int, reader: str | None
) -> tuple[Entry, tuple[EntryTold, ...]]:
    """The statement at this place, and what the desk concluded from it.

    That stands right behind the statement, each entry referring to it before all others. Without
    a reader nothing of it is told.

    Raises:
        Unavailable: the store does not answer.
    """
    rows = desk.journal.read(index, desk.journal.size())
    statement = entry_from_row(next(rows))
    concluded = [
        entry_from_row(row)
        for row in takewhile(lambda row: row.said is None and row.refs[:1] == (index,), rows)
    ]
    if reader is None:
        return statement, ()
    return statement, desk.read(
        lambda state: tuple(
            told(entry) for entry in concluded if may_read_entry(state, reader, entry)
        )
    )
