"""`openline check` on random files, judged by an independent slow truth: see `file_truth`.

`N=` sets how many files are tried; each holds a few plans and tracks of several parties in a hard
place: poles, antimeridian, shared corners, nothing wide, nothing long, instants to the millisecond.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner

from file_truth import (
    HEIGHT_M,
    TIME_S,
    Asked,
    Moving,
    Planned,
    Truth,
    plans_in,
    seconds,
    tracks_in,
    truth_of,
)
from openline.cli.main import app
from slow_truth import Place, go, hard_place

TRIALS = int(os.environ.get("N", "24"))
NOW = datetime(2017, 9, 18, 9, tzinfo=UTC)
COLUMNS = ["id", "party", "time", "lat", "lon", "height_m", "course_deg", "speed_mps", "climb_mps"]
MOST_SPREAD_M = 200_000.0


# --- random files -------------------------------------------------------------------------------


def instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def some_heights(random: Random) -> dict[str, Any]:
    low = random.choice([0.0, 100.0, round(random.uniform(-50, 2000), 2)])
    both = {"lower_m": low, "upper_m": low + random.choice([0.0, 100.0, 500.0])}
    return random.choice([both, both, both, {}, {"lower_m": low}, {"upper_m": low + 100}])


def some_times(random: Random) -> dict[str, Any]:
    starts = NOW + timedelta(seconds=random.choice([0, 900, round(random.uniform(-3600, 3600), 3)]))
    lasts = timedelta(seconds=random.choice([0, 600, 900, 7200]))
    both = {"starts_at": instant(starts), "ends_at": instant(starts + lasts)}
    return random.choice([both, both, both, {}, {"starts_at": both["starts_at"]}])


def ring(random: Random, center: Place, size: float) -> list[list[float]]:
    """Star-shaped round its centre, of either winding, closed or not, perhaps once more round."""
    count, turn = random.randrange(3, 7), random.uniform(0, 360)
    around = random.choice([0.0, 0.0, 360.0, -360.0])
    corners = [
        go(
            center,
            turn + 360 / count * (i + random.uniform(0, 0.4)),
            size * random.uniform(0.3, 1),
        )
        for i in range(count)
    ]
    told = [[lon + around, lat] for lon, lat in corners[:: random.choice([1, -1])]]
    return [*told, told[0]] if random.random() < 0.7 else told


def some_shape(random: Random, place: Place, size: float) -> tuple[dict[str, Any], dict[str, Any]]:
    kind = random.choice(
        ["Point", "LineString", "LineString", "Polygon", "Polygon", "MultiPolygon"]
    )
    if kind == "Point":
        radius = random.choice([0.0, 0.0, size * random.random()])
        return {"type": kind, "coordinates": list(place)}, {"radius_m": radius}
    if kind == "LineString":
        path, said = [place], {"width_m": random.choice([0.0, 0.01, size * random.random() / 3])}
        for _ in range(random.randrange(1, 4)):
            path.append(go(path[-1], random.uniform(0, 360), size * random.random()))
        if random.random() < 0.5:
            at = NOW + timedelta(seconds=round(random.uniform(-3600, 1800), 3))
            steps = [timedelta(seconds=random.choice([0, 600, 1800.5])) for _ in path]
            said["times"] = [instant(at + sum(steps[:i], timedelta())) for i in range(len(path))]
            said["slack_s"] = random.choice([0, 60, 900])
        return {"type": kind, "coordinates": [list(each) for each in path]}, said
    outer = [ring(random, place, size)]
    if random.random() < 0.4:
        outer.append(ring(random, place, size * 0.1))
    if kind == "Polygon":
        return {"type": kind, "coordinates": outer}, {}
    second = [ring(random, go(place, random.uniform(0, 360), size), size / 2)]
    return {"type": kind, "coordinates": [outer, second]}, {}


def some_plans(random: Random, place: Place, size: float) -> dict[str, Any]:
    features: list[dict[str, Any]] = []
    for number in range(random.randrange(1, 4)):
        start = go(place, random.uniform(0, 360), size * random.choice([0, random.random(), 2]))
        if features and random.random() < 0.3:  # a corner shared exactly
            start = corner_of(features[-1]["geometry"]["coordinates"])
        geometry, extent = some_shape(random, start, size * 10 ** random.uniform(-1, 0.2))
        if features and random.random() < 0.1:
            geometry, extent = features[-1]["geometry"], dict(extent)
            extent.pop("times", None)
        said = {"id": f"p{number}", "party": random.choice("ABC"), "kind": "ground", **extent}
        said |= some_heights(random) | some_times(random)
        features.append({"type": "Feature", "properties": said, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def corner_of(coordinates: Any) -> Place:
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return coordinates[0], coordinates[1]


def some_tracks(random: Random, place: Place, size: float) -> str:
    rows: list[dict[str, Any]] = []
    for number in range(random.randrange(0, 3)):
        lon, lat = go(place, random.uniform(0, 360), size * random.random())
        row = {
            "id": f"t{number}",
            "party": random.choice("ABC"),
            "time": instant(NOW - timedelta(seconds=random.choice([0, 0, 7.5, 600]))),
            "lat": lat,
            "lon": lon,
            "height_m": random.choice(["", 100.0, round(random.uniform(0, 2000), 2)]),
            "course_deg": random.choice([0, 90, 180, 270, random.uniform(0, 360)]),
            "speed_mps": random.choice([0, 15, 60, 250, 900]),
            "climb_mps": random.choice([0, 0, 10, -10, random.uniform(-30, 30)]),
        }
        if rows and random.random() < 0.3:  # in formation with the one before
            row |= {key: rows[-1][key] for key in ("time", "course_deg", "speed_mps", "climb_mps")}
        elif rows and random.random() < 0.4:  # head on, from where that one goes
            before = rows[-1]
            ahead = go((before["lon"], before["lat"]), before["course_deg"], 20_000.0)
            row |= {"lon": ahead[0], "lat": ahead[1]}
            row["course_deg"] = (before["course_deg"] + 180) % 360
        elif rows and random.random() < 0.2:
            row |= {"lon": rows[-1]["lon"], "lat": rows[-1]["lat"]}
        rows.append(row)
    written = io.StringIO()
    table = csv.DictWriter(written, COLUMNS)
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


# --- trials -------------------------------------------------------------------------------------


@dataclass
class Trial:
    """One pair of files: what was asked, what the command answered, what is true of each pair."""

    seed: int
    asked: Asked
    exit_code: int
    answer: dict[str, Any]
    truths: dict[tuple[str, str], tuple[Truth, float]]
    told: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def reported(self) -> Iterator[tuple[str, dict[str, Any], Truth, float]]:
        for pair, conflict in self.told.items():
            truth, moved_m = self.truths[pair]
            tolerance = 1.0 + 0.001 * self.asked.horizontal_m + 0.001 * moved_m
            yield f"seed {self.seed}, {pair}", conflict, truth, tolerance


def some_asked(random: Random, things: list[Planned | Moving]) -> Asked:
    """Separations that some pair just keeps or just fails to, or any."""
    asked = Asked(
        horizontal_m=random.choice([0.0, 10 ** random.uniform(0, 5.3)]),
        vertical_m=random.choice([0.0, 100.0, 300.0]),
        time_s=random.choice([0.0, 0.0, 300.0, 900.0]),
        look_ahead_s=random.choice([0.0, 300.0, 1800.0]),
    )
    pairs = [(a, b) for a, b in combinations(things, 2) if a.party != b.party]
    if pairs and random.random() < 0.7:
        truth = truth_of(*random.choice(pairs), asked).strict_m
        just = truth + 1e-3 if random.random() < 0.6 else (truth - 1.01) / 1.001
        if 0 <= just <= MOST_SPREAD_M:
            asked.horizontal_m = just
    return asked


@cache
def trial(seed: int, folder: Path) -> Trial:
    random = Random(seed)
    size = min(10 ** random.uniform(0.5, 5.2), MOST_SPREAD_M)
    place = hard_place(random)
    plans, tracks = some_plans(random, place, size), some_tracks(random, place, size)
    look_ahead_s = random.choice([0.0, 300.0, 1800.0])
    things = [*plans_in(plans), *tracks_in(tracks, look_ahead_s)]
    asked = some_asked(random, things)
    asked.look_ahead_s = look_ahead_s
    files = folder / f"{seed}.geojson", folder / f"{seed}.csv"
    files[0].write_text(json.dumps(plans))
    files[1].write_text(tracks)
    options = [f"--{name.replace('_', '-')}={value!r}" for name, value in vars(asked).items()]
    done = CliRunner().invoke(app, ["check", *map(str, files), "--json", *options])
    assert done.exception is None or isinstance(done.exception, SystemExit), (seed, done.exception)
    answer = json.loads(done.stdout)
    pairs = [
        (a, b)
        for a, b in combinations(sorted(things, key=lambda each: each.id), 2)
        if a.party != b.party
    ]
    return Trial(
        seed=seed,
        asked=asked,
        exit_code=done.exit_code,
        answer=answer,
        truths={(a.id, b.id): (truth_of(a, b, asked), moved(a, asked) + moved(b, asked))
                for a, b in pairs},
        told={(each["a"], each["b"]): each for each in answer["conflicts"]},
    )  # fmt: skip


def moved(thing: Planned | Moving, asked: Asked) -> float:
    return thing.speed * asked.look_ahead_s if isinstance(thing, Moving) else 0.0


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> list[Trial]:
    folder = tmp_path_factory.mktemp("files")
    return [trial(seed, folder) for seed in range(TRIALS)]


# --- promises -----------------------------------------------------------------------------------


def test_no_pair_in_random_files_is_missed(trials: list[Trial]) -> None:
    missed = [
        (each.seed, pair, truth.strict_m)
        for each in trials
        for pair, (truth, _) in each.truths.items()
        if truth.strict_m <= each.asked.horizontal_m and pair not in each.told
    ]
    assert missed == []


def test_nothing_in_random_files_is_reported_beyond_the_tolerance(trials: list[Trial]) -> None:
    beyond = [
        (where, truth.lenient_m)
        for each in trials
        for where, _, truth, tolerance in each.reported()
        if not truth.lenient_m <= each.asked.horizontal_m + tolerance
    ]
    assert beyond == []


def test_the_least_distance_is_the_true_one(trials: list[Trial]) -> None:
    wrong = [
        (where, conflict["least_distance_m"], truth.strict_m, truth.lenient_m)
        for each in trials
        for where, conflict, truth, tolerance in each.reported()
        if not truth.lenient_m - tolerance
        <= conflict["least_distance_m"]
        <= truth.strict_m + tolerance
    ]
    assert wrong == []


def test_the_least_height_gap_is_the_true_one(trials: list[Trial]) -> None:
    wrong = [
        (where, conflict["least_height_gap_m"], truth.strict_gap_m, truth.lenient_gap_m)
        for each in trials
        for where, conflict, truth, _ in each.reported()
        if not truth.lenient_gap_m - HEIGHT_M
        <= conflict["least_height_gap_m"]
        <= truth.strict_gap_m + HEIGHT_M
    ]
    assert wrong == []


def test_the_place_is_on_a_where_b_is_nearest(trials: list[Trial]) -> None:
    wrong = [
        (where, conflict["at"], off)
        for each in trials
        for where, conflict, truth, tolerance in each.reported()
        if (off := truth.apart_at((conflict["at"][0], conflict["at"][1]))) > tolerance
    ]
    assert wrong == []


def test_all_that_meets_lies_between_the_instants_told(trials: list[Trial]) -> None:
    outside = [
        (where, conflict["starts_at"], conflict["ends_at"], truth.strict_span)
        for each in trials
        for where, conflict, truth, _ in each.reported()
        if truth.strict_span is not None
        and not (
            told_s(conflict["starts_at"], -math.inf) - TIME_S <= truth.strict_span[0]
            and truth.strict_span[1] <= told_s(conflict["ends_at"], math.inf) + TIME_S
        )
    ]
    assert outside == []


def test_at_the_instants_told_they_do_meet(trials: list[Trial]) -> None:
    apart = [
        (where, name, conflict[name])
        for each in trials
        for where, conflict, truth, _ in each.reported()
        for name in ("starts_at", "ends_at")
        if not truth.lenient_at(
            told_s(conflict[name], -math.inf if name == "starts_at" else math.inf)
        )
    ]
    assert apart == []


def told_s(text: str | None, if_open: float) -> float:
    return if_open if text is None else seconds(text)


def test_the_answer_counts_what_was_in_the_files(trials: list[Trial]) -> None:
    for each in trials:
        not_all = 3 if each.answer["checked"].get("not_judged") else 0
        assert each.exit_code == (1 if each.told else not_all)
        assert each.answer["checked"]["pairs_possible"] == len(each.truths)
        assert [(c["a"], c["b"]) for c in each.answer["conflicts"]] == sorted(each.told)


def test_the_random_files_try_every_sort_of_pair_both_ways(trials: list[Trial]) -> None:
    kinds = {each["kind"] for one in trials for each in one.answer["conflicts"]}
    apart = [one for one in trials if len(one.told) < len(one.truths)]
    assert kinds == {"plan-plan", "track-plan", "track-track"}
    assert len(apart) > len(trials) / 4
