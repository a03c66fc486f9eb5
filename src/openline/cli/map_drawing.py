"""Maps drawn: matplotlib, as bytes that are the same for the same picture."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from openline.cli.map_plane import Box, Floats, Plane, scale_m

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

    from openline.cli.map_picture import Mark, Picture, Shape

SIZE_INCHES: Final = (12.0, 9.0)
RATIO: Final = 1.4
MARGIN: Final = 0.08
MOST_LABELS: Final = 80
"""More cannot be read: what would meet is labelled first, then marks, then shapes."""
MOST_IN_LEGEND: Final = 12
FAINT: Final = "#9ca3af"
SMALLEST_PART: Final = 1 / 200
"""Of the width of the map: what is smaller is marked with a dot, or nobody would see it."""
_NEAR, _FAR = 1, 7
_STEP_POINTS: Final = 9.0
_ACROSS: Final[dict[int, Literal["left", "right", "center"]]] = {
    1: "left",
    -1: "right",
    0: "center",
}
_UP: Final[dict[int, Literal["bottom", "top"]]] = {1: "bottom", -1: "top"}
"""How a text is set against its place, to lie to the right or left of it, above or below."""
_HALO: Final = [withStroke(linewidth=2.5, foreground="white")]


def render(picture: Picture, file_format: str) -> bytes:
    """The picture as `png` or `svg`."""
    # A fixed salt and font: the same picture is the same bytes. No id is a formula.
    style: dict[Any, object] = {
        "svg.hashsalt": "openline",
        "font.family": "DejaVu Sans",
        "font.size": 9,
        "text.parse_math": False,
    }
    with rc_context(style), warnings.catch_warnings():
        # A name in letters that the font lacks is drawn as boxes; its id stands in the notes.
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure = Figure(figsize=SIZE_INCHES, dpi=120, layout="constrained")
        axes = figure.subplots()
        axes.set_title(picture.title, loc="left", fontsize=13)
        places = _places(picture)
        plane = Plane(places)
        box = plane.box_of(places, RATIO, 0.0 if picture.frame else MARGIN)
        _draw_ground(axes, plane, box)
        for shape in picture.shapes:
            _draw_shape(axes, plane, shape, box)
        for mark in picture.marks:
            _draw_mark(axes, plane, mark)
        _draw_legend(figure, picture)
        axes.set_xlabel(picture.beneath, loc="left", fontsize=8, color="#555")
        _write_labels(figure, axes, plane, box, picture)
        drawn = io.BytesIO()
        metadata = {"Date": None} if file_format == "svg" else {"Software": None}
        figure.savefig(drawn, format=file_format, metadata=metadata)
    return drawn.getvalue()


def _places(picture: Picture) -> list[tuple[float, float]]:
    """Everything that must be in the picture: the frame's rim if there is one."""
    if picture.frame is not None:
        west, south, east, north = picture.frame
        return list(product(np.linspace(west, east, 9), np.linspace(south, north, 9)))
    places = [at for shape in picture.shapes for outline in shape.outlines for at in outline]
    return [*places, *(mark.at for mark in picture.marks)] or [(0.0, 0.0)]


def _draw_ground(axes: Axes, plane: Plane, box: Box) -> None:
    """The net of meridians and parallels, and a scale."""
    left, bottom, right, top = box
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    axes.set_aspect("equal", adjustable="box")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_color(FAINT)
    for row in plane.net(box):
        axes.plot(row.x, row.y, color="#e5e7eb", linewidth=0.7, zorder=0)
        # Written towards the middle, so that it stays inside the frame.
        across = 1 if row.at[0] < left + 0.9 * (right - left) else -1
        up = 1 if row.at[1] < bottom + 0.9 * (top - bottom) else -1
        axes.annotate(
            row.label,
            row.at,
            (3 * across, 3 * up),
            textcoords="offset points",
            ha=_ACROSS[across],
            va=_UP[up],
            color=FAINT,
            fontsize=7,
            zorder=1,
        )
    length = scale_m(right - left)
    start, height = right - 0.03 * (right - left) - length, bottom + 0.04 * (top - bottom)
    axes.plot([start, start + length], [height, height], "|-", color="#374151", linewidth=1.5)
    axes.annotate(
        f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m",
        (start + length / 2, height),
        (0, 4),
        textcoords="offset points",
        ha="center",
        color="#374151",
        path_effects=_HALO,
    )


def _draw_shape(axes: Axes, plane: Plane, shape: Shape, box: Box) -> None:
    style = "--" if shape.dashed else "-"
    rings = [plane.flat(outline) for outline in shape.outlines if outline]
    holes = [plane.flat(hole) for hole in shape.holes]
    for ring in (*rings, *holes):
        if np.ptp(ring, axis=0).max() < SMALLEST_PART * (box[2] - box[0]):
            axes.plot(*ring[0], "o", ms=3, color=shape.colour)
        axes.plot(ring[:, 0], ring[:, 1], style, color=shape.colour, linewidth=shape.width_pt)
    if shape.band_m > 0:
        _fill(axes, [area for ring in rings for area in _band(ring, shape.band_m)], shape.colour)
    elif shape.filled:
        outer = [_wound(ring, 1.0) for ring in rings]
        _fill(axes, [*outer, *(_wound(hole, -1.0) for hole in holes)], shape.colour)


