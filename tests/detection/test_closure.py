"""Closure of two edges and the forecast of contact, on the reported edges of September 2017."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from openline.detection import forecast_closure
from openline.domain.forecast import DAY_S, EdgeReport, Gap, forecast_from_gaps

EAST = [
    ("2017-09-09T06:00Z", 36.0, 40.6),
    ("2017-09-12T06:00Z", 35.62, 40.33),
    ("2017-09-16T00:00Z", 35.4011, 40.198),
    ("2017-09-18T09:00Z", 35.37, 40.223),
    ("2017-09-23T12:00Z", 35.3361, 40.3094),
]
WEST = [
    ("2017-09-05T12:00Z", 35.3359, 40.1),
    ("2017-09-09T16:00Z", 35.2853, 40.1758),
    ("2017-09-16T00:00Z", 35.313, 40.185),
    ("2017-09-18T09:00Z", 35.326, 40.212),
    ("2017-09-23T12:00Z", 35.316, 40.272),
]


def edge(rows, accuracy_m=1000.0):
    return [
        EdgeReport(at=datetime.fromisoformat(at), path=((lon, lat),), accuracy_m=accuracy_m)
        for at, lat, lon in rows
    ]


def on(day, hour=12):
    return datetime(2017, 9, day, hour, tzinfo=UTC)


def forecast_on(day, hour=12):
    found = forecast_closure(edge(EAST), edge(WEST), on(day, hour))
    assert found is not None
    return found


@pytest.mark.parametrize(("day", "metres"), [(16, 9_850), (18, 4_980), (23, 4_070)])
def test_the_present_distance_is_that_of_the_last_reports(day, metres):
    assert forecast_on(day).distance_m == pytest.approx(metres, abs=10)


def test_on_the_18th_the_band_holds_the_naive_date_and_much_later_ones():
    found = forecast_on(18, 9)
    assert found.p10_at < on(20, 20) < found.p50_at  # naive: 4.98 km at 2.05 km a day
    assert found.p50_at < on(25)
    assert found.p90_at > on(28)
    assert found.closing_mps * 86_400 == pytest.approx(2_047, abs=5)


def test_on_the_23rd_it_revises_all_three_dates():
    before, after = forecast_on(18, 9), forecast_on(23)
    assert after.p10_at > before.p50_at
    assert after.p50_at > before.p90_at
    assert after.p90_at > datetime(2018, 1, 1, tzinfo=UTC)


def test_the_wider_the_errors_the_wider_the_band():
    sure = forecast_closure(edge(EAST, 0.0), edge(WEST, 0.0), on(18))
    unsure = forecast_closure(edge(EAST, 2500.0), edge(WEST, 2500.0), on(18))
    assert unsure.p10_at < sure.p10_at < sure.p90_at < unsure.p90_at
    assert unsure.p10_distance_m(DAY_S) < sure.p10_distance_m(DAY_S) < sure.distance_m


def test_until_both_have_reported_there_is_no_forecast():
    assert forecast_closure(edge(EAST), edge(WEST), on(8)) is None


def test_reports_after_now_are_not_known_yet():
    assert forecast_on(17) == forecast_closure(edge(EAST[:3]), edge(WEST[:3]), on(17))


def test_edges_as_lines_are_as_near_as_their_nearest_legs():
    north = [EdgeReport(at=on(1), path=((40.0, 35.1), (41.0, 35.1)))]
    south = [EdgeReport(at=on(1), path=((40.5, 34.0), (40.5, 35.0), (40.6, 34.0)))]
    found = forecast_closure(north, south, on(2))
    assert found is not None
    assert found.distance_m == pytest.approx(11_208, abs=1)


def test_edges_that_part_or_stand_have_no_dates_and_keep_their_errors():
    gaps = [
        Gap(at=on(1), distance_m=5_000, accuracy_m=1_000),
        Gap(at=on(3), distance_m=6_000, accuracy_m=1_000),
    ]
    found = forecast_from_gaps(gaps, on(3))
    assert (found.p10_at, found.p50_at, found.p90_at) == (None, None, None)
    assert found.closing_mps < 0
    assert 5_000 < found.p10_distance_m(DAY_S) < 6_000


def test_with_one_speed_only_the_band_is_a_factor_of_two_and_a_half_either_way():
    gaps = [Gap(at=on(1), distance_m=12_000), Gap(at=on(2), distance_m=10_000)]
    found = forecast_from_gaps(gaps, on(2))
    days = [(at - on(2)) / timedelta(days=1) for at in (found.p10_at, found.p50_at, found.p90_at)]
    assert days == pytest.approx([5 / 2.4525, 5, 5 * 2.4525], rel=1e-3)


def test_reports_of_one_day_do_not_make_a_speed():
    gaps = [
        Gap(at=on(1), distance_m=12_000),
        Gap(at=on(1, 13), distance_m=8_000),
        Gap(at=on(2), distance_m=10_000),
    ]
    assert forecast_from_gaps(gaps, on(2)).closing_mps * 86_400 == pytest.approx(2_000)


def test_the_low_distance_falls_the_longer_nothing_is_heard():
    gaps = [Gap(at=on(1), distance_m=22_000), Gap(at=on(2), distance_m=20_000)]
    lows = [forecast_from_gaps(gaps, on(day)).p10_distance_m(DAY_S) for day in (2, 3, 4, 10)]
    assert lows == sorted(lows, reverse=True)
    assert (lows[0], lows[-1]) == (pytest.approx(15_095, abs=1), 0.0)


def test_dates_that_have_passed_unseen_are_now():
    found = forecast_on(30)
    later = forecast_closure(edge(EAST[:4]), edge(WEST[:4]), on(30))
    assert later.p10_at == later.p50_at == on(30)
    assert found.p10_at > on(30)
