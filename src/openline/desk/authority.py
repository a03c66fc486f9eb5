"""Whether an author may say a thing at all; the table is `domain/authority.py`."""

from __future__ import annotations

from openline.desk.ruling import DECIDERS
from openline.desk.shelf import Look
from openline.desk.state import State
from openline.domain.authority import REPORTS_TRACKS, May, may
from openline.domain.errors import NotPermitted, UnknownThing, in_words
from openline.domain.party import Role
from openline.domain.statement import DESK, Attested, Author, Content, Statement, Who, kind_of

OPERATOR = "operator"
"""The position of whoever keeps the desk: adds parties and keys, and speaks for none."""


def said_by_operator(statement_id: str, content: Content, issuer: str, token_id: str) -> Statement:
    """What the desk's operator says, by the word of the command that they gave.

    Args:
        issuer: the command.
        token_id: who gave it, or on what it rests; never a name.
    """
    return Statement(
        id=statement_id,
        author=Author(party=DESK, position=OPERATOR, by_human=True),
        content=content,
        word=Attested(issuer=issuer, token_id=token_id),
    )


def roles_of(state: State, author: Author) -> frozenset[Role]:
    """The roles of an author's position; none if its party has no such position."""
    return frozenset(
        role
        for cell in state.cells.under(Look.POST, author.position)
        if cell.party == author.party
        for position in cell.positions
        if position.id == author.position
        for role in position.roles
    )


def check_may_say(state: State, statement: Statement) -> None:
    """Nothing happens if this author may say this kind of content.

    Raises:
        UnknownThing: no such party.
        NotPermitted: the kind is the desk's or its operator's, or not for this party's kind, or
            not for this position's roles.
    """
    author, kind = statement.author, kind_of(statement.content)
    who = type(statement.content).WHO
    if type(statement.content) not in DECIDERS:
        raise NotPermitted(f"{kind}: only the desk concludes this. Say what you know of it.")
    if author.party == DESK:
        _check_desk(kind, who, author, statement)
        return
    if author.party not in state.parties:
        raise UnknownThing(f"{author.party}: no such party at this desk. Ask its operator.")
    if who is not Who.PARTY:
        raise NotPermitted(f"{kind}: not for a party to say. Ask the desk's operator.")
    _check_allowed(state, author, kind, may(kind))


def check_may_report(state: State, author: Author) -> None:
    """Nothing happens if this author may report where its party's tracks are.

    Raises:
        NotPermitted: not for this party's kind, or not for this position's roles.
    """
    _check_allowed(state, author, "tracks", REPORTS_TRACKS)


def _check_allowed(state: State, author: Author, kind: str, allowed: May) -> None:
    party = state.parties[author.party]
    if party.kind not in allowed.parties:
        raise NotPermitted(
            f"{kind}: not for a {in_words(party.kind)} to say. Let a party say it whose it is."
        )
    if not roles_of(state, author) & allowed.roles:
        raise NotPermitted(
            f"{kind}: {author.position or author.party} lacks the role for it. "
            f"Let a position with one of these say it: {', '.join(sorted(allowed.roles))}."
        )


def _check_desk(kind: str, who: Who, author: Author, statement: Statement) -> None:
    """The operator says what operators say; what the desk observes has no caller at all."""
    if who is Who.OPERATOR and author.position == OPERATOR:
        return
    if who is Who.DESK and statement.word is None:
        return
    raise NotPermitted(f"{kind}: not the operator's to say. The operator speaks for no party.")
