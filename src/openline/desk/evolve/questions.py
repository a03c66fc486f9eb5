"""How the budget of questions fills, and what findings of probing stand."""

from __future__ import annotations

from openline.desk.probing import note_asked, probing_key
from openline.desk.state import State, evolves
from openline.domain.question import (
    Probing,
    ProbingFound,
    QuestionAnswered,
    QuestionAsked,
    cells_of,
)
from openline.domain.statement import Entry


@evolves(QuestionAsked)
def question_asked(state: State, entry: Entry, content: QuestionAsked) -> None:
    """Counted by place; once its body is erased nobody can say where it asked, nor need they."""
    if content.body is not None:
        counts = dict.fromkeys(cells_of(content.body.volumes), 1)
        note_asked(state, entry.author.party, content.asked, counts, entry.recorded_at)


@evolves(QuestionAnswered)
def question_answered(_state: State, _entry: Entry, _content: QuestionAnswered) -> None:
    """Said to the asker, and on the record; the desk itself needs it no more."""


@evolves(ProbingFound)
def probing_found(state: State, entry: Entry, content: ProbingFound) -> None:
    cell = content.body.cell if content.body is not None else ""
    state.probings[probing_key(content.asker, content.asked, cell)] = Probing(
        asker=content.asker,
        asked=content.asked,
        count=content.count,
        found_at=entry.recorded_at,
        entry=entry.index,
        cell=cell,
        readers=entry.readers,
    )
