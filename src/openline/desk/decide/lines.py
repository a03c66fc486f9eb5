"""Lines, line checks, logged contacts, and what bearers report of their attempts."""

from __future__ import annotations

from datetime import datetime

from openline.desk.clock import line_missed
from openline.desk.ids import check_free
from openline.desk.owing.notices import find_notice, what_about
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.state import State
from openline.desk.taking.lines import check_checkable, line_of, settable
from openline.domain.delivery import NoticeAttempted
from openline.domain.errors import Malformed, NotPermitted, UnknownThing, WrongState
from openline.domain.line import (
    CheckResult,
    ContactLogged,
    LineChecked,
    LineOpened,
    LineRestored,
    LineState,
    LineStateSet,
)
from openline.domain.statement import Statement, check_id


@decides(LineOpened)
def line_opened(state: State, said: Statement, content: LineOpened, _now: datetime) -> Ruling:
    check_id("line", content.line)
    if content.line in state.lines:
        raise WrongState(f"{content.line}: the desk has this line already. Choose another id.")
    check_free(state, content.line)
    parties = [end.party for end in content.ends]
    if len(set(parties)) < 2 or len(set(parties)) < len(parties):
        raise Malformed(f"{content.line}: a line has one end at each of two or more parties.")
    if content.hub is not None and content.hub not in parties:
        raise Malformed(f"{content.line}: its hub has no end of it. Name one of the ends.")
    if said.author.party not in parties:
        raise NotPermitted(f"{content.line}: only a party at one of its ends opens a line.")
    for end in content.ends:
        cell = state.cells.get(end.cell)
        if cell is None or cell.party != end.party:
            raise UnknownThing(f"{content.line}: {end.party} has no cell {end.cell}. Add it first.")
    return Ruling(readers=tuple(sorted(parties)))


@decides(LineStateSet)
def line_state_set(state: State, said: Statement, content: LineStateSet, _now: datetime) -> Ruling:
    line = line_of(state, content.line, said.author.party)
    if content.state is LineState.DEGRADED:
        raise NotPermitted(
            f"{line.id}: that it is degraded the desk concludes, from line checks missed. Say that "
            "it is suspended or down."
        )
    if content.state not in settable(line):
        raise WrongState(f"{line.id}: it is {line.state}; it cannot become {content.state}.")
    return Ruling(readers=line.parties)


@decides(LineChecked)
def line_checked(state: State, said: Statement, content: LineChecked, now: datetime) -> Ruling:
    line = line_of(state, content.line, said.author.party)
    check_checkable(line)
    if content.result is not CheckResult.PASSED:
        missed = line_missed(state, line, now, content.result)
        return Ruling(readers=line.parties, concluded=tuple(missed))
    restored: tuple[Conclusion, ...] = ()
    if line.state in (LineState.DEGRADED, LineState.DOWN):
        restored = (Conclusion(content=LineRestored(line=line.id), readers=line.parties),)
    return Ruling(readers=line.parties, concluded=restored)


@decides(ContactLogged)
def contact_logged(state: State, said: Statement, content: ContactLogged, _now: datetime) -> Ruling:
    if said.author.party not in content.parties:
        raise NotPermitted("contact: only a party to it logs a contact.")
    for party in content.parties:
        if party not in state.parties:
            raise UnknownThing(f"contact: no party {party} at this desk.")
    if content.count < 1:
        raise Malformed("contact: a logged contact counts at least one call.")
    if content.line is not None:
        line_of(state, content.line, said.author.party)
    return Ruling(readers=tuple(sorted(set(content.parties))))


@decides(NoticeAttempted)
def notice_attempted(
    state: State, _said: Statement, content: NoticeAttempted, _now: datetime
) -> Ruling:
    """What a bearer reports; read by those who may see what the notice is about.

    What concerns a cadence is for the rung party alone, as its notice was.
    """
    about = what_about(content.notice)
    owed = state.deliveries.get(about)
    if owed is not None:
        return Ruling(readers=owed.parties, refs=(owed.entry,))
    line = state.lines.get(about)
    if line is not None:
        return Ruling(readers=line.parties)
    notice = find_notice(state, content.notice)
    cell = state.cells.get(notice.cell) if notice is not None else None
    return Ruling(readers=(cell.party,) if cell is not None else ())
