"""How often contact is due: it tightens at once, loosens late and by agreement, and is watched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desk_harness import T0, Desk, contents, open_line, river_desk
from ground_harness import HOUR, north_of, state_edge
from openline.desk.comparing.closure import contact_rate
from openline.desk.state import digest_of
from openline.domain.cadence import (
    CadenceSet,
    CadenceWider,
    ContactMissed,
    ContactRate,
    LooseningAgreed,
    WhyCadence,
)
from openline.domain.delivery import NoticeOwed, ReceiptGiven, Rung, WhyOwed
from openline.domain.errors import UnknownThing, WrongState
from openline.domain.line import ContactLogged
from openline.domain.message import MessageKind, MessageSent
from openline.domain.rules import Level, Precedence

DAY = timedelta(days=1)
PAIR = "EAST|WEST"
WEST_AT = (40.2, 35.3)


def apart(desk: Desk, metres: float, after: timedelta = timedelta(0)) -> list[CadenceSet]:
    """EAST states its edge so far north of WEST's; the cadences that led to."""
    if "WEST" not in desk.state.edges:
        state_edge(desk, "WEST", WEST_AT)
    at = desk.now + after
    return contents(state_edge(desk, "EAST", north_of(metres, WEST_AT), at=at), CadenceSet)


def call(desk: Desk, a: str, b: str, line: str | None = None, count: int = 1) -> None:
    """A logs a contact with B."""
    said = ContactLogged(parties=(a, b), level=Level.TACTICAL, line=line, count=count)
    desk.say(a, said)


@pytest.mark.parametrize(
    ("metres", "band", "every"),
    [
        (60_000.0, 4, DAY),
        (30_000.0, 3, 12 * HOUR),
        (15_000.0, 2, 4 * HOUR),
        (9_800.0, 1, HOUR),
        (4_980.0, 0, timedelta(minutes=30)),
        (4_100.0, 0, timedelta(minutes=30)),
    ],
)
def test_contact_is_due_by_how_near_two_forces_are(
    metres: float, band: int, every: timedelta
) -> None:
    (first,) = apart(river_desk(), metres)

    assert (first.band, timedelta(seconds=first.every_s)) == (band, every)
    assert first.why is WhyCadence.FIRST


def test_cadence_tightens_at_once_and_contact_falls_due_no_later_than_it_did() -> None:
    desk = river_desk()
    apart(desk, 30_000.0)
    due_at = desk.state.cadences[PAIR].contact_due_at

    (nearer,) = apart(desk, 4_000.0, after=timedelta(hours=11, minutes=45))

    assert (nearer.band, nearer.why) == (0, WhyCadence.NEARER)
    assert desk.state.cadences[PAIR].contact_due_at == due_at


def test_cadence_goes_by_how_near_they_may_soon_be_not_only_by_how_near_they_are() -> None:
    desk = river_desk()
    apart(desk, 60_000.0)
    apart(desk, 40_000.0, after=12 * HOUR)

    (nearer,) = apart(desk, 21_000.0, after=12 * HOUR)

    assert nearer.band < desk.state.rules.cadence_band(21_000.0, lambda _s: 21_000.0)


def test_lying_wider_apart_loosens_nothing_by_itself_and_is_told_to_nobody() -> None:
    desk = river_desk()
    apart(desk, 4_000.0)

    said = state_edge(desk, "EAST", north_of(8_000.0, WEST_AT), at=T0 + HOUR)
    desk.tick(T0 + 3 * DAY)

    (noted,) = [each for each in said if isinstance(each.content, CadenceWider)]
    assert noted.readers == ()
    assert desk.state.cadences[PAIR].band == 0


def test_cadence_loosens_one_band_after_a_day_in_the_wider_and_both_sides_agreed() -> None:
    desk = river_desk()
    apart(desk, 4_000.0)
    apart(desk, 30_000.0, after=HOUR)
    desk.say("EAST", LooseningAgreed(other="WEST"), after=HOUR)
    one_agreed = desk.tick(T0 + 2 * DAY)

    desk.say("WEST", LooseningAgreed(other="EAST"))
    both_agreed = desk.tick(T0 + 2 * DAY)

    assert contents(one_agreed, CadenceSet) == []
    assert [(each.band, each.why) for each in contents(both_agreed, CadenceSet)] == [
        (1, WhyCadence.AGREED)
    ]


def test_both_sides_agreeing_within_the_day_waits_for_the_day_to_pass() -> None:
    desk = river_desk()
    apart(desk, 4_000.0)
    apart(desk, 30_000.0, after=HOUR)
    for party, other in (("EAST", "WEST"), ("WEST", "EAST")):
        desk.say(party, LooseningAgreed(other=other))

    before = desk.tick(T0 + HOUR + DAY - timedelta(seconds=1))
    after = desk.tick(T0 + HOUR + DAY)

    assert contents(before, CadenceSet) == []
    assert [each.band for each in contents(after, CadenceSet)] == [1]


def test_the_next_band_takes_another_day_and_both_sides_anew() -> None:
    desk = river_desk()
    apart(desk, 4_000.0)
    apart(desk, 30_000.0, after=HOUR)
    for party, other in (("EAST", "WEST"), ("WEST", "EAST")):
        desk.say(party, LooseningAgreed(other=other))
    desk.tick(T0 + 3 * DAY)

    held = desk.state.cadences[PAIR]

    assert (held.band, held.agreed_by) == (1, ())
    assert held.wider_since == T0 + HOUR + DAY


