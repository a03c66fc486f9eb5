"""Maps as pictures: neutral colours and labels, no symbol that says friend or foe."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable, Sequence
from itertools import cycle, pairwise
from math import cos, radians
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from pyproj import Geod
from shapely.geometry import LineString, Point

from openline.domain.airspace import Circle, Footprint, Polygon
from openline.domain.errors import Malformed
from openline.domain.track import Fix
from openline.protocols.files.checking import Checked, Met
from openline.protocols.files.reading import Reading

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

LonLats = Sequence[tuple[float, float]]

COLOURS: Final = ("#3b6ea5", "#8a5a9e", "#2f8f83", "#a5743b", "#6b7280", "#9e5a6d", "#5a7d3a")
"""Told apart by the colour-blind too; parties take them in order of their ids."""
MEETING: Final = "#c2410c"
FORMATS: Final = (".png", ".html")
METRES_OF_DEGREE: Final = 111_000.0
_GEOD: Final = Geod(ellps="WGS84")
_UNKNOWN: Final = "What is not in these files is unknown."
_STEP_POINTS: Final = 11
"""How far a label is moved up or down, again and again, until it lies on no other."""
_STEPS: Final = tuple(way * step for step in range(1, 13) for way in (1, -1))


class Shape(Struct, frozen=True, kw_only=True):
    """One thing on the map: outlines (closed or not), in a colour, with a label at its start."""

    outlines: tuple[tuple[tuple[float, float], ...], ...]
    label: str
    colour: str
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
    south, east, north in degrees; without it everything is in the picture.
    """

    title: str
    shapes: tuple[Shape, ...]
    marks: tuple[Mark, ...]
    notes: tuple[str, ...] = ()
    beneath: str = ""
    frame: tuple[float, float, float, float] | None = None

    def shows(self, at: tuple[float, float]) -> bool:
        """Whether a place lies within the frame."""
        if self.frame is None:
            return True
        west, south, east, north = self.frame
        return west <= at[0] <= east and south <= at[1] <= north


def draw_checked(reading: Reading, checked: Checked, to: Path) -> None:
    """Writes a map of what was read and of where it would meet, as PNG or HTML by its ending."""
    parties = sorted({p.party for p in reading.plans} | {f.party for f in reading.fixes})
    colour = dict(zip(parties, cycle(COLOURS), strict=False))
    shapes = [
        footprint_shape(volume.footprint, plan.id, colour[plan.party])
        for plan in reading.plans
        for volume in plan.volumes
    ]
    shapes += [_way(fix, colour[fix.party]) for fix in reading.fixes]
    marks = [
        Mark(at=met.at, label=f"{met.a} · {met.b}", colour=MEETING, ring=True)
        for met in checked.conflicts
    ]
    picture = Picture(
        title="What these files would meet",
        shapes=tuple(shapes),
        marks=tuple(marks),
        notes=(
            *(_note(met) for met in checked.conflicts),
            _UNKNOWN,
        ),
        beneath=_UNKNOWN,
    )
    write_picture(picture, to)


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
        rings = tuple(_along((*ring, ring[0])) for polygon in footprint.rings for ring in polygon)
        return Shape(outlines=rings, label=label, colour=colour, filled=True, dashed=dashed)
    if footprint.width_m > 0:
        rings = _band(footprint.path, footprint.width_m)
        return Shape(outlines=rings, label=label, colour=colour, filled=True, dashed=dashed)
    return Shape(
        outlines=(_along(footprint.path),), label=label, colour=colour, dashed=dashed, width_pt=2.4
    )


def _band(
    path: Iterable[tuple[float, float]], width_m: float
) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The rings around a corridor, drawn on a plane: good for looking at, never for judging."""
    way = _along(path)
    middle_deg = max(-85.0, min(85.0, sum(lat for _, lat in way) / len(way)))
    east_m, north_m = METRES_OF_DEGREE * cos(radians(middle_deg)), METRES_OF_DEGREE
    flat = [(lon * east_m, lat * north_m) for lon, lat in way]
    drawn = (LineString(flat) if len(flat) > 1 else Point(flat[0])).buffer(width_m / 2)
    return tuple(
        tuple((x / east_m, y / north_m) for x, y in ring.coords)
        for ring in (drawn.exterior, *drawn.interiors)
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
    """
    if to.suffix not in FORMATS:
        raise Malformed(f"{to.name}: a map ends in {' or '.join(FORMATS)}. Name it so.")
    if to.suffix == ".png":
        to.write_bytes(_render(picture, "png"))
        return
    drawn = base64.b64encode(_render(picture, "svg")).decode()
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


