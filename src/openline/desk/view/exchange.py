"""What passes between parties, as one of them sees it: lines, rosters, messages, what is owed."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from openline.desk.owing.awaited import next_awaited, still_overdue
from openline.desk.shelf import Look
from openline.desk.state import State
from openline.desk.view.seen import (
    BoardRow,
)
from openline.desk.view.sight import (
    sees_delivery,
)
from openline.desk.view.table import Sight, Thing, sight_of
from openline.domain.delivery import Delivery
from openline.domain.line import Line
from openline.domain.message import Message
from openline.domain.party import Cell


def lines_for(state: State, reader: str) -> tuple[Line, ...]:
    """The lines that the reader has an end of."""
    return tuple(state.lines.under(Look.PARTY, reader))


def cells_for(state: State, reader: str) -> tuple[Cell, ...]:
    """One's own cells, and those at the other ends of one's lines.

    A line from a hub to many shows each of them the hub, and the hub all of them. How to ring a
    cell is told once its own party has joined the line: opening one to somebody tells nothing.
    """
    own = {cell.id for cell in state.cells.under(Look.PARTY, reader)}
    at_ends, rung = set[str](), set(own)
    for line in lines_for(state, reader):
        for end in line.ends:
            if line.joins(reader, end.party):
                at_ends.add(end.cell)
                rung.update((end.cell,) if end.party in line.joined else ())
    cells = (state.cells[each] for each in sorted(own | at_ends))
    return tuple(cell if cell.id in rung else replace(cell, reach=None) for cell in cells)


def deliveries_for(state: State, reader: str) -> tuple[Delivery, ...]:
    """What is owed to, by, or through the reader; a conduit also sees that of every notice."""
    own = {each.id for each in state.deliveries.under(Look.PARTY, reader)}
    if sight_of(state, reader, Thing.MESSAGE) is Sight.ITS_NOTICES:
        own = {each.id for each in state.deliveries.values() if sees_delivery(state, reader, each)}
    return tuple(_as_seen(state, reader, state.deliveries[each]) for each in sorted(own))


def _as_seen(state: State, reader: str, owed: Delivery) -> Delivery:
    """The id of another path tells its line: whoever does not see that one reads it as empty."""
    heard = state.deliveries.get(owed.heard_on or "")
    if owed.heard_on is None or (heard is not None and sees_delivery(state, reader, heard)):
        return owed
    return replace(owed, heard_on="")


def board_for(state: State, party: str) -> tuple[BoardRow, ...]:
    """Who holds what at which rung: the silent first, longest silent of all, then what is due next.

    That is one order: what is silent was due before now, and what awaits nothing comes last.
    """
    deliveries = deliveries_for(state, party)
    rows = (_board_row(state, each) for each in deliveries if each.ended_at is None)
    latest = datetime.max.replace(tzinfo=state.now.tzinfo)
    return tuple(sorted(rows, key=lambda row: (row.due_at or latest, row.delivery)))


def _board_row(state: State, owed: Delivery) -> BoardRow:
    awaited, due_at = next_awaited(owed)
    return BoardRow(
        delivery=owed.id,
        subject=owed.subject,
        subject_kind=owed.subject_kind,
        version=owed.version,
        origin=owed.origin,
        sender=owed.sender,
        recipient=owed.recipient,
        cell=owed.cell,
        line=owed.line,
        level=owed.level,
        hop=owed.hop,
        hops=owed.hops,
        precedence=owed.precedence,
        rung=owed.rung,
        silent=due_at is not None and due_at <= state.now,
        awaited=awaited,
        due_at=due_at,
        overdue=still_overdue(owed),
        rings=owed.rings,
        escalated=owed.escalated,
    )


def messages_for(state: State, reader: str) -> tuple[Message, ...]:
    """Messages that the reader said, is a recipient of, or carries."""
    seen = {message.id for message in state.messages.under(Look.PARTY, reader)}
    seen |= {
        owed.subject
        for owed in state.deliveries.under(Look.PARTY, reader)
        if owed.subject in state.messages
    }
    return tuple(state.messages[each] for each in sorted(seen))
