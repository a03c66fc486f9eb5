"""Maps of `openline check`: the same bytes each time, whole on any ground, and safe with any id."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from file_harness import POINT, collection, feature, point, tracks
from openline.cli.map_plane import Plane, scale_m
from slow_truth import go

POLAR_RING = [[lon, 80.0] for lon in range(0, 361, 30)]
GROUNDS = {
    "the antimeridian": [
        feature({"type": "LineString", "coordinates": [[179.5, -17], [-179.5, -17]]}, width_m=9000),
        point("b", "B", -179.9, -17.0, radius_m=5000),
    ],
    "a pole": [
        feature({"type": "Polygon", "coordinates": [POLAR_RING]}),
        point("b", "B", 0.0, 90.0),
    ],
    "the whole earth": [point("a", "A", 0.0, 50.0), point("b", "B", 175.0, -40.0, radius_m=1e6)],
    "one place": [point("a", "A"), point("b", "B")],
    "ids that are code": [point("$\\frac{<b>&\x07", "A\n$x"), point("مستشفى 病院 $", "B")],
}


@pytest.fixture
def drawn(openline: Callable[..., Any], tmp_path: Path) -> Callable[..., bytes]:
    def draw(content: bytes, name: str) -> bytes:
        file = tmp_path / "file"
        file.write_bytes(content)
        ran = openline("check", file, "--map", tmp_path / name)
        assert ran.err == ""
        return (tmp_path / name).read_bytes()

    return draw


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("name", ["map.png", "map.html"])
def test_the_same_files_are_the_same_picture(
    drawn: Callable[..., bytes], ground: str, name: str
) -> None:
    content = collection(*GROUNDS[ground])

    assert drawn(content, name) == drawn(content, name)


def test_a_page_shows_the_map_and_says_each_conflict_in_words(
    drawn: Callable[..., bytes],
) -> None:
    page = drawn(collection(point("<a>", "A"), point("b", "B")), "map.html").decode()

    (image,) = re.findall(r"data:image/svg\+xml;base64,([^']+)", page)
    assert ElementTree.fromstring(base64.b64decode(image)).tag.endswith("svg")
    assert "<li>&lt;a&gt; and b: 0 m apart at the least</li>" in page
    assert "What is not in these files is unknown." in page


def test_tracks_are_drawn_where_they_are_now_and_on_to_where_they_go(
    drawn: Callable[..., bytes],
) -> None:
    row = "T,A,2017-09-16T00:30:00Z,35,40,,90,{speed},0"

    still, moving = (drawn(tracks(row.format(speed=speed)), "map.png") for speed in (0, 200))

    assert still != moving


def test_a_map_that_cannot_be_written_takes_nothing_from_the_answer(
    openline: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_bytes(collection(point("a", "A"), point("b", "B")))

    ran = openline("check", file, "--map", tmp_path / "missing" / "map.png")

    assert ran.status == 1
    assert "a and b would meet" in ran.out
    assert ran.err == (
        f"openline: {tmp_path}/missing/map.png: the map cannot be written there (No such file or "
        "directory); all that was found is told above. Name a file in a folder that you may write "
        "to.\n"
    )


@pytest.mark.parametrize(("plan", "status"), [(feature(POINT), 4), (feature(None), 3)])
def test_a_map_that_is_wanted_and_missing_is_no_zero(
    openline: Callable[..., Any], tmp_path: Path, plan: Any, status: int
) -> None:
    file, folder = tmp_path / "file", tmp_path / "map.html"
    file.write_bytes(collection(plan))
    folder.mkdir()

    ran = openline("check", file, "--map", folder)

    assert ran.status == status
    assert "(Is a directory)" in ran.err


@pytest.mark.parametrize(
    "places",
    [
        [(179.9, 10.0), (-179.9, 10.1)],
        [(539.9, 10.0), (180.1, 10.1)],
        [(lon, 89.9) for lon in range(-180, 180, 30)],
        [(0.0, -90.0), (90.0, -89.8)],
    ],
)
def test_what_is_near_on_the_ground_is_near_on_the_map(places: list[tuple[float, float]]) -> None:
    xy = Plane(places).flat(places)

    assert np.ptp(xy, axis=0).max() < 30_000


def test_a_metre_on_the_map_is_as_long_in_every_direction_from_its_middle() -> None:
    plane = Plane([(10.0, 70.0), (10.4, 70.2)])
    around = [go((plane.lon_deg, plane.lat_deg), azimuth, 1_000.0) for azimuth in range(0, 360, 45)]

    assert np.linalg.norm(plane.flat(around), axis=1) == pytest.approx(1_000.0)


def test_the_net_has_a_label_inside_the_frame_on_every_row() -> None:
    for places in ([(179.0, -17.0), (-179.0, -16.0)], [(0.0, 85.0), (180.0, 85.0)], [(5.0, 5.0)]):
        plane = Plane(places)
        left, bottom, right, top = box = plane.box_of(places, 1.4, 0.1)
        rows = list(plane.net(box))
        assert 4 <= len(rows) <= 30
        assert all(left <= row.at[0] <= right and bottom <= row.at[1] <= top for row in rows)
        assert len({row.label for row in rows}) == len(rows)


def test_the_scale_is_round_and_fits() -> None:
    lengths = [scale_m(10 ** (power / 3)) for power in range(5, 24)]

    assert all(a <= b for a, b in pairwise(lengths))
    assert {f"{length:.0e}"[0] for length in lengths} == {"1", "2", "5"}
