"""Whether a party sees one thing: the table, applied. Everything not let through is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from openline.desk.comparing.ground import is_public
from openline.desk.shelf import Look
from openline.desk.state import State
from openline.desk.view.table import Sight, Thing, sight_of
from openline.domain.delivery import Delivery, SubjectKind
from openline.domain.edge import ClaimedArea, Edge, StandingCrossing
from openline.domain.form import Tier
from openline.domain.incident import Incident, IncidentState
from openline.domain.measure import Measure, MeasureState, version_key
from openline.domain.notification import Notification
from openline.domain.plan import FiledPlan
from openline.domain.statement import EVERYONE, Entry

_HOLDS = frozenset({MeasureState.IN_FORCE, MeasureState.SUSPENDED})
_ASKED = frozenset({MeasureState.PROPOSED, MeasureState.OBJECTED})


def may_read_entry(state: State, reader: str, entry: Entry) -> bool:
    """The right fixed when the entry was decided, or given by a later release."""
    readers = {*entry.readers, *state.released.get(str(entry.index), ())}
    return reader in readers or EVERYONE in readers


def tier_for(state: State, reader: str, notification: Notification) -> Tier:
    """How much of a notification the reader is told; CONDUIT_ONLY is nothing of it."""
    sight = sight_of(state, reader, Thing.NOTIFICATION, notification.submitter)
    if sight is Sight.YES or notification.submitter == reader:
        return Tier.FULL
    if sight is Sight.BY_TIER:
        return notification.releases.get(reader, Tier.CONDUIT_ONLY)
    return Tier.CONDUIT_ONLY


def sees_plan(state: State, reader: str, plan: FiledPlan) -> bool:
    """One's own, or one that was released to a force or backer."""
    return _sees_released(state, reader, Thing.PLAN, plan.party, plan.released_to)


def sees_edge(state: State, reader: str, edge: Edge) -> bool:
    """One's own, or one that was released."""
    return _sees_released(state, reader, Thing.GROUND, edge.party, edge.released_to)


def sees_claim(state: State, reader: str, claim: ClaimedArea) -> bool:
    """One's own, one that was released, and ground for which no party answers, which all see."""
    if claim.claimant is None:
        return True
    return _sees_released(state, reader, Thing.GROUND, claim.claimant, claim.released_to)


def _sees_released(
    state: State, reader: str, thing: Thing, owner: str, released_to: Iterable[str]
) -> bool:
    sight = sight_of(state, reader, thing, owner)
    if sight is Sight.OWN:
        return reader == owner
    return sight in (Sight.AS_RELEASED, Sight.POINTER) and reader in released_to


def sees_measure(state: State, reader: str, measure: Measure) -> bool:
    """One that holds; one proposed, by those asked to agree.

    One for a site is seen by the site's tier, unless its submitter has published it.
    """
    if reader in measure.parties or reader == measure.author:
        return measure.state in _HOLDS | _ASKED
    if measure.state not in _HOLDS or not _within_site_tier(state, reader, measure):
        return False
    sight = sight_of(state, reader, Thing.MEASURE, measure.author)
    return sight is Sight.YES or (sight is Sight.PUBLISHED and measure.published)


def _within_site_tier(state: State, reader: str, measure: Measure) -> bool:
    if measure.site is None or is_public(state, measure):
        return True
    site = state.notifications.get(measure.site)
    return site is not None and tier_for(state, reader, site) is not Tier.CONDUIT_ONLY


def is_counted_only(state: State, reader: str, measure: Measure) -> bool:
    """A measure in force for a protected site that the reader is not told of: it sees the count."""
    return (
        measure.site is not None
        and measure.state in _HOLDS
        and not sees_measure(state, reader, measure)
    )


def sees_crossing(state: State, reader: str, crossing: StandingCrossing) -> bool:
    """One's own; and what another has said of itself, if one is a party to the line.

    What the desk makes of a party's edge is that party's alone: it is asked first.
    """
    if reader == crossing.party:
        return True
    measure = state.measures.get(version_key(crossing.measure, crossing.version))
    return crossing.on_own_word and measure is not None and reader in measure.parties


def sees_delivery(state: State, reader: str, owed: Delivery) -> bool:
    """Whose word it is, who carries it, and who it is for; conduits see those of all notices."""
    if reader in owed.parties:
        return True
    sight = sight_of(state, reader, Thing.MESSAGE, owed.origin)
    return sight is Sight.ITS_NOTICES and owed.subject_kind is SubjectKind.NOTIFICATION


def sees_incident(state: State, reader: str, incident: Incident) -> bool:
    """Parties to it and conduits; observers once it is closed."""
    if reader in incident.parties:
        return True
    sight = sight_of(state, reader, Thing.INCIDENT, incident.opener)
    return sight is Sight.YES or (
        sight is Sight.AFTER_CLOSE and incident.state is IncidentState.CLOSED
    )


def sees_thing(state: State, reader: str, thing: str) -> bool:
    """Whether the reader sees where a plan, notification or measure of this id is."""
    if thing in state.plans:
        return sees_plan(state, reader, state.plans[thing])
    if thing in state.notifications:
        return tier_for(state, reader, state.notifications[thing]) is not Tier.CONDUIT_ONLY
    if thing in state.standing:
        return sees_measure(
            state, reader, state.measures[version_key(thing, state.standing[thing])]
        )
    return False


def things_seen(state: State, reader: str) -> Iterator[str]:
    """Plans and notifications for which `sees_thing` holds; hidden ones cost nothing to pass by."""
    plans = state.plans.under(Look.PARTY, reader)
    yield from (each.id for each in plans if sees_plan(state, reader, each))
    notices: Iterable[Notification] = state.notifications.under(Look.PARTY, reader)
    if sight_of(state, reader, Thing.NOTIFICATION) is Sight.YES:
        notices = state.notifications.values()
    told = (each for each in notices if tier_for(state, reader, each) is not Tier.CONDUIT_ONLY)
    yield from (each.id for each in told)
