"""Edges, claimed areas and the forecast between forces, on the numbers of September 2017."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desk_harness import T0, Desk, contents, river_desk
from ground_harness import circle, state_edge
from openline.desk.state import digest_of, snapshot_of, state_from_snapshot
from openline.domain.cadence import CadenceSet
from openline.domain.edge import (
    AreaClaimed,
    AreasContested,
    AreaUnanswered,
    AreaUnclaimed,
    ClaimBody,
    EdgeBody,
    EdgeReleased,
    EdgeStated,
    ForecastMade,
)
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.release import EntriesReleased
from openline.domain.statement import EVERYONE, facts_of

EAST_EDGE = [
    (datetime(2017, 9, 9, 6, tzinfo=UTC), 36.0, 40.6),
    (datetime(2017, 9, 12, 6, tzinfo=UTC), 35.62, 40.33),
    (datetime(2017, 9, 16, 0, tzinfo=UTC), 35.4011, 40.198),
    (datetime(2017, 9, 18, 9, tzinfo=UTC), 35.37, 40.223),
    (datetime(2017, 9, 23, 12, tzinfo=UTC), 35.3361, 40.3094),
]
WEST_EDGE = [
    (datetime(2017, 9, 5, 12, tzinfo=UTC), 35.3359, 40.1),
    (datetime(2017, 9, 9, 16, tzinfo=UTC), 35.2853, 40.1758),
    (datetime(2017, 9, 16, 0, tzinfo=UTC), 35.313, 40.185),
    (datetime(2017, 9, 18, 9, tzinfo=UTC), 35.326, 40.212),
    (datetime(2017, 9, 23, 12, tzinfo=UTC), 35.316, 40.272),
]


def converging(until: datetime) -> Desk:
    """Both forces state their edges as they did in September 2017, up to an instant."""
    desk = river_desk(at=datetime(2017, 9, 5, tzinfo=UTC))
    steps = [(at, "EAST", lat, lon) for at, lat, lon in EAST_EDGE]
    steps += [(at, "WEST", lat, lon) for at, lat, lon in WEST_EDGE]
    for at, party, lat, lon in sorted(steps):
        if at <= until:
            state_edge(desk, party, (lon, lat), at=at)
    return desk


@pytest.mark.parametrize(
    ("day", "distance_m"),
    [(EAST_EDGE[2][0], 9_850.0), (EAST_EDGE[3][0], 4_980.0), (EAST_EDGE[4][0], 4_060.0)],
)
def test_the_edges_of_september_2017_stand_as_far_apart_as_was_reported(
    day: datetime, distance_m: float
) -> None:
    desk = converging(day)

    made = desk.all_of(ForecastMade)[-1]

    assert made.body is not None
    assert made.body.forecast.distance_m == pytest.approx(distance_m, abs=60.0)


def test_the_forecast_starts_when_both_forces_have_said_where_they_are() -> None:
    alone = converging(WEST_EDGE[0][0])
    both = converging(EAST_EDGE[0][0])

    assert alone.all_of(ForecastMade) == []
    assert len(both.all_of(ForecastMade)) == 1


def test_on_the_eighteenth_contact_was_forecast_as_a_band_and_the_twenty_third_revised_it() -> None:
    early = converging(EAST_EDGE[3][0]).all_of(ForecastMade)[-1].body
    late = converging(EAST_EDGE[4][0]).all_of(ForecastMade)[-1].body

    assert early is not None
    assert late is not None
    first, last = early.forecast, late.forecast
    assert first.p10_at is not None
    assert first.p50_at is not None
    assert first.p10_at < first.p50_at
    assert (last.p10_at, last.p50_at) != (first.p10_at, first.p50_at)


def test_a_forecast_is_read_by_nobody_and_the_sides_are_told_the_band_alone() -> None:
    desk = converging(EAST_EDGE[3][0])

    made = [each for each in desk.entries if isinstance(each.content, ForecastMade)]
    told = [each for each in desk.entries if isinstance(each.content, CadenceSet)]

    assert {each.readers for each in made} == {()}
    assert {each.readers for each in told} == {("EAST", "EASTB", "HUM", "WEST", "WESTB")}
    assert set(facts_of(told[-1].content)) == {"pair", "a", "b", "band", "every_s", "why"}


def test_an_edge_is_read_by_its_party_and_whom_it_was_released_to() -> None:
    desk = river_desk()
    first = state_edge(desk, "EAST", (40.2, 35.5))[0]

    released = desk.say("EAST", EdgeReleased(edge="EAST-edge", to=("EASTB",)))
    second = state_edge(desk, "EAST", (40.2, 35.49))[0]

    assert first.readers == ("EAST",)
    assert contents(released, EntriesReleased)[0].entries == (first.index,)
    assert second.readers == ("EAST", "EASTB")


def test_an_edge_is_valid_until_replaced_and_its_age_is_known() -> None:
    desk = river_desk()
    state_edge(desk, "EAST", (40.2, 35.5), as_of=T0 - timedelta(hours=5))

    desk.tick(T0 + timedelta(days=30))

    assert desk.state.edges["EAST"].as_of == T0 - timedelta(hours=5)


def test_an_edge_of_a_time_to_come_or_older_than_the_one_that_stands_is_refused() -> None:
    desk = river_desk()
    state_edge(desk, "EAST", (40.2, 35.5))

    with pytest.raises(Malformed, match="time to come"):
        state_edge(desk, "EAST", (40.2, 35.5), as_of=T0 + timedelta(minutes=3))
    with pytest.raises(Malformed, match="before the edge that stands"):
        state_edge(desk, "EAST", (40.2, 35.5), as_of=T0 - timedelta(minutes=1))


def test_an_edge_needs_a_path_and_only_forces_have_one() -> None:
    desk = river_desk()

    with pytest.raises(Malformed, match="no path"):
        desk.say("EAST", EdgeStated(edge="EAST-edge"))
    with pytest.raises(Malformed, match="no vertices"):
        desk.say("EAST", EdgeStated(edge="EAST-edge", body=EdgeBody(path=())))
    with pytest.raises(NotPermitted, match="backer"):
        state_edge(desk, "EASTB", (40.2, 35.5))


def test_claims_stand_side_by_side_and_contested_ground_is_shown() -> None:
    desk = river_desk()
    desk.say("EAST", AreaClaimed(area="A-1", body=ClaimBody(footprint=circle(2_000.0))))

    said = desk.say("WEST", AreaClaimed(area="A-2", body=ClaimBody(footprint=circle(900.0))))

    assert contents(said, AreasContested) == [AreasContested(area="A-2", others=("A-1",))]
    assert desk.state.claims["A-1"].contested_by == ("A-2",)
    assert desk.state.claims["A-2"].contested_by == ("A-1",)


def test_a_claim_is_read_by_its_party_and_those_it_names_and_the_overlap_by_nobody() -> None:
    desk = river_desk()
    footprint = circle(2_000.0)
    desk.say("EAST", AreaClaimed(area="A-1", body=ClaimBody(footprint=footprint)))

    said = desk.say(
        "WEST", AreaClaimed(area="A-2", to=("WESTB",), body=ClaimBody(footprint=footprint))
    )

    assert [each.readers for each in said] == [("WEST", "WESTB"), ()]


def test_a_party_does_not_contest_its_own_claim() -> None:
    desk = river_desk()
    for area in ("A-1", "A-2"):
        desk.say("EAST", AreaClaimed(area=area, body=ClaimBody(footprint=circle())))

    assert desk.all_of(AreasContested) == []


def test_ground_is_contested_no_longer_when_one_claim_is_taken_back() -> None:
    desk = river_desk()
    desk.say("EAST", AreaClaimed(area="A-1", body=ClaimBody(footprint=circle())))
    desk.say("WEST", AreaClaimed(area="A-2", body=ClaimBody(footprint=circle())))

    desk.say("WEST", AreaUnclaimed(area="A-2"))

    assert list(desk.state.claims) == ["A-1"]
    assert desk.state.claims["A-1"].contested_by == ()


def test_a_claim_is_its_partys_alone_to_change_or_take_back() -> None:
    desk = river_desk()
    claim = AreaClaimed(area="A-1", body=ClaimBody(footprint=circle()))
    desk.say("EAST", claim)

    with pytest.raises(WrongState, match="taken"):
        desk.say("WEST", claim)
    with pytest.raises(UnknownThing, match="WEST claims no such area"):
        desk.say("WEST", AreaUnclaimed(area="A-1"))
    with pytest.raises(Malformed, match="no ground"):
        desk.say("EAST", AreaClaimed(area="A-9"))


def test_ground_nobody_answers_for_is_unknown_and_all_see_it() -> None:
    desk = river_desk()
    body = ClaimBody(footprint=circle(6_000.0))

    said = desk.operate(AreaUnanswered(area="A-3", body=body))

    assert said[0].readers == (EVERYONE,)
    assert desk.state.claims["A-3"].claimant is None
    with pytest.raises(NotPermitted):
        desk.say("EAST", AreaUnanswered(area="A-4", body=body))


def test_unknown_ground_contests_no_claim() -> None:
    desk = river_desk()
    desk.operate(AreaUnanswered(area="A-3", body=ClaimBody(footprint=circle(6_000.0))))

    said = desk.say("EAST", AreaClaimed(area="A-1", body=ClaimBody(footprint=circle())))

    assert contents(said, AreasContested) == []


def test_replaying_or_reading_a_snapshot_gives_the_same_edges_and_forecasts() -> None:
    desk = converging(EAST_EDGE[4][0])

    replayed, read = desk.replayed(), state_from_snapshot(snapshot_of(desk.state))

    assert digest_of(replayed) == digest_of(read) == digest_of(desk.state)
