"""`openline status`: how a desk stands, for whoever keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openline.cli.options import DATA, Data
from openline.cli.terminal import OUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openline.desk.view import OperatorView


def status(data: Data = DATA) -> None:
    """Tell how a desk stands: what is urgent first, then who is at it, its lines, its witnesses.

    Urgent is a desk that does not run or takes no statements, a doubted clock, each FLASH that
    nobody has answered, what is overdue, and lines that are not open. What parties told each other
    is not shown. The desk may be running meanwhile.
    """
    from openline.cli.record_reading import held_record
    from openline.cli.urgent import urgent_rows
    from openline.cli.witness_rows import witness_rows
    from openline.cosigning.agreed import desk_keys_of
    from openline.cosigning.standing import standing_of
    from openline.desk.view import operator_view
    from openline.desk_directory import find_alive
    from openline.service import SystemClock
    from openline.service.receipts import witnessed_size

    with held_record(data) as record:
        desk = operator_view(record.state)
        witnessed, agreed = witnessed_size(record.journal), record.state.witnesses
        standing = standing_of(data, desk_keys_of(record.state))
        halted = standing.halted if agreed.witnesses else None
        urgent = urgent_rows(desk, halted, find_alive(data), SystemClock().wall())
        for row in (*urgent, *rows_of(desk)):
            OUT.print(row, markup=False)
        for row in witness_rows(agreed, standing, witnessed, record.state.size):
            OUT.print(row, markup=False)


def rows_of(desk: OperatorView) -> Iterator[str]:
    """Who is at it and how much is open."""
    from openline.cli.sentences import time_text

    exercise = ", EXERCISE" if desk.exercise else ""
    yield f"{desk.origin}{exercise}: {desk.size} entries, the last at {time_text(desk.as_of)}."
    for party in desk.parties:
        keys = sum(key.party == party.id and key.revoked_at is None for key in desk.keys)
        cells = ", ".join(cell.id for cell in desk.cells if cell.party == party.id) or "no cell"
        yield f"  {party.id}, {party.kind.replace('_', ' ')}: {cells}; {keys} keys in force"
    for line in desk.lines:
        yield f"  line {line.id}, {' and '.join(line.parties)}, {line.level}: {line.state}"
    yield f"Unanswered: {desk.open_deliveries}."
    if desk.awaiting is not None:
        yield f"Silence next means something at {time_text(desk.awaiting)}."
    if desk.epoch:
        yield (
            f"New epochs begun (a backup put back, or a new key): {desk.epoch}. The record says "
            "why, and what was missing."
        )
