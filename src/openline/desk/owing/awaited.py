"""What is still awaited of something owed, what is overdue, and all that is open for a party."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from openline.desk.shelf import Look
from openline.desk.state import State
from openline.domain.delivery import Delivery, Due, Rung
from openline.domain.rules import Precedence
from openline.domain.watch import Handover

_REACHED: Final[Mapping[Due, frozenset[Rung]]] = MappingProxyType(
    {
        Due.DELIVERED: frozenset(Rung) - {Rung.SENT},
        Due.PASSED_DOWN: frozenset({Rung.PASSED_DOWN, Rung.IN_FORCE}),
        Due.IN_FORCE: frozenset({Rung.IN_FORCE}),
    }
)


def next_awaited(owed: Delivery) -> tuple[Due | None, datetime | None]:
    """What is awaited of it that is due first, and when; that instant may have passed."""
    by = {
        Due.DELIVERED: owed.deliver_by,
        Due.ACKNOWLEDGED: owed.acknowledge_by,
        Due.PASSED_DOWN: owed.passed_down_by,
        Due.IN_FORCE: owed.in_force_by,
    }
    awaited = [(at, due) for due, at in by.items() if at is not None and not has_come(owed, due)]
    if not awaited:
        return None, None
    at, due = min(awaited, key=lambda each: each[0])
    return due, at


def still_overdue(owed: Delivery) -> tuple[Due, ...]:
    """What was not there by its deadline and is not there now."""
    return tuple(due for due in owed.overdue if not has_come(owed, due))


def has_come(owed: Delivery, due: Due) -> bool:
    """The rung that was due has been reached, in time or not; or by another path, before it."""
    if owed.heard_on is not None and due is Due.DELIVERED:
        return True
    return owed.heard if due is Due.ACKNOWLEDGED else owed.rung in _REACHED[due]


def open_for(state: State, party: str) -> Handover:
    """All that is open for a party now: what its next officer on watch must read back."""
    owed = [each for each in state.deliveries.under(Look.PARTY, party) if each.ended_at is None]
    return Handover(
        flashes=tuple(each.id for each in owed if is_open_flash(each)),
        overdue=tuple(each.id for each in owed if still_overdue(each)),
        degraded_lines=tuple(
            line.id for line in state.lines.under(Look.PARTY, party) if line.is_ill
        ),
    )


def is_open_flash(owed: Delivery) -> bool:
    """A FLASH for which no person at the recipient has been heard."""
    return owed.precedence is Precedence.FLASH and not owed.heard
