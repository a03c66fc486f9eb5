"""The record in a journal as a copy to be handed over or judged: the `RecordCopy` of one reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from openline.journal import Journal, Row
from openline.record.checkpoint import parse_checkpoint
from openline.record.note import parse_note

MayRead = Callable[[Row], bool]
"""Whether the copy's reader has a right to a leaf and the body beside it."""


class JournalCopy:
    """What one reader may hold of a journal: all hashes, and the entries it may read.

    It is of the size that the record has when it is made: what is appended afterwards stays out,
    so it can be taken beside a desk that is running.
    """

    def __init__(self, journal: Journal, may_read: MayRead) -> None:
        """Raises `Unavailable` if the journal does not answer."""
        self._journal, self._may_read = journal, may_read
        self._checkpoint = journal.checkpoint()
        self._size = 0
        if self._checkpoint is not None:
            self._size = parse_checkpoint(parse_note(self._checkpoint).text).size
        # What witnesses have cosigned may lag behind what the desk has signed since.
        self._cosigned = journal.cosigned() if self._size else None
        if self._cosigned is not None:
            cosigned_size = parse_checkpoint(parse_note(self._cosigned).text).size
            if cosigned_size == self._size:
                self._checkpoint = self._cosigned
            if cosigned_size >= self._size:
                self._cosigned = None
        self._last: tuple[int, Row | None] = (-1, None)

    def checkpoint(self) -> bytes | None:
        """As `RecordCopy`."""
        return self._checkpoint

    def earlier_checkpoints(self) -> Iterable[tuple[str, bytes]]:
        """As `RecordCopy`: the last one that witnesses cosigned; the desk's own prove nothing."""
        return () if self._cosigned is None else (("cosigned", self._cosigned),)

    def tile(self, level: int, n: int, width: int, /) -> bytes | None:
        """As `RecordCopy`."""
        return self._journal.tile(level, n, width)

    def leaf(self, index: int) -> bytes | None:
        """As `RecordCopy`."""
        row = self._readable(index)
        return None if row is None else row.leaf

    def salted_body(self, index: int) -> bytes | None:
        """As `RecordCopy`."""
        row = self._readable(index)
        if row is None or row.salt is None or row.body is None:
            return None
        return row.salt + row.body

    def indices(self) -> Iterable[int]:
        """As `RecordCopy`."""
        return (row.index for row in self._journal.read(0, self._size) if self._may_read(row))

    def _readable(self, index: int) -> Row | None:
        """The row, if it may be read; kept, for its body is asked for next."""
        if self._last[0] != index:
            found = next(self._journal.read(index, min(index + 1, self._size)), None)
            self._last = index, found if found is not None and self._may_read(found) else None
        return self._last[1]
