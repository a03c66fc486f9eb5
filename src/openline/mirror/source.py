"""Where a record is copied from: what is asked, and what is offered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from msgspec import Struct

from openline.domain.errors import Unavailable
from openline.record.merkle import HASH_BYTES
from openline.record.tiles import TILE_WIDTH, split_hashes, tile_path

ENTRIES_AT_ONCE: Final = 256


class Offered(Struct, frozen=True, kw_only=True):
    """One entry as the desk offers it: whole to whom may read it, else nothing but its hash."""

    index: int
    leaf_hash: bytes
    leaf: bytes | None = None
    salted_body: bytes | None = None


class Source(Protocol):
    """Where a record is copied from. Nothing it says is believed.

    Every call raises `Unavailable` if there is no answer.
    """

    def checkpoint(self) -> bytes:
        """The signed note over the record as it now is."""

    def tile(self, level: int, n: int, width: int, /) -> bytes:
        """The hashes of a tile."""

    def entries(self, start: int, end: int, /) -> Sequence[Offered]:
        """The entries from one index up to another, at most `ENTRIES_AT_ONCE`."""


class Spoilt(Unavailable):
    """What was offered does not hold together: spoilt on the way, or by the desk. Nothing is kept.

    It proves nothing against anybody, and may be asked for again.
    """

    slug = "spoilt"


def offered_hashes(source: Source, first_tile: int, size: int) -> list[bytes]:
    """The leaf hashes of the tiles from that number on, up to a size, as offered.

    Raises:
        Spoilt: a tile has not the length it must have.
        Unavailable: there is no answer.
    """
    hashes: list[bytes] = []
    for n in range(first_tile, -(-size // TILE_WIDTH)):
        width = min(TILE_WIDTH, size - n * TILE_WIDTH)
        tile = source.tile(0, n, width)
        if len(tile) != width * HASH_BYTES:
            raise Spoilt(f"{tile_path(0, n, width)} has {len(tile)} bytes. Ask again.")
        hashes += split_hashes(tile)
    return hashes
