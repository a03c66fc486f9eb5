"""The ground and sky that a measure takes, from its kind and its geometry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from openline.domain.airspace import Circle, Corridor, Footprint, HeightBand, TimeSpan, Volume4D
from openline.domain.errors import Malformed, in_words
from openline.domain.measure import LINES, MEASURE_SHAPES, MeasureBody, MeasureKind, MeasureSaid
from openline.domain.plan import Kind, Plan

_WORDS: Final[Mapping[type[Footprint], str]] = {Circle: "a circle", Corridor: "a path"}


def check_geometry(said: MeasureSaid) -> None:
    """Nothing happens if the geometry is one that this kind of measure takes.

    Raises:
        Malformed: another shape, or what the kind needs is missing.
    """
    name, body = said.measure, said.body
    if said.starts_at is not None and said.ends_at is not None and said.ends_at <= said.starts_at:
        raise Malformed(f"{name}: it ends before it starts. Mend its times.")
    if said.kind is MeasureKind.BUFFER:
        if said.of is None or said.within_m <= 0.0:
            raise Malformed(
                f"{name}: a buffer says of which measure (of), and within how many metres of it "
                "(within_m). Say both."
            )
        return
    if body is None or body.footprint is None:
        raise Malformed(f"{name}: a {in_words(said.kind)} without its geometry. Say where it is.")
    if not isinstance(body.footprint, MEASURE_SHAPES[said.kind]):
        wanted = " or ".join(_WORDS.get(each, "a polygon") for each in MEASURE_SHAPES[said.kind])
        raise Malformed(f"{name}: a {in_words(said.kind)} is drawn as {wanted}. Draw it so.")
    if isinstance(body.footprint, Corridor):
        _check_path(said, body.footprint)
    if (len(body.homes) > 0) != (said.kind is MeasureKind.SEPARATION_LINE):
        raise Malformed(
            f"{name}: say on which side of a separation line who belongs (homes); of none else."
        )
    if (body.altitude_m is not None) != (said.kind is MeasureKind.COORDINATING_ALTITUDE):
        raise Malformed(
            f"{name}: a coordinating altitude has an altitude (altitude_m), and nothing else has. "
            "Say how high, or leave it out."
        )


def _check_path(said: MeasureSaid, path: Corridor) -> None:
    if path.times:
        raise Malformed(f"{said.measure}: a measure holds along its whole path. Leave times out.")
    if said.kind in LINES and path.width_m != 0.0:
        raise Malformed(
            f"{said.measure}: a {in_words(said.kind)} has no width. Propose a buffer of it."
        )
    if said.kind is MeasureKind.CORRIDOR and path.width_m <= 0.0:
        raise Malformed(f"{said.measure}: a corridor has a width. Say how wide (width_m).")


def ground_of(body: MeasureBody, times: TimeSpan) -> tuple[Volume4D, ...]:
    """What a measure with a geometry of its own takes."""
    assert body.footprint is not None  # `check_geometry` saw to it
    return (Volume4D(footprint=body.footprint, heights=body.heights, times=times),)


def ground_around(
    footprint: Footprint, within_m: float, heights: HeightBand, times: TimeSpan
) -> tuple[Volume4D, ...]:
    """All ground within a distance of a footprint: exact, for all of it is round at the corners."""
    return tuple(
        Volume4D(footprint=each, heights=heights, times=times)
        for each in _widened(footprint, within_m)
    )


def _widened(footprint: Footprint, within_m: float) -> Iterator[Footprint]:
    if isinstance(footprint, Circle):
        yield replace(footprint, radius_m=footprint.radius_m + within_m)
    elif isinstance(footprint, Corridor):
        yield replace(footprint, width_m=footprint.width_m + 2.0 * within_m)
    else:
        yield footprint
        for rings in footprint.rings:
            for ring in rings:
                closed = ring if ring[0] == ring[-1] else (*ring, ring[0])
                yield Corridor(path=closed, width_m=2.0 * within_m, accuracy_m=footprint.accuracy_m)


def split_at_altitude(
    measure: str, party: str, body: MeasureBody, times: TimeSpan
) -> tuple[Plan, Plan]:
    """What a coordinating altitude closes to aircraft, below it, and to drones, above it."""
    below, above = (
        Plan(
            id=measure,
            party=party,
            kind=Kind.AIR,
            volumes=ground_of(replace(body, heights=heights), times),
        )
        for heights in (HeightBand(upper_m=body.altitude_m), HeightBand(lower_m=body.altitude_m))
    )
    return below, above
