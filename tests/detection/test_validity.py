"""What cannot be judged is refused, with one sentence that says what to do and not where."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import inf, nan

import pytest

from openline.detection import check_fix, check_plan, check_position
from openline.domain.airspace import Circle, Corridor, HeightBand, Polygon, Position, TimeSpan
from openline.domain.errors import Malformed, TooLarge
from openline.domain.plan import Kind, Plan
from openline.domain.track import Fix

SQUARE = ((40.0, 35.0), (41.0, 35.0), (41.0, 36.0), (40.0, 36.0))
BOW_TIE = ((40.0, 35.0), (41.0, 36.0), (41.0, 35.0), (40.0, 36.0))


def circle(lat_deg=35.0, lon_deg=40.0, **told):
    return Circle(center=Position(lat_deg=lat_deg, lon_deg=lon_deg), **told)


@pytest.mark.parametrize(
    ("footprint", "refusal", "words"),
    [
        (circle(lat_deg=91.0), Malformed, "within 90 degrees"),
        (circle(lat_deg=nan), Malformed, "within 90 degrees"),
        (circle(lon_deg=inf), Malformed, "within 90 degrees"),
        (circle(radius_m=-1.0), Malformed, "radius_m"),
        (circle(radius_m=nan), Malformed, "radius_m"),
        (circle(radius_m=7e6), Malformed, "radius_m"),
        (Corridor(path=()), Malformed, "no vertices"),
        (Corridor(path=((0.0, 0.0), (179.9, 0.0))), Malformed, "leg 1 joins nearly opposite"),
        (Corridor(path=SQUARE, width_m=nan), Malformed, "width_m"),
        (Corridor(path=SQUARE * 3000), TooLarge, "more than 2000 vertices"),
        (Polygon(rings=()), Malformed, "no ring"),
        (Polygon(rings=((),)), Malformed, "no ring"),
        (Polygon(rings=(((),),)), Malformed, "ring 1 has no vertices"),
        (Polygon(rings=((BOW_TIE,),)), Malformed, "ring 1 crosses or touches itself"),
        (Polygon(rings=((SQUARE, BOW_TIE),)), Malformed, "ring 2 crosses or touches itself"),
        (
            Polygon(rings=((((0.0, 0.0), (90.0, 0.0), (180.0, 0.0), (270.0, 0.0)),),)),
            TooLarge,
            "less than half the earth",
        ),
    ],
)
def test_a_shape_without_an_honest_meaning_is_refused(make_plan, footprint, refusal, words):
    with pytest.raises(refusal, match=words) as caught:
        check_plan(make_plan("convoy-7", footprint))
    assert caught.value.sentence.startswith("convoy-7: ")
    assert not any(number in caught.value.sentence for number in ("40.0", "41.0", "179.9"))


@pytest.mark.parametrize(
    "footprint",
    [
        circle(lat_deg=90.0, lon_deg=-539.0),
        Corridor(path=((40.0, 35.0),)),
        Corridor(path=((40.0, 35.0), (40.0, 35.0)), width_m=10.0),
        Polygon(rings=((SQUARE,), (SQUARE,))),
        Polygon(rings=(((*SQUARE, SQUARE[0]),),)),
        Polygon(rings=((((40.0, 35.0), (41.0, 35.0), (400.0, 35.0)),),)),
        Polygon(rings=((tuple((lon, -70.0) for lon in range(0, 361, 40)),),)),
    ],
)
def test_what_is_odd_but_has_a_meaning_is_taken(make_plan, footprint):
    check_plan(make_plan("odd", footprint))


def test_times_and_heights_out_of_order_are_refused(make_plan, now):
    hour = timedelta(hours=1)
    with pytest.raises(Malformed, match=r"it ends before it starts \(09:00Z → 08:00Z\)"):
        check_plan(make_plan("p", circle(), times=TimeSpan(starts_at=now, ends_at=now - hour)))
    with pytest.raises(Malformed, match="floor is above its ceiling"):
        check_plan(make_plan("p", circle(), HeightBand(lower_m=2.0, upper_m=1.0)))
    with pytest.raises(Malformed, match="lower_m"):
        check_plan(make_plan("p", circle(), HeightBand(lower_m=nan)))
    times = (now, now + hour, now)
    with pytest.raises(Malformed, match=r"leg 2 ends before it starts .* remove the leg"):
        check_plan(make_plan("p", Corridor(path=SQUARE[:3], times=times)))
    with pytest.raises(Malformed, match="4 vertices but 3 times"):
        check_plan(make_plan("p", Corridor(path=SQUARE, times=times)))


def test_an_instant_without_an_offset_is_refused(make_plan):
    naive = datetime(2017, 9, 18)  # noqa: DTZ001
    with pytest.raises(Malformed, match="no offset"):
        check_plan(make_plan("p", circle(), times=TimeSpan(starts_at=naive)))


def test_what_lasts_years_must_state_no_end_instead(make_plan, now):
    long = TimeSpan(starts_at=now, ends_at=now + timedelta(days=4000))
    with pytest.raises(TooLarge, match="more than 1830 days"):
        check_plan(make_plan("p", circle(), times=long))
    check_plan(make_plan("p", circle(), times=TimeSpan(starts_at=now)))


def test_a_plan_needs_a_volume():
    with pytest.raises(Malformed, match="no volumes"):
        check_plan(Plan(id="p", party="EAST", kind=Kind.AIR, volumes=()))


@pytest.mark.parametrize("number", [nan, inf, -inf])
@pytest.mark.parametrize(
    "name", ["height_m", "height_accuracy_m", "course_deg", "speed_mps", "climb_mps"]
)
def test_a_fix_with_a_lost_number_is_refused(now, name, number):
    position = Position(lat_deg=35.0, lon_deg=40.0)
    fix = Fix(track="t", party="p", kind=Kind.AIR, at=now, position=position, **{name: number})
    with pytest.raises(Malformed, match=f"t: {name} must be a number"):
        check_fix(fix)


def test_a_position_needs_a_finite_accuracy():
    with pytest.raises(Malformed, match="accuracy_m"):
        check_position("p", Position(lat_deg=35.0, lon_deg=40.0, accuracy_m=nan))
