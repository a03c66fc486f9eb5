"""A case on a map: what was agreed, claimed and found; neutral labels, and its sources named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from typing import Final

from openline.cases.case import Case
from openline.cli.map_picture import (
    COLOURS,
    FORMATS,
    MEETING,
    Mark,
    Picture,
    Shape,
    footprint_shape,
    write_picture,
)
from openline.desk.ground import find_standing, volumes_of
from openline.desk.state import State
from openline.domain.conflict import ConflictsFound
from openline.domain.notification import Notification
from openline.domain.statement import Entry

RIVER: Final = "#7aa6c2"
AGREED: Final = "#1f2937"
PROTECTED: Final = "#15803d"
UNANSWERED: Final = "#9ca3af"
CREDITS: Final = (
    "Towns: GeoNames (geonames.org), CC BY 4.0. River: Natural Earth (naturalearthdata.com), "
    "public domain."
)


def write_case_maps(picture: Picture, name: str, into: Path) -> tuple[str, ...]:
    """Writes the map as PNG and as HTML into a folder, and says where.

    Raises:
        OSError: the folder cannot be written.
    """
    into.mkdir(parents=True, exist_ok=True)
    paths = [into / f"{name}{suffix}" for suffix in FORMATS]
    for path in paths:
        write_picture(picture, path)
    return tuple(map(str, paths))


def case_picture(case: Case, entries: Sequence[Entry], state: State) -> Picture:
    """River, places, measures, edges, claims, sites and ways, and where things would have met."""
    colour = dict(zip(sorted(state.parties), cycle(COLOURS), strict=False))
    shapes = (
        *_rivers(case),
        *_measures(state),
        *_claims(state, colour),
        *_edges(state, colour),
        *_ways(state),
    )
    marks = (*_sites(state), *_conflicts(entries))
    return Picture(
        title=f"{case.story.title} (EXERCISE)",
        shapes=shapes,
        marks=marks,
        notes=(
            "Sites and convoys are INVENTED. Edges and claimed areas are derived or invented from "
            "public press. Rings: where two things would have met.",
            f"{case.story.warning} What is not shown is not thereby clear: it is UNKNOWN.",
            CREDITS,
        ),
    )


def _rivers(case: Case) -> Iterator[Shape]:
    """The lines in the case's GeoJSON files, as they are before any measure follows them."""
    for file in sorted((case.folder / "data").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".geojson"):
            for feature in json.loads(file.read_text(encoding="utf-8"))["features"]:
                path = tuple((lon, lat) for lon, lat in feature["geometry"]["coordinates"])
                yield Shape(outlines=(path,), label="", colour=RIVER, width_pt=3.0)


def _measures(state: State) -> Iterator[Shape]:
    for each in sorted(state.standing):
        measure = find_standing(state, each)
        for volume in volumes_of(state, measure) if measure is not None else ():
            yield footprint_shape(volume.footprint, each, AGREED, dashed=True)


def _claims(state: State, colour: dict[str, str]) -> Iterator[Shape]:
    for _, claim in sorted(state.claims.items()):
        if claim.body is not None:
            by = (
                f"claimed by {state.parties[claim.claimant].label}" if claim.claimant else "UNKNOWN"
            )
            shade = colour.get(claim.claimant or "", UNANSWERED)
            yield footprint_shape(claim.body.footprint, f"{claim.id}: {by}", shade)


def _edges(state: State, colour: dict[str, str]) -> Iterator[Shape]:
    """Each edge as it was last stated, and where it was before, dashed."""
    for _, edge in sorted(state.edges.items()):
        for report in edge.reports[:-1]:
            yield _edge(report.path, "", colour[edge.party], dashed=True)
        for report in edge.reports[-1:]:
            label = f"edge of {state.parties[edge.party].label} (derived)"
            yield _edge(report.path, label, colour[edge.party], dashed=False)


def _edge(path: tuple[tuple[float, float], ...], label: str, colour: str, *, dashed: bool) -> Shape:
    return Shape(outlines=(path,), label=label, colour=colour, dashed=dashed, width_pt=2.0)


def _ways(state: State) -> Iterator[Shape]:
    for each in _shown(state):
        if each.body is not None and each.body.waypoints:
            way = tuple((at.position.lon_deg, at.position.lat_deg) for at in each.body.waypoints)
            yield Shape(outlines=(way,), label=_invented(each), colour=PROTECTED, dashed=True)


def _sites(state: State) -> Iterator[Mark]:
    for each in _shown(state):
        if each.body is not None and each.body.position is not None:
            at = (each.body.position.lon_deg, each.body.position.lat_deg)
            yield Mark(at=at, label=_invented(each), colour=PROTECTED)


def _shown(state: State) -> Iterator[Notification]:
    """Notifications that recipients were told of: those returned to be mended stay off the map."""
    return (each for _, each in sorted(state.notifications.items()) if each.releases)


def _invented(notification: Notification) -> str:
    invented = notification.body is not None and notification.body.invented
    return f"{notification.id} (INVENTED)" if invented else notification.id


def _conflicts(entries: Sequence[Entry]) -> Iterator[Mark]:
    for entry in entries:
        content = entry.content
        if isinstance(content, ConflictsFound) and content.body is not None:
            for found, where in zip(content.conflicts, content.body.where, strict=True):
                label = f"{found.a} · {found.b}"
                yield Mark(at=where.at, label=label, colour=MEETING, ring=True)
