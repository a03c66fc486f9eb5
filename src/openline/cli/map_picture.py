"""Maps as pictures: neutral colours and labels, no symbol that says friend or foe."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Iterator
from itertools import cycle, pairwise
from pathlib import Path
from typing import Final

from msgspec import Struct
from pyproj import Geod

from openline.domain.airspace import Circle, Footprint, Polygon
from openline.domain.errors import Malformed
from openline.domain.rules import Rules
from openline.domain.track import Fix
from openline.protocols.files.checking import Asked, Checked, Met, Scene

LonLats = tuple[tuple[float, float], ...]

COLOURS: Final = ("#3b6ea5", "#8a5a9e", "#2f8f83", "#a5743b", "#6b7280", "#9e5a6d", "#5a7d3a")
"""Told apart by the colour-blind too; parties take them in order of their ids."""
MEETING: Final = "#c2410c"
FORMATS: Final = (".png", ".html")
LONGEST_WAY_M: Final = 5_000_000.0
"""A track's way is drawn no farther: what flies round the earth in a day would hide the rest."""
MOST_IN_LABEL: Final = 3
_BEND_M: Final = 20_000.0
"""A geodesic is drawn with a point at least so often; between them it bends by 8 m."""
_MOST_POINTS: Final = 200
_GEOD: Final = Geod(ellps="WGS84")
_UNKNOWN: Final = "What is not in these files is unknown."


class Shape(Struct, frozen=True, kw_only=True):
    """One thing on the map: outlines (closed or not), in a colour, with a label at its start.

    `holes` are cut out of what is filled; `band_m` is the width of what is filled along a path.
    """

    outlines: tuple[LonLats, ...]
    label: str
    colour: str
    holes: tuple[LonLats, ...] = ()
    band_m: float = 0.0
    filled: bool = False
    dashed: bool = False
    width_pt: float = 1.4


class Mark(Struct, frozen=True, kw_only=True):
    """One point on the map; a ring marks where two things would meet."""

    at: tuple[float, float]
    label: str
    colour: str
    ring: bool = False


class Picture(Struct, frozen=True, kw_only=True):
    """What a map shows, and what is said of it in words.

    `notes` stand beside it on a page; `beneath` stands in the picture itself. `frame` is west,
    south, east, north in degrees; without it everything is in the picture. `legend` names colours.
    """

    title: str
    shapes: tuple[Shape, ...]
    marks: tuple[Mark, ...]
    notes: tuple[str, ...] = ()
    beneath: str = ""
    frame: tuple[float, float, float, float] | None = None
    legend: tuple[tuple[str, str], ...] = ()


def draw_checked(scene: Scene, checked: Checked, asked: Asked, to: Path) -> None:
    """Writes a map of what was judged and of where it would meet, as PNG or HTML by its ending.

    Raises:
        OSError: it cannot be written there.
    """
    parties = sorted(set(scene.parties))
    colour = dict(zip(parties, cycle(COLOURS), strict=False))
    shapes = [
        footprint_shape(volume.footprint, plan.id, colour[plan.party])
        for plan in scene.plans
        for volume in plan.volumes
    ]
    ways = [_way(fix, scene, asked) for fix in scene.tracks]
    for fix, way in zip(scene.tracks, ways, strict=True):
        shapes.append(Shape(outlines=(way,), label="", colour=colour[fix.party], dashed=True))
    marks = [
        Mark(at=way[0], label=fix.track, colour=colour[fix.party])
        for fix, way in zip(scene.tracks, ways, strict=True)
    ]
    picture = Picture(
        title="What these files would meet",
        shapes=tuple(shapes),
        marks=(*marks, *_rings(checked)),
        notes=(*(_note(met) for met in checked.conflicts), _UNKNOWN),
        beneath=_UNKNOWN,
        legend=tuple((party or "no party stated", colour[party]) for party in parties),
    )
    write_picture(picture, to)


def _rings(checked: Checked) -> Iterator[Mark]:
    """One ring for each place, with all that would meet there."""
    pairs: dict[tuple[float, float], list[str]] = {}
    for met in checked.conflicts:
        at = (round(met.at[0], 4), round(met.at[1], 4))
        pairs.setdefault(at, []).append(f"{met.a} · {met.b}")
    for at, those in pairs.items():
        more = [f"and {len(those) - MOST_IN_LABEL} more"] if len(those) > MOST_IN_LABEL else []
        label = "\n".join([*those[:MOST_IN_LABEL], *more])
        yield Mark(at=at, label=label, colour=MEETING, ring=True)


