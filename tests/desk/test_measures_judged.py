"""A measure is judged by what its author is shown, all of it and nothing else, beside the desk."""

from __future__ import annotations

import json
import math
import time

import pytest
from hypothesis import example, given, settings
from msgspec.json import encode
from msgspec.structs import replace

from desk_harness import Desk, contents
from ground_harness import SPOT, agree, area, buffer_of, circle, file_plan, plan, separation_line
from notification_harness import aid_desk, site, site_form
from openline.desk.comparing.ground import find_met_by
from openline.desk.decide.questions import judge, other_of
from openline.desk.drafting import draft_measure, judge_measure
from openline.desk.view import view
from openline.domain.airspace import Polygon, Volume4D
from openline.domain.conflict import ConflictsFound
from openline.domain.drafting import MeasureJudged
from openline.domain.errors import Malformed
from openline.domain.measure import Measure, MeasureProposed, measure_said
from openline.domain.plan import Kind, Plan, PlanReleased
from view_harness import DEEDS, OTHERS, Deed, canonical, desk_after, mirror

MEET: list[Deed] = [("file", "EAST", 1, 1), ("file", "WEST", 1, 1), ("release", "WEST", 1, 0)]


def judged(desk: Desk, party: str, proposed: MeasureProposed) -> MeasureJudged:
    return judge_measure(draft_measure(desk.state, party, proposed))


def ring(radius_deg: float, vertices: int, at: tuple[float, float] = SPOT) -> Polygon:
    """A star of so many vertices: within `radius_deg` of a (lon_deg, lat_deg) everywhere."""
    turns = [
        (2 * math.pi * each / vertices, radius_deg * (1 - 0.3 * (each % 2)))
        for each in range(vertices)
    ]
    lon, lat = at
    path = tuple((lon + r * math.cos(turn), lat + r * math.sin(turn)) for turn, r in turns)
    return Polygon(rings=((path,),))


def shaped(footprint: Polygon) -> MeasureProposed:
    return replace(area(), body=replace(area().body, footprint=footprint))


def around(party: str, partner: str) -> MeasureProposed:
    """An area that everything of `DEEDS` lies in; its id comes before all of theirs."""
    wide = replace(area().body, footprint=circle(20_000.0, at=(40.23, 35.33)))
    return replace(area("AREA-1", parties=(party, partner)), body=wide)


def shown_to(desk: Desk, party: str) -> set[str]:
    """The plans and notifications in the party's own view."""
    seen = view(desk.state, party)
    return {each.id for each in (*seen.plans, *seen.notifications, *seen.told_notifications)}


def as_proposed(content: MeasureProposed, party: str) -> Measure:
    return measure_said(content, party, entry=0)


@settings(max_examples=25)
@given(DEEDS)
@example(MEET)
def test_a_judgement_tells_all_that_its_author_is_shown_and_nothing_else(
    deeds: list[Deed],
) -> None:
    desk = desk_after(deeds)
    for party in OTHERS:
        content = around(party, "HUM" if party != "HUM" else "AID")
        would_meet = find_met_by(desk.state, as_proposed(content, party))
        shown = shown_to(desk, party)

        told = judged(desk, party, content)

        assert list(told.met) == [each for each in would_meet if other_of(each, "AREA-1") in shown]


@settings(max_examples=25)
@given(DEEDS)
@example(MEET)
def test_swapping_the_two_sides_swaps_what_a_judgement_tells_them(deeds: list[Deed]) -> None:
    desk, mirrored = desk_after(deeds), desk_after(deeds, mirrored=True)
    for party in ("EAST", "WEST", "EASTB", "WESTB"):
        told = encode(judged(desk, party, around(party, "HUM"))).decode()
        other = encode(judged(mirrored, mirror(party), around(mirror(party), "HUM"))).decode()

        assert canonical(json.loads(mirror(told))) == canonical(json.loads(other))


def test_a_hidden_plan_has_no_part_in_a_judgement_and_so_takes_none_of_its_time() -> None:
    desk = aid_desk()
    file_plan(desk, "EAST", "E-1")
    before = draft_measure(desk.state, "EAST", area())
    for number in range(20):
        file_plan(desk, "WEST", f"W-{number}")

    after = draft_measure(desk.state, "EAST", area())
    assert (after.among, after.told_by) == (before.among, before.told_by)
    assert [ground for _, ground in after.comers] == [ground for _, ground in before.comers]

    desk.say("WEST", PlanReleased(plan="W-3", to=("EAST",)))
    assert {other_of(each, "NFA-1") for each in judged(desk, "EAST", area()).met} == {"E-1", "W-3"}


