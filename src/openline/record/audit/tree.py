"""Judging the tree: do the hashes lead to the signed root, and if not, where do they part?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from openline.record.audit.words import Fault, RecordCopy, Wrong
from openline.record.errors import NotATile, TileMissing
from openline.record.merkle import EMPTY_ROOT, Tree, leaf_hash, root_of
from openline.record.tiles import (
    TILE_WIDTH,
    read_hashes,
    split_hashes,
    tile_path,
    tiles_of_size,
)


def leaf_hashes(copy: RecordCopy, size: int) -> Iterator[bytes]:
    """The hash of every entry, out of the lowest tiles.

    Raises (when reading):
        TileMissing, NotATile: as `tiles.read_hashes`.
    """
    for level, n, width in tiles_of_size(size):
        if level:
            return
        yield from split_hashes(read_hashes(copy.tile, level, n, width))


def roots_at(
    copy: RecordCopy, sizes: Collection[int], instead: Mapping[int, bytes] | None = None
) -> dict[int, bytes]:
    """The root at each size, as the lowest tiles have it, with some leaf hashes replaced.

    Raises:
        TileMissing, NotATile: as `tiles.read_hashes`.
    """
    wanted, replaced, tree = set(sizes), instead or {}, Tree()
    roots = {0: EMPTY_ROOT}
    for index, each in enumerate(leaf_hashes(copy, max(wanted, default=0))):
        tree.append(replaced.get(index, each))
        if tree.size in wanted:
            roots[tree.size] = tree.root()
    return roots


def find_altered_tiles(copy: RecordCopy, size: int) -> Iterator[Fault]:
    """Tiles above the lowest whose hashes are not those of the tiles below them.

    One that is not held is no fault: it can be made again from those below.
    """
    for level, n, width in tiles_of_size(size):
        if level == 0 or copy.tile(level, n, width) is None:
            continue
        try:
            claimed = split_hashes(read_hashes(copy.tile, level, n, width))
        except (TileMissing, NotATile) as error:
            yield Fault(slug=Wrong.TILE_ALTERED, sentence=error.sentence)
            continue
        for at, each in enumerate(claimed):
            below = n * TILE_WIDTH + at
            hashes = read_hashes(copy.tile, level - 1, below, TILE_WIDTH)
            if root_of(split_hashes(hashes)) != each:
                yield Fault(
                    slug=Wrong.TILE_ALTERED,
                    sentence=(
                        f"Hash {at} of {tile_path(level, n, width)} is not the root of "
                        f"{tile_path(level - 1, below)}: one of the two was altered."
                    ),
                )


def find_differing(copy: RecordCopy, size: int) -> dict[int, bytes]:
    """By index, the hash of each held entry that is not the one its tile has there.

    Raises:
        TileMissing, NotATile: as `tiles.read_hashes`.
    """
    differing = {}
    for index, expected in enumerate(leaf_hashes(copy, size)):
        leaf = copy.leaf(index)
        if leaf is not None and leaf_hash(leaf) != expected:
            differing[index] = leaf_hash(leaf)
    return differing


def faults_of_tiles(differing: Collection[int]) -> Iterator[Fault]:
    """What is wrong where held entries lead to the signed root and their tiles do not."""
    for index in differing:
        yield Fault(
            slug=Wrong.TILE_ALTERED,
            sentence=(
                f"The hash of entry {index} in {tile_path(0, index // TILE_WIDTH)} was altered; "
                "the entry itself is the one that was signed."
            ),
            index=index,
        )


def faults_of_entries(
    copy: RecordCopy, size: int, differing: Mapping[int, bytes]
) -> Iterator[Fault]:
    """Each held entry that is not the one the tree has there: moved from elsewhere, or edited."""
    wanted = set(differing.values())
    places = {each: at for at, each in enumerate(leaf_hashes(copy, size)) if each in wanted}
    for index, each in differing.items():
        if each in places:
            yield Fault(
                slug=Wrong.ENTRY_MOVED,
                sentence=f"What is held as entry {index} is entry {places[each]} of the record.",
                index=index,
            )
        else:
            yield Fault(
                slug=Wrong.OLD_ENTRY_EDITED,
                sentence=(
                    f"Entry {index} is not the one that was signed into the record: it was "
                    "changed or replaced afterwards."
                ),
                index=index,
            )
