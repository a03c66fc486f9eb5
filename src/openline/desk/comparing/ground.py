"""Which measures hold now, the ground they take, and their place in the index."""

from __future__ import annotations

from typing import Final

from openline.desk.comparing.occupied import Occupied
from openline.desk.shelf import Look
from openline.desk.sides import backers_of, parties_of_kind
from openline.desk.state import State
from openline.domain.airspace import Corridor, TimeSpan, Volume4D
from openline.domain.conflict import Conflict
from openline.domain.crossing import Side
from openline.domain.measure import (
    Measure,
    MeasureKind,
    MeasureState,
    version_key,
)
from openline.domain.measure_ground import ground_around, ground_of, split_at_altitude
from openline.domain.party import PartyKind
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Rules
from openline.domain.statement import EVERYONE

SEE_MEASURES: Final = (
    PartyKind.FORCE,
    PartyKind.BACKER,
    PartyKind.CONDUIT,
    PartyKind.OBSERVER,
)


def find_version(state: State, measure: str, version: int) -> Measure | None:
    """One version of a measure, whatever has become of it."""
    return state.measures.get(version_key(measure, version))


def latest_version(state: State, measure: str) -> int:
    """The highest version said so far; 0 if there is none."""
    version = 0
    while find_version(state, measure, version + 1) is not None:
        version += 1
    return version


def find_standing(state: State, measure: str) -> Measure | None:
    """The version in force or suspended; None if there is none."""
    version = state.standing.get(measure)
    return None if version is None else state.measures[version_key(measure, version)]


def find_in_force(state: State, measure: str) -> Measure | None:
    """The version in force; None if there is none or it is suspended."""
    held = find_standing(state, measure)
    return held if held is not None and held.state is MeasureState.IN_FORCE else None


def lines_in_force(state: State) -> list[tuple[Measure, Corridor, dict[str, Side]]]:
    """Each separation line in force whose geometry is known, its path, and who belongs where."""
    held = state.measures.under(Look.LINE_IN_FORCE, MeasureKind.SEPARATION_LINE)
    return [
        (measure, measure.body.footprint, measure.body.homes)
        for measure in held
        if measure.body is not None and isinstance(measure.body.footprint, Corridor)
    ]


def volumes_of(
    state: State, measure: Measure, coming: Measure | None = None
) -> tuple[Volume4D, ...]:
    """The ground a measure takes: none once erased, nor around a measure that does not stand.

    Args:
        coming: a version about to come into force; buffers of it are drawn around it.
    """
    times = TimeSpan(starts_at=measure.starts_at, ends_at=measure.ends_at)
    if measure.kind is not MeasureKind.BUFFER:
        return ground_of(measure.body, times) if measure.body is not None else ()
    base = base_of(state, measure, coming)
    if base is None or base.body is None or base.body.footprint is None:
        return ()
    heights = measure.body.heights if measure.body is not None else base.body.heights
    return ground_around(base.body.footprint, measure.within_m, heights, times)


def buffers_of(state: State, measure: str) -> list[Measure]:
    """The buffers in force around a measure."""
    around = state.measures.under(Look.AROUND, measure)
    return [each for each in around if each == find_in_force(state, each.id)]


def keep_in_index(state: State, measure: Measure) -> None:
    """For evolvers alone: the index holds this measure and its buffers as they now are, or not."""
    for each in (measure, *buffers_of(state, measure.id)):
        _keep_one(state, each)


def _keep_one(state: State, measure: Measure) -> None:
    state.index.withdraw(measure.id)
    volumes = volumes_of(state, measure)
    if measure.state is not MeasureState.IN_FORCE or not volumes:
        return
    plan = _as_plan(measure, volumes)
    if measure.kind is MeasureKind.SEPARATION_LINE:
        state.index.insert_line(plan)
    elif measure.kind is MeasureKind.COORDINATING_ALTITUDE:
        state.index.insert_altitude(*_split(measure))
    else:
        state.index.insert_area(plan)


def find_met_by(state: State, measure: Measure, coming: Measure | None = None) -> list[Conflict]:
    """The plans and sites that a measure would meet if it came into force; see `volumes_of`."""
    return find_met_among(state.index, state.rules, measure, volumes_of(state, measure, coming))


def find_met_among(
    index: Occupied, rules: Rules, measure: Measure, volumes: tuple[Volume4D, ...]
) -> list[Conflict]:
    """The same among what an index holds, for a measure that takes these volumes."""
    if not volumes:
        return []
    plan = _as_plan(measure, volumes)
    if measure.kind is MeasureKind.SEPARATION_LINE:
        return index.find_met_by_line(plan, rules)
    if measure.kind is MeasureKind.COORDINATING_ALTITUDE:
        return index.find_met_by_altitude(*_split(measure), rules)
    return index.find_met_by_area(plan, rules)


