"""Reduces Natural Earth for the console's map: land, lakes, rivers, borders and towns in one file.

    python scripts/make_basemap.py FOLDER    FOLDER holds land.geojson.gz, lakes…, rivers…, …

Natural Earth at 1:10 million is true to about a kilometre; nothing finer than that is kept. Lines
are simplified within the tolerances below (degrees of a great circle) and put on a grid.

The file is numbers of seven bits a byte, least first, signed ones in zigzag; positions are steps on
the grid from the position before. In order: land and lakes (polygons: count; rings: count; points:
count, steps), rivers and borders (segments: count; points: count, steps), towns (count; step, rank,
length of the name, its UTF-8). Rivers carry their rank before their points.
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TO = ROOT / "src" / "openline" / "console" / "web" / "src" / "map" / "basemap.bin"
GRID = 500
"""Steps in a degree: about 220 m each."""
TOLERANCE_DEG = {"land": 0.02, "lakes": 0.015, "rivers": 0.01, "borders": 0.015}
RANK_MOST = {"lakes": 7, "rivers": 7, "places": 7}
SMALLEST_DEG2 = 0.004
"""Islands and lakes whose box is smaller than this are left out: some 40 km²."""

Point = tuple[float, float]
Path_ = Sequence[Point]


class Writer:
    """Numbers and steps, one after the other."""

    def __init__(self) -> None:
        self.out = bytearray()
        self._at = (0, 0)

    def number(self, value: int) -> None:
        """A number from 0 up."""
        while value >= 128:
            self.out.append(value & 127 | 128)
            value >>= 7
        self.out.append(value)

    def step(self, point: Point) -> None:
        """A position as the steps from the one before."""
        cell = (round(point[0] * GRID), round(point[1] * GRID))
        for now, before in zip(cell, self._at, strict=True):
            moved = now - before
            self.number(moved << 1 if moved >= 0 else (-moved << 1) - 1)
        self._at = cell

    def path(self, points: Path_) -> None:
        """How many points, then each."""
        kept = [
            points[0],
            *(b for a, b in itertools.pairwise(points) if not _same(a, b)),
        ]
        self.number(len(kept))
        for point in kept:
            self.step(point)


def simplified(points: Path_, tolerance_deg: float) -> Path_:
    """Without the points that lie nearer than that to what is left (Douglas-Peucker)."""
    keep = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        away, at = _farthest(points, first, last)
        if away > tolerance_deg:
            keep.add(at)
            waiting += [(first, at), (at, last)]
    return [points[at] for at in sorted(keep)]


def _farthest(points: Path_, first: int, last: int) -> tuple[float, int]:
    (ax, ay), (bx, by) = points[first], points[last]
    shrink = math.cos(math.radians((ay + by) / 2))
    dx, dy = (bx - ax) * shrink, by - ay
    along = dx * dx + dy * dy
    farthest, found = 0.0, first
    for at in range(first + 1, last):
        px, py = (points[at][0] - ax) * shrink, points[at][1] - ay
        part = 0.0 if along == 0 else min(1.0, max(0.0, (px * dx + py * dy) / along))
        away = math.hypot(px - part * dx, py - part * dy)
        if away > farthest:
            farthest, found = away, at
    return farthest, found


def joined(paths: Iterable[Path_]) -> list[Path_]:
    """The paths with those that meet end to end made one: borders come in thousands of pieces."""
    by_start: dict[Point, list[int]] = {}
    pieces: list[list[Point]] = [[(x, y) for x, y in path] for path in paths]
    for at, piece in enumerate(pieces):
        by_start.setdefault(piece[0], []).append(at)
        by_start.setdefault(piece[-1], []).append(at)
    used: set[int] = set()
    whole: list[Path_] = []
    for at, piece in enumerate(pieces):
        if at in used:
            continue
        used.add(at)
        path = list(piece)
        for _turn in range(2):
            while (more := _next(by_start, pieces, used, path[-1])) is not None:
                path += more[1:]
            path.reverse()
        whole.append(path)
    return whole


def _next(
    by_end: dict[Point, list[int]], pieces: list[list[Point]], used: set[int], end: Point
) -> list[Point] | None:
    """The one unused piece that goes on from here; None where none does, or several do."""
    free = [at for at in by_end.get(end, ()) if at not in used]
    if len(free) != 1 or len(by_end[end]) != 2:
        return None
    used.add(free[0])
    piece = pieces[free[0]]
    return piece if piece[0] == end else piece[::-1]


def _same(a: Point, b: Point) -> bool:
    return (round(a[0] * GRID), round(a[1] * GRID)) == (round(b[0] * GRID), round(b[1] * GRID))


def _features(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(folder / f"{name}.geojson.gz") as file:
        found = json.load(file)["features"]
    most = RANK_MOST.get(name, math.inf)
    return (each for each in found if each["properties"].get("scalerank", 0) <= most)


def _polygons(geometry: dict[str, Any]) -> list[list[Path_]]:
    held: list[list[Path_]] = geometry["coordinates"]
    return held if geometry["type"] == "MultiPolygon" else [held]  # type: ignore[list-item]


def _lines(geometry: dict[str, Any]) -> list[Path_]:
    held: list[Path_] = geometry["coordinates"]
    return held if geometry["type"] == "MultiLineString" else [held]  # type: ignore[list-item]


def _is_large(ring: Path_) -> bool:
    xs, ys = [point[0] for point in ring], [point[1] for point in ring]
    return (max(xs) - min(xs)) * (max(ys) - min(ys)) >= SMALLEST_DEG2


def write_areas(writer: Writer, folder: Path, name: str) -> None:
    """Land or lakes."""
    polygons = [
        rings
        for feature in _features(folder, name)
        for polygon in _polygons(feature["geometry"])
        if (rings := [simplified(r, TOLERANCE_DEG[name]) for r in polygon if _is_large(r)])
    ]
    writer.number(len(polygons))
    for rings in polygons:
        writer.number(len(rings))
        for ring in rings:
            writer.path(ring)


def write_rivers(writer: Writer, folder: Path) -> None:
    """Rivers, each with its rank."""
    rivers = [
        (int(feature["properties"]["scalerank"]), simplified(path, TOLERANCE_DEG["rivers"]))
        for feature in _features(folder, "rivers")
        for path in _lines(feature["geometry"])
    ]
    writer.number(len(rivers))
    for rank, path in rivers:
        writer.number(rank)
        writer.path(path)


def write_borders(writer: Writer, folder: Path) -> None:
    """Borders, pieces joined."""
    pieces = [
        path for feature in _features(folder, "borders") for path in _lines(feature["geometry"])
    ]
    borders = [simplified(path, TOLERANCE_DEG["borders"]) for path in joined(pieces)]
    writer.number(len(borders))
    for path in borders:
        writer.path(path)


def write_towns(writer: Writer, folder: Path) -> None:
    """Towns, the greatest first."""
    towns = sorted(_features(folder, "places"), key=lambda town: town["properties"]["scalerank"])
    writer.number(len(towns))
    for town in towns:
        name = str(town["properties"]["nameascii"]).encode()
        writer.step(tuple(town["geometry"]["coordinates"]))
        writer.number(int(town["properties"]["scalerank"]))
        writer.number(len(name))
        writer.out += name


def main(folder: Path) -> None:
    """Writes the file, and says how large it came."""
    writer = Writer()
    for name in ("land", "lakes"):
        write_areas(writer, folder, name)
    write_rivers(writer, folder)
    write_borders(writer, folder)
    write_towns(writer, folder)
    TO.write_bytes(writer.out)
    packed = len(gzip.compress(bytes(writer.out), mtime=0))
    print(f"{TO.relative_to(ROOT)}: {len(writer.out) / 1000:.0f} kB, {packed / 1000:.0f} kB packed")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Name the folder with land.geojson.gz and the others of Natural Earth.")
    main(Path(sys.argv[1]))
