"""What was known before an incident: what its parties had told one another by then."""

from __future__ import annotations

from openline.desk.shelf import Look
from openline.desk.sides import same_side
from openline.desk.state import State
from openline.domain.incident import Incident
from openline.domain.line import ANSWERED, Delivery, Rung, SubjectKind
from openline.domain.question import Known


def known_before(state: State, incident: Incident) -> tuple[Known, ...]:
    """Which notices and positions one side of an incident had told the other before its time.

    Told by a party to it, to a party to it: what third parties told either of them stays theirs,
    and so does what allies told each other. Nothing that was told comes with it but its id, how
    far it came by then, and when.
    """
    concerned = {
        owed.id: owed
        for party in incident.parties
        for owed in state.deliveries.under(Look.PARTY, party)
    }
    return tuple(
        _known(incident, owed)
        for _, owed in sorted(concerned.items())
        if owed.origin in incident.parties
        and owed.recipient in incident.parties
        and not same_side(state, owed.origin, owed.recipient)
        and owed.owed_since <= incident.latest_at
        and _places(state, owed)
    )


def _places(state: State, owed: Delivery) -> bool:
    """It told of a place: a notification, or a message that speaks of positions."""
    if owed.subject_kind is SubjectKind.NOTIFICATION:
        return True
    message = state.messages.get(owed.subject)
    return message is not None and message.body is not None and bool(message.body.positions)


def _known(incident: Incident, owed: Delivery) -> Known:
    """The rung it had reached by the latest instant at which the incident can have happened."""
    climbed = [step for step in owed.climbed if step.at <= incident.latest_at]
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
        surely_before=surely < incident.earliest_at,
    )
