"""The life of one thing: every entry that speaks of it, in order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final

from openline.desk.state import State
from openline.domain.conflict import ConflictsFound
from openline.domain.delivery import NoticeAttempted
from openline.domain.line import ContactLogged, LineChecked
from openline.domain.statement import Content, Entry, facts_of

ROUTINE: Final[tuple[type[Content], ...]] = (ContactLogged, LineChecked, NoticeAttempted)
"""Kinds of which many in a row are told as one."""
IN_A_ROW: Final = 4

THINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "line": "a line",
        "message": "a message",
        "notification": "a notification",
        "measure": "a measure",
        "plan": "a plan",
        "conflict": "a conflict",
        "conflicts": "a conflict",
        "pointer": "a pointer to a conflict",
        "incident": "an incident",
        "account": "an account of an incident",
        "assurance": "an assurance",
        "delivery": "something owed to one recipient",
        "notice": "a ring of a duty watch",
        "meeting": "a meeting",
        "area": "a claimed area",
        "edge": "an edge",
        "cell": "a cell",
        "question": "a question",
        "finding": "a finding",
    }
)
"""What a thing is, by the field of an entry that first names it."""

_NOW: Final[tuple[tuple[Callable[[State], Mapping[str, Any]], Callable[[Any], str]], ...]] = (
    (lambda state: state.lines, lambda line: line.state),
    (lambda state: state.messages, lambda message: "closed" if message.closed_at else "open"),
    (lambda state: state.notifications, lambda notification: notification.status),
    (lambda state: state.incidents, lambda incident: incident.state),
    (lambda state: state.assurances, lambda assurance: assurance.state),
    (lambda state: state.deliveries, lambda owed: owed.rung),
    (lambda state: state.conflicts, lambda _: "standing"),
    (lambda state: state.pointers, lambda _: "standing"),
    (lambda state: state.plans, lambda _: "filed"),
    (lambda state: state.claims, lambda _: "claimed"),
    (
        lambda state: {measure.id: measure for measure in state.measures.values()},
        lambda measure: f"{measure.state}, version {measure.version}",
    ),
)
"""Where a thing is kept while it lives, and how it then stands."""


def life_of(thing: str, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Every entry that names it, or something owed, rung or pointed to on its account."""
    entries = tuple(entries)
    names = {thing, *_pointers_of(thing, entries)}
    return tuple(entry for entry in entries if _speaks_of(facts_of(entry.content), names))


def what_is(thing: str, life: Sequence[Entry]) -> str:
    """What sort of thing it is, by the first entry that names it as its own subject."""
    for entry in life:
        for name, value in facts_of(entry.content).items():
            if name in THINGS and _is_named(value, thing):
                return THINGS[name]
    return "something"


def how_now(thing: str, state: State) -> str | None:
    """How it stands now, in a word or two; None if it is over, or never stood."""
    for section, how in _NOW:
        held = section(state).get(thing)
        if held is not None:
            return how(held).replace("_", " ")
    return None


def gathered(life: Iterable[Entry]) -> Iterator[tuple[Entry, ...]]:
    """The entries one by one, and those of routine together where many follow each other."""
    for is_routine, run in groupby(life, lambda entry: isinstance(entry.content, ROUTINE)):
        entries = tuple(run)
        if is_routine and len(entries) >= IN_A_ROW:
            yield entries
        else:
            yield from ((entry,) for entry in entries)


def _pointers_of(conflict: str, entries: Iterable[Entry]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry.content, ConflictsFound):
            for found in entry.content.conflicts:
                if found.conflict == conflict:
                    yield from found.pointers


def _speaks_of(value: Any, names: set[str]) -> bool:
    if isinstance(value, str):
        # What is owed for a thing is `<thing>/…`, a ring for that `…#…`.
        return any(value == name or value.startswith((f"{name}/", f"{name}#")) for name in names)
    if isinstance(value, dict):
        return any(_speaks_of(each, names) for each in value.values())
    return isinstance(value, list | tuple) and any(_speaks_of(each, names) for each in value)


def _is_named(value: Any, thing: str) -> bool:
    if isinstance(value, list | tuple):
        return any(_is_named(each, thing) for each in value)
    if isinstance(value, dict):
        return thing in (value.get("id"), value.get("conflict"))
    return bool(value == thing)
