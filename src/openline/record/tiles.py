"""The tree cut into tiles that anybody can fetch, cache and copy (C2SP tlog-tiles).

A tile `(level, n)` holds up to 256 hashes of perfect subtrees of height `8 * level`, from number
`256 * n` on. A full tile never changes; the right-most of each level may be partial, and its width
then says how many hashes it has. Where tiles are kept is the caller's affair: a `ReadTile`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from msgspec import Struct

from openline.record.errors import NotATile, TileMissing
from openline.record.merkle import (
    HASH_BYTES,
    ReadSubtree,
    Tree,
    consistency_proof,
    inclusion_proof,
    perfect_subtrees,
    root_of,
)

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
ENTRY_BYTES_MAX: Final = 0xFFFF
"""What the two length bytes of an entry bundle can say."""

# SPEC tlog-tiles: level 0 to 63 without leading zeroes, n in zero-padded groups of three digits
# of which all but the last begin with x, width 1 to 255.
_PATH: Final = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])"
    r"/(?P<n>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class ReadTile(Protocol):
    """Where tiles are kept."""

    def __call__(self, level: int, n: int, width: int, /) -> bytes | None:
        """The hashes of the tile, at least `width` of them; None if it is absent."""


class Tile(Struct, frozen=True, kw_only=True):
    """One tile as it is stored and served; `hashes` are `width` times 32 bytes."""

    level: int
    n: int
    width: int
    hashes: bytes

    @property
    def path(self) -> str:
        """Where it is served."""
        return tile_path(self.level, self.n, self.width)


def tile_path(level: int, n: int, width: int = TILE_WIDTH) -> str:
    """`tile/<level>/<n>`, with `.p/<width>` if partial."""
    return f"tile/{level}/{_number_path(n, width)}"


def entries_path(n: int, width: int = TILE_WIDTH) -> str:
    """`tile/entries/<n>`, with `.p/<width>` if partial."""
    return f"tile/entries/{_number_path(n, width)}"


def _number_path(n: int, width: int) -> str:
    groups = [f"{n % 1000:03d}"]
    while n := n // 1000:
        groups.append(f"x{n % 1000:03d}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return "/".join(reversed(groups)) + partial


def parse_tile_path(path: str) -> tuple[int | None, int, int]:
    """Level (None for a bundle of entries), n and width of a path.

    Raises:
        NotATile: it is not the one path that such a tile has.
    """
    found = _PATH.fullmatch(path)
    if found is None or int(found["width"] or 1) >= TILE_WIDTH:
        raise NotATile("This is not the path of a tile. Ask for tile/<level>/<nnn>[.p/<width>].")
    level = None if found["level"] == "entries" else int(found["level"])
    n = int(found["n"].replace("x", "").replace("/", ""))
    width = int(found["width"] or TILE_WIDTH)
    canonical = entries_path(n, width) if level is None else tile_path(level, n, width)
    if path != canonical:
        raise NotATile(f"This is not the path of a tile. The one meant is {canonical}.")
    return level, n, width


def encode_entries(leaves: Sequence[bytes]) -> bytes:
    """A bundle of entries: each with its length before it, in two bytes, the higher first.

    Raises:
        NotATile: a leaf is longer than two bytes can say.
    """
    if any(len(leaf) > ENTRY_BYTES_MAX for leaf in leaves):
        raise NotATile(f"A leaf of more than {ENTRY_BYTES_MAX} bytes fits in no bundle.")
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def decode_entries(bundle: bytes) -> list[bytes]:
    """The leaves of a bundle, in order.

    Raises:
        NotATile: it ends within a leaf.
    """
    leaves: list[bytes] = []
    at = 0
    while at < len(bundle):
        start = at + 2
        at = start + int.from_bytes(bundle[at:start], "big")
        if start > len(bundle) or at > len(bundle):
            raise NotATile(f"The bundle ends within its entry {len(leaves)}.")
        leaves.append(bundle[start:at])
    return leaves


def tiles_of_size(size: int) -> Iterator[tuple[int, int, int]]:
    """(level, n, width) of every tile of a tree of that size, lowest level first."""
    level = 0
    while count := size >> (TILE_HEIGHT * level):
        full, width = divmod(count, TILE_WIDTH)
        yield from ((level, n, TILE_WIDTH) for n in range(full))
        if width:
            yield level, full, width
        level += 1


def read_hashes(read_tile: ReadTile, level: int, n: int, width: int) -> bytes:
    """The first `width` hashes of a tile.

    Raises:
        TileMissing: it is absent, or holds fewer.
        NotATile: it holds more than a tile can, or a part of a hash.
    """
    hashes = read_tile(level, n, width)
    if hashes is None:
        raise TileMissing(f"{tile_path(level, n, width)} is missing: get it from the desk.")
    held, left_over = divmod(len(hashes), HASH_BYTES)
    if left_over or held > TILE_WIDTH:
        raise NotATile(f"{tile_path(level, n, width)} has {len(hashes)} bytes, which no tile has.")
    if held < width:
        raise TileMissing(f"{tile_path(level, n, width)} holds only {held} of {width} hashes.")
    return hashes[: width * HASH_BYTES]


def split_hashes(hashes: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def subtrees_of_tiles(read_tile: ReadTile, size: int) -> ReadSubtree:
    """Reads any perfect subtree of a tree of that size out of its tiles, each tile at most once.

    The tiles are believed: a proof made of altered ones fails at whoever verifies it.

    Raises (when reading):
        TileMissing, NotATile: as `read_hashes`.
    """
    tiles: dict[tuple[int, int], bytes] = {}

    def subtree(height: int, n: int) -> bytes:
        level, within = divmod(height, TILE_HEIGHT)
        first = n << within
        key = level, first // TILE_WIDTH
        if key not in tiles:
            width = min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - key[1] * TILE_WIDTH)
            tiles[key] = read_hashes(read_tile, *key, width)
        at = first % TILE_WIDTH * HASH_BYTES
        return root_of(split_hashes(tiles[key][at : at + (HASH_BYTES << within)]))

    return subtree


def tree_from_tiles(size: int, read_tile: ReadTile) -> Tree:
    """The tree of that size, ready to grow, from the tiles on its right edge.

    Raises:
        TileMissing, NotATile: as `read_hashes`.
    """
    subtree = subtrees_of_tiles(read_tile, size)
    return Tree(size, [subtree(height, n) for height, n in perfect_subtrees(0, size)])


def inclusion_from_tiles(index: int, size: int, read_tile: ReadTile) -> list[bytes]:
    """`merkle.inclusion_proof` out of tiles."""
    return inclusion_proof(index, size, subtrees_of_tiles(read_tile, size))


def consistency_from_tiles(old_size: int, new_size: int, read_tile: ReadTile) -> list[bytes]:
    """`merkle.consistency_proof` out of tiles."""
    return consistency_proof(old_size, new_size, subtrees_of_tiles(read_tile, new_size))


def tiles_of_growth(
    old_size: int, new_leaf_hashes: Sequence[bytes], read_tile: ReadTile
) -> list[Tile]:
    """Every tile that is new or wider once these leaves follow the tree of `old_size`.

    Only the last width of a tile is given: a batch that fills a tile gives it full, once. Reads
    at most the partial tile at the right edge of each level.

    Raises:
        TileMissing, NotATile: as `read_hashes`.
    """
    grown: list[Tile] = []
    level, count, arriving = 0, old_size, b"".join(new_leaf_hashes)
    while arriving:
        n, held = divmod(count, TILE_WIDTH)
        before = read_hashes(read_tile, level, n, held) if held else b""
        tiles = list(_cut(level, n, before + arriving))
        grown += tiles
        full = (tile for tile in tiles if tile.width == TILE_WIDTH)
        arriving = b"".join(root_of(split_hashes(tile.hashes)) for tile in full)
        level, count = level + 1, count >> TILE_HEIGHT
    return grown


def _cut(level: int, n: int, hashes: bytes) -> Iterator[Tile]:
    """Hashes of one level as tiles from number `n` on; the last may be partial."""
    tile_bytes = TILE_WIDTH * HASH_BYTES
    for at in range(0, len(hashes), tile_bytes):
        part = hashes[at : at + tile_bytes]
        yield Tile(level=level, n=n + at // tile_bytes, width=len(part) // HASH_BYTES, hashes=part)
