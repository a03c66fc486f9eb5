"""What two officers say to each other of a geometry, to know that they speak of the same."""

from __future__ import annotations

from collections.abc import Iterator

from openline.desk.comparing.ground import find_version, lines_in_force, volumes_of
from openline.desk.state import State
from openline.desk.view.sight import sees_measure
from openline.detection.crossing import side_of
from openline.domain.airspace import Circle, Corridor, Position, Volume4D
from openline.domain.check_phrase import check_phrase
from openline.domain.crossing import Side
from openline.domain.drafting import PhraseTold
from openline.domain.phrase_book import Language
from openline.domain.spoken_phrase import in_language, moved_m


def spoken_of(
    state: State, reader: str, thing: str, version: int, volumes: tuple[Volume4D, ...]
) -> PhraseTold:
    """What is read aloud of a geometry: the phrase, how far it has moved, and on which bank it is.

    Neither lines nor earlier versions that the reader is not shown come into it: by a notice of its
    own, moved a little each time, it would find where they lie.
    Only of measures are earlier versions held, and of those what has been in force: a proposal that
    another took the place of is gone.
    """
    phrase = check_phrase(volumes)
    before, earlier = _last_before(state, reader, thing, version)
    return PhraseTold(
        thing=thing,
        version=version,
        check_phrase=phrase,
        spoken={str(each): in_language(phrase, each) for each in Language},
        from_version=before,
        moved_m=moved_m(earlier, volumes) if earlier else None,
        banks=_banks(state, reader, thing, volumes),
    )


def _last_before(
    state: State, reader: str, thing: str, version: int
) -> tuple[int | None, tuple[Volume4D, ...]]:
    """The newest earlier version of a measure whose ground the reader is shown."""
    for each in range(version - 1, 0, -1):
        held = find_version(state, thing, each)
        if held is None or not sees_measure(state, reader, held):
            continue
        if volumes := volumes_of(state, held):
            return each, volumes
    return None, ()


def _banks(
    state: State, reader: str, thing: str, volumes: tuple[Volume4D, ...]
) -> dict[str, tuple[Side, ...]]:
    return {
        line.id: tuple(
            sorted({side_of(each, path.path, path.accuracy_m) for each in _positions(volumes)})
        )
        for line, path, _homes in lines_in_force(state)
        if line.id != thing and sees_measure(state, reader, line)
    }


def _positions(volumes: tuple[Volume4D, ...]) -> Iterator[Position]:
    for volume in volumes:
        footprint = volume.footprint
        if isinstance(footprint, Circle):
            yield footprint.center
        elif isinstance(footprint, Corridor):
            yield from (Position(lat_deg=lat, lon_deg=lon) for lon, lat in footprint.path)
        else:
            vertices = (vertex for rings in footprint.rings for ring in rings for vertex in ring)
            yield from (Position(lat_deg=lat, lon_deg=lon) for lon, lat in vertices)
