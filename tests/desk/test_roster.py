"""Genesis, parties, cells and keys, and the turn of each key's chain."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from desk_harness import T0, Desk, contents, river_desk
from openline.desk.decide import decide
from openline.desk.state import digest_of, snapshot_of, state_from_snapshot
from openline.domain.errors import Malformed, NotPermitted, OutOfTurn, UnknownThing, WrongState
from openline.domain.finding import Fault, FindingMade
from openline.domain.line import CheckResult, ContactLogged, LineChecked
from openline.domain.party import (
    CellAdded,
    DeskOpened,
    KeyEnrolled,
    KeyPutOut,
    KeyRevoked,
    KeyRotated,
    PartyAdded,
    PartyKind,
    Post,
    PublicKey,
    RevocationCosigned,
    Role,
    RulesChanged,
    TimeConfirmed,
)
from openline.domain.rules import CadenceBand, Level, Precedence, Rules
from openline.domain.statement import Author, Content, Signed, Statement

DUTY = "EASTB-TAC.duty"


def enrolled() -> Desk:
    desk = river_desk()
    for kid in ("key-1", "key-2"):
        key = PublicKey(kid=kid, x=kid.ljust(43, "A"))
        desk.operate(KeyEnrolled(party="EASTB", position=DUTY, key=key))
    return desk


def signed(
    content: Content, *, kid: str = "key-1", seq: int = 0, prevhash: str = "0" * 64
) -> Statement:
    return Statement(
        id=f"{kid}-{seq}",
        author=Author(party="EASTB", position=DUTY, by_human=True),
        content=content,
        word=Signed(kid=kid, seq=seq, prevhash=prevhash, leafhash=f"{seq + 1:064x}", leaf="…"),
    )


CHECK = LineChecked(line="L-1", result=CheckResult.PASSED)


def test_a_record_begins_once() -> None:
    key = PublicKey(kid="k", x="A" * 43)

    with pytest.raises(WrongState, match="has begun already"):
        river_desk().operate(DeskOpened(origin="other", desk_key=key, rules=Rules()))


def test_the_rules_are_changed_by_an_entry_and_running_deadlines_keep_theirs() -> None:
    desk = river_desk()
    due = desk.state.lines["L-1"].check_due_at

    desk.operate(RulesChanged(rules=Rules(line_check_every_s=60)))

    assert desk.state.rules.line_check_every_s == 60
    assert desk.state.lines["L-1"].check_due_at == due


def test_a_party_adds_no_party() -> None:
    with pytest.raises(NotPermitted, match="not for a party to say"):
        river_desk().say("EAST", PartyAdded(party="X", kind=PartyKind.FORCE))


def test_the_operator_speaks_for_no_party() -> None:
    with pytest.raises(NotPermitted, match="speaks for no party"):
        river_desk().operate(CHECK)


def test_a_party_named_desk_is_refused() -> None:
    with pytest.raises(WrongState, match="Choose another id"):
        river_desk().operate(PartyAdded(party="DESK", kind=PartyKind.FORCE))


def test_a_backer_must_be_at_the_desk_first() -> None:
    with pytest.raises(UnknownThing, match="no party GHOST to back it"):
        river_desk().operate(PartyAdded(party="X", kind=PartyKind.FORCE, backers=("GHOST",)))


def test_no_party_backs_itself() -> None:
    with pytest.raises(Malformed, match="does not back itself"):
        river_desk().operate(PartyAdded(party="X", kind=PartyKind.FORCE, backers=("X",)))


def test_another_partys_position_cannot_be_taken_over_by_a_new_cell() -> None:
    cell = CellAdded(
        cell="WEST-NEW",
        party="WEST",
        level=Level.TACTICAL,
        positions=(Post(id=DUTY, roles=(Role.DUTY,)),),
    )

    with pytest.raises(WrongState, match="stands in cell EASTB-TAC already"):
        river_desk().operate(cell)


def test_the_position_of_another_party_gives_no_right_to_speak() -> None:
    contact = ContactLogged(parties=("EASTB", "WEST"), level=Level.TACTICAL)

    with pytest.raises(NotPermitted, match="lacks the role for it"):
        river_desk().say("WEST", contact, position=DUTY)


def test_a_signed_statement_in_turn_advances_the_chain_of_its_key() -> None:
    desk = enrolled()

    desk._fold(decide(desk.state, signed(CHECK), desk.now))

    key = desk.state.keys["key-1"]
    assert (key.next_seq, key.head) == (1, f"{1:064x}")


@pytest.mark.parametrize(("seq", "prevhash"), [(1, "0" * 64), (0, "f" * 64), (2, f"{1:064x}")])
def test_a_statement_out_of_turn_is_refused_with_the_head_to_build_upon(
    seq: int, prevhash: str
) -> None:
    desk = enrolled()

    with pytest.raises(OutOfTurn, match=f"seq 0 and prevhash {'0' * 64}"):
        decide(desk.state, signed(CHECK, seq=seq, prevhash=prevhash), desk.now)


def test_a_key_speaks_only_for_its_own_position() -> None:
    desk = enrolled()
    desk.operate(
        KeyEnrolled(
            party="EASTB",
            position="EASTB-TAC.reader",
            key=PublicKey(kid="key-3", x="B" * 43),
        )
    )

    with pytest.raises(NotPermitted, match=r"speaks for EASTB-TAC\.reader"):
        decide(desk.state, signed(CHECK, kid="key-3"), desk.now)


def test_a_revoked_key_speaks_no_more() -> None:
    desk = enrolled()
    desk.say("EASTB", KeyRevoked(kid="key-1"))

    with pytest.raises(NotPermitted, match="not in force"):
        decide(desk.state, signed(CHECK), desk.now)


def test_a_key_is_not_revoked_by_itself_nor_by_another_party() -> None:
    desk = enrolled()

    with pytest.raises(UnknownThing, match="not a key of WESTB"):
        desk.say("WESTB", KeyRevoked(kid="key-1"))
    with pytest.raises(NotPermitted, match=r"lacks the role|with another"):
        decide(desk.state, signed(KeyRevoked(kid="key-1")), desk.now)


def test_a_clock_seven_minutes_wrong_is_pointed_out_and_what_was_said_stands() -> None:
    desk = river_desk()

    entries = desk.say("EASTB", CHECK, said_at=T0 + timedelta(minutes=7))

    assert [each.fault for each in contents(entries, FindingMade)] == [Fault.CLOCK_WRONG]
    assert contents(entries, LineChecked) == [CHECK]


def test_a_clock_two_minutes_off_is_within_the_rules() -> None:
    entries = river_desk().say("EASTB", CHECK, said_at=T0 - timedelta(minutes=2))

    assert not contents(entries, FindingMade)


def test_there_is_no_time_to_confirm_while_the_clock_is_not_in_doubt() -> None:
    with pytest.raises(WrongState, match="nothing to confirm"):
        river_desk().operate(TimeConfirmed())


def test_a_snapshot_and_the_tail_give_the_state_that_full_replay_gives() -> None:
    desk = enrolled()
    restored = state_from_snapshot(snapshot_of(desk.state))

    assert digest_of(restored) == digest_of(desk.replayed()) == digest_of(desk.state)


@pytest.mark.parametrize(
    "wrong",
    [
        Rules(acknowledge_by_s={Precedence.FLASH: 60}),
        Rules(separation={}),
        Rules(relay_hop_s=-1),
        Rules(track_look_ahead_s=math.inf),
        Rules(cadence=()),
        Rules(cadence=(CadenceBand(from_m=0.0, every_s=60), CadenceBand(from_m=0.0, every_s=90))),
        Rules(line_check_every_s=0),
        Rules(line_checks_missed_to_degrade=0),
    ],
)
def test_rules_by_which_no_desk_could_decide_are_refused(wrong: Rules) -> None:
    with pytest.raises(Malformed, match="rules"):
        river_desk().operate(RulesChanged(rules=wrong))


def test_a_text_where_a_code_belongs_is_refused_for_it_would_stand_in_the_leaf_for_ever() -> None:
    desk = river_desk()
    logged = ContactLogged(
        parties=("EASTB", "WESTB"), level=Level.TACTICAL, subject="Dr. Amal, +963 21 0000000"
    )

    with pytest.raises(Malformed, match="subject is no code") as refused:
        desk.say("EASTB", logged)

    assert "Amal" not in refused.value.sentence


def test_two_other_parties_together_put_a_key_out_of_force() -> None:
    desk = enrolled()
    desk.say("EAST", RevocationCosigned(kid="key-1"))
    after_one = desk.state.keys["key-1"].revoked_at

    entries = desk.say("WEST", RevocationCosigned(kid="key-1"))

    assert after_one is None
    assert contents(entries, KeyPutOut) == [KeyPutOut(kid="key-1", by=("EAST", "WEST"))]
    assert desk.state.keys["key-1"].revoked_at == T0


@pytest.mark.parametrize("party", ["EASTB", "EAST"])
def test_a_party_cosigns_once_and_never_for_its_own_key(party: str) -> None:
    desk = enrolled()
    desk.say("EAST", RevocationCosigned(kid="key-1"))

    with pytest.raises((NotPermitted, WrongState)):
        desk.say(party, RevocationCosigned(kid="key-1"))


NEW_KEY = PublicKey(kid="key-3", x="key-3".ljust(43, "A"))


def test_a_position_goes_over_to_another_key_by_what_the_old_one_signs() -> None:
    desk = enrolled()
    desk._fold(decide(desk.state, signed(KeyRotated(old="key-1", key=NEW_KEY)), desk.now))

    assert desk.state.keys["key-1"].revoked_at == desk.now
    assert desk.state.keys["key-3"].position == DUTY
    desk._fold(decide(desk.state, signed(CHECK, kid="key-3"), desk.now))
    with pytest.raises(NotPermitted, match="not in force"):
        decide(desk.state, signed(CHECK, seq=1, prevhash=f"{1:064x}"), desk.now)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (KeyRotated(old="key-2", key=NEW_KEY), NotPermitted),
        (KeyRotated(old="key-1", key=PublicKey(kid="key-2", x="A" * 43)), WrongState),
    ],
)
def test_a_key_is_rotated_by_itself_alone_and_to_a_new_one(content, refusal) -> None:
    desk = enrolled()
    with pytest.raises(refusal):
        decide(desk.state, signed(content), desk.now)


def test_a_token_is_not_enough_to_rotate_a_key() -> None:
    desk = enrolled()
    with pytest.raises(NotPermitted, match="signs itself"):
        desk.say("EASTB", KeyRotated(old="key-1", key=NEW_KEY), position=DUTY)


def rotated_while_doubted() -> Desk:
    """EASTB's key-1, which EAST would have put out of force, is rotated to key-3."""
    desk = enrolled()
    desk.say("EAST", RevocationCosigned(kid="key-1"))
    desk._fold(decide(desk.state, signed(KeyRotated(old="key-1", key=NEW_KEY)), desk.now))
    return desk


