"""What was known before an incident: what its parties had told one another by then."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from openline.desk.shelf import Look
from openline.desk.sides import same_side
from openline.desk.state import State
from openline.desk.view.exchange import messages_for
from openline.desk.view.sight import sees_thing
from openline.detection import TOUCHING, PlanIndex
from openline.domain.airspace import Circle, Position, Volume4D
from openline.domain.delivery import ANSWERED, Delivery, Rung, SubjectKind
from openline.domain.incident import Incident
from openline.domain.notification import plan_of
from openline.domain.plan import Kind, Plan
from openline.domain.question import Known

_ASKED: Final = "?asked"
"""Only the desk makes ids with a leading "?": it stands for nothing else."""


def known_before(
    state: State,
    incident: Incident,
    asker: str,
    at: datetime | None = None,
    place: tuple[Volume4D, ...] = (),
) -> tuple[Known, ...]:
    """Which notices and positions one side of an incident had told the other by a moment.

    Told by a party to it, to a party to it: what third parties told either of them stays theirs,
    and so does what allies told each other. Nothing that was told comes with it but its id, how
    far it came by then, and when.

    Args:
        asker: the party that asks; see `place`.
        at: the moment; the latest at which the incident can have happened if none is given.
        place: only what touches this, whenever it was to be there; everything if it is empty. Then
            only what the asker sees the ground of is named: a place would tell it of all else.
    """
    until = incident.latest_at if at is None else at
    surely = incident.earliest_at if at is None else at
    concerned = {
        owed.id: owed
        for party in incident.parties
        for owed in state.deliveries.under(Look.PARTY, party)
    }
    told = [
        owed
        for _, owed in sorted(concerned.items())
        if owed.origin in incident.parties
        and owed.recipient in incident.parties
        and not same_side(state, owed.origin, owed.recipient)
        and owed.owed_since <= until
        and _places(state, owed)
    ]
    if place:
        there = _touching(_seen_ground(state, asker, told), place)
        told = [owed for owed in told if owed.subject in there]
    return tuple(_known(owed, until, surely) for owed in told)


def _seen_ground(state: State, asker: str, told: list[Delivery]) -> dict[str, tuple[Volume4D, ...]]:
    """Where the things told of lie, each once: of those alone that the asker sees the ground of."""
    if asker not in state.parties:
        return {}  # of an earlier state, in which it was not at the desk yet
    messages = {each.id for each in messages_for(state, asker)}
    subjects = {owed.subject: owed.subject_kind for owed in told}
    return {
        subject: _volumes_of(state, subject, kind)
        for subject, kind in subjects.items()
        if (
            sees_thing(state, asker, subject)
            if kind is SubjectKind.NOTIFICATION
            else subject in messages
        )
    }


def _touching(grounds: dict[str, tuple[Volume4D, ...]], place: tuple[Volume4D, ...]) -> set[str]:
    """What lies there; of what can be said no longer where it lay, it is taken to."""
    index = PlanIndex(scanned_up_to=len(grounds))
    index.insert_all([_as_plan(each, volumes) for each, volumes in grounds.items() if volumes])
    there = {each for each, volumes in grounds.items() if not volumes}
    for part in place:
        met = index.find_conflicts(_as_plan(_ASKED, (part,)), lambda _a, _b: TOUCHING)
        for each in {pair.b if pair.a == _ASKED else pair.a for pair in met}:
            index.withdraw(each)  # one part that it touches is enough
            there.add(each)
    return there


def _as_plan(name: str, volumes: tuple[Volume4D, ...]) -> Plan:
    return Plan(id=name, party=name, kind=Kind.GROUND, volumes=_at_any_time(volumes))


def _at_any_time(volumes: tuple[Volume4D, ...]) -> tuple[Volume4D, ...]:
    return tuple(Volume4D(footprint=each.footprint) for each in volumes)


def _volumes_of(state: State, subject: str, kind: SubjectKind) -> tuple[Volume4D, ...]:
    if kind is SubjectKind.NOTIFICATION:
        notification = state.notifications.get(subject)
        plan = None if notification is None else plan_of(notification)
        return () if plan is None else plan.volumes
    message = state.messages.get(subject)
    positions = message.body.positions if message is not None and message.body else ()
    return tuple(
        Volume4D(footprint=Circle(center=Position(lat_deg=lat_deg, lon_deg=lon_deg)))
        for lon_deg, lat_deg in positions
    )


def _places(state: State, owed: Delivery) -> bool:
    """It told of a place: a notification, or a message that speaks of positions."""
    if owed.subject_kind is SubjectKind.NOTIFICATION:
        return True
    message = state.messages.get(owed.subject)
    return message is not None and message.body is not None and bool(message.body.positions)


def _known(owed: Delivery, until: datetime, surely_by: datetime) -> Known:
    """The rung it had reached by then."""
    climbed = [step for step in owed.climbed if step.at <= until]
    answers = [step for step in climbed if step.rung in ANSWERED]
    surely = climbed[-1].at if climbed else owed.owed_since
    return Known(
        subject=owed.subject,
        subject_kind=owed.subject_kind,
        version=owed.version,
        teller=owed.origin,
        told=owed.recipient,
        told_at=owed.owed_since,
        rung=climbed[-1].rung if climbed else Rung.SENT,
        acknowledged_at=answers[0].at if answers else None,
        by_human=any(step.by_human for step in answers),
        surely_before=surely < surely_by,
    )
