"""Contact that was due and not made; and a cadence that may loosen, the day having passed."""

from __future__ import annotations

from datetime import datetime

from openline.desk.comparing.closure import band_now, cadence_readers, set_cadence
from openline.desk.owing.routes import watch_of
from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.domain.cadence import CadenceWider, ContactMissed, WhyCadence
from openline.domain.delivery import NoticeOwed, WhyOwed
from openline.domain.rules import Precedence


def contact_not_made(
    state: State, thing: str, due_at: datetime, _now: datetime
) -> list[Conclusion]:
    """Nobody was heard between the two sides: both duty watches are rung."""
    held = state.cadences[thing]
    missed = ContactMissed(pair=thing, due_at=due_at, missed=held.missed + 1)
    readers = cadence_readers(state, held.a, held.b)
    rings = [
        Conclusion(
            content=NoticeOwed(
                notice=f"{thing}#contact-{state.size}:{party}",
                cell=cell,
                precedence=Precedence.IMMEDIATE,
                why=WhyOwed.CADENCE,
            ),
            readers=(party,),
        )
        for party in (held.a, held.b)
        if (cell := watch_of(state, party)[0]) in state.cells
    ]
    return [Conclusion(content=missed, readers=readers), *rings]


def loosens(state: State, thing: str, _due_at: datetime, _now: datetime) -> list[Conclusion]:
    """A day in the wider band, and both sides agree: one band looser, and no more at once.

    The rules may have changed meanwhile, and with them the band: then nothing loosens.
    """
    held = state.cadences[thing]
    band = held.band + 1
    widest = min(band_now(state, held), len(state.rules.cadence) - 1)
    if widest < band:
        return [Conclusion(content=CadenceWider(pair=thing, wider=False), readers=())]
    loosened = set_cadence(state, held.a, held.b, band, WhyCadence.AGREED)
    if widest == band:
        return [loosened]
    return [loosened, Conclusion(content=CadenceWider(pair=thing, wider=True), readers=())]
