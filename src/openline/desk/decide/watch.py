"""Duty watches: nothing open is lost between two officers, no alarm silenced without a reason."""

from __future__ import annotations

from datetime import datetime

from openline.desk.alarms import alarms_for
from openline.desk.bounds import check_texts
from openline.desk.owing.awaited import open_for
from openline.desk.ruling import Ruling, decides
from openline.desk.state import State
from openline.domain.alarm import AlarmSilenced
from openline.domain.errors import Malformed, UnknownThing, WrongState
from openline.domain.statement import Statement, check_id
from openline.domain.watch import Handover, WatchHandedOver


@decides(WatchHandedOver)
def watch_handed_over(
    state: State, said: Statement, content: WatchHandedOver, _now: datetime
) -> Ruling:
    party = said.author.party
    cell = state.cells.get(content.cell)
    if cell is None or cell.party != party:
        raise UnknownThing(f"{content.cell}: {party} has no such cell. See your roster.")
    check_id("off", content.off)
    check_id("on", content.on)
    if content.off == content.on:
        raise Malformed(f"{content.cell}: {content.on} cannot relieve itself. Name both officers.")
    held = state.watches.get(content.cell)
    if held is not None and held.officer != content.off:
        raise WrongState(
            f"{content.cell}: {held.officer} is on watch, not {content.off}. "
            "Let the officer on watch hand over."
        )
    if content.body is not None:
        check_texts(content.cell, content.body.off, content.body.on, content.body.text)
    _check_read_back(content, open_for(state, party))
    return Ruling(readers=(party,))


def _check_read_back(content: WatchHandedOver, open_now: Handover) -> None:
    """What was read back is exactly what is open.

    Raises:
        WrongState: it names what was left out, or what is no longer open.
    """
    for what in ("flashes", "overdue", "degraded_lines"):
        held, read = set(getattr(open_now, what)), set(getattr(content.read_back, what))
        if missing := sorted(held - read):
            raise WrongState(
                f"{content.cell}: not read back among {what}: {', '.join(missing)}. "
                "Read back all that is open."
            )
        if over := sorted(read - held):
            raise WrongState(
                f"{content.cell}: no longer open among {what}: {', '.join(over)}. "
                "Read back what stands on the board now."
            )


@decides(AlarmSilenced)
def alarm_silenced(state: State, said: Statement, content: AlarmSilenced, _now: datetime) -> Ruling:
    party = said.author.party
    if content.body is None or not content.body.text.strip():
        raise Malformed(f"{content.alarm}: an alarm is silenced with a reason. Say why.")
    check_texts(content.alarm, content.body.text)
    standing = {each.alarm: each for each in alarms_for(state, party)}
    held = standing.get(content.alarm)
    if held is None or held.since != content.since:
        raise UnknownThing(
            f"{content.alarm}: no such alarm stands for {party} now. Look at the alarms anew."
        )
    if held.silenced is not None:
        raise WrongState(
            f"{content.alarm}: {held.silenced.position} has silenced it already. "
            "Nothing is to be done."
        )
    return Ruling(readers=(party,))
