"""First accounts committed to before any is told: none can be fitted to another's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from desk_harness import T0, Desk, contents, river_desk
from openline.desk.ruling import Conclusion
from openline.desk.state import digest_of
from openline.desk.view import may_read_entry
from openline.domain.airspace import Position
from openline.domain.delivery import DeliveryOwed
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.incident import (
    AccountBody,
    AccountKind,
    IncidentClosing,
    IncidentOpened,
    IncidentStated,
    Sealing,
)
from openline.domain.message import MessageKind, MessageSent
from openline.domain.party import DeskWasDown
from openline.domain.rules import Precedence
from openline.domain.sealed_accounts import (
    AccountCommitted,
    AccountRevealed,
    AccountsSealed,
    AccountsUnsealed,
    AccountsWithheld,
    RevealedBody,
    commitment_of,
)

HOUR = timedelta(hours=1)
STRUCK_AT = T0 + HOUR
ASKED_AT = T0 + 2 * HOUR
COMMIT_BY = ASKED_AT + 6 * HOUR
REVEAL_BY = ASKED_AT + 12 * HOUR


def sealed_desk() -> Desk:
    """EAST has opened I-1, put it to WEST, and asked that first accounts be sealed."""
    desk = river_desk()
    opened = IncidentOpened(incident="I-1", occurred_at=STRUCK_AT, put_to=("WEST",))
    desk.say("EAST", opened, at=ASKED_AT)
    desk.say("EAST", AccountsSealed(incident="I-1", commit_by=COMMIT_BY, reveal_by=REVEAL_BY))
    return desk


def account_of(party: str, text: str = "as we saw it") -> AccountRevealed:
    """What a party will reveal."""
    body = AccountBody(text=text, language="en", place=Position(lat_deg=35.0, lon_deg=40.25))
    return AccountRevealed(
        incident="I-1",
        account=f"{party}-1",
        kind=AccountKind.CLAIM,
        occurred_at=STRUCK_AT,
        body=RevealedBody(nonce="ab" * 32, account=body),
    )


def commit(desk: Desk, party: str, revealed: AccountRevealed | None = None) -> None:
    told = revealed or account_of(party)
    commitment = commitment_of(party, told)
    desk.say(party, AccountCommitted(incident="I-1", account=told.account, commitment=commitment))


def sealing(desk: Desk) -> Sealing:
    held = desk.state.incidents["I-1"].sealing
    assert held is not None
    return held


def test_while_accounts_are_sealed_none_is_told_openly():
    desk = sealed_desk()
    open_account = IncidentStated(
        incident="I-1", account="A-1", kind=AccountKind.CLAIM, occurred_at=STRUCK_AT
    )
    with pytest.raises(WrongState, match="sealed"):
        desk.say("WEST", open_account)


def test_a_warning_is_never_held_up_by_a_sealing():
    desk = sealed_desk()
    warning = IncidentStated(
        incident="I-1", account="W-1", kind=AccountKind.WARNING, occurred_at=STRUCK_AT
    )
    assert contents(desk.say("WEST", warning), DeliveryOwed)


def test_a_commitment_tells_the_others_nothing_but_that_it_was_made():
    desk = sealed_desk()
    commit(desk, "EAST")
    (committed,) = [e for e in desk.entries if isinstance(e.content, AccountCommitted)]
    assert may_read_entry(desk.state, "WEST", committed)
    assert desk.state.incidents["I-1"].accounts == ()
    assert getattr(committed.content, "body", None) is None


def test_accounts_are_opened_once_every_party_has_committed():
    desk = sealed_desk()
    commit(desk, "EAST")
    assert sealing(desk).unsealed_at is None
    commit(desk, "WEST")
    assert desk.all_of(AccountsUnsealed) == [
        AccountsUnsealed(incident="I-1", committed=("EAST", "WEST"))
    ]


def test_what_was_committed_to_is_revealed_and_stands_beside_the_others():
    desk = sealed_desk()
    for party in ("EAST", "WEST"):
        commit(desk, party)
    for party in ("EAST", "WEST"):
        owed = desk.say(party, account_of(party))
        assert contents(owed, DeliveryOwed)
    accounts = desk.state.incidents["I-1"].accounts
    assert [each.author for each in accounts] == ["EAST", "WEST"]
    assert accounts[0].body == account_of("EAST").body.account
    assert sealing(desk).awaited == ()
    assert desk.tick(REVEAL_BY + HOUR) is not None
    assert desk.all_of(AccountsWithheld) == []


def test_nobody_reveals_before_all_have_committed():
    desk = sealed_desk()
    commit(desk, "EAST")
    with pytest.raises(WrongState, match="not all have committed"):
        desk.say("EAST", account_of("EAST"))


@pytest.mark.parametrize(
    "changed",
    [
        lambda told: account_of("EAST", "as they tell it"),
        lambda told: replace(told, occurred_at=STRUCK_AT + timedelta(minutes=1)),
        lambda told: replace(told, within_s=60),
        lambda told: replace(told, kind=AccountKind.REGRET),
        lambda told: replace(told, body=replace(told.body, nonce="cd" * 32)),
        lambda told: replace(told, body=replace(told.body, nonce="no hex")),
        lambda told: replace(told, body=None),
    ],
)
def test_an_account_fitted_to_the_others_is_refused(changed):
    desk = sealed_desk()
    for party in ("EAST", "WEST"):
        commit(desk, party)
    desk.say("WEST", account_of("WEST"))
    with pytest.raises(NotPermitted, match="not the account that EAST committed to"):
        desk.say("EAST", changed(account_of("EAST")))
    assert len(desk.state.incidents["I-1"].accounts) == 1


def test_one_partys_digest_is_of_no_use_to_another():
    desk = sealed_desk()
    copied = commitment_of("EAST", account_of("EAST"))
    commit(desk, "EAST")
    desk.say("WEST", AccountCommitted(incident="I-1", account="W-1", commitment=copied))
    stolen = replace(account_of("EAST"), account="W-1")
    with pytest.raises(NotPermitted):
        desk.say("WEST", stolen)


def test_who_has_not_committed_in_time_is_shown_and_may_then_speak_openly():
    desk = sealed_desk()
    commit(desk, "EAST")
    desk.tick(COMMIT_BY)
    assert desk.all_of(AccountsUnsealed)[0].silent == ("WEST",)
    desk.say("EAST", account_of("EAST"))
    late = IncidentStated(
        incident="I-1", account="A-1", kind=AccountKind.CLAIM, occurred_at=STRUCK_AT
    )
    desk.say("WEST", late)
    assert sealing(desk).silent == ("WEST",)
    with pytest.raises(WrongState, match="too late"):
        commit(desk, "WEST")


def test_a_party_that_never_reveals_is_shown_so():
    desk = sealed_desk()
    for party in ("EAST", "WEST"):
        commit(desk, party)
    desk.say("EAST", account_of("EAST"))
    desk.tick(REVEAL_BY)
    assert desk.all_of(AccountsWithheld) == [AccountsWithheld(incident="I-1", parties=("WEST",))]
    assert sealing(desk).withheld == ("WEST",)
    assert desk.state.deadlines.next_due() != REVEAL_BY


def test_it_may_still_be_revealed_afterwards_and_is_still_held_to_the_digest():
    desk = sealed_desk()
    for party in ("EAST", "WEST"):
        commit(desk, party)
    desk.tick(REVEAL_BY + HOUR)
    with pytest.raises(NotPermitted):
        desk.say("WEST", account_of("WEST", "another"))
    desk.say("WEST", account_of("WEST"))
    assert [each.author for each in desk.state.incidents["I-1"].accounts] == ["WEST"]


def open_account(name: str, kind: AccountKind = AccountKind.CLAIM, **changed) -> IncidentStated:
    return IncidentStated(incident="I-1", account=name, kind=kind, occurred_at=STRUCK_AT, **changed)


def test_nobody_takes_the_id_of_an_account_that_another_has_committed_to():
    desk = sealed_desk()
    commit(desk, "EAST")
    with pytest.raises(WrongState, match="EAST-1: this id is taken"):
        desk.say("WEST", open_account("EAST-1", AccountKind.WARNING))
    commit(desk, "WEST")
    desk.say("WEST", account_of("WEST"))
    with pytest.raises(WrongState, match="EAST-1: this id is taken"):
        desk.say("WEST", open_account("EAST-1"))
    desk.say("EAST", account_of("EAST"))
    assert desk.state.incidents["I-1"].find_account("EAST-1").author == "EAST"


def test_no_message_takes_the_id_under_which_a_sealed_account_will_be_told_of():
    desk = sealed_desk()
    commit(desk, "EAST")
    with pytest.raises(WrongState, match="this id is taken"):
        desk.say(
            "WEST",
            MessageSent(
                message="I-1/EAST-1",
                kind=MessageKind.QUERY,
                recipients=("WESTB",),
                precedence=Precedence.ROUTINE,
                line="L-5",
            ),
        )


def test_nobody_commits_to_an_account_under_the_id_of_one_that_has_been_told():
    desk = sealed_desk()
    desk.say("WEST", open_account("EAST-1", AccountKind.WARNING))
    with pytest.raises(WrongState, match="this id is taken"):
        commit(desk, "EAST")


def test_who_has_committed_tells_nothing_else_until_that_is_revealed():
    desk = sealed_desk()
    for party in ("EAST", "WEST"):
        commit(desk, party)
    desk.say("EAST", account_of("EAST"))
    with pytest.raises(WrongState, match="committed to WEST-1 and not revealed it"):
        desk.say("WEST", open_account("A-1"))
    with pytest.raises(WrongState, match="Reveal that first"):
        desk.say("WEST", open_account("A-2", AccountKind.DENIAL, about=("EAST-1",)))
    assert contents(desk.say("WEST", open_account("W-1", AccountKind.WARNING)), DeliveryOwed)
    desk.say("WEST", account_of("WEST"))
    assert contents(desk.say("WEST", open_account("A-1")), DeliveryOwed)


def test_who_is_on_record_as_withholding_its_account_may_speak_again():
    desk = sealed_desk()
    for party in ("EAST", "WEST"):
        commit(desk, party)
    desk.tick(REVEAL_BY)
    assert contents(desk.say("WEST", open_account("A-1")), DeliveryOwed)
    assert sealing(desk).withheld == ("EAST", "WEST")


@pytest.mark.parametrize("committed", [("EAST",), ("EAST", "WEST")])
def test_of_a_closed_incident_nobody_is_said_to_withhold_an_account(committed):
    desk = sealed_desk()
    for party in committed:
        commit(desk, party)
    for party in ("EAST", "WEST"):
        desk.say(party, IncidentClosing(incident="I-1"))
    with pytest.raises(WrongState, match="closed"):
        desk.say("EAST", account_of("EAST"))
    desk.tick(REVEAL_BY + HOUR)
    assert desk.all_of(AccountsWithheld) == []
    assert digest_of(desk.replayed()) == digest_of(desk.state)


def test_a_backer_commits_as_well_and_is_not_waited_for():
    desk = sealed_desk()
    commit(desk, "WESTB")
    for party in ("EAST", "WEST"):
        commit(desk, party)
    assert desk.all_of(AccountsUnsealed)[0].committed == ("WESTB", "EAST", "WEST")


def test_an_outage_of_the_desk_gives_the_time_back():
    desk = sealed_desk()
    down = DeskWasDown(down_from=ASKED_AT + HOUR, down_to=ASKED_AT + 3 * HOUR)
    desk.conclude([Conclusion(content=down, readers=("*",))], ASKED_AT + 3 * HOUR)
    assert sealing(desk).commit_by == COMMIT_BY + 2 * HOUR
    desk.tick(COMMIT_BY + HOUR)
    assert desk.all_of(AccountsUnsealed) == []


@pytest.mark.parametrize(
    ("party", "said", "refusal"),
    [
        (
            "EAST",
            AccountsSealed(incident="I-1", commit_by=COMMIT_BY, reveal_by=REVEAL_BY),
            WrongState,
        ),
        ("AID", AccountCommitted(incident="I-1", account="X", commitment="a" * 64), UnknownThing),
        ("WEST", AccountCommitted(incident="I-1", account="X", commitment="short"), Malformed),
        ("WEST", account_of("WEST"), NotPermitted),
    ],
)
def test_what_cannot_stand_is_refused_and_changes_nothing(party, said, refusal):
    desk = sealed_desk()
    before = digest_of(desk.state)
    with pytest.raises(refusal):
        desk.say(party, said)
    assert digest_of(desk.state) == before


def test_accounts_are_not_sealed_once_one_has_been_given():
    desk = river_desk()
    opened = IncidentOpened(incident="I-1", occurred_at=STRUCK_AT, put_to=("WEST",))
    desk.say("EAST", opened, at=ASKED_AT)
    given = IncidentStated(
        incident="I-1", account="A-1", kind=AccountKind.CLAIM, occurred_at=STRUCK_AT
    )
    desk.say("EAST", given)
    with pytest.raises(WrongState, match="none can be sealed"):
        desk.say("WEST", AccountsSealed(incident="I-1", commit_by=COMMIT_BY, reveal_by=REVEAL_BY))


def test_the_record_folds_to_the_same_sealing():
    desk = sealed_desk()
    for party in ("EAST", "WEST"):
        commit(desk, party)
    desk.say("EAST", account_of("EAST"))
    desk.tick(REVEAL_BY)
    assert digest_of(desk.replayed()) == digest_of(desk.state)
