"""Incidents: each party's account beside the others', never merged; disputed, agreed, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import T0, Desk, add_party, contents, river_desk
from openline.desk.known import known_before
from openline.desk.state import digest_of
from openline.domain.airspace import Position
from openline.domain.delivery import DeliveryOwed, ReceiptGiven, Rung
from openline.domain.errors import Malformed, NotPermitted, TooLarge, UnknownThing, WrongState
from openline.domain.incident import (
    INCIDENT_TRANSITIONS,
    Account,
    AccountBody,
    AccountKind,
    IncidentAgreed,
    IncidentClosing,
    IncidentOpened,
    IncidentStands,
    IncidentState,
    IncidentStated,
    Relation,
)
from openline.domain.message import MessageBody, MessageKind, MessageSent
from openline.domain.party import PartyKind
from openline.domain.release import EntriesReleased
from openline.domain.rules import Level, Precedence
from openline.domain.statement import Entry

STRIKE_AT = T0 + timedelta(hours=18, minutes=30)
CLAIMED_AT = T0 + timedelta(days=1)


def strike_desk() -> Desk:
    """EAST has opened I-001, put it to WEST and its backer, and claimed that they struck it."""
    desk = river_desk()
    desk.say(
        "EAST",
        IncidentOpened(incident="I-001", occurred_at=STRIKE_AT, put_to=("WEST", "WESTB")),
        at=CLAIMED_AT,
    )
    tell(desk, "EAST", "S-1", AccountKind.CLAIM, text="they struck us")
    return desk


def tell(
    desk: Desk, party: str, account: str, kind: AccountKind, *about: str, text: str = ""
) -> list[Entry]:
    """The party gives an account of I-001."""
    return desk.say(
        party,
        IncidentStated(
            incident="I-001",
            account=account,
            kind=kind,
            occurred_at=STRIKE_AT,
            about=about,
            body=AccountBody(text=text, language="en"),
        ),
    )


def agree(desk: Desk, party: str, account: str) -> list[Entry]:
    return desk.say(party, IncidentAgreed(incident="I-001", account=account))


def account(desk: Desk, name: str) -> Account:
    found = desk.state.incidents["I-001"].find_account(name)
    assert found is not None
    return found


def test_a_denial_makes_an_incident_disputed_and_overwrites_nothing() -> None:
    desk = strike_desk()

    denied = tell(desk, "WESTB", "S-2", AccountKind.DENIAL, "S-1", text="we did not")

    incident = desk.state.incidents["I-001"]
    assert contents(denied, IncidentStands) == [
        IncidentStands(incident="I-001", state=IncidentState.DISPUTED)
    ]
    assert [(each.id, each.author) for each in incident.accounts] == [
        ("S-1", "EAST"),
        ("S-2", "WESTB"),
    ]
    assert account(desk, "S-1").body == AccountBody(text="they struck us", language="en")


def test_an_account_is_owed_to_every_other_party_to_the_incident() -> None:
    desk = strike_desk()

    owed = [each.delivery for each in desk.all_of(DeliveryOwed)]

    assert [(each.subject, each.recipient) for each in owed] == [
        ("I-001/S-1", "WEST"),
        ("I-001/S-1", "WESTB"),
    ]


def test_a_warning_is_owed_sooner_than_a_claim() -> None:
    desk = strike_desk()

    warned = tell(desk, "WESTB", "S-2", AccountKind.WARNING)

    owed = {each.delivery.precedence for each in contents(warned, DeliveryOwed)}
    assert owed == {Precedence.IMMEDIATE}
    assert desk.state.deliveries["I-001/S-1/v1:WEST"].precedence is Precedence.PRIORITY


def test_a_backers_account_is_shown_as_that_of_a_backer_and_settles_nothing() -> None:
    desk = strike_desk()
    tell(desk, "WESTB", "S-2", AccountKind.DENIAL, "S-1")

    tell(desk, "EASTB", "S-3", AccountKind.SUPPORTING_ACCOUNT, "S-1")

    assert account(desk, "S-3").relation is Relation.BACKER
    assert desk.state.incidents["I-001"].state is IncidentState.DISPUTED


@pytest.mark.parametrize(
    ("author", "about", "relation"),
    [
        ("WESTB", "S-1", Relation.OTHER_SIDE),
        ("EASTB", "S-1", Relation.BACKER),
        ("EAST", "S-2", Relation.OTHER_SIDE),
        ("WEST", "S-2", Relation.ALLY),
        ("EAST", "S-1", Relation.SELF),
        ("HUM", "S-1", Relation.NEUTRAL),
    ],
)
def test_an_account_shows_its_authors_relation_to_whom_it_speaks_of(
    author: str, about: str, relation: Relation
) -> None:
    desk = strike_desk()
    tell(desk, "WESTB", "S-2", AccountKind.DENIAL, "S-1")

    tell(desk, author, "S-9", AccountKind.REGRET, about)

    assert account(desk, "S-9").relation is relation


def test_whoever_gives_an_account_becomes_a_party_with_a_right_to_the_earlier_ones() -> None:
    desk = strike_desk()

    joined = tell(desk, "EASTB", "S-2", AccountKind.SUPPORTING_ACCOUNT, "S-1")

    incident = desk.state.incidents["I-001"]
    earlier = (incident.entry, account(desk, "S-1").entry)
    assert incident.parties == ("EAST", "WEST", "WESTB", "EASTB")
    assert contents(joined, EntriesReleased) == [EntriesReleased(entries=earlier, to=("EASTB",))]
    assert all(desk.state.released[str(index)] == ("EASTB",) for index in earlier)


def test_a_party_that_stands_with_none_of_them_learns_nothing_not_even_that_it_exists() -> None:
    desk = strike_desk()
    add_party(desk, "THIRD", PartyKind.FORCE, levels=(Level.TACTICAL,))

    with pytest.raises(UnknownThing) as of_it:
        tell(desk, "THIRD", "S-2", AccountKind.CLAIM)
    with pytest.raises(UnknownThing) as of_none:
        desk.say("THIRD", IncidentAgreed(incident="I-002", account="S-1"))

    assert of_it.value.sentence.replace("I-001", "I-002") == of_none.value.sentence


def test_a_correction_is_another_account_that_names_the_old_one() -> None:
    desk = strike_desk()

    tell(desk, "EAST", "S-2", AccountKind.CORRECTION, "S-1", text="six wounded, not five")

    assert [each.id for each in desk.state.incidents["I-001"].accounts] == ["S-1", "S-2"]
    assert account(desk, "S-2").about == ("S-1",)


def test_only_its_own_author_corrects_an_account() -> None:
    desk = strike_desk()

    with pytest.raises(NotPermitted, match="own author"):
        tell(desk, "WESTB", "S-2", AccountKind.CORRECTION, "S-1")


def test_an_account_is_never_told_again_under_its_id() -> None:
    desk = strike_desk()

    with pytest.raises(WrongState, match="never overwritten"):
        tell(desk, "EAST", "S-1", AccountKind.CLAIM, text="something else")


def test_nobody_denies_its_own_account_nor_regret() -> None:
    desk = strike_desk()
    tell(desk, "WEST", "S-2", AccountKind.REGRET)

    with pytest.raises(NotPermitted, match="Correct it"):
        tell(desk, "EAST", "S-3", AccountKind.DENIAL, "S-1")
    with pytest.raises(Malformed, match="nothing to deny"):
        tell(desk, "EAST", "S-3", AccountKind.DENIAL, "S-2")


def test_a_denial_says_what_it_denies() -> None:
    desk = strike_desk()

    with pytest.raises(Malformed, match="names the account"):
        tell(desk, "WESTB", "S-2", AccountKind.DENIAL)


def test_it_is_agreed_only_when_every_party_to_it_agrees_with_one_account() -> None:
    desk = strike_desk()

    first = agree(desk, "WEST", "S-1")
    last = agree(desk, "WESTB", "S-1")

    assert contents(first, IncidentStands) == []
    assert contents(last, IncidentStands) == [
        IncidentStands(incident="I-001", state=IncidentState.AGREED)
    ]


def test_parties_that_agree_with_different_accounts_have_not_agreed() -> None:
    desk = strike_desk()
    tell(desk, "WEST", "S-2", AccountKind.ACKNOWLEDGEMENT, "S-1")

    agree(desk, "WESTB", "S-1")
    agree(desk, "EAST", "S-2")

    assert desk.state.incidents["I-001"].state is IncidentState.OPEN


def test_what_was_agreed_is_open_again_for_a_new_party_to_it() -> None:
    desk = strike_desk()
    agree(desk, "WEST", "S-1")
    agree(desk, "WESTB", "S-1")

    tell(desk, "EASTB", "S-2", AccountKind.SUPPORTING_ACCOUNT, "S-1")

    assert desk.state.incidents["I-001"].state is IncidentState.OPEN


def test_whoever_denies_an_account_no_longer_agrees_with_it() -> None:
    desk = strike_desk()
    agree(desk, "WEST", "S-1")
    agree(desk, "WESTB", "S-1")

    tell(desk, "WESTB", "S-2", AccountKind.DENIAL, "S-1")

    incident = desk.state.incidents["I-001"]
    assert (incident.state, incident.agreements) == (IncidentState.DISPUTED, {"WEST": "S-1"})


def test_a_corrected_account_can_no_longer_be_agreed_with() -> None:
    desk = strike_desk()
    tell(desk, "EAST", "S-2", AccountKind.CORRECTION, "S-1")

    with pytest.raises(WrongState, match="corrected"):
        agree(desk, "WEST", "S-1")


def test_it_closes_when_all_parties_to_it_would_and_only_then_observers_may_read_it() -> None:
    desk = strike_desk()
    add_party(desk, "WATCHER", PartyKind.OBSERVER, levels=(Level.TACTICAL,))

    early = [
        *desk.say("EAST", IncidentClosing(incident="I-001")),
        *desk.say("WEST", IncidentClosing(incident="I-001")),
    ]
    last = desk.say("WESTB", IncidentClosing(incident="I-001"))

    incident = desk.state.incidents["I-001"]
    entries = (incident.entry, account(desk, "S-1").entry)
    assert contents(early, EntriesReleased) == []
    assert incident.state is IncidentState.CLOSED
    assert contents(last, EntriesReleased) == [EntriesReleased(entries=entries, to=("WATCHER",))]


def test_a_new_account_asks_again_who_would_close_it() -> None:
    desk = strike_desk()
    desk.say("EAST", IncidentClosing(incident="I-001"))

    tell(desk, "WESTB", "S-2", AccountKind.DENIAL, "S-1")

    assert desk.state.incidents["I-001"].closing == ()


def test_a_closed_incident_takes_no_more_accounts_and_another_may_follow_it() -> None:
    desk = strike_desk()
    for party in ("EAST", "WEST", "WESTB"):
        desk.say(party, IncidentClosing(incident="I-001"))

    with pytest.raises(WrongState, match="Open another"):
        tell(desk, "WEST", "S-2", AccountKind.REGRET)
    desk.say("WEST", IncidentOpened(incident="I-002", occurred_at=STRIKE_AT, follows="I-001"))

    assert desk.state.incidents["I-002"].follows == "I-001"


def test_what_has_not_happened_yet_is_no_incident() -> None:
    desk = river_desk()

    with pytest.raises(Malformed, match="future"):
        desk.say("EAST", IncidentOpened(incident="I-1", occurred_at=T0 + timedelta(hours=1)))


def test_a_time_known_to_the_day_may_seem_to_lie_ahead() -> None:
    desk = river_desk()
    opened = IncidentOpened(incident="I-1", occurred_at=T0 + timedelta(hours=1), within_s=86_400)

    desk.say("EAST", opened)

    assert desk.state.incidents["I-1"].earliest_at == T0 - timedelta(hours=23)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (AccountBody(text="x" * 20_001), TooLarge),
        (AccountBody(evidence=("a" * 64,) * 101), TooLarge),
        (AccountBody(evidence=("not a digest",)), Malformed),
        (AccountBody(place=Position(lat_deg=91.0, lon_deg=0.0)), Malformed),
    ],
)
def test_an_account_no_one_could_read_is_refused_whole(
    body: AccountBody, refusal: type[Exception]
) -> None:
    desk = strike_desk()
    before = digest_of(desk.state)

    with pytest.raises(refusal):
        desk.say(
            "WEST",
            IncidentStated(
                incident="I-001",
                account="S-2",
                kind=AccountKind.REGRET,
                occurred_at=STRIKE_AT,
                body=body,
            ),
        )

    assert digest_of(desk.state) == before


def test_an_erased_account_still_stands_by_its_author_and_kind() -> None:
    desk = strike_desk()

    desk.say(
        "WESTB",
        IncidentStated(
            incident="I-001",
            account="S-2",
            kind=AccountKind.DENIAL,
            occurred_at=STRIKE_AT,
            about=("S-1",),
        ),
    )

    assert (account(desk, "S-2").author, account(desk, "S-2").body) == ("WESTB", None)
    assert desk.state.incidents["I-001"].state is IncidentState.DISPUTED


def test_every_change_of_an_incident_is_in_its_table() -> None:
    steps = {(a, b) for a, reached in INCIDENT_TRANSITIONS.items() for b in reached}

    assert set(INCIDENT_TRANSITIONS) == set(IncidentState)
    assert not any(a is IncidentState.CLOSED for a, _ in steps)


def position_passed_desk(*, answered: bool) -> Desk:
    """EASTB has passed a position to WESTB before the strike, and EAST then opens the incident."""
    desk = river_desk()
    desk.say(
        "EASTB",
        MessageSent(
            message="M-1",
            kind=MessageKind.NOTIFY,
            recipients=("WESTB",),
            precedence=Precedence.PRIORITY,
            line="L-1",
            body=MessageBody(positions=((40.198, 35.4011),)),
        ),
    )
    if answered:
        desk.say("WESTB", ReceiptGiven(delivery="M-1/v1:WESTB", rung=Rung.ACKNOWLEDGED))
    desk.say(
        "EAST",
        IncidentOpened(incident="I-001", occurred_at=STRIKE_AT, put_to=("WEST", "WESTB")),
        at=CLAIMED_AT,
    )
    tell(desk, "EASTB", "S-1", AccountKind.WARNING)
    return desk


def test_what_was_known_lists_the_positions_one_side_had_passed_to_the_other() -> None:
    desk = position_passed_desk(answered=True)

    known = known_before(desk.state, desk.state.incidents["I-001"], "WEST")

    assert [(each.subject, each.teller, each.told, each.rung) for each in known] == [
        ("M-1", "EASTB", "WESTB", Rung.ACKNOWLEDGED)
    ]
    assert known[0].by_human
    assert known[0].surely_before


def test_what_was_answered_only_after_an_incident_was_not_acknowledged_before_it() -> None:
    desk = position_passed_desk(answered=False)
    desk.say("WESTB", ReceiptGiven(delivery="M-1/v1:WESTB", rung=Rung.ACKNOWLEDGED))

    known = known_before(desk.state, desk.state.incidents["I-001"], "WEST")

    assert [(each.rung, each.acknowledged_at) for each in known] == [(Rung.SENT, None)]


def test_what_was_told_after_an_incident_was_not_known_before_it() -> None:
    desk = strike_desk()
    desk.say(
        "EAST",
        MessageSent(
            message="M-1",
            kind=MessageKind.RELAY,
            recipients=("WEST",),
            precedence=Precedence.PRIORITY,
            body=MessageBody(positions=((40.198, 35.4011),)),
        ),
    )

    assert known_before(desk.state, desk.state.incidents["I-001"], "WEST") == ()


def test_what_allies_told_each_other_is_not_among_what_was_known() -> None:
    desk = river_desk()
    desk.say(
        "WEST",
        MessageSent(
            message="M-1",
            kind=MessageKind.NOTIFY,
            recipients=("WESTB",),
            precedence=Precedence.PRIORITY,
            body=MessageBody(positions=((40.1, 35.3),)),
        ),
    )
    desk.say(
        "EAST",
        IncidentOpened(incident="I-001", occurred_at=STRIKE_AT, put_to=("WEST", "WESTB")),
        at=CLAIMED_AT,
    )

    assert known_before(desk.state, desk.state.incidents["I-001"], "WEST") == ()
