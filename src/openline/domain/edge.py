"""Edges and claimed areas: what a party says of its own ground, and what the desk makes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct

from openline.domain.airspace import Footprint, Volume4D
from openline.domain.crossing import Crossed
from openline.domain.forecast import EdgeReport, Forecast
from openline.domain.plan import Kind, Plan
from openline.domain.statement import Content, concluded, operated, said

REPORTS_KEPT: Final = 16
"""Of each edge, so many of the latest reports: what a forecast is made from."""


class EdgeBody(Struct, frozen=True, kw_only=True):
    """Where a forward line runs: (lon_deg, lat_deg) vertices, a single one being a place."""

    path: tuple[tuple[float, float], ...]
    accuracy_m: float = 0.0


class Edge(Struct, frozen=True, kw_only=True):
    """A party's forward line by its own word, valid until replaced.

    `reports` are the latest ones, oldest first: a forecast is made from how they moved.
    """

    id: str
    party: str
    as_of: datetime
    entry: int
    reports: tuple[EdgeReport, ...] = ()
    released_to: tuple[str, ...] = ()


@said("edge.stated.v1")
class EdgeStated(Content, frozen=True, kw_only=True):
    """A force says where its forward line runs, as of an instant (None: as it speaks)."""

    edge: str
    as_of: datetime | None = None
    body: EdgeBody | None = None


@said("edge.released.v1")
class EdgeReleased(Content, frozen=True, kw_only=True):
    """The force's recorded consent: each party named may see its edge as it is and will be."""

    edge: str
    to: tuple[str, ...]


class ClaimBody(Struct, frozen=True, kw_only=True):
    """The ground that is claimed, with its accuracy, and what people call it."""

    footprint: Footprint
    name: str = ""


class ClaimedArea(Struct, frozen=True, kw_only=True):
    """What a party says it holds, valid until unclaimed; claims stand side by side.

    `claimant` is None where no party of this desk answers for the ground: it is UNKNOWN.
    `contested_by` are the claimed areas of others that it overlaps, as last judged.
    """

    id: str
    claimant: str | None
    since: datetime
    entry: int
    contested_by: tuple[str, ...] = ()
    released_to: tuple[str, ...] = ()
    body: ClaimBody | None = None

    def as_plan(self) -> Plan | None:
        """The ground as what it is compared as; None where nobody claims it, or once erased."""
        if self.claimant is None or self.body is None:
            return None
        return ground_plan(self.id, self.claimant, self.body)


@said("area.claimed.v1")
class AreaClaimed(Content, frozen=True, kw_only=True):
    """A party says what it holds. `to` are the others that may see the claim; none by default."""

    area: str
    to: tuple[str, ...] = ()
    body: ClaimBody | None = None


@said("area.unclaimed.v1")
class AreaUnclaimed(Content, frozen=True, kw_only=True):
    """A party no longer says that it holds an area."""

    area: str


@operated("area.unanswered.v1")
class AreaUnanswered(Content, frozen=True, kw_only=True):
    """No party of this desk holds this ground or answers for it: it is UNKNOWN, and shown so."""

    area: str
    body: ClaimBody | None = None


@concluded("areas.contested.v1")
class AreasContested(Content, frozen=True, kw_only=True):
    """A claimed area overlaps others': two words about one piece of ground, neither preferred.

    For the desk alone: a party is shown the overlap with those claims that it may see.
    """

    area: str
    others: tuple[str, ...]


@said("crossing.stated.v1")
class CrossingStated(Content, frozen=True, kw_only=True):
    """A party's own word on whether it has crossed a separation line."""

    measure: str
    crossed: bool


class CrossingBody(Struct, frozen=True, kw_only=True):
    """How far past the line the party stands as stated, and how far off that may be."""

    beyond_m: float
    error_m: float


@concluded("crossing.found.v1")
class CrossingFound(Content, frozen=True, kw_only=True):
    """Where a party stands to a separation line in force, when the answer has changed.

    Within the errors it only `may have crossed`, and that party alone is asked; it has `crossed`
    beyond the errors, or on its own word (`on_own_word`).
    """

    crossing: str
    measure: str
    version: int
    party: str
    answer: Crossed
    on_own_word: bool = False
    body: CrossingBody | None = None


class StandingCrossing(Struct, frozen=True, kw_only=True):
    """Where a party stands to a measure, as last found: kept under `standing_key`."""

    id: str
    measure: str
    version: int
    party: str
    answer: Crossed
    found_at: datetime
    entry: int
    on_own_word: bool = False


class ForecastBody(Struct, frozen=True, kw_only=True):
    """The forecast itself: distances and dates, read by nobody across the line."""

    forecast: Forecast


@concluded("forecast.made.v1")
class ForecastMade(Content, frozen=True, kw_only=True):
    """When two forces' edges would meet if they go on as they have; sides see a cadence only.

    It rests on both edges, so nobody but the desk reads it: any distance in it would place the
    other side.
    """

    pair: str
    a: str
    b: str
    body: ForecastBody | None = None


class StandingForecast(Struct, frozen=True, kw_only=True):
    """The latest forecast for a pair; `forecast` is None once erased."""

    pair: str
    a: str
    b: str
    made_at: datetime
    entry: int
    forecast: Forecast | None = None


def ground_plan(area: str, claimant: str, body: ClaimBody) -> Plan:
    """A claimed area, at every height and for all time, as what it is compared as."""
    ground = Volume4D(footprint=body.footprint)
    return Plan(id=area, party=claimant, kind=Kind.GROUND, volumes=(ground,))


def pair_key(a: str, b: str) -> str:
    """Two parties as one word, whichever is named first."""
    return "|".join(sorted((a, b)))


def standing_key(measure: str, party: str) -> str:
    """What a party's standing to a line is kept under."""
    return f"{measure}|{party}"


def reports_with(held: Edge | None, stated: EdgeStated, now: datetime) -> tuple[EdgeReport, ...]:
    """The latest reports of an edge, this one the last; unchanged once its body was erased.

    A time a little ahead of the desk's clock counts as now: no report lies in the future.
    """
    before = held.reports if held else ()
    if stated.body is None:
        return before
    report = EdgeReport(
        at=min(stated.as_of or now, now),
        path=stated.body.path,
        accuracy_m=stated.body.accuracy_m,
    )
    return (*before, report)[-REPORTS_KEPT:]
