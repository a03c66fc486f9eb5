"""`openline check` on what is told in part: it says what was left out, and what it assumed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from file_harness import collection, feature, point, tracks

Check = Callable[..., tuple[int, dict[str, Any]]]


@pytest.mark.parametrize(
    "left_out",
    [
        collection(feature({"type": "Circle"}, id="left-out")),
        tracks("T,A,2017-09-16T00:30:00Z,95,99,,0,0,0"),
        b"neither plans nor tracks",
        b"",
    ],
)
def test_nothing_found_where_not_all_was_judged_is_no_zero(check: Check, left_out: bytes) -> None:
    judged = collection(point("a", "A"), point("b", "B", 41.0))

    status, answer = check(judged, left_out)
    found, _ = check(collection(point("a", "A"), point("b", "B")), left_out)

    assert (status, answer["checked"]["not_judged"], answer["checked"]["plans"]) == (3, 1, 2)
    assert found == 1


def test_a_doubt_about_what_was_judged_leaves_nothing_out(check: Check) -> None:
    status, answer = check(collection(point("a", "", mgrs="37ZZZ000000"), point("a", "B", 41.0)))

    assert [each["fault"] for each in answer["checked"]["faults"]] == [
        "party_missing",
        "malformed",
        "id_repeated",
    ]
    assert (status, "not_judged" in answer["checked"]) == (0, False)


def test_what_a_plan_or_a_track_does_not_say_is_told_as_assumed(check: Check) -> None:
    times = {"starts_at": "160030ZSEP17", "ends_at": "160130ZSEP17"}
    said = {"lower_m": 0, "upper_m": 100} | times
    route = {"type": "LineString", "coordinates": [[50, 35], [50.1, 35]]}
    plans = collection(
        point("bare", "A", kind=None),
        point("floor", "A", **times, lower_m=0),
        point("roof", "A", **times, upper_m=9),
        point("since", "A", **said | {"ends_at": ""}),
        point("until", "A", **said | {"starts_at": None}),
        point("whole", "A", **said),
        feature(route, id="timed", lower_m=0, upper_m=9, times=list(times.values())),
        feature({"type": "Circle"}, id="left-out", kind=None),
    )
    flying = tracks(
        "T,A,2017-09-16T00:29:00Z,35,60,,90,9,",
        "T,A,2017-09-16T00:30:00Z,35,60,900,90,9,",
        "U,A,2017-09-16T00:30:00Z,35,60,900,90,9,0",
    )

    _, answer = check(plans, flying)

    assert [(each["what"], each["ids"]) for each in answer["checked"]["assumed"]] == [
        ("kind", ["bare", "T", "U"]),
        ("heights", ["bare", "T"]),
        ("lower_m", ["roof"]),
        ("upper_m", ["floor"]),
        ("times", ["bare"]),
        ("starts_at", ["until"]),
        ("ends_at", ["since"]),
        ("climb_mps", ["T"]),
    ]


def test_one_sentence_tells_what_was_assumed_of_a_thousand_plans(check: Check) -> None:
    _, answer = check(collection(*(point(f"p-{n}", "A") for n in range(1000))))

    heights, _ = answer["checked"]["assumed"]
    assert heights["text"] == "p-0, p-1, p-2 and 997 more state no height: judged at every height."
    assert len(heights["ids"]) == 1000
