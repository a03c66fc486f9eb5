"""Tracks as a desk watches them, without its clock or its network."""

from __future__ import annotations

from datetime import timedelta

from desk_harness import Desk, contents, river_desk
from ground_harness import SPOT, north_of
from openline.domain.airspace import Position
from openline.domain.observed import Change, TracksObserved
from openline.domain.plan import Kind
from openline.domain.rules import Rules
from openline.domain.statement import DESK, Entry
from openline.domain.track import Fix
from openline.track_engine import Batch, TrackEngine

SECOND = timedelta(seconds=1)


CLEARS_AFTER = timedelta(seconds=Rules().track_clears_after_s)


MINUTE = timedelta(minutes=1)


class Watched:
    """A desk with a track engine beside it, as the service keeps them."""

    def __init__(self, desk: Desk | None = None) -> None:
        self.desk = desk or river_desk()
        self.kept: list[Batch] = []
        self.engine = TrackEngine(self.kept.append)
        self.said = 0

    def hear(self, party: str, *fixes: Fix) -> str:
        self.said += 1
        data = f"batch {self.said}".encode()
        return self.engine.receive(party, data, fixes, self.desk.state, self.desk.now)

    def look(self, after: timedelta = timedelta(0)) -> list[Entry]:
        """The engine looks; what it observed is decided upon."""
        self.desk.tick(self.desk.now + after)
        observed = self.engine.look(self.desk.state, self.desk.now)
        return [] if observed is None else self.desk.say(DESK, observed)

    def changes(self, after: timedelta = timedelta(0)) -> list[tuple[str, Change]]:
        seen = contents(self.look(after), TracksObserved)
        return [(each.sighting, each.change) for one in seen for each in one.sightings]


def fix(
    desk: Desk,
    track: str,
    party: str,
    *,
    at: tuple[float, float] = SPOT,
    age: timedelta = timedelta(0),
    kind: Kind = Kind.GROUND,
    course_deg: float = 0.0,
    speed_mps: float = 0.0,
) -> Fix:
    return Fix(
        track=track,
        party=party,
        kind=kind,
        at=desk.now - age,
        position=Position(lat_deg=at[1], lon_deg=at[0]),
        course_deg=course_deg,
        speed_mps=speed_mps,
    )


def two_near(metres: float = 1_000.0) -> Watched:
    """E-t of EAST at the spot, W-t of WEST so far north of it."""
    watched = Watched()
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST"))
    watched.hear("WEST", fix(watched.desk, "W-t", "WEST", at=north_of(metres)))
    return watched


def surely() -> Watched:
    """A desk whose rules say that what is told stays as sure as it was."""
    return Watched(river_desk(rules=Rules(error_growth={})))


def abreast(watched: Watched, metres: float, after: timedelta = SECOND) -> list[tuple[str, Change]]:
    """Some time later both are heard again, so far apart, and looked at."""
    watched.desk.tick(watched.desk.now + after)
    watched.hear("EAST", fix(watched.desk, "E-t", "EAST"))
    watched.hear("WEST", fix(watched.desk, "W-t", "WEST", at=north_of(metres)))
    return watched.changes()
