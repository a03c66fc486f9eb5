"""Assurances: declared intentions, given to others, about ground that can be judged."""

from __future__ import annotations

from datetime import datetime

from openline.desk.bounds import check_others, check_texts
from openline.desk.comparing.ground import find_standing
from openline.desk.ids import check_free
from openline.desk.owing.deliveries import Owed, owe
from openline.desk.ruling import Ruling, decides
from openline.desk.sides import backers_of
from openline.desk.state import State
from openline.desk.view.sight import sees_claim, sees_measure
from openline.domain.assurance import (
    Assurance,
    AssuranceGiven,
    AssuranceReleased,
    AssuranceState,
)
from openline.domain.delivery import SubjectKind
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.rules import Precedence
from openline.domain.statement import Statement, check_id


@decides(AssuranceGiven)
def assurance_given(
    state: State, said: Statement, content: AssuranceGiven, now: datetime
) -> Ruling:
    """Given for oneself, or for a party one backs; owed to each it is given to."""
    giver = said.author.party
    check_id("assurance", content.assurance)
    check_free(state, content.assurance)
    if giver != content.on_behalf_of and giver not in backers_of(state, content.on_behalf_of):
        raise NotPermitted(
            f"{content.assurance}: {giver} does not back {content.on_behalf_of}. "
            "Give it for yourself, or for a party you back."
        )
    if not content.to:
        raise Malformed(f"{content.assurance}: it is given to nobody. Name to whom.")
    check_others(state, content.assurance, content.to, giver)
    if content.on_behalf_of in content.to:
        raise Malformed(f"{content.assurance}: {content.on_behalf_of} is whose intention it is.")
    _check_about(state, giver, content)
    if content.body is not None:
        check_texts(content.assurance, content.body.text)
    parties = {giver, content.on_behalf_of, *content.to}
    owed = _owed(content.assurance, giver, now, state.size, version=1)
    return Ruling(readers=tuple(sorted(parties)), concluded=owe(state, owed, content.to))


@decides(AssuranceReleased)
def assurance_released(
    state: State, said: Statement, content: AssuranceReleased, now: datetime
) -> Ruling:
    """Only its giver takes it back, and those it was given to are told."""
    giver = said.author.party
    assurance = state.assurances.get(content.assurance)
    if assurance is None or giver not in assurance.parties:
        raise UnknownThing(f"{content.assurance}: {giver} knows of no such assurance.")
    if giver != assurance.giver:
        raise NotPermitted(f"{assurance.id}: only {assurance.giver}, who gave it, releases it.")
    if assurance.state is AssuranceState.RELEASED:
        raise WrongState(f"{assurance.id}: it was released already.")
    return _taken_back(state, assurance, now)


def _taken_back(state: State, assurance: Assurance, now: datetime) -> Ruling:
    owed = _owed(assurance.id, assurance.giver, now, state.size, version=2)
    return Ruling(
        readers=tuple(sorted(assurance.parties)),
        refs=(assurance.entry,),
        concluded=owe(state, owed, assurance.to),
    )


def _owed(assurance: str, giver: str, now: datetime, entry: int, *, version: int) -> Owed:
    return Owed(
        subject=assurance,
        subject_kind=SubjectKind.ASSURANCE,
        origin=giver,
        precedence=Precedence.PRIORITY,
        since=now,
        entry=entry,
        version=version,
    )


def _check_about(state: State, giver: str, content: AssuranceGiven) -> None:
    """It concerns a claimed area or a measure that the giver itself may see."""
    claim = state.claims.get(content.about)
    if claim is not None and sees_claim(state, giver, claim):
        return
    measure = find_standing(state, content.about)
    if measure is not None and sees_measure(state, giver, measure):
        return
    raise UnknownThing(
        f"{content.assurance}: {giver} sees no claimed area or measure {content.about}. "
        "Name one that can be held against it."
    )
