"""What was found: one conflict new or changed, and who is told for the sake of either side."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from openline.desk.comparing.ground import (
    find_standing,
    is_public,
    may_hear,
    may_hear_of,
    told_for,
)
from openline.desk.owing.pointers import Told, cell_of
from openline.desk.state import State
from openline.domain.conflict import Conflict, OpenConflict
from openline.domain.constraint import CONSTRAINTS
from openline.domain.intent import INTENTS
from openline.domain.measure import Measure
from openline.domain.supplier import SUPPLIERS


class Comer(Struct, frozen=True, kw_only=True):
    """The thing that is let in: a party's, or a measure (whose party is empty when agreed).

    Those with the same `question` are one question by whoever lets them in; else each is one.
    """

    id: str
    party: str
    question: str = ""
    measure: Measure | None = None
    released_to: tuple[str, ...] | None = None
    among_intents: bool = False


class Found(Struct, frozen=True, kw_only=True):
    """One conflict new or changed: who is told for either side, and as it stood before, if so.

    `question` is what the asker let in; empty where it met what it may know of anyway.
    """

    id: str
    asker: str
    question: str
    met: Conflict
    parties_a: tuple[str, ...]
    parties_b: tuple[str, ...]
    starts_at: datetime
    before: OpenConflict | None
    told: tuple[Told, ...] = ()
    moved: bool = False

    @property
    def cell(self) -> str:
        """The coarse cell it lies in, by which pointers are counted."""
        return cell_of(self.met.at)


def has_changed(found: Found, before: OpenConflict) -> bool:
    """It stands at another time or place than before, or others are to be told of it."""
    if (found.parties_a, found.parties_b) != (before.parties_a, before.parties_b):
        return True
    met, where = found.met, before.where
    now_and_then = (
        (met.starts_at, met.ends_at, met.within_error),
        (before.starts_at, before.ends_at, before.within_error),
    )
    if where is None or now_and_then[0] != now_and_then[1]:
        return now_and_then[0] != now_and_then[1]
    return (met.least_distance_m, met.at) != (where.least_distance_m, where.at)


def look(
    state: State,
    comer: Comer,
    met: Conflict,
    before: OpenConflict | None,
    new_id: str,
    now: datetime,
) -> Found:
    return Found(
        id=before.id if before else new_id,
        asker=comer.party,
        question="" if _is_known_to(state, comer, met) else comer.question or comer.id,
        met=met,
        parties_a=_told_for(state, comer, met.a, met.b),
        parties_b=_told_for(state, comer, met.b, met.a),
        starts_at=max(met.starts_at or now, now),
        before=before,
    )


def _told_for(state: State, comer: Comer, thing: str, other: str) -> tuple[str, ...]:
    """Who is told for the sake of a thing, among those that may hear of the other at all."""
    concerned = _concerned_in(state, comer, thing, other)
    return tuple(each for each in concerned if _may_hear(state, comer, each, other))


def _may_hear(state: State, comer: Comer, party: str, thing: str) -> bool:
    """As the notification is released by this very statement, if it is the one let in."""
    if thing == comer.id:
        return may_hear(state, party, comer.released_to)
    return may_hear_of(state, party, thing)


def _concerned_in(state: State, comer: Comer, thing: str, other: str) -> tuple[str, ...]:
    """A thing's party, or whoever set the measure.

    For an agreed measure they are its other parties, if the party that would meet it is one of
    them: those who agreed with it. Anybody else's plan or site is not for them to hear of.
    """
    measure = comer.measure if thing == comer.id else find_standing(state, thing)
    if measure is None:
        return (_party(state, comer, thing),)
    return told_for(measure, _party(state, comer, other))


def _party(state: State, comer: Comer, thing: str) -> str:
    return comer.party if thing == comer.id else state.index.party_of(thing)


def _is_known_to(state: State, comer: Comer, met: Conflict) -> bool:
    """Whether a party would learn nothing by meeting it: it is published, or suppliers ask freely.

    To draw pointers from that is no probing.
    """
    other = met.b if met.a == comer.id else met.a
    if other.startswith((INTENTS, CONSTRAINTS)):
        return comer.party.startswith(SUPPLIERS)
    measure = find_standing(state, other)
    return measure is not None and is_public(state, measure)
