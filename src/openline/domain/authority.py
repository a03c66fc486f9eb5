"""Who may say what: which kinds of party, in which roles. What is not said here is DUTY's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from openline.domain.party import PartyKind, Role

ANYONE: Final = frozenset(PartyKind)
PARTIES_ON_THE_GROUND: Final = frozenset({PartyKind.FORCE, PartyKind.BACKER})
FORCES: Final = frozenset({PartyKind.FORCE})
OCCUPANTS: Final = PARTIES_ON_THE_GROUND | {PartyKind.CIVIL_OPERATOR}
SUPPLIERS: Final = frozenset({PartyKind.CIVIL_OPERATOR})
NEUTRAL: Final = frozenset({PartyKind.CONDUIT})
ALL_BUT_OBSERVERS: Final = ANYONE - {PartyKind.OBSERVER}

WATCH: Final = frozenset({Role.DUTY, Role.COMMANDER})
COMMAND: Final = frozenset({Role.COMMANDER})
RELEASE: Final = frozenset({Role.RELEASE, Role.COMMANDER})
KEEPERS: Final = frozenset({Role.ADMIN, Role.COMMANDER})


class May(Struct, frozen=True, kw_only=True):
    """The kinds of party and the roles that may say one kind of content."""

    parties: frozenset[PartyKind] = ALL_BUT_OBSERVERS
    roles: frozenset[Role] = WATCH


MAY: Final[Mapping[str, May]] = MappingProxyType(
    {
        "key.revoked.v1": May(parties=ANYONE, roles=KEEPERS),
        "key.rotated.v1": May(parties=ANYONE, roles=frozenset(Role)),
        "key.revocation_cosigned.v1": May(parties=ANYONE, roles=KEEPERS),
        "line.opened.v1": May(roles=COMMAND),
        "line.state_set.v1": May(),
        "line.checked.v1": May(),
        "contact.logged.v1": May(),
        "message.sent.v1": May(),
        "receipt.given.v1": May(),
        "relay.forwarded.v1": May(parties=PARTIES_ON_THE_GROUND | NEUTRAL),
        "incident.opened.v1": May(),
        "incident.stated.v1": May(),
        "incident.accounts_sealed.v1": May(),
        "incident.account_committed.v1": May(),
        "incident.account_revealed.v1": May(),
        "incident.agreed.v1": May(roles=COMMAND),
        "incident.closing.v1": May(roles=COMMAND),
        "assurance.given.v1": May(roles=COMMAND),
        "assurance.released.v1": May(roles=COMMAND),
        "meeting.minuted.v1": May(),
        "meeting.cosigned.v1": May(roles=COMMAND),
        "watch.handed_over.v1": May(),
        "alarm.silenced.v1": May(),
        "notification.drafted.v1": May(),
        "notification.submitted.v1": May(),
        "notification.amended.v1": May(),
        "notification.returned.v1": May(parties=NEUTRAL),
        "notification.validated.v1": May(parties=NEUTRAL),
        "notification.consented.v1": May(roles=RELEASE),
        "notification.released.v1": May(roles=RELEASE),
        "notification.objected.v1": May(parties=PARTIES_ON_THE_GROUND),
        "notification.suspended.v1": May(),
        "notification.resumed.v1": May(),
        "notification.cancelled.v1": May(),
        "notification.withdrawn.v1": May(),
        "notification.completed.v1": May(),
        "notification.reverified.v1": May(),
        "plan.filed.v1": May(parties=OCCUPANTS),
        "plan.withdrawn.v1": May(parties=OCCUPANTS),
        "plan.released.v1": May(parties=OCCUPANTS, roles=RELEASE),
        "plan.release_ended.v1": May(parties=OCCUPANTS, roles=RELEASE),
        "measure.proposed.v1": May(roles=COMMAND),
        "measure.established.v1": May(roles=COMMAND),
        "measure.cosigned.v1": May(roles=COMMAND),
        "measure.objected.v1": May(roles=COMMAND),
        "measure.withdrawn.v1": May(roles=COMMAND),
        "measure.suspended.v1": May(roles=COMMAND),
        "measure.resumed.v1": May(roles=COMMAND),
        "edge.stated.v1": May(parties=FORCES),
        "edge.released.v1": May(parties=FORCES, roles=RELEASE),
        "area.claimed.v1": May(parties=PARTIES_ON_THE_GROUND),
        "area.unclaimed.v1": May(parties=PARTIES_ON_THE_GROUND),
        "crossing.stated.v1": May(parties=FORCES),
        "cadence.loosening_agreed.v1": May(parties=FORCES, roles=COMMAND),
        "intent.put.v1": May(parties=SUPPLIERS),
        "intent.removed.v1": May(parties=SUPPLIERS),
        "subscription.put.v1": May(parties=SUPPLIERS),
        "subscription.removed.v1": May(parties=SUPPLIERS),
        "constraint.put.v1": May(parties=SUPPLIERS),
        "constraint.removed.v1": May(parties=SUPPLIERS),
        "availability.set.v1": May(parties=SUPPLIERS),
        "exchange.reported.v1": May(parties=SUPPLIERS),
        "report.confirmed.v1": May(parties=ANYONE),
        "question.asked.v1": May(roles=frozenset(Role)),
    }
)


REPORTS_TRACKS: Final = May(parties=OCCUPANTS | {PartyKind.HUMANITARIAN})
"""Fixes are no statements, and have no kind: those who move may report where they are."""


def may(kind: str) -> May:
    """Who may say a kind of content."""
    return MAY.get(kind, May())
