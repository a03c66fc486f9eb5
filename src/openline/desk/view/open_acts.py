"""What the desk would take of a party about each thing that it sees, as that stands now.

It is asked of `desk.taking`, as the deciders ask it; which position may say what by its roles is
told beside (`Me.may`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from openline.desk.shelf import Look
from openline.desk.state import State
from openline.desk.taking.incidents import (
    account_agreed,
    accounts_open,
    check_closing,
    going_on,
    open_to,
    subject_of,
)
from openline.desk.taking.lines import check_checkable, settable
from openline.desk.taking.measures import line_crossed_by, may_follow, measure_for
from openline.desk.taking.messages import lifters, onward_open, rungs_open
from openline.desk.taking.notifications import NOTIFICATION_ACTS, notification_for
from openline.desk.view.exchange import messages_for
from openline.desk.view.sections import incidents_for, measures_for
from openline.desk.view.seen import Act, OpenActs
from openline.domain.authority import may
from openline.domain.delivery import ReceiptGiven, RelayForwarded
from openline.domain.edge import CrossingStated
from openline.domain.errors import Refused
from openline.domain.incident import Incident, IncidentAgreed, IncidentClosing, IncidentStated
from openline.domain.line import LineChecked, LineStateSet
from openline.domain.measure import Measure, MeasureProposed, MeasureState
from openline.domain.measure_acts import MEASURE_ACTS
from openline.domain.message import MessageKind, MessageSent
from openline.domain.party import PartyKind


def open_acts_for(state: State, party: str) -> tuple[OpenActs, ...]:
    """One row for each thing of which the party can say anything, in order of thing."""
    kind = state.parties[party].kind
    rows: dict[str, tuple[Act, ...]] = {}
    for part in _PARTS:
        for thing, acts in part(state, party):
            allowed = tuple(each for each in acts if kind in may(each.kind).parties)
            if allowed:
                rows[thing] = allowed
    return tuple(OpenActs(thing=each, acts=rows[each]) for each in sorted(rows))


Rows = Iterator[tuple[str, list[Act]]]


def _is_taken(check: Callable[..., object], *about: object) -> bool:
    """Whether what a decider asks before it rules raises nothing."""
    try:
        check(*about)
    except Refused:
        return False
    return True


def _notifications(state: State, party: str) -> Rows:
    is_conduit = state.parties[party].kind is PartyKind.CONDUIT
    own = state.notifications.under(Look.PARTY, party)
    for held in state.notifications.values() if is_conduit else own:
        about = (state, party, held.id)
        kinds = (each for each in NOTIFICATION_ACTS if _is_taken(notification_for, *about, each))
        yield held.id, [Act(kind=each) for each in kinds]


def _measures(state: State, party: str) -> Rows:
    for held in measures_for(state, party):
        yield held.key, [*_said_of_measure(state, party, held)]


def _said_of_measure(state: State, party: str, held: Measure) -> Iterator[Act]:
    for kind in MEASURE_ACTS:
        if _is_taken(measure_for, state, party, held.id, held.version, kind):
            yield Act(kind=kind)
    if may_follow(state, held, party):
        yield Act(kind=MeasureProposed.KIND)
    in_force = held.state is MeasureState.IN_FORCE
    if in_force and _is_taken(line_crossed_by, state, held.id, party):
        yield Act(kind=CrossingStated.KIND)


def _lines(state: State, party: str) -> Rows:
    for line in state.lines.under(Look.PARTY, party):
        acts = [Act(kind=LineStateSet.KIND, choices=settable(line))]
        if _is_taken(check_checkable, line):
            acts.append(Act(kind=LineChecked.KIND))
        yield line.id, acts


def _deliveries(state: State, party: str) -> Rows:
    for owed in state.deliveries.under(Look.PARTY, party):
        if owed.recipient != party or owed.ended_at is not None:
            continue
        onward = onward_open(state, owed)
        rungs = Act(kind=ReceiptGiven.KIND, choices=rungs_open(owed, by_human=True))
        yield owed.id, [rungs, *([Act(kind=RelayForwarded.KIND, choices=onward)] if onward else [])]


def _calls(state: State, party: str) -> Rows:
    for message in messages_for(state, party):
        if message.kind is MessageKind.CHECK_FIRE and (by := lifters(state, party, message)):
            yield message.id, [Act(kind=MessageSent.KIND, choices=(MessageKind.RESUME,), by=by)]


def _incidents(state: State, party: str) -> Rows:
    for incident in incidents_for(state, party):
        if not _is_taken(going_on, incident):
            continue
        yield incident.id, [*_said_of_incident(state, party, incident)]
        for account in incident.accounts:
            about = subject_of(incident, account.id)
            yield about, [*_said_of_account(state, party, incident, account.id)]


def _said_of_incident(state: State, party: str, incident: Incident) -> Iterator[Act]:
    if _is_taken(open_to, state, incident.id, party):
        yield Act(kind=IncidentStated.KIND, choices=accounts_open(incident, party, None))
    if party in incident.parties and _is_taken(check_closing, incident, party):
        yield Act(kind=IncidentClosing.KIND)


def _said_of_account(state: State, party: str, incident: Incident, account: str) -> Iterator[Act]:
    if _is_taken(open_to, state, incident.id, party):
        yield Act(kind=IncidentStated.KIND, choices=accounts_open(incident, party, account))
    if party in incident.parties and _is_taken(account_agreed, incident, party, account):
        yield Act(kind=IncidentAgreed.KIND)


_PARTS: Final = (_notifications, _measures, _lines, _deliveries, _calls, _incidents)
