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
from openline.desk.comparing.ground import find_standing, volumes_of
from openline.desk.state import State
from openline.domain.conflict import ConflictsFound
from openline.domain.notification import Notification
from openline.domain.statement import Entry

RIVER: Final = "#7aa6c2"
AGREED: Final = "#1f2937"
PROTECTED: Final = "#15803d"
UNANSWERED: Final = "#9ca3af"
MARGIN_DEG: Final = 0.12
LEGEND: Final = (
    "Sites and convoys are INVENTED; edges and claimed areas are derived or invented from public "
    "press.",
    "Rings: where two things would have met. What is not shown is not thereby clear: it is "
    "UNKNOWN.",
)
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
    """River, measures, edges, claims, sites and ways, and where things would have met."""
    colour = dict(zip(sorted(state.parties), cycle(COLOURS), strict=False))
    conflicts = tuple(_conflicts(entries))
    shapes = (
        *_rivers(case),
        *_measures(state),
        *_claims(state, colour),
        *_edges(state, colour),
        *_ways(state),
    )
    parties = "; ".join(f"{each}: {state.parties[each].label}" for each in sorted(state.parties))
    return Picture(
        title=f"{case.story.title} (EXERCISE)",
        shapes=shapes,
        marks=(*_where_edges_are(state, colour), *_sites(state), *conflicts),
        notes=(
            f"Parties: {parties}.",
            *(f"Would have met: {mark.label}." for mark in conflicts),
            *LEGEND,
            case.story.warning,
            CREDITS,
        ),
        beneath="\n".join((*LEGEND, case.story.warning, CREDITS)),
        frame=_frame([*conflicts, *_where_edges_are(state, colour)]),
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
        if claim.body is None:
            continue
        if claim.claimant is None:
            label = f"{claim.id}: UNKNOWN, no party answers"
            yield footprint_shape(claim.body.footprint, label, UNANSWERED, dashed=True)
        else:
            label = f"{claim.id}: claimed by {state.parties[claim.claimant].label}"
            yield footprint_shape(claim.body.footprint, label, colour[claim.claimant])


def _edges(state: State, colour: dict[str, str]) -> Iterator[Shape]:
    """The way that each edge has come, and the edge itself where it is more than a place."""
    for _, edge in sorted(state.edges.items()):
        way = tuple(report.path[0] for report in edge.reports)
        yield Shape(outlines=(way,), label="", colour=colour[edge.party], dashed=True)
        last = tuple(edge.reports[-1].path) if edge.reports else ()
        yield Shape(outlines=(last,), label="", colour=colour[edge.party], width_pt=2.4)


def _where_edges_are(state: State, colour: dict[str, str]) -> Iterator[Mark]:
    for _, edge in sorted(state.edges.items()):
        if edge.reports:
            label = f"{state.parties[edge.party].label}, edge as last told (derived)"
            yield Mark(at=edge.reports[-1].path[0], label=label, colour=colour[edge.party])


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
    """One ring for each place, with all that would have met there."""
    pairs: dict[tuple[float, float], list[str]] = {}
    for entry in entries:
        content = entry.content
        if isinstance(content, ConflictsFound) and content.body is not None:
            for found, where in zip(content.conflicts, content.body.where, strict=True):
                at = (round(where.at[0], 3), round(where.at[1], 3))
                pairs.setdefault(at, []).append(f"{found.a} and {found.b}")
    for at, met in pairs.items():
        yield Mark(at=at, label=", ".join(dict.fromkeys(met)), colour=MEETING, ring=True)


def _frame(marks: Sequence[Mark]) -> tuple[float, float, float, float] | None:
    """West, south, east, north around the marks, with room for their labels."""
    if not marks:
        return None
    lons, lats = zip(*(mark.at for mark in marks), strict=True)
    return (
        min(lons) - MARGIN_DEG,
        min(lats) - MARGIN_DEG,
        max(lons) + 2 * MARGIN_DEG,
        max(lats) + MARGIN_DEG,
    )
