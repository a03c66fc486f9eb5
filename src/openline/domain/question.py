"""Questions put to the desk, the budget they have, and what it means to ask too often.

A question is an entry: who asks what is never hidden from an inquiry. Where it asks stands in the
body alone. A digest of a coarse cell would be no better than the cell in clear (there are few
enough to try them all), so the leaf holds none.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from openline.domain.airspace import Circle, Corridor, Footprint, Volume4D
from openline.domain.conflict import Conflict
from openline.domain.delivery import Rung, SubjectKind
from openline.domain.errors import Malformed, TooLarge
from openline.domain.plan import Kind
from openline.domain.statement import Content, concluded, said

CELL_DEG: Final = 0.5
"""The side of the coarse cells by which questions are counted: some 50 km."""
MAX_CELLS: Final = 64
"""A question over more cells than this is no question about an area."""
_SHORTEST_DEGREE_M: Final = 110_500.0
"""No degree of latitude on WGS 84 is shorter."""


class Asked(StrEnum):
    """What is asked; `POINTER` is what a filed plan asks without saying so."""

    AREA = "area"
    WOULD_MEET = "would_meet"
    KNOWN_BEFORE = "known_before"
    POINTER = "pointer"


class QuestionBody(Struct, frozen=True, kw_only=True):
    """Where and when it asks; for WOULD_MEET also what would move or stand there."""

    volumes: tuple[Volume4D, ...] = ()
    kind: Kind = Kind.GROUND


@said("question.asked.v1")
class QuestionAsked(Content, frozen=True, kw_only=True):
    """A party asks what it may be told: of an area, of a plan not yet filed, of an incident.

    Of an incident it may ask what was known by another moment than its own (`at`), and only of what
    touches a place, which then stands in the body.
    """

    question: str
    asked: Asked
    incident: str | None = None
    at: datetime | None = None
    body: QuestionBody | None = None


class Answer(StrEnum):
    """What became of a question. There is no "clear" and no "yes" among them."""

    TOLD = "told"
    UNKNOWN = "unknown"


class Known(Struct, frozen=True, kw_only=True):
    """One thing that a party to an incident had been told by another before its time.

    `rung` is how far it had come by then, and `by_human` whether a human had answered for it.
    `surely_before` is False where only the error of the incident's time leaves room for it.
    """

    subject: str
    subject_kind: SubjectKind
    version: int
    teller: str
    told: str
    told_at: datetime
    rung: Rung
    acknowledged_at: datetime | None
    by_human: bool
    surely_before: bool


class JudgementBody(Struct, frozen=True, kw_only=True):
    """What a plan would meet among the things that its asker may already see."""

    conflicts: tuple[Conflict, ...] = ()


@concluded("question.answered.v1")
class QuestionAnswered(Content, frozen=True, kw_only=True):
    """The desk's answer, for the asker alone.

    `told_by` counts the parties whose word it rests on: the most it ever says is "no conflict
    found with what N parties had told", and beyond the budget it says UNKNOWN.
    """

    question: str
    answer: Answer
    told_by: int = 0
    known: tuple[Known, ...] = ()
    body: JudgementBody | None = None


class ProbingBody(Struct, frozen=True, kw_only=True):
    """The coarse cell that was asked about too often, as `cells_of` names it."""

    cell: str


@concluded("probing.found.v1")
class ProbingFound(Content, frozen=True, kw_only=True):
    """A party has asked about one area more often than the rules allow within the hour."""

    asker: str
    asked: Asked
    count: int
    body: ProbingBody | None = None


class Probing(Struct, frozen=True, kw_only=True):
    """A finding of probing as it stands: who asked, how often, and since when it is known."""

    asker: str
    asked: Asked
    count: int
    found_at: datetime
    entry: int
    cell: str = ""
    readers: tuple[str, ...] = ()


def cells_of(volumes: tuple[Volume4D, ...]) -> tuple[str, ...]:
    """The coarse cells that any of the volumes may touch, sorted; it errs outward.

    Raises:
        Malformed: it names no place, or none that can be read.
        TooLarge: more than 64 cells of half a degree.
    """
    cells: set[str] = set()
    for volume in volumes:
        for cell in _cells_around(*_bounds(volume.footprint)):
            cells.add(cell)
            if len(cells) > MAX_CELLS:
                raise TooLarge("question: asks about too wide an area. Ask about less of it.")
    if not cells:
        raise Malformed("question: names no area. Say where it asks.")
    return tuple(sorted(cells))


def _bounds(footprint: Footprint) -> tuple[float, float, float, float]:
    """South, west, north and east in degrees, wide enough to hold the footprint."""
    match footprint:
        case Circle(center=center, radius_m=radius_m):
            vertices = [(center.lon_deg, center.lat_deg)]
            margin_m = radius_m
        case Corridor(path=path, width_m=width_m):
            vertices, margin_m = list(path), width_m / 2
        case _:
            vertices = [vertex for rings in footprint.rings for ring in rings for vertex in ring]
            margin_m = 0.0
    numbers = [number for vertex in vertices for number in vertex]
    if not numbers or not all(math.isfinite(number) for number in (*numbers, margin_m)):
        raise Malformed("question: a footprint without a readable position. Mend its vertices.")
    lons, lats = [lon for lon, _ in vertices], [lat for _, lat in vertices]
    lat_margin = margin_m / _SHORTEST_DEGREE_M
    steepest = min(max(abs(min(lats)), abs(max(lats))) + lat_margin, 89.0)
    lon_margin = min(lat_margin / math.cos(math.radians(steepest)), 180.0)
    return (
        max(min(lats) - lat_margin, -90.0),
        min(lons) - lon_margin,
        min(max(lats) + lat_margin, 90.0),
        max(lons) + lon_margin,
    )


def _cells_around(south: float, west: float, north: float, east: float) -> Iterator[str]:
    """The names of the cells of a box, longitudes brought into one turn."""
    turn = round(360.0 / CELL_DEG)
    for row in range(math.floor(south / CELL_DEG), math.floor(north / CELL_DEG) + 1):
        for column in range(math.floor(west / CELL_DEG), math.floor(east / CELL_DEG) + 1):
            yield f"{row}/{column % turn}"