def _as_plan(measure: Measure, volumes: tuple[Volume4D, ...]) -> Plan:
    return Plan(id=measure.id, party=owner_of(measure), kind=Kind.GROUND, volumes=volumes)


def _split(measure: Measure) -> tuple[Plan, Plan]:
    assert measure.body is not None  # it has volumes
    times = TimeSpan(starts_at=measure.starts_at, ends_at=measure.ends_at)
    return split_at_altitude(measure.id, owner_of(measure), measure.body, times)


def owner_of(measure: Measure) -> str:
    """Whose it is to the index: nobody's when agreed, so that it meets its own parties' plans."""
    return "" if measure.by_agreement else measure.author


def may_hear_of(state: State, party: str, thing: str) -> bool:
    """Whether a party may be told, if only by a pointer, of a plan, site or measure."""
    held = state.notifications.get(thing)
    return may_hear(state, party, held.recipients if held is not None else None)


def may_hear(state: State, party: str, released_to: tuple[str, ...] | None) -> bool:
    """Nothing of a notification leaves the conduit before its submitter names recipients.

    Not even a pointer: a plan filed here and there would find every hospital. The submitter's side
    is told all the same, and conduits know. `released_to` is None for what is no notification.
    """
    conduit = party in state.parties and state.parties[party].kind is PartyKind.CONDUIT
    return released_to is None or conduit or party in released_to


def told_for(measure: Measure, meets: str) -> tuple[str, ...]:
    """Who is told for the sake of a measure that a party's plan, site or track would meet.

    Whoever set it; or, for an agreed one, its other parties if that party agreed with them.
    Anybody else's plan or site is not for them to hear of.
    """
    if not measure.by_agreement:
        return (measure.author,)
    return tuple(each for each in measure.parties if each != meets and meets in measure.parties)


def spares(measure: Measure, thing: str, party: str) -> bool:
    """A measure keeps out neither those it was made for nor the site it protects."""
    return party in measure.for_parties or measure.site == thing


def is_public(state: State, measure: Measure, coming: Measure | None = None) -> bool:
    """Whether everybody may know of a measure, and where it is.

    It is published; and if it is drawn for a site, that site's submitter is one of its parties; if
    it is drawn around another measure, that one is itself for all to know. See `volumes_of`.
    """
    if not measure.published:
        return False
    if measure.site is not None:
        site = state.notifications.get(measure.site)
        return site is not None and site.submitter in measure.parties
    if measure.kind is not MeasureKind.BUFFER:
        return True
    base = base_of(state, measure, coming)
    return base is not None and is_public(state, base)


def base_of(state: State, buffer: Measure, coming: Measure | None = None) -> Measure | None:
    """The measure in force, or coming into force, that a buffer is drawn around, if there is."""
    if coming is not None and coming.id == buffer.of:
        return coming
    return find_in_force(state, buffer.of or "")


def measure_readers(state: State, measure: Measure) -> tuple[str, ...]:
    """Who may see a measure in force.

    Forces, backers, conduits and observers see every measure, others those that are published;
    one made for a protected site is seen by those who may see the site, and by its own parties,
    unless its submitter has published it.
    """
    own = (*measure.parties, *measure.for_parties, measure.author)
    if measure.site is not None and not is_public(state, measure):
        return tuple(sorted({*own, *_told_of_site(state, measure.site)}))
    if measure.published:
        return (EVERYONE,)
    seeing = (each for kind in SEE_MEASURES for each in parties_of_kind(state, kind))
    return tuple(sorted({*own, *seeing}))


def proposal_readers(state: State, measure: Measure) -> tuple[str, ...]:
    """Who may see what is not in force yet: its parties, and those who stand behind them.

    Of one made for a protected site, only such backers as the site was told to.
    """
    backers = {each for party in measure.parties for each in backers_of(state, party)}
    if measure.site is not None:
        backers &= _told_of_site(state, measure.site)
    return tuple(sorted({*measure.parties, *backers, measure.author}))


def _told_of_site(state: State, site: str) -> set[str]:
    """Who may see a protected site: its submitter, the conduits, and whom it was released to."""
    held = state.notifications.get(site)
    told = (held.submitter, *held.recipients) if held is not None else ()
    return {*told, *parties_of_kind(state, PartyKind.CONDUIT)}
