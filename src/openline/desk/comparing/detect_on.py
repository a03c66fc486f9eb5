"""What a thing filed, amended or withdrawn does to the conflicts that stand, and who is told.

A decider calls `conclude_conflicts` for what it lets in and `conclude_eased` for what leaves; the
index that is asked holds everything decided before, so two plans filed at once are judged one
after the other and the second always finds the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from openline.desk.comparing.aftermath import (
    conclude_counted,
    conclude_eased_all,
    conclude_found,
)
from openline.desk.comparing.airspace import plans_among
from openline.desk.comparing.found import Comer, Found, has_changed, look
from openline.desk.comparing.ground import (
    buffers_of,
    find_met_by,
    find_standing,
    owner_of,
    spares,
)
from openline.desk.ruling import Conclusion
from openline.desk.shelf import Look
from openline.desk.state import State
from openline.detection import TOUCHING, Sort
from openline.domain.airspace import Volume4D
from openline.domain.conflict import Conflict, OpenConflict, WhyEased
from openline.domain.constraint import CONSTRAINTS
from openline.domain.intent import INTENTS, Unjudged
from openline.domain.measure import Measure
from openline.domain.plan import Kind, Plan


def conclude_conflicts(
    state: State,
    plan: Plan,
    now: datetime,
    entry: int,
    sort: Sort = Sort.PLAN,
    released_to: tuple[str, ...] | None = None,
) -> tuple[Conclusion, ...]:
    """What follows from a plan or site that is filed or amended, by the statement at `entry`.

    What it would meet, new or changed, is one `ConflictsFound`; what it no longer meets is eased;
    each side of each conflict is owed a pointer. The plan need not be in the index yet.

    Args:
        released_to: who may hear of it at all, when it is a notification.
    """
    comer = Comer(id=plan.id, party=plan.party, released_to=released_to)
    met = state.index.find_conflicts(plan, state.rules, sort)
    return _conclude(state, [(comer, met)], now, entry)


def conclude_conflicts_of_measure(
    state: State, measure: Measure, now: datetime, entry: int
) -> tuple[Conclusion, ...]:
    """The same for a measure that comes into force, and the buffers around it that move with it."""
    comers = [
        (
            Comer(id=each.id, party=owner_of(each), measure=each, question=measure.id),
            find_met_by(state, each, measure),
        )
        for each in (measure, *buffers_of(state, measure.id))
    ]
    return _conclude(state, comers, now, entry)


def conclude_conflicts_of_suppliers(
    state: State, party: str, unjudged: Mapping[str, Unjudged], now: datetime, entry: int
) -> tuple[Conclusion, ...]:
    """The same for what a supplier has changed, intents and constraints, held against all else.

    Each is a question of its own, and so is each trial that is no longer there. Between intents the
    standard's own rule holds: see `conclude_intents_met`.
    """
    stands = [each for each, waiting in unjudged.items() if not waiting.trial]
    here = [each for each in stands if each in state.index]
    gone = tuple(each for each in stands if each not in state.index)
    comers = [(Comer(id=each, party=party), _met_by_filed(state, each)) for each in here]
    trials = {each: waiting.trial for each, waiting in unjudged.items() if waiting.trial}
    return (
        *_conclude(state, comers, now, entry, _tried(state, party, trials, now)),
        *_conclude_left(state, gone, WhyEased.WITHDRAWN),
    )


def _tried(
    state: State, party: str, trials: Mapping[str, tuple[Volume4D, ...]], now: datetime
) -> list[Found]:
    """What trials would have met, had they stood until they were judged."""
    return [
        look(state, comer, each, None, "", now)
        for trial, volumes in trials.items()
        for comer in (Comer(id=trial, party=party),)
        for each in _met_by_trial(state, party, trial, volumes)
        if not _is_spared(state, comer, each)
    ]


def _met_by_trial(
    state: State, party: str, trial: str, volumes: tuple[Volume4D, ...]
) -> list[Conflict]:
    if trial.startswith(INTENTS):
        flown = Plan(id=trial, party=party, kind=Kind.DRONE, volumes=volumes)
        return state.index.find_met_by_drone(flown, state.rules)
    area = Plan(id=trial, party=party, kind=Kind.GROUND, volumes=volumes)
    return state.index.find_met_by_area(area, state.rules)


def conclude_intents_met(
    state: State, intent: Plan, others: Sequence[str], now: datetime, entry: int
) -> tuple[Conclusion, ...]:
    """What follows from an intent that stands without the current OVN of others that it meets.

    Only such a meeting is a finding: whoever holds the other's OVN has deconflicted.
    """
    if not others and not state.conflicts.holds(Look.THING, intent.id):
        return ()
    air = state.index.air
    among = plans_among([air.plan_of(each) for each in others])
    met = among.find_conflicts(intent, lambda _one, _other: TOUCHING)
    comer = Comer(id=intent.id, party=intent.party, among_intents=True)
    return _conclude(state, [(comer, met)], now, entry)


def _met_by_filed(state: State, thing: str) -> list[Conflict]:
    """What an intent or a constraint would meet, but for what its supplier knows of already."""
    if thing.startswith(INTENTS):
        met = state.index.find_met_by_intent(thing.removeprefix(INTENTS), state.rules)
    else:
        area = state.index.things.get(thing)
        met = state.index.find_met_by_area(area, state.rules) if area is not None else []
    return [each for each in met if not _is_known(state, each)]


def _is_known(state: State, met: Conflict) -> bool:
    """An intent that shows the current OVN of the constraint that it meets."""
    constraint = state.constraints.get(met.a.removeprefix(CONSTRAINTS))
    intent = state.intents.get(met.b.removeprefix(INTENTS))
    return constraint is not None and intent is not None and constraint.ovn in intent.knows


def conclude_eased(state: State, thing: str, why: WhyEased) -> tuple[Conclusion, ...]:
    """A plan, site or measure leaves: what it would have met is no conflict any longer."""
    return _conclude_left(state, (thing,), why)


def conclude_eased_by_measure(
    state: State, measure: Measure, why: WhyEased
) -> tuple[Conclusion, ...]:
    """The same for a measure that no longer holds, and the buffers around it that go with it."""
    around = (each.id for each in buffers_of(state, measure.id))
    return _conclude_left(state, (measure.id, *around), why)


def _conclude_left(state: State, things: tuple[str, ...], why: WhyEased) -> tuple[Conclusion, ...]:
    eased = {each.id: each for thing in things for each in state.conflicts.under(Look.THING, thing)}
    return (
        *conclude_eased_all(state, [*eased.values()], why),
        *conclude_counted(state, -len(eased)),
    )


def _conclude(
    state: State,
    comers: Sequence[tuple[Comer, Sequence[Conflict]]],
    now: datetime,
    entry: int,
    tried: Sequence[Found] = (),
) -> tuple[Conclusion, ...]:
    """What follows from things let in by one statement, each with what it was found to meet."""
    found: list[Found] = []
    gone: list[OpenConflict] = []
    for comer, met in comers:
        standing = _standing(state, comer)
        for each in met:
            if not _is_spared(state, comer, each):
                before = standing.pop((each.a, each.b), None)
                looked_at = look(state, comer, each, before, f"C-{entry}.{len(found) + 1}", now)
                if before is None or has_changed(looked_at, before):
                    found.append(looked_at)
        gone += standing.values()
    opened = sum(each.before is None for each in found)
    return (
        *conclude_eased_all(state, gone, WhyEased.AMENDED),
        *conclude_found(state, found, now, entry, tried),
        *conclude_counted(state, opened - len(gone)),
    )


def _standing(state: State, comer: Comer) -> dict[tuple[str, str], OpenConflict]:
    """The conflicts a thing stands in, by their two things.

    Of an intent, those with other intents are looked at apart from those with everything else.
    """
    return {
        (each.a, each.b): each
        for each in state.conflicts.under(Look.THING, comer.id)
        if not comer.id.startswith(INTENTS) or _is_between_intents(each) is comer.among_intents
    }


def _is_between_intents(each: OpenConflict) -> bool:
    return each.a.startswith(INTENTS) and each.b.startswith(INTENTS)


def _is_spared(state: State, comer: Comer, met: Conflict) -> bool:
    """One of the two is a measure that keeps the other not out."""
    other = met.b if met.a == comer.id else met.a
    measure = comer.measure or find_standing(state, other)
    if measure is None:
        return False
    thing = other if comer.measure else comer.id
    party = state.index.party_of(other) if comer.measure else comer.party
    return spares(measure, thing, party)
