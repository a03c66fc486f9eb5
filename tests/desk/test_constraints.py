"""Constraints: set, changed and lifted by one authority, by way of its supplier."""

from __future__ import annotations

import pytest

from desk_harness import Desk, contents
from openline.domain.constraint import ConstraintChanged
from openline.domain.errors import Malformed, NotPermitted, StaleVersion, TooLarge, UnknownThing
from supplier_harness import (
    admit,
    constraint,
    disc,
    intent,
    lift,
    ovn,
    say,
    square,
    subscription,
    uuid,
)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    admit(desk, "uss1", "uss2")
    return desk


def test_a_constraint_needs_no_key_and_no_heights(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    say(desk, "uss2", constraint("c", disc(desk, 300.0, heights_m=(None, None))))
    assert desk.state.constraints[uuid("c")].version == 1


def test_it_is_its_managers_to_change_who_knows_it_as_it_is(desk: Desk) -> None:
    with pytest.raises(StaleVersion):
        say(desk, "uss1", constraint("c", square(desk), version=2))
    say(desk, "uss1", constraint("c", square(desk)))
    with pytest.raises(NotPermitted):
        say(desk, "uss2", constraint("c", square(desk), version=2))
    with pytest.raises(StaleVersion):
        say(desk, "uss1", constraint("c", square(desk)))
    say(desk, "uss1", constraint("c", square(desk), version=2))
    held = desk.state.constraints[uuid("c")]
    assert (held.version, held.ovn) == (2, ovn("c-2"))
    with pytest.raises(StaleVersion):
        say(desk, "uss1", lift("c"))
    say(desk, "uss1", lift("c", version=2))
    with pytest.raises(UnknownThing):
        say(desk, "uss1", lift("c", version=2))


def test_what_is_over_or_too_large_is_refused(desk: Desk) -> None:
    with pytest.raises(Malformed):
        say(desk, "uss1", constraint("c", square(desk, hours=(-3.0, -1.0))))
    with pytest.raises(TooLarge):
        say(desk, "uss1", constraint("c", disc(desk, 29_000.0)))


def test_whoever_asked_is_told_of_what_was_and_what_is(desk: Desk) -> None:
    here = disc(desk, 500.0, hours=(0.0, 12.0))
    say(desk, "uss2", subscription("s", here, for_intents=False, for_constraints=True))
    say(desk, "uss2", intent("a", square(desk), new_subscription="i", for_constraints=True))
    say(desk, "uss2", intent("b", square(desk, east_m=300.0), new_subscription="deaf"))
    told = []
    for said in (
        constraint("c", disc(desk, 100.0)),
        constraint("c", square(desk, east_m=20_000.0), version=2),
        constraint("c", square(desk, east_m=21_000.0), version=3),
        lift("c", version=3),
    ):
        (changed,) = contents(say(desk, "uss1", said), ConstraintChanged)
        told.append({each.subscription: each.index for each in changed.notified})
    both = [{uuid("s"): 1, uuid("i"): 2}, {uuid("s"): 2, uuid("i"): 3}]
    assert told == [*both, {}, {}]