def test_while_the_writer_waits_no_shape_is_reckoned() -> None:
    desk = aid_desk()
    lon, lat = SPOT
    crossing = ((lon, lat), (lon + 0.1, lat + 0.1), (lon + 0.1, lat), (lon, lat + 0.1))
    wrong = shaped(Polygon(rings=((crossing,),)))

    draft = draft_measure(desk.state, "EAST", wrong)

    with pytest.raises(Malformed) as before:
        judge_measure(draft)
    with pytest.raises(Malformed) as said:
        desk.say("EAST", wrong)
    assert before.value.sentence == said.value.sentence


def test_the_writer_waits_for_a_small_part_of_a_long_judgement() -> None:
    desk = aid_desk()
    for number in range(20):
        lon, lat = SPOT[0] + 0.02 * (number % 5), SPOT[1] + 0.02 * (number // 5)
        parts = (Volume4D(footprint=ring(0.01, 200, (lon, lat))),)
        desk.say("EAST", plan(f"E-{number}", volumes=parts))
    wide = shaped(ring(0.3, 1_900))
    judged(desk, "EAST", wide)

    began_s = time.thread_time()
    draft = draft_measure(desk.state, "EAST", wide)
    drafted_s = time.thread_time()
    met = judge_measure(draft).met
    judged_s = time.thread_time()

    assert len(met) == 20
    assert drafted_s - began_s < 0.1 * (judged_s - drafted_s)


def test_a_line_is_judged_by_its_distance_as_when_it_comes_into_force() -> None:
    desk = aid_desk()
    file_plan(desk, "EAST", "E-1", at=(40.2, 35.352))

    told = judged(desk, "EAST", separation_line())

    assert list(told.met) == find_met_by(desk.state, as_proposed(separation_line(), "EAST"))
    assert len(told.met) == 1


def moved_north(desk: Desk) -> MeasureProposed:
    """SEP-1 with its buffer in force, drawn anew beyond its own reach of E-1 and within BUF-1's."""
    agree(desk, separation_line())
    agree(desk, buffer_of("SEP-1", within_m=5_000.0))
    file_plan(desk, "EAST", "E-1", at=(40.15, 35.75))
    return separation_line(version=2, path=((40.0, 35.715), (40.3, 35.715)))


def test_a_judgement_finds_what_the_buffers_that_move_with_a_measure_would_meet() -> None:
    desk = aid_desk()
    moved = moved_north(desk)

    told = judged(desk, "EAST", moved)

    (found,) = contents(agree(desk, moved), ConflictsFound)
    assert [(each.a, each.b) for each in told.met] == [("BUF-1", "E-1")]
    assert [(each.a, each.b) for each in found.conflicts] == [("BUF-1", "E-1")]


def test_a_judgement_tells_nothing_of_a_buffer_that_its_author_does_not_see() -> None:
    desk = aid_desk()
    agree(desk, area("NFA-2", parties=("EAST", "AID")))
    agree(desk, replace(buffer_of("NFA-2", within_m=5_000.0), parties=("EAST", "WEST")))
    file_plan(desk, "EAST", "E-1", at=(SPOT[0], SPOT[1] + 0.03))
    desk.say("AID", site(body=site_form(SPOT[1] + 0.03, SPOT[0])))

    told = judged(desk, "AID", area("NFA-2", parties=("AID", "EAST"), version=2))

    assert "BUF-1" not in {each.id for each in view(desk.state, "AID").measures}
    assert told.met == ()


def test_a_question_takes_no_time_over_the_shapes_of_hidden_plans() -> None:
    took_s = {}
    for filer in ("WEST", "EASTB"):
        desk = aid_desk()
        for number in range(20):
            desk.say(filer, plan(f"P-{number}", volumes=(Volume4D(footprint=ring(0.01, 200)),)))
            if filer == "EASTB":
                desk.say(filer, PlanReleased(plan=f"P-{number}", to=("EAST",)))
        held = (Volume4D(footprint=ring(0.02, 500)),)
        asked = Plan(id="?Q-1", party="EAST", kind=Kind.GROUND, volumes=held)
        judge(desk.state, "AID", asked)  # made ready
        began_s = time.thread_time()
        met = judge(desk.state, "EAST", asked)
        took_s[filer] = time.thread_time() - began_s
        assert len(met) == (20 if filer == "EASTB" else 0)

    assert took_s["WEST"] < 0.3 * took_s["EASTB"]
