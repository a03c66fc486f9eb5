"""Tiles as C2SP tlog-tiles has them: paths, widths, growth."""

from __future__ import annotations

from hashlib import sha256

import pytest

from openline.record.errors import NotATile, TileMissing
from openline.record.merkle import Tree, verify_inclusion
from openline.record.tiles import (
    decode_entries,
    encode_entries,
    entries_path,
    inclusion_from_tiles,
    parse_tile_path,
    read_hashes,
    tile_path,
    tiles_of_growth,
    tiles_of_size,
    tree_from_tiles,
)


def hashes_of(count: int) -> list[bytes]:
    return [sha256(b"%d" % n).digest() for n in range(count)]


class Shelf:
    """Tiles in memory, as a journal keeps them: the widest of each."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}
        self.reads: list[tuple[int, int, int]] = []

    def read(self, level: int, n: int, width: int, /) -> bytes | None:
        self.reads.append((level, n, width))
        return self.tiles.get((level, n))

    def grow(self, size: int, hashes: list[bytes]) -> list[tuple[int, int, int]]:
        grown = tiles_of_growth(size, hashes, self.read)
        for tile in grown:
            self.tiles[tile.level, tile.n] = tile.hashes
        return [(tile.level, tile.n, tile.width) for tile in grown]


@pytest.mark.parametrize(
    ("path", "parsed"),
    [
        ("tile/0/000", (0, 0, 256)),
        ("tile/0/x001/x234/067", (0, 1234067, 256)),  # the specification's own example
        ("tile/63/255.p/1", (63, 255, 1)),
        ("tile/1/x001/000.p/255", (1, 1000, 255)),
        ("tile/entries/x001/x234/067.p/17", (None, 1234067, 17)),
    ],
)
def test_a_tile_has_the_path_of_the_specification(
    path: str, parsed: tuple[int | None, int, int]
) -> None:
    level, n, width = parsed
    rendered = entries_path(n, width) if level is None else tile_path(level, n, width)
    assert rendered == path
    assert parse_tile_path(path) == parsed


@pytest.mark.parametrize(
    "path",
    [
        "tile/64/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/001/002",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/../../checkpoint",
        "tile/0/٠٠٠",
        "/tile/0/000",
        "tile/0/000\n",
        "",
    ],
)
def test_any_other_path_is_refused(path: str) -> None:
    with pytest.raises(NotATile, match="not the path of a tile"):
        parse_tile_path(path)


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    tiles = list(tiles_of_size(70_000))
    partial = [tile for tile in tiles if tile[2] < 256]
    assert partial == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert len(tiles) - len(partial) == 273 + 1


def test_256_entries_are_a_full_tile_and_a_partial_one_above() -> None:
    assert list(tiles_of_size(256)) == [(0, 0, 256), (1, 0, 1)]
    assert list(tiles_of_size(0)) == []


def test_growth_gives_only_what_is_new_or_wider() -> None:
    shelf, hashes = Shelf(), hashes_of(600)
    assert shelf.grow(0, hashes[:3]) == [(0, 0, 3)]
    assert shelf.grow(3, hashes[3:256]) == [(0, 0, 256), (1, 0, 1)]
    assert shelf.grow(256, hashes[256:260]) == [(0, 1, 4)]
    assert shelf.grow(260, hashes[260:600]) == [(0, 1, 256), (0, 2, 88), (1, 0, 2)]
    assert shelf.grow(600, []) == []


def test_growth_reads_no_more_than_the_right_edge() -> None:
    shelf, hashes = Shelf(), hashes_of(70_001)
    shelf.grow(0, hashes[:-1])
    shelf.reads.clear()
    shelf.grow(70_000, hashes[-1:])
    assert shelf.reads == [(0, 273, 112)]


def test_a_tree_rebuilt_from_its_tiles_goes_on_growing() -> None:
    shelf, hashes = Shelf(), hashes_of(70_000)
    shelf.grow(0, hashes[:66_000])
    tree = tree_from_tiles(66_000, shelf.read)
    tree.extend(hashes[66_000:])
    whole = Tree()
    whole.extend(hashes)
    assert tree.root() == whole.root()


def test_a_proof_of_an_old_size_comes_from_the_tiles_of_today() -> None:
    shelf, hashes = Shelf(), hashes_of(1_000)
    shelf.grow(0, hashes)
    old = Tree()
    old.extend(hashes[:700])
    proof = inclusion_from_tiles(300, 700, shelf.read)
    verify_inclusion(hashes[300], 300, 700, proof, old.root())


def test_a_missing_tile_is_named() -> None:
    with pytest.raises(TileMissing, match=r"tile/0/000\.p/7 is missing"):
        tree_from_tiles(7, Shelf().read)


def test_a_tile_that_is_narrower_than_the_tree_is_refused() -> None:
    shelf = Shelf()
    shelf.grow(0, hashes_of(5))
    with pytest.raises(TileMissing, match="holds only 5 of 7"):
        tree_from_tiles(7, shelf.read)


@pytest.mark.parametrize("length", [31, 33, 257 * 32])
def test_bytes_that_no_tile_has_are_refused(length: int) -> None:
    with pytest.raises(NotATile, match=f"has {length} bytes"):
        read_hashes(lambda _level, _n, _width: bytes(length), 0, 0, 1)


def test_entries_come_back_out_of_their_bundle() -> None:
    leaves = [b"", b"a", b"b" * 65_535]
    assert decode_entries(encode_entries(leaves)) == leaves
    assert encode_entries([b"ab"]) == b"\x00\x02ab"
    assert decode_entries(b"") == []


@pytest.mark.parametrize("bundle", [b"\x00", b"\x00\x02a", b"\x00\x01a\x00"])
def test_a_bundle_cut_short_is_refused(bundle: bytes) -> None:
    with pytest.raises(NotATile, match="ends within its entry"):
        decode_entries(bundle)


def test_a_leaf_too_long_for_any_bundle_is_refused() -> None:
    with pytest.raises(NotATile, match="fits in no bundle"):
        encode_entries([bytes(65_536)])