def test_coming_nearer_again_ends_the_waiting() -> None:
    desk = river_desk()
    apart(desk, 4_000.0)
    apart(desk, 30_000.0, after=HOUR)
    for party, other in (("EAST", "WEST"), ("WEST", "EAST")):
        desk.say(party, LooseningAgreed(other=other))
    apart(desk, 4_500.0, after=HOUR)

    desk.tick(T0 + 3 * DAY)

    assert desk.state.cadences[PAIR].band == 0


def test_loosening_is_agreed_by_each_side_once_and_only_where_a_cadence_is_set() -> None:
    desk = river_desk()
    with pytest.raises(UnknownThing, match="no cadence"):
        desk.say("EAST", LooseningAgreed(other="WEST"))
    apart(desk, 4_000.0)
    desk.say("EAST", LooseningAgreed(other="WEST"))

    with pytest.raises(WrongState, match="agreed already"):
        desk.say("EAST", LooseningAgreed(other="WEST"))


def test_contact_that_was_due_and_not_made_is_missed_and_both_watches_are_rung() -> None:
    desk = river_desk()
    apart(desk, 15_000.0)

    silent = desk.tick(T0 + 4 * HOUR)

    assert contents(silent, ContactMissed) == [
        ContactMissed(pair=PAIR, due_at=T0 + 4 * HOUR, missed=1)
    ]
    rung = [each for each in contents(silent, NoticeOwed) if each.why is WhyOwed.CADENCE]
    assert [each.cell for each in rung] == ["EAST-TAC", "WEST-TAC"]


def test_missed_again_is_counted_again_and_contact_ends_the_count() -> None:
    desk = river_desk()
    apart(desk, 15_000.0)
    desk.tick(T0 + 8 * HOUR)
    missed = desk.state.cadences[PAIR].missed

    call(desk, "EASTB", "WESTB", "L-1")

    assert missed == 2
    assert desk.state.cadences[PAIR].missed == 0
    assert not any(about == PAIR for about in desk.state.notices)


def test_contact_between_backers_is_contact_between_their_forces_and_it_says_over_which_line() -> (
    None
):
    desk = river_desk()
    apart(desk, 15_000.0)
    desk.tick(T0 + 3 * HOUR)

    call(desk, "EASTB", "WESTB", "L-1")
    silent = desk.tick(T0 + 5 * HOUR)

    assert contents(silent, ContactMissed) == []
    assert desk.state.cadences[PAIR].last_contact_over == "L-1"
    assert desk.state.cadences[PAIR].contact_due_at == T0 + 7 * HOUR


@pytest.mark.parametrize(("by_human", "over"), [(True, "L-1"), (False, None)])
def test_a_humans_answer_over_a_line_is_contact_and_a_machines_is_not(
    by_human: bool, over: str | None
) -> None:
    desk = river_desk()
    apart(desk, 15_000.0)
    sent = MessageSent(
        message="M-1",
        kind=MessageKind.NOTIFY,
        recipients=("WESTB",),
        precedence=Precedence.PRIORITY,
        line="L-1",
    )
    desk.say("EASTB", sent)
    receipt = ReceiptGiven(delivery="M-1/v1:WESTB", rung=Rung.ACKNOWLEDGED)

    desk.say("WESTB", receipt, after=3 * HOUR, by_human=by_human)

    assert desk.state.cadences[PAIR].last_contact_over == over
    assert desk.state.cadences[PAIR].contact_due_at == T0 + (7 if by_human else 4) * HOUR


def test_a_meeting_face_to_face_is_contact_too() -> None:
    desk = river_desk()
    apart(desk, 15_000.0)
    desk.tick(T0 + 3 * HOUR)

    call(desk, "EAST", "WEST")

    assert desk.state.cadences[PAIR].last_contact_over is None
    assert desk.state.cadences[PAIR].last_contact_at == T0 + 3 * HOUR


def test_talk_within_one_side_is_no_contact() -> None:
    desk = river_desk()
    apart(desk, 15_000.0)
    desk.tick(T0 + 3 * HOUR)

    call(desk, "EAST", "EASTB", "L-4")

    assert desk.state.cadences[PAIR].last_contact_at is None


def test_the_observed_rate_of_contact_stands_beside_what_is_due() -> None:
    """On 24 August 2017 the backers' hotline ran at ten to twelve calls a day."""
    day = datetime(2017, 8, 24, tzinfo=UTC)
    desk = river_desk(at=day)
    for _ in range(11):
        desk.say(
            "EASTB",
            ContactLogged(parties=("EASTB", "WESTB"), level=Level.TACTICAL, line="L-1"),
            after=2 * HOUR,
        )

    rate = contact_rate(desk.state, "EASTB", "WESTB", day.date())

    assert rate == ContactRate(per_day=11.0, due_per_day=1.0)


def test_the_rate_due_follows_the_cadence_of_the_forces_behind_whom_they_stand() -> None:
    desk = river_desk()
    apart(desk, 4_000.0)

    assert contact_rate(desk.state, "EASTB", "WESTB", T0.date()).due_per_day == 48.0


def test_forces_of_one_side_owe_each_other_no_cadence() -> None:
    desk = river_desk()
    open_line(desk, "L-3", Level.OPERATIONAL, ("EAST", "WEST"))
    state_edge(desk, "EAST", (40.2, 35.5))

    assert desk.state.cadences == {}
    assert digest_of(desk.replayed()) == digest_of(desk.state)
