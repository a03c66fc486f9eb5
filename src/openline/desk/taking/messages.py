"""What can be said of something owed, or of a CHECK_FIRE that holds, and by which position."""

from __future__ import annotations

from openline.desk.authority import roles_of
from openline.desk.owing.deliveries import delivery_id
from openline.desk.owing.routes import LEVELS, Hop, find_hop, level_of
from openline.desk.shelf import Look
from openline.desk.state import State
from openline.domain.authority import WATCH
from openline.domain.delivery import RECEIPT_TRANSITIONS, Delivery, Rung, SubjectKind
from openline.domain.errors import Refused, UnknownThing, WrongState
from openline.domain.message import Message
from openline.domain.party import Role
from openline.domain.rules import Level
from openline.domain.statement import Author


def owed_to(state: State, delivery: str, party: str) -> Delivery:
    """What is owed to this very party.

    Raises:
        UnknownThing: no such delivery, or one owed to somebody else: only the recipient climbs.
        WrongState: nothing more is owed of it.
    """
    owed = state.deliveries.get(delivery)
    if owed is None or owed.recipient != party:
        raise UnknownThing(f"{delivery}: nothing of that id is owed to {party}. See your board.")
    if owed.ended_at is not None:
        raise WrongState(f"{delivery}: it was withdrawn, replaced or is over. See your board.")
    return owed


def rungs_open(owed: Delivery, *, by_human: bool) -> tuple[Rung, ...]:
    """The rungs that its recipient can reach from where it stands."""
    ways = RECEIPT_TRANSITIONS[owed.rung]
    return tuple(each for each in Rung if each in ways or (by_human and owed.is_confirmed_by(each)))


def next_hop(state: State, message: Message, carrier: str, to: str) -> Hop:
    """The step by which a carrier can pass a word on.

    Raises:
        UnknownThing: no line that may carry it leads there.
    """
    hop = find_hop(state, carrier, to) if to in _towards(state, message, carrier) else None
    if hop is None:
        raise UnknownThing(
            f"{message.id}: {carrier} has no line to {to} that may carry it. "
            "Pass it to a recipient, or to a backer of either side."
        )
    return hop


def free_path(state: State, message: Message, carrier: str, to: str) -> str:
    """The way by this carrier, told apart where the same word has come by another already.

    Raises:
        WrongState: this carrier has passed it on before.
    """
    for path in ("", f"via-{carrier}"):
        held = state.deliveries.get(delivery_id(message.id, 1, to, path))
        if held is None:
            return path
        if held.sender == carrier:
            break
    raise WrongState(f"{message.id}: {carrier} has passed it on to {to} already.")


def onward_open(state: State, owed: Delivery) -> tuple[str, ...]:
    """To whom its recipient can pass on a word that was owed to it."""
    message = state.messages.get(owed.subject) if owed.subject_kind is SubjectKind.MESSAGE else None
    if message is None:
        return ()
    carrier = owed.recipient
    found = []
    for to in sorted(_towards(state, message, carrier)):
        try:
            next_hop(state, message, carrier, to)
            free_path(state, message, carrier, to)
        except Refused:
            continue
        found.append(to)
    return tuple(found)


def _towards(state: State, message: Message, carrier: str) -> set[str]:
    """Its recipients, and the backers of either side: nobody else carries it, nor to itself."""
    backing = (b for recipient in message.recipients for b in state.parties[recipient].backers)
    return {*message.recipients, *state.parties[message.author].backers, *backing} - {carrier}


def may_lift(state: State, author: Author, called: Message) -> bool:
    """Who called, a commander at that level or any position above it, or a backer at no lower one.

    Where the position that called is on the roster no longer, its party's at that level may; where
    nobody is left there or above, its highest commander.
    """
    level = level_of(state, author.party, author.position)
    above = LEVELS.index(level or Level.TACTICAL) - LEVELS.index(called.level)
    if author.party == called.author:
        gone = level_of(state, called.author, called.position) is None
        commands = Role.COMMANDER in roles_of(state, author)
        at_level = above == 0 and (commands or gone)
        is_last = gone and commands and _is_highest_left(state, author, called)
        return author.position == called.position or above > 0 or at_level or is_last
    return author.party in state.parties[called.author].backers and above >= 0


def lifters(state: State, party: str, called: Message) -> tuple[str, ...]:
    """The positions of a party that may lift a call, if their roles let them speak at all."""
    return tuple(
        post.id
        for cell in state.cells.under(Look.PARTY, party)
        for post in cell.positions
        if may_lift(state, Author(party=party, position=post.id, by_human=True), called)
    )


def _is_highest_left(state: State, author: Author, called: Message) -> bool:
    """Whether no position above this one in its party is left that would lift the call before it.

    From the level of the call on that is any watch, below it only a commander.
    """
    level = level_of(state, author.party, author.position) or Level.TACTICAL
    for cell in state.cells.under(Look.PARTY, author.party):
        from_its_level = LEVELS.index(cell.level) >= LEVELS.index(called.level)
        lifts = WATCH if from_its_level else {Role.COMMANDER}
        is_above = LEVELS.index(cell.level) > LEVELS.index(level)
        if is_above and any(lifts.intersection(post.roles) for post in cell.positions):
            return False
    return True
