"""`decide(state, statement, now) -> entries`: the whole of what the desk does with a word.

One file for each family of things said; `clock` says what silence means. All pure.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from openline.desk.authority import check_may_say
from openline.desk.clock import conclude_from_silence
from openline.desk.decide import (
    assurances,
    constraints,
    edges,
    evidence,
    gazetteer,
    incidents,
    intents,
    lines,
    measures,
    meetings,
    messages,
    notifications,
    plans,
    press,
    questions,
    reading,
    releases,
    roster,
    sealed_accounts,
    subscriptions,
    suppliers,
    tracks,
    watch,
    witnesses,
)
from openline.desk.decide.clocks import conclude_on_said_time
from openline.desk.ruling import DECIDERS, Conclusion
from openline.desk.state import State
from openline.domain.errors import NotPermitted, OutOfTurn
from openline.domain.instant import in_utc
from openline.domain.statement import (
    THE_DESK,
    Entry,
    Signed,
    Statement,
    Tick,
    check_id,
    check_plain,
)

FAMILIES: Final = (
    assurances,
    constraints,
    edges,
    evidence,
    gazetteer,
    incidents,
    intents,
    lines,
    measures,
    meetings,
    messages,
    notifications,
    plans,
    press,
    questions,
    reading,
    releases,
    roster,
    sealed_accounts,
    subscriptions,
    suppliers,
    tracks,
    watch,
    witnesses,
)
"""One module for each family of things said; importing them fills `ruling.DECIDERS`."""


def decide(state: State, statement: Statement | Tick, now: datetime) -> list[Entry]:
    """The entries that a statement, or the clock's moving, adds to the record: unsealed, in order.

    A `Tick` yields what is due by `now` as the state stands; since an escalation may fall due at
    once, tick again after folding until it yields nothing.

    Raises:
        Refused: the statement cannot stand; nothing follows from it.
    """
    now = max(now, state.now)  # a clock set back: the record's instants never fall
    if isinstance(statement, Tick):
        return entries_of(state, conclude_from_silence(state, now), now, caused_by=None)
    check_id("id", statement.id)
    check_plain(statement.content)
    if statement.said_at is not None:
        in_utc(statement.said_at, statement.id)
    _check_turn(state, statement)
    check_may_say(state, statement)
    ruling = DECIDERS[type(statement.content)](state, statement, statement.content, now)
    first = Entry(
        index=state.size,
        recorded_at=now,
        id=statement.id,
        author=statement.author,
        content=statement.content,
        readers=ruling.readers,
        said_at=statement.said_at,
        refs=ruling.refs,
        word=statement.word,
    )
    concluded = [*conclude_on_said_time(state, statement, now), *ruling.concluded]
    return [first, *entries_of(state, concluded, now, caused_by=first.index)]


def entries_of(
    state: State, concluded: list[Conclusion], now: datetime, caused_by: int | None = None
) -> list[Entry]:
    """What the desk concludes as entries, unsealed: after the entry that caused it, if one did."""
    first = state.size if caused_by is None else caused_by + 1
    causes = () if caused_by is None else (caused_by,)
    return [
        Entry(
            index=index,
            recorded_at=now,
            id=f"desk-{index}",
            author=THE_DESK,
            content=conclusion.content,
            readers=conclusion.readers,
            refs=causes + conclusion.refs,
        )
        for index, conclusion in enumerate(concluded, start=first)
    ]


def _check_turn(state: State, statement: Statement) -> None:
    """A signed statement must be the next of its key's chain.

    Raises:
        NotPermitted: the key is not in force for that position.
        OutOfTurn: another seq or prevhash; the sentence names the head to build upon.
    """
    word = statement.word
    if not isinstance(word, Signed):
        return
    key = state.keys.get(word.kid)
    author = statement.author
    if key is None or key.revoked_at is not None:
        raise NotPermitted(f"key {word.kid}: not in force at this desk. Enrol a key first.")
    if (key.party, key.position) != (author.party, author.position):
        raise NotPermitted(
            f"key {word.kid}: speaks for {key.position}, not for {author.position}. "
            "Sign with the key of the position that speaks."
        )
    if (word.seq, word.prevhash) != (key.next_seq, key.head):
        raise OutOfTurn(
            f"{statement.id}: signed out of turn, as number {word.seq} of key {word.kid}. Sign it "
            f"again with what comes next: seq {key.next_seq} and prevhash {key.head}."
        )
