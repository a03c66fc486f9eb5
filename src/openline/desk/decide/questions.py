"""Questions: answered from what the asker may already see, and counted."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from openline.desk.bounds import check_past
from openline.desk.known import known_before
from openline.desk.probing import cells_over_budget, found_probing
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.shelf import Look, shown_key
from openline.desk.state import State
from openline.desk.taking.incidents import incident_of
from openline.desk.view.sight import sees_thing
from openline.desk.view.table import Sight, Thing, sight_of
from openline.detection import check_plan
from openline.domain.airspace import Circle, Corridor, Volume4D
from openline.domain.conflict import Conflict
from openline.domain.errors import Malformed, TooLarge, WrongState
from openline.domain.incident import IncidentState
from openline.domain.plan import Plan
from openline.domain.question import (
    Answer,
    Asked,
    JudgementBody,
    QuestionAnswered,
    QuestionAsked,
    QuestionBody,
    cells_of,
)
from openline.domain.statement import Statement, check_id

MAX_PARTS: Final = 10
MAX_VERTICES: Final = 100
"""Of the place of a question about an incident, all parts together: a street, a bend, a town."""


@decides(QuestionAsked)
def question_asked(state: State, said: Statement, content: QuestionAsked, now: datetime) -> Ruling:
    """Within the budget it is answered; beyond it the answer is UNKNOWN, and a finding."""
    check_id("question", content.question)
    asker = said.author.party
    if content.asked is Asked.POINTER:
        raise Malformed(f"{content.question}: a pointer is drawn by filing a plan. File it.")
    if content.asked is Asked.KNOWN_BEFORE:
        return _known_before(state, asker, content, now)
    if content.at is not None:
        raise Malformed(f"{content.question}: only of an incident is asked what was known at `at`.")
    if content.body is None or not content.body.volumes:
        raise Malformed(f"{content.question}: it names no area. Say where it asks in the body.")
    plan = _as_plan(asker, content.question, content.body)
    check_plan(plan)
    cells = cells_of(content.body.volumes)
    over = cells_over_budget(state, asker, content.asked, cells, now)
    if over:
        unknown = _answer(asker, QuestionAnswered(question=content.question, answer=Answer.UNKNOWN))
        probed = tuple(party for party in _parties_in(state, plan) if party != asker)
        found = found_probing(state, asker, content.asked, dict.fromkeys(over, 1), probed, now)
        return Ruling(readers=(asker,), concluded=(unknown, *found))
    judged = judge(state, asker, plan) if content.asked is Asked.WOULD_MEET else ()
    told = QuestionAnswered(
        question=content.question,
        answer=Answer.TOLD,
        told_by=len(tellers_to(state, asker)),
        body=JudgementBody(conflicts=judged) if content.asked is Asked.WOULD_MEET else None,
    )
    return Ruling(readers=(asker,), concluded=(_answer(asker, told),))


def judge(state: State, asker: str, plan: Plan) -> tuple[Conflict, ...]:
    """What a plan not yet filed would meet among the things that its asker may already see.

    Nothing else is hinted at: a plan that would meet only what the asker may not see is answered
    just as one that would meet nothing at all, and as soon.
    """

    def is_shown(thing: str) -> bool:
        return sees_thing(state, asker, thing)

    return tuple(state.index.find_shown(plan, state.rules, is_shown))


def _known_before(state: State, asker: str, content: QuestionAsked, now: datetime) -> Ruling:
    """Answered inside an open incident, to a party to it; the asking is seen by all its parties.

    A place is one more thing asked about it, and has the budget of any question.
    """
    place = content.body.volumes if content.body is not None else ()
    cells = _cells_of_place(asker, content)
    if content.at is not None:
        check_past(state, content.question, content.at, now)
    incident = incident_of(state, content.incident or "", asker)
    if incident.state is IncidentState.CLOSED:
        raise WrongState(f"{incident.id}: it is closed, and nothing more is answered in it.")
    readers, refs = tuple(sorted(incident.parties)), (incident.entry,)
    over = cells_over_budget(state, asker, content.asked, cells, now)
    if over:
        unknown = _answer(asker, QuestionAnswered(question=content.question, answer=Answer.UNKNOWN))
        probed = tuple(party for party in incident.parties if party != asker)
        found = found_probing(state, asker, content.asked, dict.fromkeys(over, 1), probed, now)
        return Ruling(readers=readers, refs=refs, concluded=(unknown, *found))
    told = QuestionAnswered(
        question=content.question,
        answer=Answer.TOLD,
        told_by=len(incident.parties),
        known=known_before(state, incident, asker, content.at, place),
    )
    return Ruling(readers=readers, refs=refs, concluded=(_answer(asker, told),))


def _cells_of_place(asker: str, content: QuestionAsked) -> tuple[str, ...]:
    """The cells by which it is counted; none where it asks of no place.

    Raises:
        Malformed: it is no place.
        TooLarge: too wide a one, or of too many parts to be held against all that was told.
    """
    if content.body is None:
        return ()
    place = content.body.volumes
    if len(place) > MAX_PARTS or sum(map(_vertices_in, place)) > MAX_VERTICES:
        raise TooLarge(
            f"{content.question}: its place has over {MAX_PARTS} parts or {MAX_VERTICES} vertices. "
            "Ask about a simpler one."
        )
    cells = cells_of(place)
    check_plan(_as_plan(asker, content.question, content.body))
    return cells


def _vertices_in(volume: Volume4D) -> int:
    footprint = volume.footprint
    if isinstance(footprint, Circle):
        return 1
    if isinstance(footprint, Corridor):
        return len(footprint.path)
    return sum(len(ring) for rings in footprint.rings for ring in rings)


def _answer(asker: str, answered: QuestionAnswered) -> Conclusion:
    return Conclusion(content=answered, readers=(asker,))


def _as_plan(asker: str, question: str, body: QuestionBody) -> Plan:
    # Only the desk makes ids with a leading "?", so it takes the place of nothing in the index.
    return Plan(id=f"?{question}", party=asker, kind=body.kind, volumes=body.volumes)


def other_of(conflict: Conflict, own: str) -> str:
    """The thing that this one would meet."""
    return conflict.b if conflict.a == own else conflict.a


def _parties_in(state: State, plan: Plan) -> tuple[str, ...]:
    """Whose plans and sites the area asked about meets: those probed."""
    met = state.index.find_conflicts(plan, state.rules)
    owners = {state.index.party_of(other_of(each, plan.id)) for each in met}
    return tuple(sorted(owner for owner in owners if owner in state.parties))


def tellers_to(state: State, asker: str) -> set[str]:
    """The parties that have told the asker anything it is judged against."""
    tellers = {
        teller
        for teller in state.parties
        if state.plans.holds(Look.SHOWN, shown_key(asker, teller))
        or state.notifications.holds(Look.SHOWN, shown_key(asker, teller))
    }
    if sight_of(state, asker, Thing.NOTIFICATION) is Sight.YES:
        tellers |= state.notifications.keys_of(Look.TELLER)
    return tellers - {asker}
