"""Plans, measures and edges around one spot on the east bank, for tests of the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from desk_harness import T0, Desk
from openline.domain.airspace import Circle, HeightBand, Position, Volume4D
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
