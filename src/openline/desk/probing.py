"""The budget of questions for each party and area, and the finding when it is overrun.

Every family that answers by place counts here: questions asked, and the pointers that a filed
plan draws. An evolver notes each by `note_asked`; a decider asks `cells_over_budget` first, and
concludes `found_probing` where there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.domain.party import PartyKind
from openline.domain.question import Asked, ProbingBody, ProbingFound

WITHIN = timedelta(hours=1)


def cells_over_budget(
    state: State, asker: str, asked: Asked, cells: Iterable[str], now: datetime
) -> list[str]:
    """The coarse cells in which one more question of this kind, within the hour, is too many."""
    return [
        cell
        for cell in cells
        if count_asked(state, asker, asked, cell, now) >= budget(state, asked)
    ]


def asked_too_much(
    state: State, asker: str, asked: Asked, questions: Mapping[str, Sequence[str]], now: datetime
) -> dict[str, frozenset[str]]:
    """For coarse cells, of several questions put at once about each, those that are too many."""
    left = {
        cell: max(0, budget(state, asked) - count_asked(state, asker, asked, cell, now))
        for cell in questions
    }
    return {
        cell: frozenset(put[left[cell] :])
        for cell, put in questions.items()
        if len(put) > left[cell]
    }


def budget(state: State, asked: Asked) -> int:
    """How many of these a party may ask about one area in an hour."""
    rules = state.rules
    return rules.pointers_per_hour if asked is Asked.POINTER else rules.questions_per_hour


def count_asked(state: State, asker: str, asked: Asked, cell: str, now: datetime) -> int:
    """How many of these the party has asked about the cell within the hour."""
    return sum(at > now - WITHIN for at in state.asked.get(probing_key(asker, asked, cell), ()))


def note_asked(
    state: State, asker: str, asked: Asked, counts: Mapping[str, int], at: datetime
) -> None:
    """For evolvers alone: counts so many questions in each cell, and forgets those an hour old.

    An hour's budget is enough to keep: more would change no answer.
    """
    if at - state.asked_since > WITHIN:
        state.asked = {key: held for key, held in state.asked.items() if held[-1] > at - WITHIN}
        state.asked_since = at
    for cell, count in counts.items():
        key = probing_key(asker, asked, cell)
        recent = [each for each in state.asked.get(key, ()) if each > at - WITHIN]
        enough = budget(state, asked) + 1
        state.asked[key] = tuple((*recent, *[at] * min(count, enough))[-enough:])


def found_probing(
    state: State,
    asker: str,
    asked: Asked,
    counts: Mapping[str, int],
    probed: Iterable[str],
    now: datetime,
) -> tuple[Conclusion, ...]:
    """A finding for each cell asked about too often, told to the conduits and those probed.

    `counts` says how many questions more have been put about each.

    One an hour for each party and cell: a finding repeated is a flood of its own.
    """
    conduits = [each.id for each in state.parties.values() if each.kind is PartyKind.CONDUIT]
    readers = tuple(sorted({*conduits, *probed}))
    return tuple(
        Conclusion(
            content=ProbingFound(
                asker=asker,
                asked=asked,
                count=count_asked(state, asker, asked, cell, now) + count,
                body=ProbingBody(cell=cell),
            ),
            readers=readers,
        )
        for cell, count in counts.items()
        if not _found_of_late(state, asker, asked, cell, now)
    )


def _found_of_late(state: State, asker: str, asked: Asked, cell: str, now: datetime) -> bool:
    found = state.probings.get(probing_key(asker, asked, cell))
    return found is not None and found.found_at > now - WITHIN


def probing_key(asker: str, asked: Asked, cell: str) -> str:
    """Under which a party's questions of one kind about one cell are kept."""
    return f"{asker}|{asked}|{cell}"
