"""Whose turn it is: what is urgent first, then each party in turn, and no key out of its order."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from openline.domain.delivery import ReceiptGiven, Rung
from openline.domain.errors import BadSignature, NotPermitted, Unavailable
from openline.domain.line import LineEnd, LineOpened
from openline.domain.message import MessageKind, MessageSent, goes_first
from openline.domain.rules import Level, Precedence
from openline.domain.statement import Attested, Author, Content, Signed, Statement
from openline.sealing import Sent, Spoken
from openline.service import Limits
from openline.service.waiting import Asked, Errand, Waiting
from service_harness import Speaker, add_party, attest, contact, found, held_back, open_desk

CHECK_FIRE = MessageSent(
    message="M-1",
    kind=MessageKind.CHECK_FIRE,
    recipients=("WEST",),
    precedence=Precedence.FLASH,
)
ROUTINE = contact("EAST", "WEST")


def asked(party: str, id: str, content: Content = ROUTINE, kid: str | None = None) -> Asked:
    """A statement as it waits, signed with a key if one is named."""
    word: Signed | Attested = Attested(issuer="tests", token_id=id)
    if kid is not None:
        word = Signed(kid=kid, seq=0, prevhash="0" * 64, leaf="", leafhash="", salt=b"")
    author = Author(party=party, position=f"{party}-TAC.duty")
    statement = Statement(id=id, author=author, content=content, word=word)
    return Asked(Spoken(statement=statement, body=None), Future(), is_proven=False)


def taken(waiting: Waiting) -> list[str]:
    """What is taken, in order: ids, and `errand`."""
    order = []
    while (item := waiting.take()) is not None:
        order.append("errand" if isinstance(item, Errand) else item.spoken.statement.id)
    return order


def waiting_with(*items: Asked | Errand, most: int = 100) -> Waiting:
    waiting = Waiting(most)
    for item in items:
        if isinstance(item, Asked):
            waiting.put(item)
        else:
            waiting.put_errand(item)
    return waiting


def errand() -> Errand:
    return Errand(lambda: None, Future())


@pytest.mark.parametrize(
    "content",
    [
        CHECK_FIRE,
        MessageSent(
            message="M-2",
            kind=MessageKind.NOTIFY,
            recipients=("WEST",),
            precedence=Precedence.FLASH,
        ),
        ReceiptGiven(delivery="M-1/v1:WEST", rung=Rung.ACKNOWLEDGED),
    ],
)
def test_what_a_life_may_hang_on_goes_first(content: Content) -> None:
    flood = [asked("EAST", f"e-{at}") for at in range(3)]
    waiting = waiting_with(*flood, errand(), asked("WEST", "late"), asked("WEST", "now", content))
    assert goes_first(content)
    assert taken(waiting) == ["now", "e-0", "e-1", "e-2", "errand", "late"]


def test_each_party_is_heard_in_turn_however_much_one_says() -> None:
    flood = [asked("EAST", f"e-{at}") for at in range(4)]
    others = [asked("WEST", "w-0"), asked("AID", "a-0"), asked("WEST", "w-1")]
    assert taken(waiting_with(*flood, *others)) == [
        "e-0", "w-0", "a-0", "e-1", "w-1", "e-2", "e-3",
    ]  # fmt: skip


def test_a_flood_of_what_is_urgent_holds_up_nobody_elses() -> None:
    flood = [asked("EAST", f"e-{at}", CHECK_FIRE) for at in range(9)]
    order = taken(waiting_with(*flood, asked("WEST", "w", CHECK_FIRE)))
    assert order.index("w") == 1


def test_an_errand_comes_after_all_that_waited_and_before_what_came_later() -> None:
    waiting = waiting_with(asked("EAST", "1"), errand(), asked("WEST", "2"), errand())
    assert waiting.take_asked() is not None
    assert waiting.take_asked() is None
    assert taken(waiting) == ["errand", "2", "errand"]


def test_a_flood_of_what_is_urgent_silences_nobody_and_stops_no_errand() -> None:
    flood = [asked("EAST", f"u-{at}", CHECK_FIRE) for at in range(30)]
    order = taken(waiting_with(asked("WEST", "w"), errand(), asked("AID", "a"), *flood))
    assert [order.index(each) for each in ("w", "errand", "a")] == [8, 17, 26]


def test_an_urgent_flood_that_never_ends_leaves_the_others_one_in_nine() -> None:
    waiting = waiting_with(*(asked("WEST", f"w-{at}") for at in range(5)))
    order = []
    for at in range(45):
        waiting.put(asked(f"P-{at % 3}", f"u-{at}", CHECK_FIRE))
        asked_next = waiting.take_asked()
        assert asked_next is not None
        order.append(asked_next.spoken.statement.id)
    assert [at for at, each in enumerate(order) if each.startswith("w")] == [8, 17, 26, 35, 44]


def test_in_the_turn_of_the_others_a_key_is_still_heard_in_its_order() -> None:
    urgent = [asked("EAST", f"u-{at}", CHECK_FIRE, kid="east") for at in range(30)]
    order = taken(waiting_with(*urgent, asked("EAST", "after", kid="east"), errand()))
    assert order == [*(f"u-{at}" for at in range(30)), "after", "errand"]


def test_what_is_urgent_takes_along_what_its_key_signed_before_and_nothing_else() -> None:
    waiting = waiting_with(
        asked("EAST", "other-key", kid="other"),
        asked("EAST", "signed-1", kid="east"),
        errand(),
        asked("EAST", "signed-2", kid="east"),
        asked("EAST", "urgent", CHECK_FIRE, kid="east"),
        asked("EAST", "signed-3", kid="east"),
    )
    order = taken(waiting)
    assert order == ["signed-1", "signed-2", "urgent", "other-key", "errand", "signed-3"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("EAST", "WEST", "AID")),
            st.sampled_from((None, "a", "b")),
            st.booleans(),
            st.booleans(),
        ),
        max_size=80,
    )
)
def test_no_key_is_ever_heard_out_of_its_order(
    said: list[tuple[str, str | None, bool, bool]],
) -> None:
    waiting = Waiting(100)
    put: dict[tuple[str, str], list[str]] = {}
    for at, (party, kid, is_urgent, sends_errand) in enumerate(said):
        if sends_errand:
            waiting.put_errand(errand())
        waiting.put(asked(party, str(at), CHECK_FIRE if is_urgent else ROUTINE, kid))
        if kid is not None:
            put.setdefault((party, kid), []).append(str(at))
    order = taken(waiting)
    assert sorted(each for each in order if each != "errand") == sorted(map(str, range(len(said))))
    for ids in put.values():
        assert [each for each in order if each in ids] == ids


def test_one_party_cannot_fill_the_room_of_the_others() -> None:
    waiting = waiting_with(*(asked("EAST", f"e-{at}") for at in range(10)), most=10)
    with pytest.raises(Unavailable, match="Too many"):
        waiting.put(asked("EAST", "one too many"))
    waiting.put(asked("EAST", "urgent", CHECK_FIRE))
    waiting.put(asked("WEST", "w"))


def test_however_many_parties_flood_it_there_is_room_for_what_is_urgent() -> None:
    waiting = Waiting(10)
    for party in range(38):
        for at in range(10):
            try:
                waiting.put(asked(f"P-{party}", f"{party}-{at}"))
            except Unavailable:
                break
    waiting.put(asked("EAST", "check fire", CHECK_FIRE))
    assert len(waiting) == 41


def test_a_check_fire_is_heard_before_a_flood_that_waited_longer(path: Path) -> None:
    service = open_desk(path, limits=Limits(waiting=500))
    found(service, Speaker("EAST"), Speaker("WEST"), Speaker("AID"))
    ends = tuple(LineEnd(party=side, cell=f"{side}-TAC") for side in ("EAST", "WEST"))
    opened = LineOpened(line="L-1", level=Level.TACTICAL, ends=ends)
    attest(service, "EAST", "open", opened).result()
    with held_back(service):
        flood = [attest(service, "AID", f"a-{at}", contact("AID", "WEST")) for at in range(300)]
        urgent = attest(service, "EAST", "stop", CHECK_FIRE)
    assert urgent.result().index < min(each.result().index for each in flood)
    service.close()


def test_a_signed_check_fire_follows_what_its_key_said_before_it(path: Path) -> None:
    east, west = Speaker("EAST"), Speaker("WEST")
    service = open_desk(path)
    found(service, east, west)
    ends = tuple(LineEnd(party=side, cell=f"{side}-TAC") for side in ("EAST", "WEST"))
    opened = LineOpened(line="L-1", level=Level.TACTICAL, ends=ends)
    with held_back(service):
        flood = [add_party(service, f"P-{at}") for at in range(50)]
        before = service.submit(east.sign("open", opened))
        urgent = service.submit(east.sign("stop", CHECK_FIRE))
        after = service.submit(east.sign("call", contact("EAST", "WEST")))
    heard = [before.result().index, urgent.result().index, after.result().index]
    assert heard == sorted(heard)
    assert heard[1] < flood[1].result().index
    service.close()


def test_who_cannot_sign_takes_no_turn_and_no_room_in_anybodys_name(path: Path) -> None:
    east = Speaker("EAST")
    service = open_desk(path, limits=Limits(waiting=5))
    found(service, east)
    stranger, thief = Speaker("EAST"), Speaker("EAST")
    stranger.key = Ed25519PrivateKey.from_private_bytes(b"n" * 32)
    receipt = ReceiptGiven(delivery="M-1/v1:EAST", rung=Rung.ACKNOWLEDGED)
    with held_back(service):
        forged = [service.submit(stranger.sign(f"f-{at}", receipt)) for at in range(50)]
        made_up = [service.submit(Speaker(f"P-{at}").sign("f", receipt)) for at in range(50)]
        altered = service.submit(another_signature(thief.sign("a", receipt)))
        thief.party = "FIRST"
        as_another = service.submit(thief.sign("b", receipt))
        assert all(isinstance(each.exception(0), BadSignature) for each in forged + made_up)
        assert isinstance(altered.exception(0), BadSignature)
        assert isinstance(as_another.exception(0), NotPermitted)
        heard = service.submit(east.sign("call", contact("EAST", "FIRST")))
    assert heard.result().index
    service.close()


def another_signature(sent: Sent) -> Sent:
    return msgspec.structs.replace(sent, leaf=sent.leaf[:-4] + b"AAAA")
