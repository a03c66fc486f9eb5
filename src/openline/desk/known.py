"""What was known before an incident: what its parties had told one another by then."""

from __future__ import annotations

from datetime import datetime

from openline.desk.shelf import Look
from openline.desk.sides import same_side
from openline.desk.state import State
from openline.detection import TOUCHING, find_conflicts_among
from openline.domain.airspace import Circle, Position, Volume4D
from openline.domain.incident import Incident
from openline.domain.line import ANSWERED, Delivery, Rung, SubjectKind
from openline.domain.notification import plan_of
from openline.domain.plan import Kind, Plan
from openline.domain.question import Known


def known_before(
    state: State,
    incident: Incident,
    at: datetime | None = None,
    place: tuple[Volume4D, ...] = (),
) -> tuple[Known, ...]:
    """Which notices and positions one side of an incident had told the other by a moment.

    Told by a party to it, to a party to it: what third parties told either of them stays theirs,
    and so does what allies told each other. Nothing that was told comes with it but its id, how
    far it came by then, and when.

    Args:
        at: the moment; the latest at which the incident can have happened if none is given.
        place: only what touches this, whenever it was to be there; everything if it is empty.
    """
    until = incident.latest_at if at is None else at
    surely = incident.earliest_at if at is None else at
    concerned = {
        owed.id: owed
        for party in incident.parties
        for owed in state.deliveries.under(Look.PARTY, party)
    }
    return tuple(
        _known(owed, until, surely)
        for _, owed in sorted(concerned.items())
        if owed.origin in incident.parties
        and owed.recipient in incident.parties
        and not same_side(state, owed.origin, owed.recipient)
        and owed.owed_since <= until
        and _places(state, owed)
        and (not place or _touches(state, owed, place))
    )


def _touches(state: State, owed: Delivery, place: tuple[Volume4D, ...]) -> bool:
    """What it told of lies there; of what can be said no longer, it is taken to."""
    told = _volumes_of(state, owed)
    if not told:
        return True
    # Only the desk makes ids with a leading "?": they stand for nothing else.
    one, other = (
        Plan(id=f"?{each}", party=f"?{each}", kind=Kind.GROUND, volumes=_at_any_time(volumes))
        for each, volumes in (("told", told), ("asked", place))
    )
    return bool(find_conflicts_among((one, other), lambda _a, _b: TOUCHING))


def _at_any_time(volumes: tuple[Volume4D, ...]) -> tuple[Volume4D, ...]:
    return tuple(Volume4D(footprint=each.footprint) for each in volumes)


def _volumes_of(state: State, owed: Delivery) -> tuple[Volume4D, ...]:
    if owed.subject_kind is SubjectKind.NOTIFICATION:
        notification = state.notifications.get(owed.subject)
        plan = None if notification is None else plan_of(notification)
        return () if plan is None else plan.volumes
    message = state.messages.get(owed.subject)
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
