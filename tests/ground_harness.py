"""Plans, measures and edges around one spot on the east bank, for tests of the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from desk_harness import T0, Desk
from openline.desk.comparing.ground import volumes_of
from openline.domain.airspace import Circle, Corridor, HeightBand, Position, Volume4D
from openline.domain.check_phrase import check_phrase
from openline.domain.crossing import Side
from openline.domain.edge import EdgeBody, EdgeStated
from openline.domain.measure import (
    CosignBody,
    MeasureBody,
    MeasureCosigned,
    MeasureKind,
    MeasureProposed,
    version_key,
)
from openline.domain.plan import Kind, PlanBody, PlanFiled
from openline.domain.statement import Entry

HOUR = timedelta(hours=1)
SPOT = (40.2, 35.5)
"""(lon_deg, lat_deg), some way east of the river."""


def circle(radius_m: float = 500.0, *, at: tuple[float, float] = SPOT) -> Circle:
    """A circle around a (lon_deg, lat_deg)."""
    return Circle(center=Position(lat_deg=at[1], lon_deg=at[0]), radius_m=radius_m)


def north_of(metres: float, at: tuple[float, float] = SPOT) -> tuple[float, float]:
    """About so many metres north of a spot (a degree of latitude here is 110,950 m)."""
    return at[0], at[1] + metres / 110_950.0


def plan(
    name: str,
    *,
    at: tuple[float, float] = SPOT,
    radius_m: float = 500.0,
    kind: Kind = Kind.GROUND,
    version: int = 1,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    heights: HeightBand | None = None,
    volumes: tuple[Volume4D, ...] | None = None,
) -> PlanFiled:
    """A plan of one circle, from one to two hours after `T0` unless said otherwise."""
    starts_at = starts_at or T0 + HOUR
    one = Volume4D(footprint=circle(radius_m, at=at), heights=heights or HeightBand())
    chosen = (one,) if volumes is None else volumes
    return PlanFiled(
        plan=name,
        kind=kind,
        version=version,
        starts_at=starts_at,
        ends_at=ends_at or starts_at + HOUR,
        body=PlanBody(volumes=chosen) if chosen else None,
    )


def file_plan(desk: Desk, party: str, name: str, **how: object) -> list[Entry]:
    """The party files such a plan."""
    return desk.say(party, plan(name, **how))  # type: ignore[arg-type]


RIVER = ((40.0, 35.45), (40.1, 35.40), (40.2, 35.35), (40.3, 35.30))
"""A river that flows south-east past the spot: the east bank is on its left."""
ALL_FOUR = ("EAST", "WEST", "EASTB", "WESTB")


def separation_line(
    version: int = 1,
    *,
    path: tuple[tuple[float, float], ...] = RIVER,
    accuracy_m: float = 1_000.0,
    parties: tuple[str, ...] = ALL_FOUR,
) -> MeasureProposed:
    """SEP-1, along the river as it is known, EAST on its left bank and WEST on its right."""
    return MeasureProposed(
        measure="SEP-1",
        kind=MeasureKind.SEPARATION_LINE,
        version=version,
        parties=parties,
        body=MeasureBody(
            footprint=Corridor(path=path, accuracy_m=accuracy_m),
            homes={"EAST": Side.LEFT, "WEST": Side.RIGHT},
        ),
    )


def buffer_of(measure: str, within_m: float = 2_000.0, name: str = "BUF-1") -> MeasureProposed:
    """All ground within a distance of another measure."""
    return MeasureProposed(
        measure=name,
        kind=MeasureKind.BUFFER,
        parties=ALL_FOUR,
        of=measure,
        within_m=within_m,
    )


def area(
    name: str = "NFA-1",
    kind: MeasureKind = MeasureKind.NO_FIRE_AREA,
    *,
    parties: tuple[str, ...] = ALL_FOUR,
    radius_m: float = 500.0,
    for_parties: tuple[str, ...] = (),
    ends_at: datetime | None = None,
    version: int = 1,
) -> MeasureProposed:
    """A measure drawn as a circle around the spot."""
    return MeasureProposed(
        measure=name,
        kind=kind,
        version=version,
        parties=parties,
        for_parties=for_parties,
        ends_at=ends_at,
        body=MeasureBody(footprint=circle(radius_m)),
    )


def cosign(desk: Desk, party: str, measure: str, version: int = 1) -> list[Entry]:
    """The party cosigns what was proposed, its phrase read aloud."""
    proposed = desk.state.measures[version_key(measure, version)]
    phrase = check_phrase(volumes_of(desk.state, proposed))
    return desk.say(
        party,
        MeasureCosigned(
            measure=measure,
            version=version,
            proposal=proposed.entry,
            body=CosignBody(check_phrase=phrase),
        ),
    )


def agree(desk: Desk, proposed: MeasureProposed) -> list[Entry]:
    """The first of its parties proposes it and all cosign; what the last cosignature led to."""
    desk.say(proposed.parties[0], proposed)
    last: list[Entry] = []
    for party in proposed.parties:
        last = cosign(desk, party, proposed.measure, proposed.version)
    return last


def state_edge(
    desk: Desk,
    party: str,
    *path: tuple[float, float],
    at: datetime | None = None,
    as_of: datetime | None = None,
    accuracy_m: float = 0.0,
) -> list[Entry]:
    """The force says where its forward line runs: (lon_deg, lat_deg) vertices."""
    body = EdgeBody(path=path, accuracy_m=accuracy_m)
    return desk.say(party, EdgeStated(edge=f"{party}-edge", as_of=as_of, body=body), at=at)
