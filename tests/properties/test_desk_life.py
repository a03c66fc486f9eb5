"""A desk's whole life, with anything said in any order: it refuses or records, and never breaks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields, replace

from anything_said import draw_statement
from desk_harness import Desk
from ground_harness import agree, area, file_plan, separation_line, state_edge
from notification_harness import site
from openline.desk.clock import next_due
from openline.desk.decide import decide
from openline.desk.state import State, digest_of, evolve, snapshot_of, state_from_snapshot
from openline.desk.view import operator_view, view
from openline.domain.delivery import DeliveryOwed, NoticeOwed
from openline.domain.errors import Refused
from openline.domain.message import MessageKind, MessageSent
from openline.domain.party import KeyEnrolled, PublicKey, RulesChanged
from openline.domain.rules import DAY_S, Precedence, Rules
from openline.domain.statement import EVERYONE, Entry, Tick
from supplier_harness import admit, constraint, intent, say, square
from view_harness import eight_party_desk

LIVES: Final = int(os.environ.get("N", "40"))
MOST_SAID: Final = 30
MOST_TICKS: Final = 3_000
"""Far more than silence can lead to in the few days that a life lasts."""
_A_CODE: Final = re.compile(r"[A-Za-z0-9._:/|#~+=-]{0,200}")
_NUMBERS: Final = frozenset({"parted_by_s", "within_m"})
"""Facts that are not whole numbers: no latitude is ever among them."""


@settings(max_examples=LIVES)
@given(st.lists(st.integers(0, 2**32), min_size=1, max_size=MOST_SAID))
def test_whatever_is_said_is_refused_and_changes_nothing_or_is_recorded_for_good(
    seeds: list[int],
) -> None:
    desk = _a_desk()
    for number, seed in enumerate(seeds):
        _say_or_wait(Random(seed), desk, number)

    chance = Random(seeds[-1])
    _check_entries(desk.entries, set(desk.state.parties))
    _look_at_all(desk.state)
    _check_replay(chance, desk)
    _check_erased(chance, desk)


def _a_desk() -> Desk:
    """A desk at which every family has been heard from."""
    desk = eight_party_desk()
    desk.operate(RulesChanged(rules=Rules(keep_ended_s=DAY_S)))
    for number, party in enumerate(("EAST", "EAST", "WEST"), start=1):
        key = PublicKey(kid=f"key-{number}", x="A" * 43)
        desk.operate(KeyEnrolled(party=party, position=f"{party}-TAC.commander", key=key))
    agree(desk, separation_line())
    agree(desk, area())
    state_edge(desk, "EAST", (40.25, 35.40))
    state_edge(desk, "WEST", (40.05, 35.35))
    file_plan(desk, "EAST", "P-A")
    admit(desk, "uss1", "uss2")
    say(desk, "uss1", intent("a", square(desk, hours=(1.0, 60.0)), new_subscription="s"))
    say(desk, "uss2", constraint("x", square(desk, east_m=50.0)))
    desk.say("AID", site())
    desk.say(
        "EASTB",
        MessageSent(
            message="M-1",
            kind=MessageKind.WARN,
            recipients=("WESTB",),
            precedence=Precedence.FLASH,
        ),
    )
    return desk


def _say_or_wait(chance: Random, desk: Desk, number: int) -> None:
    if chance.randint(0, 4) == 0:
        minutes = chance.choice((-600, -1, 0, 1, 3, 45, 700, 3_000))
        _tick(desk, desk.now + timedelta(minutes=minutes))
        return
    statement = draw_statement(chance, desk, number)
    before = snapshot_of(desk.state)
    try:
        entries = decide(desk.state, statement, desk.now)
    except Refused:
        entries = []
    assert snapshot_of(desk.state) == before, "deciding changed the state"
    _fold(desk, entries)


def _tick(desk: Desk, at: datetime) -> None:
    """The clock moves, backwards perhaps; whatever it leads to comes to an end."""
    desk.now = at
    for _ in range(MOST_TICKS):
        due_at = next_due(desk.state)
        if due_at is None or due_at > at:
            return
        _fold(desk, decide(desk.state, Tick(), at))
    raise AssertionError("ticking does not end")


def _fold(desk: Desk, entries: list[Entry]) -> None:
    for entry in entries:
        evolve(desk.state, entry)
    desk.entries += entries


def _check_entries(entries: list[Entry], parties: set[str]) -> None:
    assert [each.index for each in entries] == list(range(len(entries)))
    instants = [each.recorded_at for each in entries]
    assert instants == sorted(instants)
    owed = [each.content.delivery.id for each in entries if isinstance(each.content, DeliveryOwed)]
    rung = [each.content.notice for each in entries if isinstance(each.content, NoticeOwed)]
    assert len(set(owed)) == len(owed), "what was owed was written over"
    assert len(set(rung)) == len(rung), "two rings under one name"
    for entry in entries:
        assert set(entry.readers) <= parties | {EVERYONE}, entry
        for name, value in _facts(entry.content):
            assert _is_plain(name, value), (type(entry.content).KIND, name, value)


def _facts(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that stands in the leaf, with the name of the field it stands in."""
    if isinstance(value, Rules):
        return  # numbers that the operator agreed with all
    if isinstance(value, Struct):
        for each in fields(value):
            if each.name != "body":
                yield from _facts(getattr(value, each.name), each.name)
    elif isinstance(value, tuple):
        for one in value:
            yield from _facts(one, name)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _facts(key, name)
            yield from _facts(one, name)
    else:
        yield name, value


def _is_plain(name: str, value: Any) -> bool:
    if isinstance(value, Enum | datetime | bool) or value is None:
        return True
    if isinstance(value, str):
        return _A_CODE.fullmatch(value) is not None
    if isinstance(value, int):
        return abs(value) < 2**53
    return name in _NUMBERS and value == value


def _look_at_all(state: State) -> None:
    before = snapshot_of(state)
    for party in state.parties:
        view(state, party)
    operator_view(state)
    assert snapshot_of(state) == before, "looking changed the state"


def _check_replay(chance: Random, desk: Desk) -> None:
    """Folding anew, or from a snapshot taken at any entry, comes to the same state."""
    cut = chance.randint(0, len(desk.entries))
    again = State()
    for entry in desk.entries[:cut]:
        evolve(again, entry)
    from_snapshot = state_from_snapshot(snapshot_of(again))
    for entry in desk.entries[cut:]:
        evolve(again, entry)
        evolve(from_snapshot, entry)
    assert digest_of(again) == digest_of(from_snapshot) == digest_of(desk.state)
    assert _due(again) == _due(from_snapshot) == _due(desk.state)


def _due(state: State) -> list[Entry]:
    """All that silence would lead to in a week: the same from states that are the same."""
    return decide(state, Tick(), state.now + timedelta(days=7))


def _check_erased(chance: Random, desk: Desk) -> None:
    """With any bodies gone the record still folds, ticks, and is seen."""
    erased = Desk.__new__(Desk)
    erased.state, erased.entries, erased.now = State(), [], desk.now
    every = chance.random() < 0.5
    for entry in desk.entries:
        has_body = getattr(entry.content, "body", None) is not None
        if has_body and (every or chance.randint(0, 2) == 0):
            entry = replace(entry, content=replace(entry.content, body=None))
        evolve(erased.state, entry)
        erased.entries.append(entry)
    _tick(erased, desk.now + timedelta(days=2))
    _look_at_all(erased.state)
    _check_entries(erased.entries, set(erased.state.parties))
