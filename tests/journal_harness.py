"""The stores that the contract is held against, by an address that another process can open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from openline.journal import Batch, Journal, Row, Said
from openline.journal.at_rest import KEY_BYTES, AtRest
from openline.journal.sqlite import SqliteJournal
from openline.record.merkle import leaf_hash
from openline.record.tiles import tiles_of_growth

NOON = datetime(2017, 9, 16, 12, tzinfo=UTC)
AT_REST = AtRest(b"k" * KEY_BYTES)


def open_store(address: str) -> Journal:
    """The journal at an address such as `sqlite:/tmp/x.db`."""
    scheme, _, place = address.partition(":")
    if scheme == "memory":
        return SqliteJournal(None, AT_REST)
    assert scheme == "sqlite", address
    return SqliteJournal(Path(place), AT_REST)


def row(index: int, text: str, *, said: Said | None = None, body: bytes | None = None) -> Row:
    """An entry as a journal sees it: bytes it does not read."""
    return Row(
        index=index,
        leaf=text.encode(),
        recorded_at=NOON,
        readers=("EAST", "WEST"),
        refs=(0, 1),
        said=said,
        salt=None if body is None else bytes([index % 256]) * 32,
        body=body,
    )


def batch_of(journal: Journal, rows: Sequence[Row]) -> Batch:
    """What makes these rows follow the record that the journal holds."""
    hashes = [leaf_hash(each.leaf) for each in rows]
    return Batch(
        rows=rows,
        tiles=tiles_of_growth(rows[0].index, hashes, journal.tile),
        checkpoint=note_at(rows[-1].index + 1),
    )


def note_at(size: int) -> bytes:
    return b"the record had %d entries" % size


def append_texts(journal: Journal, *texts: str) -> None:
    size = journal.size()
    rows = [row(size + at, text) for at, text in enumerate(texts)]
    journal.append(size, batch_of(journal, rows))
