"""Suppliers: admitted on their first word, trusted by an entry, marked by an arbiter."""

from __future__ import annotations

import pytest

from desk_harness import Desk
from openline.desk.state import digest_of, snapshot_of, state_from_snapshot
from openline.domain.errors import Malformed, NotPermitted, StaleVersion, UnknownThing, WrongState
from openline.domain.party import PartyAdded, PartyKind
from openline.domain.statement import EVERYONE
from openline.domain.supplier import (
    AuthorityTrusted,
    Availability,
    AvailabilitySet,
    ExchangeReported,
    ReportBody,
    SupplierBody,
    supplier_party,
)
from supplier_harness import admit, intent, mark, say, square, uuid


def test_a_supplier_is_admitted_once_and_everybody_sees_it() -> None:
    desk = Desk()
    admit(desk, "uss1")
    assert desk.state.parties["USS.uss1"].kind is PartyKind.CIVIL_OPERATOR
    assert desk.entries[-1].readers == (EVERYONE,)
    with pytest.raises(WrongState):
        admit(desk, "uss1")


def test_nobody_speaks_before_being_admitted() -> None:
    desk = Desk()
    with pytest.raises(UnknownThing):
        say(desk, "uss1", intent("a", square(desk)))


@pytest.mark.parametrize("name", ["joe@example.org", "Ünal", "a b", "x" * 200, "a:b", "a" * 32])
def test_a_name_that_is_no_code_stands_in_no_leaf(name: str) -> None:
    party = supplier_party(name)
    assert name not in party
    assert party != supplier_party(party.removeprefix("USS."))


def test_no_other_party_takes_an_id_of_that_form() -> None:
    desk = Desk()
    with pytest.raises(Malformed):
        desk.operate(PartyAdded(party="USS.uss1", kind=PartyKind.FORCE))


def test_whose_word_is_taken_is_on_the_record() -> None:
    desk = Desk()
    desk.operate(AuthorityTrusted(keys=("ab" * 32,), audiences=("desk.example",)))
    assert desk.state.trusted.keys == ("ab" * 32,)
    assert desk.entries[-1].readers == (EVERYONE,)


def test_availability_is_set_over_its_own_version_alone() -> None:
    desk = Desk()
    admit(desk, "arbiter")
    mark(desk, "uss1", Availability.NORMAL)
    mark(desk, "uss1", Availability.DOWN)
    assert desk.state.suppliers["USS.uss1"].availability is Availability.DOWN
    stale = AvailabilitySet(
        supplier="USS.uss1", availability=Availability.NORMAL, body=SupplierBody(name="uss1")
    )
    with pytest.raises(StaleVersion):
        say(desk, "arbiter", stale)


def test_a_supplier_marked_before_its_first_word_stays_marked() -> None:
    desk = Desk()
    mark(desk, "uss1", Availability.DOWN)
    admit(desk, "uss1")
    assert desk.state.suppliers["USS.uss1"].availability is Availability.DOWN
    assert desk.state.suppliers["USS.uss1"].name == "uss1"


def test_a_report_is_kept_for_its_author() -> None:
    desk = Desk()
    admit(desk, "uss1")
    (entry,) = say(desk, "uss1", ExchangeReported(report=uuid("r"), body=ReportBody(text="{}")))
    assert entry.readers == ("USS.uss1",)


def test_nobody_but_civil_operators_files_intents() -> None:
    from desk_harness import river_desk

    desk = river_desk()
    with pytest.raises(NotPermitted):
        desk.say("EAST", intent("a", square(desk)))


def test_a_snapshot_gives_back_the_same_airspace() -> None:
    desk = Desk()
    admit(desk, "uss1", "uss2")
    say(desk, "uss1", intent("a", square(desk), new_subscription="s"))
    again = state_from_snapshot(snapshot_of(desk.state))
    assert digest_of(again) == digest_of(desk.state) == digest_of(desk.replayed())
    assert uuid("a") in again.index.air.intents
    assert again.index.air.dependents == desk.state.index.air.dependents
    assert again.index.air.leaving == desk.state.index.air.leaving