def footprint_shape(
    footprint: Footprint, label: str, colour: str, *, dashed: bool = False
) -> Shape:
    """A footprint as outlines, along its geodesics."""
    if isinstance(footprint, Circle):
        ring = circle_outline(
            footprint.center.lon_deg, footprint.center.lat_deg, footprint.radius_m
        )
        return Shape(outlines=(ring,), label=label, colour=colour, filled=True, dashed=dashed)
    if isinstance(footprint, Polygon):
        drawn = [[_along((*ring, ring[0])) for ring in rings] for rings in footprint.rings]
        return Shape(
            outlines=tuple(rings[0] for rings in drawn),
            holes=tuple(hole for rings in drawn for hole in rings[1:]),
            label=label,
            colour=colour,
            filled=True,
            dashed=dashed,
        )
    return Shape(
        outlines=(_along(footprint.path),),
        label=label,
        colour=colour,
        band_m=footprint.width_m,
        dashed=dashed,
        width_pt=2.4,
    )


def circle_outline(
    lon_deg: float, lat_deg: float, radius_m: float
) -> tuple[tuple[float, float], ...]:
    """The geodesic circle as 73 points, its first repeated at the end."""
    bearings = [5.0 * step for step in range(73)]
    lons, lats, _ = _GEOD.fwd([lon_deg] * 73, [lat_deg] * 73, bearings, [radius_m] * 73)
    return tuple(zip(lons, lats, strict=True))


def write_picture(picture: Picture, to: Path) -> None:
    """Writes the picture as PNG or HTML, by the ending of the path.

    Raises:
        Malformed: another ending.
        OSError: it cannot be written there.
    """
    if to.suffix not in FORMATS:
        raise Malformed(f"{to.name}: a map ends in {' or '.join(FORMATS)}. Name it so.")
    from openline.cli.map_drawing import render  # loads matplotlib: only for who draws

    if to.suffix == ".png":
        to.write_bytes(render(picture, "png"))
        return
    drawn = base64.b64encode(render(picture, "svg")).decode()
    notes = "".join(f"<li>{html.escape(note)}</li>" for note in picture.notes)
    title = html.escape(picture.title)
    to.write_text(
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title>"
        "<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;"
        "padding:0 1rem}img{width:100%;border:1px solid #ccc}</style>"
        f"<h1>{title}</h1><img alt='{title}' src='data:image/svg+xml;base64,{drawn}'>"
        f"<ul>{notes}</ul></html>\n",
        encoding="utf-8",
    )


def _along(path: Iterable[tuple[float, float]]) -> LonLats:
    """The path with points along its geodesics, near enough together to show how they bend."""
    vertices = list(path)
    drawn = vertices[:1]
    for (lon_a, lat_a), (lon_b, lat_b) in pairwise(vertices):
        length_m = _GEOD.line_length([lon_a, lon_b], [lat_a, lat_b])
        between = min(int(length_m / _BEND_M), _MOST_POINTS)
        if between:
            drawn += _GEOD.npts(lon_a, lat_a, lon_b, lat_b, between)
        drawn.append((lon_b, lat_b))
    return tuple(drawn)


def _way(fix: Fix, scene: Scene, asked: Asked) -> LonLats:
    """From where a track is now to where the look-ahead ends."""
    ahead_s = Rules().track_look_ahead_s if asked.look_ahead_s is None else asked.look_ahead_s
    age_s = (scene.now - fix.at).total_seconds() if scene.now else 0.0
    lon, lat, back = _GEOD.fwd(
        fix.position.lon_deg, fix.position.lat_deg, fix.course_deg, fix.speed_mps * age_s
    )
    length_m = min(fix.speed_mps * ahead_s, LONGEST_WAY_M)
    ahead_lon, ahead_lat, _ = _GEOD.fwd(lon, lat, back + 180.0, length_m)
    return _along(((lon, lat), (ahead_lon, ahead_lat)))


def _note(met: Met) -> str:
    return f"{met.a} and {met.b}: {met.least_distance_m:,.0f} m apart at the least"
