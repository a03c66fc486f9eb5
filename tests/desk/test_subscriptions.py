"""Subscriptions: suppliers' standing wishes to hear of what changes in a volume."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from desk_harness import Desk
from openline.domain.errors import (
    Malformed,
    NotPermitted,
    StaleVersion,
    TooLarge,
    UnknownThing,
    WrongState,
)
from openline.domain.subscription import SubscriptionPut
from supplier_harness import (
    admit,
    constraint,
    disc,
    intent,
    say,
    square,
    subscription,
    unsubscribe,
    uuid,
)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    admit(desk, "uss1", "uss2")
    return desk


def _version(desk: Desk, name: str) -> str:
    return desk.state.subscriptions[uuid(name)].version


def test_it_lasts_from_now_for_a_day_where_it_does_not_say(desk: Desk) -> None:
    volume = disc(desk, 500.0)
    say(desk, "uss1", replace(subscription("s", volume), starts_at=None, ends_at=None))
    held = desk.state.subscriptions[uuid("s")]
    assert (held.starts_at, held.ends_at) == (desk.now, desk.now + timedelta(hours=24))


def test_exactly_a_day_passes_and_a_second_more_does_not(desk: Desk) -> None:
    say(desk, "uss1", subscription("s", disc(desk, 500.0, hours=(0.0, 24.0))))
    with pytest.raises(TooLarge):
        say(desk, "uss1", subscription("t", disc(desk, 500.0, hours=(0.0, 24.0 + 1 / 3_600))))


def test_its_start_lies_no_more_than_five_minutes_in_the_past(desk: Desk) -> None:
    say(desk, "uss1", subscription("s", disc(desk, 500.0, hours=(-5 / 60, 1.0))))
    with pytest.raises(Malformed):
        say(desk, "uss1", subscription("t", disc(desk, 500.0, hours=(-5.1 / 60, 1.0))))


def test_it_asks_for_something_and_does_not_end_before_it_starts(desk: Desk) -> None:
    with pytest.raises(Malformed):
        say(desk, "uss1", subscription("s", disc(desk, 500.0), for_intents=False))
    with pytest.raises(Malformed):
        say(desk, "uss1", subscription("s", disc(desk, 500.0, hours=(2.0, 1.0))))


def test_each_change_gives_it_another_version_and_a_notice_does_not(desk: Desk) -> None:
    say(desk, "uss1", subscription("s", disc(desk, 500.0, hours=(0.0, 12.0))))
    first = _version(desk, "s")
    say(desk, "uss2", intent("a", square(desk)))
    assert (_version(desk, "s"), desk.state.subscriptions[uuid("s")].index) == (first, 1)
    wider = subscription("s", disc(desk, 900.0, hours=(0.0, 12.0)), replaces=first)
    say(desk, "uss1", wider)
    assert _version(desk, "s") != first
    assert desk.state.subscriptions[uuid("s")].index == 1
    with pytest.raises(StaleVersion):
        say(desk, "uss1", wider)


def test_only_its_owner_changes_or_removes_it_and_under_its_version(desk: Desk) -> None:
    put = subscription("s", disc(desk, 500.0))
    with pytest.raises(StaleVersion):
        say(desk, "uss1", replace(put, replaces="some-version"))
    say(desk, "uss1", put)
    with pytest.raises(WrongState):
        say(desk, "uss1", put)
    with pytest.raises(NotPermitted):
        say(desk, "uss2", replace(put, replaces=_version(desk, "s")))
    with pytest.raises(NotPermitted):
        say(desk, "uss2", unsubscribe(desk, "s"))
    with pytest.raises(StaleVersion):
        say(desk, "uss1", replace(unsubscribe(desk, "s"), version="another"))
    gone = unsubscribe(desk, "s")
    say(desk, "uss1", gone)
    with pytest.raises(UnknownThing):
        say(desk, "uss1", gone)


@pytest.mark.parametrize(
    "short",
    [
        {"radius_m": 60.0},
        {"heights_m": (60.0, 200.0)},
        {"heights_m": (0.0, 90.0)},
        {"hours": (0.0, 1.9)},
        {"hours": (1.1, 12.0)},
    ],
    ids=["ground", "floor", "ceiling", "end", "start"],
)
def test_a_change_that_no_longer_covers_what_depends_on_it_is_refused(
    desk: Desk, short: dict[str, object]
) -> None:
    whole: dict[str, object] = {"radius_m": 500.0, "hours": (0.0, 12.0)}
    say(desk, "uss1", subscription("s", disc(desk, **whole)))  # type: ignore[arg-type]
    say(desk, "uss1", intent("a", square(desk), subscription="s"))
    narrower = disc(desk, **(whole | short))  # type: ignore[arg-type]
    with pytest.raises(Malformed):
        say(desk, "uss1", subscription("s", narrower, replaces=_version(desk, "s")))


def test_five_minutes_of_the_start_need_not_be_covered(desk: Desk) -> None:
    say(desk, "uss1", subscription("s", disc(desk, 500.0, hours=(0.0, 12.0))))
    say(desk, "uss1", intent("a", square(desk), subscription="s"))
    later = disc(desk, 500.0, hours=(1.0 + 5 / 60, 12.0))
    say(desk, "uss1", subscription("s", later, replaces=_version(desk, "s")))


def test_one_made_with_an_intent_is_an_ordinary_one_once_its_supplier_changes_it(
    desk: Desk,
) -> None:
    say(desk, "uss1", intent("a", square(desk), new_subscription="s"))
    wider = subscription("s", disc(desk, 500.0), replaces=_version(desk, "s"))
    say(desk, "uss1", wider)
    assert not desk.state.subscriptions[uuid("s")].implicit
    assert desk.state.index.air.dependents == {uuid("s"): {uuid("a"): None}}


def test_those_that_ask_for_constraints_alone_hear_of_those_alone(desk: Desk) -> None:
    wide = disc(desk, 500.0, hours=(0.0, 12.0))
    say(desk, "uss1", subscription("i", wide))
    say(desk, "uss1", subscription("c", wide, for_intents=False, for_constraints=True))
    say(desk, "uss1", subscription("both", wide, for_constraints=True))
    say(desk, "uss2", intent("a", square(desk)))
    say(desk, "uss2", constraint("x", square(desk)))
    indices = {name: desk.state.subscriptions[uuid(name)].index for name in ("i", "c", "both")}
    assert indices == {"i": 1, "c": 1, "both": 2}


def test_one_whose_time_is_over_hears_no_more_and_leaves(desk: Desk) -> None:
    say(desk, "uss1", subscription("s", disc(desk, 500.0, hours=(0.0, 1.0))))
    desk.tick(desk.now + timedelta(hours=1, minutes=1))
    say(desk, "uss2", intent("a", square(desk, hours=(-1.0, 1.0))))
    assert desk.state.subscriptions[uuid("s")].index == 0
    desk.tick(desk.now + timedelta(minutes=20))
    assert desk.state.subscriptions == {}


def test_it_is_refused_without_a_volume(desk: Desk) -> None:
    with pytest.raises(Malformed):
        say(desk, "uss1", SubscriptionPut(subscription=uuid("s"), for_intents=True))
