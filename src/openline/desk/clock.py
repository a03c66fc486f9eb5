"""What silence means: one function for each thing that falls due, and the table of them.

A FLASH that nobody answers:

    at once    it is owed to the recipient's duty watch, and a bearer rings it
    60 s       no human yet: a second bearer rings                          SECOND_BEARER
    2 min      it is overdue, and the alternate contact is called           ACKNOWLEDGE, ALTERNATE
    5 min      the operational level of both sides takes it                 OPERATIONAL
    10 min     the strategic level of both sides takes it                   STRATEGIC

Only a human's answer ends that; both sides see the clock. Anything less urgent that passes its
deadline is shown as overdue, its duty watch is rung again, and it goes on to the recipient's
backer. The desk concludes nothing from silence while its own clock is in doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from openline.desk.deadlines import What
from openline.desk.owing.deliveries import Owed, delivery_id, owe_over
from openline.desk.owing.routes import cell_at, find_hop, lines_between
from openline.desk.ruling import Conclusion
from openline.desk.shelf import Look
from openline.desk.silence.accounts import commitments_over, reveals_over
from openline.desk.silence.airspace import airspace_over, airspace_unjudged
from openline.desk.silence.cadence import contact_not_made, loosens
from openline.desk.silence.ground import measure_over, plan_over
from openline.desk.silence.notifications import (
    verification_lapses,
    window_begins,
    window_ends,
)
from openline.desk.state import State
from openline.domain.conflict import ConflictsEased
from openline.domain.delivery import (
    Delivery,
    Due,
    Escalated,
    NoticeOwed,
    ReceiptOverdue,
    RelayOpened,
    Rule,
    SubjectKind,
    WhyOwed,
)
from openline.domain.intent import AirspaceJudged
from openline.domain.line import (
    CheckResult,
    Line,
    LineCheckMissed,
    LineDegraded,
    LineState,
    WatchGap,
)
from openline.domain.party import Cell, DeskWasDown
from openline.domain.rules import Level, Precedence
from openline.domain.statement import EVERYONE

Silence = Callable[[State, str, datetime, datetime], list[Conclusion]]
"""`f(state, thing, due_at, now)`: what follows now that a thing has been silent past `due_at`."""


def next_due(state: State) -> datetime | None:
    """The next instant at which silence will mean something; None if nothing is awaited."""
    return None if state.time_doubted else state.deadlines.next_due()


def conclude_from_silence(state: State, now: datetime) -> list[Conclusion]:
    """What is due by `now`, in order of due time, then of id; fold it and ask again, until nothing
    is due. It goes no further than the first thing that eases or finds conflicts: the next may rest
    on it.
    """
    if state.time_doubted:
        return []
    concluded: list[Conclusion] = []
    for due_at, what, thing in state.deadlines.due_by(now):
        follows = WHEN_DUE[what](state, thing, due_at, now)
        concluded += follows
        if any(isinstance(each.content, ConflictsEased | AirspaceJudged) for each in follows):
            break
    return concluded


def conclude_desk_was_down(
    state: State, down_from: datetime, down_to: datetime
) -> list[Conclusion]:
    """The desk could not hear between two instants: silence is not held against anybody for it.

    Every other deadline moves by that span; a FLASH still open is rung again at once, since the
    people it was for may have been waiting for the desk and not the other way round.
    """
    down = DeskWasDown(down_from=down_from, down_to=down_to)
    return [
        Conclusion(content=down, readers=(EVERYONE,)),
        *(
            _ring(state, owed, WhyOwed.OVERDUE)
            for _, owed in sorted(state.deliveries.items())
            if owed.precedence is Precedence.FLASH and owed.ended_at is None and not owed.heard
        ),
    ]


def _not_delivered(state: State, thing: str, due_at: datetime, now: datetime) -> list[Conclusion]:
    """No machine or human took it in time: shown to both sides, and a relay hop is rung again."""
    owed = state.deliveries[thing]
    concluded = [_overdue(owed, Due.DELIVERED, due_at)]
    if owed.rule is Rule.RELAY_HOP:
        concluded.append(_ring_again(state, owed, Due.DELIVERED))
    return concluded


def _not_acknowledged(
    state: State, thing: str, due_at: datetime, now: datetime
) -> list[Conclusion]:
    """Overdue, for both sides to see; less than FLASH, it is rung again and goes to a backer."""
    owed = state.deliveries[thing]
    overdue = _overdue(owed, Due.ACKNOWLEDGED, due_at)
    if owed.precedence is Precedence.FLASH or owed.rule is Rule.INFORM:
        return [overdue]
    return [
        overdue,
        _ring_again(state, owed, Due.ACKNOWLEDGED),
        *_relay_to_backers(state, owed, now),
    ]


def _second_bearer(state: State, thing: str, due_at: datetime, now: datetime) -> list[Conclusion]:
    """A FLASH has had no human for a minute: ring the same watch by its second bearer."""
    return [_ring(state, state.deliveries[thing], WhyOwed.SECOND_BEARER)]


def _alternate(state: State, thing: str, due_at: datetime, now: datetime) -> list[Conclusion]:
    """A FLASH unanswered: the alternate contact of the same duty watch is called."""
    owed = state.deliveries[thing]
    return [
        _escalation(owed, WhyOwed.ALTERNATE, owed.level, (owed.cell,)),
        _ring(state, owed, WhyOwed.ALTERNATE),
    ]


def _operational(state: State, thing: str, due_at: datetime, now: datetime) -> list[Conclusion]:
    return _take_to_level(state, state.deliveries[thing], WhyOwed.OPERATIONAL, Level.OPERATIONAL)


def _strategic(state: State, thing: str, due_at: datetime, now: datetime) -> list[Conclusion]:
    return _take_to_level(state, state.deliveries[thing], WhyOwed.STRATEGIC, Level.STRATEGIC)


def _not_passed_down(state: State, thing: str, due_at: datetime, now: datetime) -> list[Conclusion]:
    """Somebody knows of a movement, and the unit that can act does not."""
    owed = state.deliveries[thing]
    return [_overdue(owed, Due.PASSED_DOWN, due_at), _ring_again(state, owed, Due.PASSED_DOWN)]


def _not_in_force(state: State, thing: str, due_at: datetime, now: datetime) -> list[Conclusion]:
    """A movement starts and its recipient has not said that it is in force: not deconflicted."""
    owed = state.deliveries[thing]
    return [_overdue(owed, Due.IN_FORCE, due_at), _ring_again(state, owed, Due.IN_FORCE)]


def _no_line_check(state: State, thing: str, due_at: datetime, now: datetime) -> list[Conclusion]:
    """Nobody made the scheduled call: missed, as `no_answer`."""
    return line_missed(state, state.lines[thing], due_at, CheckResult.NO_ANSWER)


def line_missed(
    state: State, line: Line, due_at: datetime, result: CheckResult
) -> list[Conclusion]:
    """A line check was missed; after as many in a row as the rules say, the line is degraded.

    Both ends are rung, and told which other lines between them can carry a relay.
    """
    missed = LineCheckMissed(line=line.id, due_at=due_at, result=result)
    concluded = [Conclusion(content=missed, readers=line.parties)]
    count = line.missed_checks + 1
    if line.state is not LineState.OPEN or count < state.rules.line_checks_missed_to_degrade:
        return concluded
    degraded = LineDegraded(line=line.id, missed=count, relay_over=_others(state, line))
    rings = [
        Conclusion(
            content=NoticeOwed(
                notice=f"{line.id}#degraded-{state.size}:{end.party}",
                cell=end.cell,
                precedence=Precedence.IMMEDIATE,
                why=WhyOwed.LINE,
                line=line.id,
            ),
            readers=line.parties,
        )
        for end in line.ends
    ]
    return [*concluded, Conclusion(content=degraded, readers=line.parties), *rings]


def _others(state: State, line: Line) -> tuple[str, ...]:
    """Other lines that carry between any two ends of this one."""
    found = {
        other.id
        for a in line.parties
        for b in line.parties
        if a < b
        for other in lines_between(state, a, b)
        if other.id != line.id and other.state is LineState.OPEN
    }
    return tuple(sorted(found))


def _take_to_level(state: State, owed: Delivery, why: WhyOwed, level: Level) -> list[Conclusion]:
    """A level above takes it, on both sides: its cells are rung; a side without one is shown.

    What the desk itself owes, such as a pointer, has one side only.
    """
    sides = [party for party in (owed.recipient, owed.origin) if party in state.parties]
    at_level = {party: _cell_of_side(state, party, level) for party in sides}
    cells = tuple(dict.fromkeys(cell for cell in at_level.values() if cell is not None))
    gaps = [
        Conclusion(
            content=WatchGap(delivery=owed.id, party=party, level=level), readers=owed.parties
        )
        for party, cell in at_level.items()
        if cell is None
    ]
    return [
        _escalation(owed, why, level, cells),
        *(_ring(state, owed, why, cell=cell) for cell in cells),
        *gaps,
    ]


def _cell_of_side(state: State, party: str, level: Level) -> str | None:
    """The party's own cell at a level, or else the first of its backers' that has one."""
    for each in (party, *state.parties[party].backers):
        cell = cell_at(state, each, level)
        if cell is not None:
            return cell
    return None


def _relay_to_backers(state: State, owed: Delivery, now: datetime) -> list[Conclusion]:
    """What a silent recipient was owed goes to a backer of its that a line reaches, to pass on.

    A backer that has been told the same is asked all the same: it is owed for the silent one.
    """
    path = f"for-{owed.recipient}"
    waiting = (
        each.id
        for each in state.deliveries.under(Look.SUBJECT, owed.subject)
        if (each.version, each.recipient) == (owed.version, owed.recipient) and not each.heard
    )
    if owed.id != min(waiting):
        return []  # it waits for the same word by several ways: its backer is asked once
    for backer in state.parties[owed.recipient].backers:
        again = delivery_id(owed.subject, owed.version, backer, path)
        hop = find_hop(state, owed.origin, backer) or find_hop(state, owed.sender, backer)
        if hop is None or again in state.deliveries or not _may_carry(state, owed, backer):
            continue
        opened = RelayOpened(delivery=owed.id, backer=backer, line=hop.line)
        owed_anew = Owed(
            subject=owed.subject,
            subject_kind=owed.subject_kind,
            origin=owed.origin,
            precedence=owed.precedence,
            since=now,
            entry=owed.entry,
            version=owed.version,
        )
        return [
            Conclusion(content=opened, readers=tuple(sorted({*owed.parties, backer}))),
            owe_over(state.rules, owed_anew, hop, hops=2, rule=Rule.RELAY_HOP, path=path),
        ]
    return []


def _may_carry(state: State, owed: Delivery, backer: str) -> bool:
    """A notification goes to nobody whom its submitter has not named, not even to be passed on."""
    if owed.subject_kind is not SubjectKind.NOTIFICATION:
        return True
    return backer in state.notifications[owed.subject].recipients


def _overdue(owed: Delivery, due: Due, due_at: datetime) -> Conclusion:
    overdue = ReceiptOverdue(delivery=owed.id, due=due, due_at=due_at)
    return Conclusion(content=overdue, readers=owed.parties, refs=(owed.entry,))


def _escalation(owed: Delivery, why: WhyOwed, level: Level, cells: tuple[str, ...]) -> Conclusion:
    taken = Escalated(delivery=owed.id, why=why, level=level, cells=cells)
    return Conclusion(content=taken, readers=owed.parties, refs=(owed.entry,))


def _ring_again(state: State, owed: Delivery, due: Due) -> Conclusion:
    """Its own watch is rung because of what was due; several may be due at once."""
    return _ring(state, owed, WhyOwed.OVERDUE, about=f":{due}")


def _ring(
    state: State,
    owed: Delivery,
    why: WhyOwed,
    *,
    cell: str | None = None,
    about: str = "",
) -> Conclusion:
    """A notice owed to a human of the delivery's own watch, or of another cell's."""
    rung = cell or owed.cell
    watch = state.cells.get(rung)
    notice = NoticeOwed(
        notice=f"{owed.id}#{why}-{owed.rings + 1}{about}" + (f":{cell}" if cell else ""),
        cell=rung,
        precedence=owed.precedence,
        why=why,
        delivery=owed.id,
        contact=0 if watch is None else _whom(watch, why),
    )
    readers = {*owed.parties}
    if watch is not None:
        readers.add(watch.party)
    return Conclusion(content=notice, readers=tuple(sorted(readers)), refs=(owed.entry,))


def _whom(watch: Cell, why: WhyOwed) -> int:
    """Which of a watch's contacts is to be rung."""
    if why is WhyOwed.SECOND_BEARER:
        return watch.by_another_bearer
    return watch.alternate if why is WhyOwed.ALTERNATE else 0


WHEN_DUE: Final[Mapping[What, Silence]] = MappingProxyType(
    {
        What.DELIVER: _not_delivered,
        What.ACKNOWLEDGE: _not_acknowledged,
        What.SECOND_BEARER: _second_bearer,
        What.ALTERNATE: _alternate,
        What.OPERATIONAL: _operational,
        What.STRATEGIC: _strategic,
        What.PASS_DOWN: _not_passed_down,
        What.IN_FORCE: _not_in_force,
        What.LINE_CHECK: _no_line_check,
        What.CONTACT: contact_not_made,
        What.LOOSEN: loosens,
        What.COMMIT: commitments_over,
        What.REVEAL: reveals_over,
        What.PLAN_ENDS: plan_over,
        What.MEASURE_ENDS: measure_over,
        What.AIRSPACE_ENDS: airspace_over,
        What.AIRSPACE_JUDGED: airspace_unjudged,
        What.NOTIFICATION_STARTS: window_begins,
        What.NOTIFICATION_ENDS: window_ends,
        What.REVERIFY: verification_lapses,
    }
)
