"""The journal's port: where a record is kept, and what every adapter promises the service.

Adapters store bytes and decide nothing: they neither seal, sign nor hash. `tests/contracts` states
these promises as tests, and every adapter passes them unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from openline.domain.errors import Unavailable
from openline.record.tiles import Tile


class SecondWriter(Unavailable):
    """The record had not the size that this writer expected: somebody else has written to it."""

    slug = "second-writer"


class Damaged(Unavailable):
    """What is stored is not what was written: it is neither used nor repaired."""

    slug = "damaged"


class Said(Struct, frozen=True, kw_only=True):
    """Under which id a party said something; it says each id once."""

    party: str
    id: str


class Row(Struct, frozen=True, kw_only=True):
    """One entry as it is stored: the leaf, and what stands beside it.

    `recorded_at`, `readers` and `refs` are what the desk decided; a leaf that the desk sealed
    repeats them, for one that a party signed the desk's `Heard` does. `said` is None for what
    the desk itself concluded. `salt` and `body` are None together: never there, or erased.
    """

    index: int
    leaf: bytes
    recorded_at: datetime
    readers: tuple[str, ...]
    refs: tuple[int, ...] = ()
    said: Said | None = None
    salt: bytes | None = None
    body: bytes | None = None


class Batch(Struct, frozen=True, kw_only=True):
    """What becomes durable at once: rows in order, the tiles they widen, the checkpoint over all.

    `checkpoint` is the signed note, whose size is the record's size after this batch.
    """

    rows: Sequence[Row]
    tiles: Sequence[Tile]
    checkpoint: bytes


class Journal(Protocol):
    """One record, kept durably. One thread appends and erases; any thread reads.

    Every call raises `Unavailable` when the store cannot answer, and then has changed nothing
    unless it says otherwise.
    """

    def size(self) -> int:
        """How many entries are durable."""

    def append(self, expected_size: int, batch: Batch) -> None:
        """Makes the whole batch durable, or nothing of it, if the record has the expected size.

        On return the batch survives a power cut. Two appends that expect the same size never
        both succeed, whichever process they come from.

        Raises:
            SecondWriter: the record has another size; nothing was written.
            Unavailable: the batch may or may not be durable. The caller reads `checkpoint()`,
                which does not answer before this is settled: it is the batch's, or it is not.
        """

    def read(self, start: int, end: int) -> Iterator[Row]:
        """The rows from `start` up to `end` or the size, whichever is less, in order.

        Raises:
            Damaged: a body is not the one that was written there.
        """

    def find_said(self, *said: Said) -> dict[Said, int]:
        """Of these, the ones that their party has said before, each with where."""

    def tile(self, level: int, n: int, width: int, /) -> bytes | None:
        """A tile's hashes, at least `width` of them if it is there (`record.tiles.ReadTile`)."""

    def checkpoint(self, over: int = 0) -> bytes | None:
        """The latest checkpoint; or, of those of `over` entries or more, the first.

        None if the record is empty or has fewer entries.
        """

    def keep_cosigned(self, size: int, note: bytes) -> None:
        """Keeps the checkpoint of that size with the cosignatures of witnesses under it.

        Any thread may call it. The first that is kept of a size stays; what is lost of them in a
        power cut can be asked for again, so it need not be durable on return.
        """

    def cosigned(self, over: int = 0) -> bytes | None:
        """As `checkpoint`, of those that witnesses have cosigned."""

    def erase(self, indices: Sequence[int]) -> None:
        """Forgets body and salt of these entries for ever, in the store's own files too.

        Leaves, tiles and checkpoints stay, and so does every proof. Entries without a body are
        left as they are. Backups made before still hold the bodies.
        """

    def close(self) -> None:
        """Lets go of the store. What was appended stays."""
