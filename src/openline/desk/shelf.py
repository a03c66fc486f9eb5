"""Sections of the state that are searched by more than an id, at a cost that no size changes.

What a section can be searched by stands in `LOOKS`. The looks are derived from the things alone:
they follow every change by themselves, and no snapshot holds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from openline.domain.assurance import Assurance
from openline.domain.cadence import Cadence
from openline.domain.conflict import OpenConflict, Pointer
from openline.domain.delivery import Delivery
from openline.domain.finding import FindingMade
from openline.domain.line import Line
from openline.domain.measure import LINES, Measure, MeasureState
from openline.domain.message import Message
from openline.domain.notification import Notification, site_keys
from openline.domain.party import Cell, Party
from openline.domain.plan import FiledPlan

V = TypeVar("V")


class Look(StrEnum):
    """By what a thing is found, besides its id."""

    PARTY = "party"
    """A party that it is of, or concerns."""
    KIND = "kind"
    BACKER = "backer"
    POST = "post"
    SUBJECT = "subject"
    """What a delivery is about."""
    THING = "thing"
    """One of the two things in a conflict."""
    AROUND = "around"
    """The measure that a buffer is drawn around."""
    LINE_IN_FORCE = "line in force"
    """The kind of a measure in force that has two sides."""
    SITE = "site"
    """The code or the name that a site stands under."""
    TELLER = "teller"
    """Whose it is, while it stands to be compared with."""
    SHOWN = "shown"
    """`shown_key` of each party it is shown to, and of whose it is, while it stands."""
    HIDDEN = "hidden"
    """`shown_key` of each party that was shown it and is no more, and of whose it is, meanwhile."""
    ENTRY = "entry"
    """The entry that a pointer was drawn by."""


def shown_key(reader: str, teller: str) -> str:
    """What is shown to one party by another."""
    return f"{reader}|{teller}"


Keys = Callable[[Any], Iterable[str]]


def _conflict_parties(each: OpenConflict) -> tuple[str, ...]:
    return (*each.parties_a, *each.parties_b)


def _notice_parties(each: Notification) -> tuple[str, ...]:
    return (each.submitter, *each.releases)


def _notice_shown(each: Notification) -> list[str]:
    told = each.recipients if each.is_under_way else ()
    return [shown_key(reader, each.submitter) for reader in told]


def _notice_hidden(each: Notification) -> list[str]:
    hidden_from = each.no_longer_shown if each.is_under_way else ()
    return [shown_key(reader, each.submitter) for reader in hidden_from]


def _line_in_force(each: Measure) -> tuple[str, ...]:
    stands = each.state is MeasureState.IN_FORCE and each.kind in LINES
    return (each.kind,) if stands else ()


LOOKS: Final[Mapping[type, Mapping[Look, Keys]]] = MappingProxyType(
    {
        Party: {Look.KIND: lambda each: (each.kind,), Look.BACKER: lambda each: each.backers},
        Cell: {
            Look.PARTY: lambda each: (each.party,),
            Look.POST: lambda each: (post.id for post in each.positions),
        },
        Line: {Look.PARTY: lambda each: each.parties},
        Message: {Look.PARTY: lambda each: (each.author, *each.recipients)},
        Delivery: {
            Look.PARTY: lambda each: each.parties,
            Look.SUBJECT: lambda each: (each.subject,),
        },
        FiledPlan: {
            Look.PARTY: lambda each: (each.party, *each.released_to),
            Look.TELLER: lambda each: (each.party,),
            Look.SHOWN: lambda each: (shown_key(to, each.party) for to in each.released_to),
        },
        Notification: {
            Look.PARTY: _notice_parties,
            Look.TELLER: lambda each: (each.submitter,) if each.is_under_way else (),
            Look.SHOWN: _notice_shown,
            Look.HIDDEN: _notice_hidden,
            Look.SITE: lambda each: site_keys(each) if each.is_under_way else (),
        },
        Measure: {
            Look.AROUND: lambda each: (each.of,) if each.of else (),
            Look.LINE_IN_FORCE: _line_in_force,
        },
        OpenConflict: {
            Look.PARTY: _conflict_parties,
            Look.THING: lambda each: (each.a, each.b),
        },
        Pointer: {
            Look.PARTY: lambda each: (each.to,),
            Look.ENTRY: lambda each: (each.id.partition(":")[0],),
        },
        FindingMade: {Look.PARTY: lambda each: (each.party,)},
        Cadence: {Look.PARTY: lambda each: (each.a, each.b)},
        Assurance: {Look.PARTY: lambda each: each.parties},
    }
)


class Shelf(dict[str, V]):
    """Things by id, and found by their looks. Values are frozen: one changes by being replaced."""

    def __init__(self, kind: type[V], things: Mapping[str, V] | None = None) -> None:
        super().__init__()
        self._looks = LOOKS[kind]
        self._ids: dict[Look, dict[str, dict[str, None]]] = {look: {} for look in self._looks}
        for key, thing in (things or {}).items():
            self[key] = thing

    def __setitem__(self, key: str, thing: V) -> None:
        held = self.get(key)
        for look, keys_of in self._looks.items():
            before = dict.fromkeys(keys_of(held)) if held is not None else {}
            after = dict.fromkeys(keys_of(thing))
            self._forget(look, key, (each for each in before if each not in after))
            for each in after:
                self._ids[look].setdefault(each, {})[key] = None
        super().__setitem__(key, thing)

    def __delitem__(self, key: str) -> None:
        thing = self[key]
        for look, keys_of in self._looks.items():
            self._forget(look, key, dict.fromkeys(keys_of(thing)))
        super().__delitem__(key)

    def discard(self, key: str) -> V | None:
        """Takes it off the shelf; None, and nothing happens, if it is not there."""
        thing = self.get(key)
        if thing is not None:
            del self[key]
        return thing

    def under(self, look: Look, key: str) -> Iterator[V]:
        """The things found there, in order of id, whatever order they came in."""
        return (self[each] for each in sorted(self._ids[look].get(key, ())))

    def holds(self, look: Look, key: str) -> bool:
        """Whether anything is found there."""
        return key in self._ids[look]

    def holds_any(self, look: Look, keys: Iterable[str]) -> bool:
        """Whether anything is found under any of these."""
        return not self._ids[look].keys().isdisjoint(keys)

    def keys_of(self, look: Look) -> set[str]:
        """Everything under which something is found by this look."""
        return set(self._ids[look])

    def _forget(self, look: Look, key: str, places: Iterable[str]) -> None:
        for each in places:
            found = self._ids[look][each]
            del found[key]
            if not found:
                del self._ids[look][each]
