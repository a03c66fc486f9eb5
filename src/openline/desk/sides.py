"""Who stands with whom: from the backers that the roster states, and nothing else."""

from __future__ import annotations

from openline.desk.shelf import Look
from openline.desk.state import State
from openline.domain.incident import Incident, Relation
from openline.domain.party import PartyKind


def backers_of(state: State, party: str) -> tuple[str, ...]:
    """The parties that stand behind it."""
    held = state.parties.get(party)
    return held.backers if held is not None else ()


def same_side(state: State, a: str, b: str) -> bool:
    """The same party, one backing the other, or both backed by a third."""
    of_a, of_b = backers_of(state, a), backers_of(state, b)
    return a == b or a in of_b or b in of_a or not set(of_a).isdisjoint(of_b)


def parties_of_kind(state: State, kind: PartyKind) -> tuple[str, ...]:
    """Every party of a kind, sorted."""
    return tuple(party.id for party in state.parties.under(Look.KIND, kind))


def relation_to(
    state: State, incident: Incident, author: str, about: tuple[str, ...] = ()
) -> Relation:
    """What the author is to the party whose account it speaks of; to the opener if of none."""
    cited = incident.find_account(about[0]) if about else None
    subject = cited.author if cited is not None else incident.opener
    if author == subject:
        return Relation.SELF
    if author in backers_of(state, subject):
        return Relation.BACKER
    if same_side(state, author, subject):
        return Relation.ALLY
    opens = same_side(state, author, incident.opener), same_side(state, subject, incident.opener)
    answers = _answers(state, incident, author), _answers(state, incident, subject)
    across = (opens[0] and answers[1]) or (answers[0] and opens[1])
    return Relation.OTHER_SIDE if across else Relation.NEUTRAL


def _answers(state: State, incident: Incident, party: str) -> bool:
    """It is one of those whom the incident was put to, or stands with one."""
    return any(same_side(state, party, each) for each in incident.put_to)
