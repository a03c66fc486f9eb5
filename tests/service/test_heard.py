"""Whoever says something is told which entries followed from it, and from nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from openline.domain.errors import Malformed, Unavailable
from openline.domain.finding import FindingMade
from openline.domain.line import ContactLogged
from openline.sealing import Sent, entry_from_row
from openline.service import Recorded, Service
from service_harness import NOON, Speaker, contact, held_back

LONG_AGO = NOON - timedelta(minutes=10)
"""Off by more than the rules bear: a finding follows from what is said with it."""


def said_late(speaker: Speaker, name: str) -> Sent:
    return speaker.sign(name, contact("EAST", "WEST"), at=LONG_AGO)


def kinds(recorded: Recorded) -> list[type]:
    return [type(each.content) for each in (recorded.entry, *recorded.concluded)]


def test_the_answer_is_made_of_the_entries_that_followed(service: Service, east: Speaker) -> None:
    recorded = service.hear(said_late(east, "call-1")).result()
    assert kinds(recorded) == [ContactLogged, FindingMade]
    rows = list(service.journal.read(recorded.index, recorded.index + 2))
    assert (recorded.entry, *recorded.concluded) == tuple(map(entry_from_row, rows))


def test_nothing_of_what_others_said_in_the_same_batch_is_in_it(
    service: Service, east: Speaker, west: Speaker
) -> None:
    with held_back(service):
        asked = [
            service.hear(said_late(east, "call-1")),
            service.hear(west.sign("call-1", contact("EAST", "WEST"))),
            service.hear(said_late(east, "call-2")),
        ]
    first, second, third = (each.result() for each in asked)
    assert [kinds(each) for each in (first, second, third)] == [
        [ContactLogged, FindingMade],
        [ContactLogged],
        [ContactLogged, FindingMade],
    ]
    assert [each.index - first.index for each in (first, second, third)] == [0, 2, 3]


def test_what_is_said_again_is_answered_with_what_it_first_led_to(
    service: Service, east: Speaker
) -> None:
    sent = said_late(east, "call-1")
    first = service.hear(sent).result()
    service.hear(east.sign("call-2", contact("EAST", "WEST"))).result()
    assert service.hear(sent).result() == first


def test_what_is_said_twice_in_one_batch_is_answered_alike(service: Service, east: Speaker) -> None:
    sent = said_late(east, "call-1")
    with held_back(service):
        asked = [service.hear(sent) for _ in range(3)]
    first, *others = [each.result() for each in asked]
    assert others == [first, first]


def test_the_proof_of_what_was_heard_is_the_receipt_of_its_index(
    service: Service, east: Speaker
) -> None:
    sent = said_late(east, "call-1")
    recorded = service.hear(sent).result()
    assert service.receipt(recorded.index) == service.submit(sent).result()


def test_a_refusal_is_heard_as_it_is_submitted(service: Service, east: Speaker) -> None:
    with pytest.raises(Malformed):
        service.hear(east.sign("no id", contact("EAST", "WEST"))).result()
    service.close()
    with pytest.raises(Unavailable, match="closing"):
        service.hear(east.sign("call-1", contact("EAST", "WEST"))).result()
