"""How edges, claimed areas and crossings change."""

from __future__ import annotations

from msgspec.structs import replace

from openline.desk.evolve.lines import end_deliveries
from openline.desk.state import State, evolves, rebuilds
from openline.domain.edge import (
    AreaClaimed,
    AreasContested,
    AreaUnanswered,
    AreaUnclaimed,
    ClaimBody,
    ClaimedArea,
    CrossingFound,
    CrossingStated,
    Edge,
    EdgeReleased,
    EdgeStated,
    StandingCrossing,
    reports_with,
    standing_key,
)
from openline.domain.statement import Entry


@evolves(EdgeStated)
def edge_stated(state: State, entry: Entry, content: EdgeStated) -> None:
    party = entry.author.party
    held = state.edges.get(party)
    reports = reports_with(held, content, entry.recorded_at)
    state.edges[party] = Edge(
        id=content.edge,
        party=party,
        as_of=min(content.as_of or entry.recorded_at, entry.recorded_at),
        entry=entry.index,
        reports=reports,
        released_to=held.released_to if held else (),
    )


@evolves(EdgeReleased)
def edge_released(state: State, entry: Entry, content: EdgeReleased) -> None:
    held = state.edges[entry.author.party]
    shown_to = tuple(dict.fromkeys((*held.released_to, *content.to)))
    state.edges[held.party] = replace(held, released_to=shown_to)


@evolves(CrossingStated)
def crossing_stated(state: State, entry: Entry, content: CrossingStated) -> None:
    """The question that was put to the party is answered."""
    asked = state.crossings.get(standing_key(content.measure, entry.author.party))
    if asked is not None:
        end_deliveries(state, asked.id, entry.recorded_at)


@evolves(CrossingFound)
def crossing_found(state: State, entry: Entry, content: CrossingFound) -> None:
    state.crossings[standing_key(content.measure, content.party)] = StandingCrossing(
        id=content.crossing,
        measure=content.measure,
        version=content.version,
        party=content.party,
        answer=content.answer,
        found_at=entry.recorded_at,
        entry=entry.index,
        on_own_word=content.on_own_word,
    )


@evolves(AreaClaimed)
def area_claimed(state: State, entry: Entry, content: AreaClaimed) -> None:
    _forget(state, content.area)
    claim = _claim(content.area, entry.author.party, content.to, content.body, entry)
    state.claims[claim.id] = claim
    _keep_in_index(state, claim)


@evolves(AreaUnanswered)
def area_unanswered(state: State, entry: Entry, content: AreaUnanswered) -> None:
    state.claims[content.area] = _claim(content.area, None, (), content.body, entry)


@evolves(AreaUnclaimed)
def area_unclaimed(state: State, _entry: Entry, content: AreaUnclaimed) -> None:
    _forget(state, content.area)


@evolves(AreasContested)
def areas_contested(state: State, _entry: Entry, content: AreasContested) -> None:
    """Each of two overlapping claims says of the other that it is there."""
    held = state.claims[content.area]
    state.claims[held.id] = replace(held, contested_by=content.others)
    for other in content.others:
        beside = state.claims[other]
        contested_by = tuple(sorted({*beside.contested_by, held.id}))
        state.claims[other] = replace(beside, contested_by=contested_by)


@rebuilds
def index_claims(state: State) -> None:
    """After a snapshot: every claimed area is in the index again."""
    for claim in state.claims.values():
        _keep_in_index(state, claim)


def _keep_in_index(state: State, claim: ClaimedArea) -> None:
    ground = claim.as_plan()
    if ground is not None:
        state.claimed.insert(ground)


def _claim(
    area: str, claimant: str | None, to: tuple[str, ...], body: ClaimBody | None, entry: Entry
) -> ClaimedArea:
    return ClaimedArea(
        id=area,
        claimant=claimant,
        since=entry.recorded_at,
        entry=entry.index,
        released_to=to,
        body=body,
    )


def _forget(state: State, area: str) -> None:
    """The claim is gone, and no other is contested by it any longer."""
    gone = state.claims.pop(area, None)
    state.claimed.withdraw(area)
    for other in gone.contested_by if gone else ():
        beside = state.claims[other]
        contested_by = tuple(each for each in beside.contested_by if each != area)
        state.claims[other] = replace(beside, contested_by=contested_by)
