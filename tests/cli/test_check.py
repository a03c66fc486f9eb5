"""`openline check`: what it prints, what it exits with, and what it takes for granted."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from file_harness import POINT, collection, feature, point, tracks

TWO_TRACKS = tracks(
    "T-1,A,2017-09-16T00:30:00Z,35,40.0,1000,90,100,0",
    "T-2,B,2017-09-16T00:30:00Z,35,40.3,1200,270,100,0",
)
Check = Callable[..., tuple[int, dict[str, Any]]]


def pairs(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["a"], each["b"]) for each in answer["conflicts"]]


def test_the_answer_has_just_the_members_that_are_published(check: Check) -> None:
    heights = {"lower_m": 0, "upper_m": 90}
    hours = {"starts_at": "160030ZSEP17", "ends_at": "2017-09-16T02:30:00+01:00"}
    later = {"starts_at": "2017-09-16T01:00:00Z", "ends_at": "160200ZSEP17"}

    status, answer = check(
        collection(point("b", "B", **heights, **hours), point("a", "A", **heights, **later))
    )

    assert status == 1
    assert answer == {
        "conflicts": [
            {
                "a": "a",
                "b": "b",
                "kind": "plan-plan",
                "starts_at": "2017-09-16T01:00:00Z",
                "ends_at": "2017-09-16T01:30:00Z",
                "least_distance_m": 0.0,
                "least_height_gap_m": 0.0,
                "at": [40.0, 35.0],
            }
        ],
        "checked": {"plans": 2, "tracks": 0, "pairs_possible": 1, "faults": []},
    }


def test_every_pair_is_told_once_in_order_of_its_ids(check: Check) -> None:
    plans = [point(id, party) for id, party in (("c", "A"), ("a", "B"), ("b", "C"), ("A", "B"))]

    _, answer = check(collection(*plans))

    assert pairs(answer) == [("A", "b"), ("A", "c"), ("a", "b"), ("a", "c"), ("b", "c")]
    assert answer["checked"]["pairs_possible"] == 5


def test_all_files_are_judged_together(check: Check) -> None:
    row = "T-1,A,2017-09-16T00:30:00Z,35,40,1000,90,0,0"
    kinds = {"kind": "drone", "lower_m": 900, "upper_m": 1100}

    status, answer = check(
        collection(point("p", "P", **kinds)),
        tracks(row),
        collection(point("q", "Q", **kinds)),
        tracks(row.replace("T-1,A", "T-2,B")),
    )

    assert status == 1
    assert [each["kind"] for each in answer["conflicts"]] == [
        "track-track",
        "track-plan",
        "track-plan",
        "track-plan",
        "track-plan",
        "plan-plan",
    ]


def test_of_a_track_and_a_plan_the_place_is_on_whichever_comes_first(check: Check) -> None:
    still = "T,A,2017-09-16T00:30:00Z,0,1,,0,0,0"

    _, track_first = check(tracks(still), collection(point("U", "B", 2.0, 0.0)),
                           options=("--horizontal-m", 200_000))  # fmt: skip
    _, plan_first = check(tracks(still), collection(point("P", "B", 2.0, 0.0)),
                          options=("--horizontal-m", 200_000))  # fmt: skip

    assert track_first["conflicts"][0]["at"] == [1.0, 0.0]
    assert plan_first["conflicts"][0]["at"] == [2.0, 0.0]


def test_nothing_found_exits_with_zero(check: Check) -> None:
    status, answer = check(collection(point("a", "A"), point("b", "B", 41.0)))

    assert (status, answer["conflicts"]) == (0, [])


def test_one_party_never_meets_itself(check: Check) -> None:
    status, answer = check(collection(point("a", "A"), point("b", "A")))

    assert (status, answer["conflicts"], answer["checked"]["pairs_possible"]) == (0, [], 0)


def test_nothing_judged_exits_with_three(check: Check) -> None:
    status, answer = check(collection(feature(None)), tracks())

    assert (status, answer["checked"]["not_judged"]) == (3, 2)
    assert [each["fault"] for each in answer["checked"]["faults"]] == ["malformed", "empty"]


def test_plans_meet_where_they_touch_unless_more_is_asked(check: Check) -> None:
    plans = collection(point("a", "A"), point("b", "B", 40.01, radius_m=900))

    apart, _ = check(plans)
    near, answer = check(plans, options=("--horizontal-m", 15))

    assert (apart, near) == (0, 1)
    assert answer["conflicts"][0]["least_distance_m"] == pytest.approx(12.96, abs=0.5)


def test_plans_keep_no_height_and_no_time_apart_unless_asked(check: Check) -> None:
    plans = collection(
        point("a", "A", upper_m=100, lower_m=0, ends_at="160100ZSEP17"),
        point("b", "B", upper_m=300, lower_m=150, starts_at="160110ZSEP17"),
    )

    statuses = [
        check(plans, options=options)[0]
        for options in (
            (),
            ("--vertical-m", 50),
            ("--time-s", 600),
            ("--vertical-m", 50, "--time-s", 600),
            ("--vertical-m", 49, "--time-s", 600),
            ("--vertical-m", 50, "--time-s", 599),
        )
    ]

    assert statuses == [0, 0, 0, 1, 0, 0]


def test_tracks_keep_what_the_rules_say_unless_asked(check: Check) -> None:
    statuses = [
        check(TWO_TRACKS, options=options)[0]
        for options in ((), ("--vertical-m", 199), ("--vertical-m", 200, "--horizontal-m", 0))
    ]

    assert statuses == [1, 0, 1]


def test_tracks_are_followed_for_five_minutes_unless_asked(check: Check) -> None:
    head_on = tracks(
        "T-1,A,2017-09-16T00:30:00Z,0,40.0,,90,100,0",
        "T-2,B,2017-09-16T00:30:00Z,0,40.7,,270,100,0",
    )

    statuses = [
        check(head_on, options=("--horizontal-m", 0, *options))[0]
        for options in ((), ("--look-ahead-s", 389), ("--look-ahead-s", 390))
    ]

    assert statuses == [0, 0, 1]


def test_a_track_near_a_plan_keeps_the_wider_of_their_kinds_and_fifteen_minutes(
    check: Check,
) -> None:
    still = tracks("T,A,2017-09-16T00:30:00Z,0,40,,0,0,0")
    plan = point("p", "B", 40.08, 0.0, kind="drone", starts_at="160049ZSEP17")

    _, answer = check(still, collection(plan))
    none, _ = check(still, collection(plan), options=("--time-s", 300))
    far, _ = check(still, collection(plan), options=("--horizontal-m", 8_000))

    starts_at = datetime.fromisoformat(answer["conflicts"][0]["starts_at"])
    assert abs(starts_at - datetime(2017, 9, 16, 0, 34, tzinfo=UTC)) < timedelta(milliseconds=1)
    assert (none, far) == (0, 0)


def test_a_fix_is_moved_to_the_latest_time_of_all_files(check: Check) -> None:
    moving = tracks("T-1,A,2017-09-16T00:20:00Z,0,40,,90,100,0")
    parked = tracks("T-2,B,2017-09-16T00:30:00Z,0,40.539,,0,0,0")

    _, answer = check(moving, parked, options=("--horizontal-m", 10, "--look-ahead-s", 0))

    assert pairs(answer) == [("T-1", "T-2")]


def test_only_the_last_fix_of_a_track_counts_wherever_it_stands(check: Check) -> None:
    _, answer = check(
        tracks(
            "T-1,A,2017-09-16T00:30:00Z,10,50,,0,0,0",
            "T-1,A,2017-09-16T00:10:00Z,10.001,50,,0,0,0",
            "T-2,B,2017-09-16T00:30:00Z,10.001,50,,0,0,0",
        ),
        options=("--horizontal-m", 10),
    )

    assert answer["conflicts"] == []
    assert answer["checked"]["tracks"] == 2


def test_a_number_is_an_id_and_an_id_that_stands_twice_gets_a_number(check: Check) -> None:
    _, answer = check(collection(point(7, "A"), point("7", "B")))  # type: ignore[arg-type]

    assert pairs(answer) == [("7", "7#2")]
    assert [(f["id"], f["fault"]) for f in answer["checked"]["faults"]] == [("7#2", "id_repeated")]


def test_one_id_of_two_parties_is_two_tracks(check: Check) -> None:
    row = "T,A,2017-09-16T00:30:00Z,35,40,,0,0,0"

    _, answer = check(tracks(row, row.replace("T,A", "T,B")))

    assert pairs(answer) == [("T", "T#2")]


def test_what_states_no_party_is_judged_against_all_and_told(check: Check) -> None:
    _, answer = check(collection(point("a", ""), point("b", ""), point("c", "C")))

    assert pairs(answer) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [f["fault"] for f in answer["checked"]["faults"]] == ["party_missing"] * 2


def test_a_conflict_that_only_the_accuracies_make_says_so(check: Check) -> None:
    grid = feature({"type": "Point", "coordinates": "37SFV036108"}, id="a", party="A")
    near = point("b", "B", 40.1406, 35.3353)

    status, answer = check(collection(grid, near), options=("--horizontal-m", 0))

    assert status == 1
    assert answer["conflicts"][0]["within_error"] is True


def test_standard_input_is_a_file_too(
    openline: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = collection(point("a", "A"), point("b", "B"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(plans)))

    ran = openline("check", "-", "--json")

    assert ran.status == 1
    assert pairs(json.loads(ran.out)) == [("a", "b")]


def test_a_person_reads_who_when_how_near_and_where(
    openline: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "plans.geojson"
    file.write_bytes(
        collection(
            point("a", "A", -40.0, -35.0, starts_at="160030ZSEP17"),
            point("b", "B", -40.0, -35.0, ends_at="160130ZSEP17"),
            feature({"type": "Circle"}, id="c"),
        )
    )

    ran = openline("check", file)

    assert ran.out.splitlines() == [
        "malformed  c: geometry of type Circle is not read. "
        "Use Polygon, MultiPolygon, Point or LineString.",
        "assumed  a, b state no height: judged at every height.",
        "assumed  b states no starts_at: judged as there from long before.",
        "assumed  a states no ends_at: judged as there for ever after.",
        "a and b would meet (plan-plan)",
        "    when      2017-09-16 00:30:00Z to 2017-09-16 01:30:00Z",
        "    how near  0 m over the ground, 0 m in height",
        "    where     35.00000 S 40.00000 W, on a",
        "1 conflict found among 2 plans and no tracks (1 pair of different parties, "
        "1 fault told above). What is not in these files is unknown.",
        "NOT ALL WAS JUDGED: 1 thing was left out, as told above. Mend what is named and check "
        "again.",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("x", "--horizontal-m", "-1"),
        ("x", "--vertical-m", "nan"),
        ("x", "--time-s", "1e99"),
        ("x", "--look-ahead-s", "86401"),
        ("x", "--horizontal-m", "2 km"),
        ("x", "--map", "map.bmp"),
        ("x", "--nothing-such"),
    ],
)
def test_a_wrong_argument_is_one_sentence_and_exits_with_two(
    openline: Callable[..., Any], arguments: tuple[str, ...]
) -> None:
    ran = openline("check", *arguments)

    assert (ran.status, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1
    assert ran.err.endswith("Add --help to see what it takes.\n")


def test_a_file_that_is_not_there_is_a_fault_and_the_others_are_judged(
    openline: Callable[..., Any], tmp_path: Path
) -> None:
    there = tmp_path / "there"
    there.write_bytes(collection(feature(POINT)))

    ran = openline("check", tmp_path / "missing", there, "--json")

    assert json.loads(ran.out)["checked"]["plans"] == 1
    assert json.loads(ran.out)["checked"]["faults"] == [
        {
            "id": "missing",
            "fault": "unreadable",
            "text": "missing: it cannot be read (No such file or directory). Check its path.",
        }
    ]