def _band(way: Floats, width_m: float) -> list[Floats]:
    """The rings around all within half a width of a way, wound as they are to be filled."""
    from shapely import LineString, Point

    around = (LineString(way) if len(way) > 1 else Point(way[0])).buffer(width_m / 2)
    holes = [_wound(np.asarray(hole.coords), -1.0) for hole in around.interiors]
    return [_wound(np.asarray(around.exterior.coords), 1.0), *holes]


def _wound(ring: Floats, winding: float) -> Floats:
    """The ring anticlockwise for 1, clockwise for -1, which is how a hole is wound."""
    x, y = ring[:, 0], ring[:, 1]
    area = float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
    return ring if area * winding >= 0 else ring[::-1]


def _fill(axes: Axes, rings: Sequence[Floats], colour: str) -> None:
    path = Path.make_compound_path(*(Path(ring, closed=False) for ring in rings))
    axes.add_patch(PathPatch(path, color=colour, alpha=0.13, linewidth=0))


def _draw_mark(axes: Axes, plane: Plane, mark: Mark) -> None:
    x, y = plane.flat([mark.at])[0].tolist()
    if mark.ring:
        axes.plot(x, y, "o", ms=14, mfc="none", mec=mark.colour, mew=2.0, zorder=4)
    else:
        axes.plot(x, y, "o", ms=4, color=mark.colour, zorder=3)


def _draw_legend(figure: Figure, picture: Picture) -> None:
    if not picture.legend:
        return
    shown = picture.legend[:MOST_IN_LEGEND]
    handles = [Line2D([], [], color=colour, linewidth=4, label=name) for name, colour in shown]
    left_out = len(picture.legend) - len(shown)
    if left_out:
        handles.append(Line2D([], [], linewidth=0, label=f"and {left_out} more"))
    figure.legend(handles=handles, loc="outside lower left", ncols=6, frameon=False)


def _write_labels(figure: Figure, axes: Axes, plane: Plane, box: Box, picture: Picture) -> None:
    """Each label where it lies on no other, with a leader where that is a way off."""
    rings = [mark for mark in picture.marks if mark.ring]
    wanted = [(mark.label, [mark.at], mark.colour, True) for mark in rings]
    wanted += [(m.label, [m.at], m.colour, False) for m in picture.marks if not m.ring]
    wanted += [(s.label, _anchors(s), s.colour, False) for s in picture.shapes]
    labels = [
        _label(axes, text, place, colour, bold)
        for text, places, colour, bold in wanted
        if text and (place := _first_inside(plane.flat(places), box)) is not None
    ]
    for label in labels[MOST_LABELS:]:
        label.remove()
    if len(labels) > MOST_LABELS:
        text = f"{len(labels) - MOST_LABELS} labels left out"
        axes.annotate(text, (0.01, 0.015), xycoords="axes fraction", color="#555", fontsize=8)
    figure.draw_without_rendering()
    frame = axes.get_window_extent()
    placed: list[Bbox] = []
    for label in labels[:MOST_LABELS]:
        placed.append(_settled(label, placed, frame))


def _anchors(shape: Shape) -> list[tuple[float, float]]:
    return [at for outline in shape.outlines for at in outline]


def _first_inside(xy: Floats, box: Box) -> tuple[float, float] | None:
    left, bottom, right, top = box
    for x, y in xy.tolist():
        if left <= x <= right and bottom <= y <= top:
            return x, y
    return None


def _label(
    axes: Axes, text: str, place: tuple[float, float], colour: str, bold: bool
) -> Annotation:
    return axes.annotate(
        text,
        place,
        (_STEP_POINTS, _STEP_POINTS),
        textcoords="offset points",
        color=colour,
        fontweight="bold" if bold else "normal",
        path_effects=_HALO,
        zorder=5,
    )


def _settled(label: Annotation, placed: Sequence[Bbox], frame: Bbox) -> Bbox:
    """Moves a label from near to far around its place until it is free; where it then lies."""
    for distance in range(_NEAR, _FAR):
        for across, up in product((1, -1, 0), (1, -1)):
            label.set_horizontalalignment(_ACROSS[across])
            label.set_verticalalignment(_UP[up])
            label.set_position((across * distance * _STEP_POINTS, up * distance * _STEP_POINTS))
            extent = label.get_window_extent()
            inside = frame.x0 <= extent.x0 and extent.x1 <= frame.x1
            inside = inside and frame.y0 <= extent.y0 and extent.y1 <= frame.y1
            if inside and not any(extent.overlaps(other) for other in placed):
                return extent
    return extent