def in_force(desk: Desk) -> list[str]:
    return [each.kid for each in desk.state.keys.values() if each.revoked_at is None]


def test_one_party_cannot_stop_another_from_rotating_its_key() -> None:
    desk = rotated_while_doubted()
    desk._fold(decide(desk.state, signed(CHECK, kid="key-3"), desk.now))
    assert in_force(desk) == ["key-2", "key-3"]


@pytest.mark.parametrize("named", ["key-1", "key-3"])
def test_a_thief_cannot_rotate_away_from_two_parties_that_put_its_key_out_of_force(
    named: str,
) -> None:
    desk = rotated_while_doubted()
    assert desk.state.keys["key-3"].doubted_by == ("EAST",)
    entries = desk.say("WEST", RevocationCosigned(kid=named))
    assert contents(entries, KeyPutOut) == [KeyPutOut(kid="key-3", by=("EAST", "WEST"))]
    assert in_force(desk) == ["key-2"]


def test_a_doubt_goes_along_once_and_is_not_counted_twice() -> None:
    desk = rotated_while_doubted()
    with pytest.raises(WrongState, match="EAST has said so"):
        desk.say("EAST", RevocationCosigned(kid="key-3"))


def test_a_key_is_not_lost_in_the_future() -> None:
    desk = enrolled()
    lost = KeyRevoked(kid="key-1", lost_at=desk.now + timedelta(days=1))
    with pytest.raises(Malformed):
        desk.say("EASTB", lost)