def _render(picture: Picture, file_format: str) -> bytes:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # A fixed salt and no date: the same picture is the same bytes.
    with rc_context({"svg.hashsalt": "openline", "font.size": 9}):
        figure = Figure(figsize=(12, 9), dpi=120, layout="constrained")
        axes = figure.subplots()
        axes.set_title(picture.title, loc="left", fontsize=13)
        labels = [_draw_shape(axes, shape, picture) for shape in picture.shapes]
        labels += [_draw_mark(axes, mark) for mark in picture.marks]
        _frame(axes, picture)
        figure.draw_without_rendering()
        _keep_apart([label for label in labels if label is not None])
        drawn = io.BytesIO()
        metadata = {"Date": None} if file_format == "svg" else {"Software": None}
        figure.savefig(drawn, format=file_format, metadata=metadata)
    return drawn.getvalue()


def _draw_shape(axes: Axes, shape: Shape, picture: Picture) -> Annotation | None:
    style = "--" if shape.dashed else "-"
    for outline in filter(None, shape.outlines):
        lons, lats = zip(*outline, strict=True)
        axes.plot(lons, lats, style, color=shape.colour, linewidth=shape.width_pt)
        if shape.filled:
            axes.fill(lons, lats, color=shape.colour, alpha=0.12, linewidth=0)
    seen = [at for outline in shape.outlines for at in outline if picture.shows(at)]
    if not shape.label or not seen:
        return None
    return _write(axes, shape.label, seen[0], (4, 4), shape.colour)


def _draw_mark(axes: Axes, mark: Mark) -> Annotation:
    if mark.ring:
        axes.plot(*mark.at, "o", ms=14, mfc="none", mec=mark.colour, mew=2.0)
    else:
        axes.plot(*mark.at, "o", ms=4, color=mark.colour)
    return _write(axes, mark.label, mark.at, (9, 9) if mark.ring else (5, -10), mark.colour)


def _write(
    axes: Axes, label: str, at: tuple[float, float], offset: tuple[int, int], colour: str
) -> Annotation:
    """A label beside its place, left out where that lies outside the frame."""
    from matplotlib.patheffects import withStroke

    return axes.annotate(
        label,
        at,
        offset,
        textcoords="offset points",
        color=colour,
        annotation_clip=True,
        path_effects=[withStroke(linewidth=3, foreground="white")],
    )


def _keep_apart(labels: Sequence[Annotation]) -> None:
    """Moves labels up or down from where they would lie on one another."""
    placed: list[Bbox] = []
    for label in labels:
        x, y = label.get_position()
        for step in (0, *_STEPS):
            label.set_position((x, y + step * _STEP_POINTS))
            extent = label.get_window_extent()
            if not any(extent.overlaps(other) for other in placed):
                break
        placed.append(extent)


def _frame(axes: Axes, picture: Picture) -> None:
    """Degrees drawn so that a metre is as long to the east as to the north, with a scale in km."""
    axes.margins(0.08)
    if picture.frame is not None:
        west, south, east, north = picture.frame
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
    low, high = axes.get_ylim()
    middle_deg = max(-85.0, min(85.0, (low + high) / 2))
    stretch = 1 / cos(radians(middle_deg))
    if picture.frame is None:
        axes.set_aspect(stretch, adjustable="datalim")
    else:
        axes.set_aspect(stretch, adjustable="box")
    axes.grid(visible=True, color="#ddd", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("longitude, degrees east")
    axes.set_ylabel("latitude, degrees north")
    axes.text(0.0, -0.07, picture.beneath, transform=axes.transAxes, color="#555", va="top")


def _along(path: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The path with points along its geodesics wherever they bend visibly, longitudes unbroken."""
    vertices = list(path)
    drawn = vertices[:1]
    for (lon_a, lat_a), (lon_b, lat_b) in pairwise(vertices):
        between = _GEOD.npts(lon_a, lat_a, lon_b, lat_b, 16) if abs(lon_a - lon_b) > 0.5 else []
        for lon, lat in (*between, (lon_b, lat_b)):
            turns = round((drawn[-1][0] - lon) / 360.0)
            drawn.append((lon + 360.0 * turns, lat))
    return tuple(drawn)


def _way(fix: Fix, colour: str) -> Shape:
    """A fix and the way ahead of it for five minutes."""
    here = (fix.position.lon_deg, fix.position.lat_deg)
    lon, lat, _ = _GEOD.fwd(*here, fix.course_deg, fix.speed_mps * 300.0)
    return Shape(
        outlines=(_along((here, (lon, lat))),), label=fix.track, colour=colour, dashed=True
    )


def _note(met: Met) -> str:
    return f"{met.a} and {met.b}: {met.least_distance_m:,.0f} m apart at the least"
