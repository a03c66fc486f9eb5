"""Operational intents between drone operators' suppliers: the standard's own rule."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desk_harness import Desk
from openline.domain.conflict import ConflictsEased, ConflictsFound
from openline.domain.errors import (
    Malformed,
    NotPermitted,
    StaleVersion,
    TooLarge,
    UnknownThing,
)
from openline.domain.intent import IntentState, NotDeconflicted, SupplierDown
from openline.domain.subscription import Notified
from openline.domain.supplier import Availability, supplier_party
from supplier_harness import (
    admit,
    constraint,
    disc,
    intent,
    mark,
    notified,
    ovn,
    remove,
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


def test_an_intent_is_there_with_its_version_and_gone_when_it_is_removed(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    say(desk, "uss1", intent("a", square(desk), version=2))
    held = desk.state.intents[uuid("a")]
    assert (held.version, held.ovn, held.party) == (2, ovn("a-2"), "USS.uss1")
    say(desk, "uss1", remove("a", version=2))
    assert desk.state.intents == {}


def test_an_intent_of_its_own_time_and_place_is_one_entry_and_no_more(desk: Desk) -> None:
    entries = say(desk, "uss1", intent("a", square(desk), new_subscription="s"))
    assert len(entries) == 1


def test_whoever_lacks_the_current_ovn_of_what_it_meets_is_told_what_it_lacks(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    say(desk, "uss1", intent("b", square(desk, east_m=5_000.0)))
    with pytest.raises(NotDeconflicted) as refused:
        say(desk, "uss2", intent("c", square(desk, east_m=50.0)))
    assert [each.id for each in refused.value.intents] == [uuid("a")]
    assert uuid("c") not in desk.state.intents


def test_the_ovn_of_the_version_before_is_no_key(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    say(desk, "uss1", intent("a", square(desk), version=2))
    with pytest.raises(NotDeconflicted):
        say(desk, "uss2", intent("c", square(desk), key=[ovn("a-1")]))
    say(desk, "uss2", intent("c", square(desk), key=[ovn("a-2"), "of-nothing-here-at-all"]))


def test_a_suppliers_own_intents_need_keys_too(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    with pytest.raises(NotDeconflicted):
        say(desk, "uss1", intent("b", square(desk)))


def test_an_intent_that_is_changed_needs_no_key_for_itself(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    say(desk, "uss1", intent("a", square(desk, east_m=10.0), version=2))


@pytest.mark.parametrize(
    "apart",
    [
        {"heights_m": (100.001, 150.0)},
        {"hours": (2.0001, 3.0)},
        {"east_m": 101.0},
    ],
    ids=["in height", "in time", "on the ground"],
)
def test_what_keeps_apart_in_one_way_does_not_meet(desk: Desk, apart: dict[str, object]) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    say(desk, "uss2", intent("b", square(desk, **apart)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "touching",
    [{"heights_m": (100.0, 150.0)}, {"hours": (2.0, 3.0)}, {"east_m": 100.0}],
    ids=["in height", "in time", "on the ground"],
)
def test_touching_counts(desk: Desk, touching: dict[str, object]) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    with pytest.raises(NotDeconflicted):
        say(desk, "uss2", intent("b", square(desk, **touching)))  # type: ignore[arg-type]


def test_each_extent_is_judged_by_itself_and_never_their_hull(desk: Desk) -> None:
    early = square(desk, hours=(1.0, 1.5))
    late_and_elsewhere = square(desk, east_m=5_000.0, hours=(3.0, 4.0))
    say(desk, "uss1", intent("a", early, late_and_elsewhere))
    say(desk, "uss2", intent("between", square(desk, hours=(3.0, 4.0))))
    with pytest.raises(NotDeconflicted):
        say(desk, "uss2", intent("late", square(desk, east_m=5_000.0, hours=(3.5, 5.0))))


def test_only_its_manager_changes_or_removes_an_intent(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    with pytest.raises(NotPermitted):
        say(desk, "uss2", intent("a", square(desk), version=2))
    with pytest.raises(NotPermitted):
        say(desk, "uss2", remove("a"))


def test_a_change_shows_the_ovn_that_it_changes(desk: Desk) -> None:
    with pytest.raises(StaleVersion):
        say(desk, "uss1", intent("a", square(desk), version=2))
    with pytest.raises(UnknownThing):
        say(desk, "uss1", remove("a"))
    say(desk, "uss1", intent("a", square(desk)))
    with pytest.raises(StaleVersion):
        say(desk, "uss1", intent("a", square(desk)))
    with pytest.raises(StaleVersion):
        say(desk, "uss1", intent("a", square(desk), version=3))
    with pytest.raises(StaleVersion):
        say(desk, "uss1", remove("a", version=2))


def test_an_intent_begins_as_accepted_and_ends_by_being_removed(desk: Desk) -> None:
    activated = intent("a", square(desk), state=IntentState.ACTIVATED, new_subscription="s")
    with pytest.raises(Malformed):
        say(desk, "uss1", activated)
    say(desk, "uss1", intent("a", square(desk)))
    with pytest.raises(Malformed):
        say(desk, "uss1", intent("a", square(desk), version=2, state=IntentState.ENDED))


@pytest.mark.parametrize(
    "state", [IntentState.ACTIVATED, IntentState.NONCONFORMING, IntentState.CONTINGENT]
)
def test_an_intent_in_use_needs_a_subscription(desk: Desk, state: IntentState) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    with pytest.raises(Malformed):
        say(desk, "uss1", intent("a", square(desk), version=2, state=state))
    say(desk, "uss1", intent("a", square(desk), version=2, state=state, new_subscription="s"))


def test_an_intent_that_departs_from_its_plan_needs_no_key_and_is_a_finding(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    say(desk, "uss2", intent("b", square(desk, east_m=5_000.0)))
    astray = intent(
        "b", square(desk), version=2, state=IntentState.NONCONFORMING, new_subscription="s"
    )
    say(desk, "uss2", astray)
    (found,) = desk.all_of(ConflictsFound)
    (conflict,) = found.conflicts
    assert {conflict.a, conflict.b} == {f"I/{uuid('a')}", f"I/{uuid('b')}"}
    assert {*conflict.parties_a, *conflict.parties_b} == {"USS.uss1", "USS.uss2"}


def test_the_finding_eases_once_it_shows_the_others_ovn(desk: Desk) -> None:
    test_an_intent_that_departs_from_its_plan_needs_no_key_and_is_a_finding(desk)
    back = intent("b", square(desk), version=3, key=[ovn("a-1")], subscription="s")
    say(desk, "uss2", back)
    assert len(desk.all_of(ConflictsEased)) == 1
    assert not desk.state.conflicts


def test_holders_of_each_others_ovn_are_no_finding(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    say(desk, "uss2", intent("b", square(desk), key=[ovn("a-1")]))
    desk.tick(desk.now + timedelta(seconds=10))
    assert not desk.all_of(ConflictsFound)


def test_nobody_needs_the_ovn_of_an_accepted_intent_whose_supplier_is_down(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    mark(desk, "uss1", Availability.DOWN)
    say(desk, "uss2", intent("b", square(desk)))
    assert len(desk.all_of(ConflictsFound)) == 1  # nobody has deconflicted


def test_the_ovn_of_an_activated_intent_is_needed_even_if_its_supplier_is_down(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    activated = intent(
        "a", square(desk), version=2, state=IntentState.ACTIVATED, new_subscription="s"
    )
    say(desk, "uss1", activated)
    mark(desk, "uss1", Availability.DOWN)
    with pytest.raises(NotDeconflicted):
        say(desk, "uss2", intent("b", square(desk)))


def test_a_supplier_that_is_down_files_and_removes_nothing(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk)))
    mark(desk, "uss1", Availability.DOWN)
    with pytest.raises(SupplierDown):
        say(desk, "uss1", intent("b", square(desk, east_m=900.0)))
    with pytest.raises(SupplierDown):
        say(desk, "uss1", remove("a"))
    astray = intent(
        "a", square(desk), version=2, state=IntentState.CONTINGENT, new_subscription="s"
    )
    say(desk, "uss1", astray)  # what has gone astray is told all the same


def test_what_is_over_already_is_refused_and_judged_by_its_last_extent(desk: Desk) -> None:
    past = [square(desk, hours=(-30.0 - n, -29.0 - n)) for n in range(4)]
    with pytest.raises(Malformed):
        say(desk, "uss1", intent("a", *past))
    say(desk, "uss1", intent("a", *past, square(desk, hours=(-9_000.0, 1.0))))


def test_an_intent_has_both_heights_and_both_times(desk: Desk) -> None:
    with pytest.raises(Malformed):
        say(desk, "uss1", intent("a", disc(desk, 50.0, heights_m=(None, 100.0))))


def test_an_area_beyond_bounds_is_refused(desk: Desk) -> None:
    say(desk, "uss1", intent("a", disc(desk, 28_000.0)))
    with pytest.raises(TooLarge):
        say(desk, "uss1", intent("b", disc(desk, 28_300.0)))


def test_one_footprint_at_many_heights_counts_once(desk: Desk) -> None:
    layers = [disc(desk, 20_000.0, heights_m=(n * 10.0, n * 10.0 + 9.0)) for n in range(9)]
    say(desk, "uss1", intent("a", *layers))


def test_a_subscription_made_with_an_intent_is_as_large_as_it_and_goes_with_it(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk), new_subscription="s"))
    held = desk.state.subscriptions[uuid("s")]
    assert (held.implicit, held.index, held.ends_at) == (
        True,
        1,
        desk.state.now + timedelta(hours=2),
    )
    later = square(desk, east_m=9_000.0, hours=(1.0, 4.0))
    say(desk, "uss1", intent("a", later, version=2, subscription="s"))
    assert desk.state.subscriptions[uuid("s")].ends_at == desk.state.now + timedelta(hours=4)
    say(desk, "uss1", remove("a", version=2))
    assert desk.state.subscriptions == {}


def test_a_subscription_made_with_an_intent_goes_when_that_moves_to_another(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk), new_subscription="s"))
    say(desk, "uss1", intent("a", square(desk), version=2, new_subscription="t"))
    assert [*desk.state.subscriptions] == [uuid("t")]


def test_a_subscription_made_with_one_intent_reaches_as_far_as_a_second_on_it(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk), new_subscription="s"))
    far = square(desk, east_m=9_000.0)
    assert notified(say(desk, "uss1", intent("b", far, subscription="s"))) == [
        Notified(subscription=uuid("s"), index=2)
    ]
    say(desk, "uss1", remove("a"))
    assert notified(say(desk, "uss2", intent("c", far, key=[ovn("b-1")]))) == [
        Notified(subscription=uuid("s"), index=4)
    ]


def test_whoever_asked_to_hear_is_told_of_each_change_once(desk: Desk) -> None:
    say(desk, "uss2", subscription("s", disc(desk, 500.0, hours=(0.0, 12.0))))
    told = [
        notified(say(desk, "uss1", intent("a", square(desk)))),
        notified(say(desk, "uss1", intent("a", square(desk, east_m=9_000.0), version=2))),
        notified(say(desk, "uss1", intent("a", square(desk, east_m=9_001.0), version=3))),
        notified(say(desk, "uss1", intent("a", square(desk), version=4))),
        notified(say(desk, "uss1", remove("a", version=4))),
    ]
    assert [[each.index for each in one] for one in told] == [[1], [2], [], [3], [4]]


def test_nobody_is_told_of_what_lies_above_all_that_was_asked(desk: Desk) -> None:
    low = disc(desk, 500.0, heights_m=(0.0, 40.0), hours=(0.0, 12.0))
    say(desk, "uss2", subscription("s", low))
    assert notified(say(desk, "uss1", intent("a", square(desk)))) == []


def test_the_subscription_named_must_be_ones_own_ask_for_intents_and_cover_it(desk: Desk) -> None:
    wide = disc(desk, 500.0, hours=(0.0, 12.0))
    say(desk, "uss2", subscription("of-another", wide))
    say(desk, "uss1", subscription("small", disc(desk, 50.0, hours=(0.0, 12.0))))
    say(desk, "uss1", subscription("short", disc(desk, 500.0, hours=(0.0, 1.5))))
    low = disc(desk, 500.0, heights_m=(0.0, 80.0), hours=(0.0, 12.0))
    say(desk, "uss1", subscription("low", low))
    constraints_only = subscription("c", wide, for_intents=False, for_constraints=True)
    say(desk, "uss1", constraints_only)
    for name in ("nowhere", "small", "short", "low", "c"):
        with pytest.raises(Malformed):
            say(desk, "uss1", intent("a", square(desk), subscription=name))
    with pytest.raises(NotPermitted):
        say(desk, "uss1", intent("a", square(desk), subscription="of-another"))
    say(desk, "uss1", subscription("right", wide))
    say(desk, "uss1", intent("a", square(desk), subscription="right"))


def test_a_subscription_and_a_new_one_are_one_too_many(desk: Desk) -> None:
    say(desk, "uss1", subscription("s", disc(desk, 500.0, hours=(0.0, 12.0))))
    with pytest.raises(Malformed):
        say(desk, "uss1", intent("a", square(desk), subscription="s", new_subscription="t"))


def test_constraints_are_in_the_key_only_if_the_subscription_asks_for_them(desk: Desk) -> None:
    say(desk, "uss2", constraint("c", square(desk)))
    say(desk, "uss1", intent("a", square(desk), new_subscription="s"))
    asking = intent("a", square(desk), version=2, new_subscription="t", for_constraints=True)
    with pytest.raises(NotDeconflicted) as refused:
        say(desk, "uss1", asking)
    assert [each.id for each in refused.value.constraints] == [uuid("c")]
    knowing = intent(
        "a",
        square(desk),
        version=2,
        key=[ovn("c-1")],
        new_subscription="t",
        for_constraints=True,
    )
    say(desk, "uss1", knowing)


def test_what_is_over_leaves_the_desk_with_all_of_its_minute(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk), new_subscription="s"))
    say(desk, "uss2", intent("b", square(desk, east_m=500.0)))
    entries = desk.tick(desk.now + timedelta(hours=2, minutes=15))
    assert uuid("a") in desk.state.intents
    entries = desk.tick(desk.now + timedelta(minutes=2))
    assert (desk.state.intents, desk.state.subscriptions, len(entries)) == ({}, {}, 1)


def test_nothing_of_an_intent_but_facts_stands_in_its_leaf(desk: Desk) -> None:
    (entry,) = say(desk, "uss1", intent("a", square(desk), key=[ovn("x")], new_subscription="s"))
    assert entry.readers == (supplier_party("uss1"),)
    facts = {name for name in entry.content.__struct_fields__ if name != "body"}
    assert not facts & {"volumes", "base_url", "key", "notify_url"}


def test_a_subscription_cannot_be_removed_while_intents_depend_on_it(desk: Desk) -> None:
    say(desk, "uss1", intent("a", square(desk), new_subscription="s"))
    with pytest.raises(Malformed):
        say(desk, "uss1", unsubscribe(desk, "s"))
