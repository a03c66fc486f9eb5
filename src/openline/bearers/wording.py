"""What a ring says for a notice: pure, from the state, in the desk's own words."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from msgspec import Struct

from openline.bearers.port import Ring
from openline.desk.owing.notices import find_notice
from openline.desk.state import State
from openline.domain.delivery import Delivery, Notice, Rung, WhyOwed
from openline.domain.party import Contact

WHY: Final = {
    WhyOwed.OWED: "Your watch has been sent something.",
    WhyOwed.SECOND_BEARER: "Your watch was rung, and no human has answered.",
    WhyOwed.ALTERNATE: "The first contact of your watch has not answered; you are the alternate.",
    WhyOwed.OPERATIONAL: "A FLASH has no human answer; the operational level is called.",
    WhyOwed.STRATEGIC: "A FLASH has no human answer; the strategic level is called.",
    WhyOwed.OVERDUE: "A deadline has passed without what was due.",
    WhyOwed.LINE: "Line checks were missed; the line is degraded.",
    WhyOwed.CADENCE: "Contact on the line is due.",
}


class Due(Struct, frozen=True, kw_only=True):
    """A ring to be made now, to whom, and as which attempt."""

    ring: Ring
    contact: Contact | None
    attempt: int


def find_due(state: State, notice: str) -> Due | None:
    """The ring that the state still owes for a notice; None once delivered, answered or over."""
    owed = find_notice(state, notice)
    if owed is None:
        return None
    delivery = state.deliveries.get(owed.delivery) if owed.delivery else None
    ring = Ring(
        id=owed.delivery or owed.id,
        precedence=owed.precedence,
        why=WHY[owed.why],
        line=owed.line or (delivery.line if delivery else None),
        answer_by=_answer_by(delivery) if delivery else None,
        exercise=state.exercise,
    )
    return Due(ring=ring, contact=_contact(state, owed), attempt=owed.attempts + 1)


def _contact(state: State, notice: Notice) -> Contact | None:
    """The contact that the notice names by its number; None if the cell's roster has none there."""
    cell = state.cells.get(notice.cell)
    contacts = cell.reach.contacts if cell is not None and cell.reach is not None else ()
    return contacts[notice.contact] if notice.contact < len(contacts) else None


def _answer_by(delivery: Delivery) -> datetime | None:
    """The deadline of the next rung that is due on it."""
    if not delivery.heard:
        return delivery.acknowledge_by
    return delivery.in_force_by if delivery.rung is Rung.PASSED_DOWN else delivery.passed_down_by
