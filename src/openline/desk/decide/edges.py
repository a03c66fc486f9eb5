"""Edges, claimed areas, a party's own word on a crossing, and its consent to looser contact."""

from __future__ import annotations

from datetime import datetime, timedelta

from openline.desk.comparing.closure import conclude_cadence_after_crossings, conclude_closure
from openline.desk.comparing.crossings import Crosser, conclude_crossings, find_crossers_by_edge
from openline.desk.comparing.following import follow_assurances
from openline.desk.ids import check_parties
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.state import State
from openline.desk.taking.measures import line_crossed_by
from openline.detection import TOUCHING, check_plan, check_position
from openline.detection.validity import check_path
from openline.domain.airspace import Position
from openline.domain.cadence import LooseningAgreed
from openline.domain.crossing import Crossed
from openline.domain.edge import (
    AreaClaimed,
    AreasContested,
    AreaUnanswered,
    AreaUnclaimed,
    ClaimBody,
    CrossingStated,
    EdgeReleased,
    EdgeStated,
    ground_plan,
    pair_key,
    reports_with,
)
from openline.domain.errors import Malformed, UnknownThing, WrongState
from openline.domain.instant import in_utc
from openline.domain.release import EntriesReleased
from openline.domain.statement import EVERYONE, Statement, check_id


@decides(EdgeStated)
def edge_stated(state: State, said: Statement, content: EdgeStated, now: datetime) -> Ruling:
    """Crossings first, then how near the forces are: a crossing makes contact due most often.

    Then what the edge shows of the assurances given for its party.
    """
    check_id("edge", content.edge)
    party = said.author.party
    held = state.edges.get(party)
    _check_edge(state, content, party, now)
    reports = reports_with(held, content, now)
    crossers = find_crossers_by_edge(state, party, reports[-1])
    return Ruling(
        readers=(party, *(held.released_to if held else ())),
        refs=(held.entry,) if held else (),
        concluded=(
            *conclude_crossings(state, crossers, now, entry=state.size),
            *conclude_closure(state, party, reports, crossers, now),
            *follow_assurances(state, party, reports[-1], by=content.edge),
        ),
    )


@decides(EdgeReleased)
def edge_released(state: State, said: Statement, content: EdgeReleased, _now: datetime) -> Ruling:
    party = said.author.party
    held = state.edges.get(party)
    if held is None or held.id != content.edge:
        raise UnknownThing(f"{content.edge}: {party} has stated no such edge.")
    check_parties(state, held.id, content.to)
    readers = (party, *content.to)
    released = EntriesReleased(entries=(held.entry,), to=content.to)
    return Ruling(
        readers=readers,
        refs=(held.entry,),
        concluded=(Conclusion(content=released, readers=readers),),
    )


@decides(CrossingStated)
def crossing_stated(
    state: State, said: Statement, content: CrossingStated, now: datetime
) -> Ruling:
    """Its own word turns `may have crossed` into an answer, told to all who agreed on the line."""
    party = said.author.party
    measure = line_crossed_by(state, content.measure, party)
    answer = Crossed.CROSSED if content.crossed else Crossed.NOT_CROSSED
    crossers = [Crosser(measure=measure, party=party, answer=answer)]
    return Ruling(
        readers=tuple(sorted({party, *measure.parties})),
        refs=(measure.entry,),
        concluded=(
            *conclude_crossings(state, crossers, now, entry=state.size),
            *conclude_cadence_after_crossings(state, crossers),
        ),
    )


@decides(LooseningAgreed)
def loosening_agreed(
    state: State, said: Statement, content: LooseningAgreed, _now: datetime
) -> Ruling:
    """Taken whether or not the forces lie wider apart: to refuse would tell how near they are."""
    party = said.author.party
    held = state.cadences.get(pair_key(party, content.other))
    if held is None:
        raise UnknownThing(f"{content.other}: no cadence of contact between you and it is set.")
    if party in held.agreed_by:
        raise WrongState(f"{held.pair}: {party} has agreed already. It waits for the other side.")
    return Ruling(readers=tuple(sorted((party, content.other))))


@decides(AreaClaimed)
def area_claimed(state: State, said: Statement, content: AreaClaimed, _now: datetime) -> Ruling:
    """It stands beside the others', and where two overlap neither is preferred."""
    party = said.author.party
    _check_area(state, content.area, content.body)
    held = state.claims.get(content.area)
    if held is not None and held.claimant != party:
        raise WrongState(f"{content.area}: this id is taken. Choose another.")
    if content.to:
        check_parties(state, content.area, content.to)
    others = _overlapped(state, content, party)
    contested = AreasContested(area=content.area, others=others)
    return Ruling(
        readers=tuple(dict.fromkeys((party, *content.to))),
        refs=(held.entry,) if held else (),
        concluded=(Conclusion(content=contested, readers=()),) if others else (),
    )


@decides(AreaUnclaimed)
def area_unclaimed(state: State, said: Statement, content: AreaUnclaimed, _now: datetime) -> Ruling:
    held = state.claims.get(content.area)
    if held is None or held.claimant != said.author.party:
        raise UnknownThing(f"{content.area}: {said.author.party} claims no such area.")
    return Ruling(readers=(said.author.party, *held.released_to), refs=(held.entry,))


@decides(AreaUnanswered)
def area_unanswered(
    state: State, _said: Statement, content: AreaUnanswered, _now: datetime
) -> Ruling:
    """Said by the operator, for all to see: nobody here answers for this ground."""
    _check_area(state, content.area, content.body)
    held = state.claims.get(content.area)
    if held is not None and held.claimant is not None:
        raise WrongState(f"{content.area}: a party claims this area. Use another id.")
    return Ruling(readers=(EVERYONE,))


def _check_edge(state: State, content: EdgeStated, party: str, now: datetime) -> None:
    if content.body is None:
        raise Malformed(f"{content.edge}: no path. Send it in the body.")
    check_path(content.edge, content.body.path)
    accuracy = Position(lat_deg=0.0, lon_deg=0.0, accuracy_m=content.body.accuracy_m)
    check_position(content.edge, accuracy)
    if content.as_of is None:
        return
    as_of = in_utc(content.as_of, f"{content.edge}: as_of")
    if as_of > now + timedelta(seconds=state.rules.clock_skew_s):
        raise Malformed(f"{content.edge}: as of a time to come. An edge is where it has been seen.")
    held = state.edges.get(party)
    if held is not None and as_of < held.as_of:
        raise Malformed(
            f"{content.edge}: as of {as_of:%d %H%MZ}, before the edge that stands "
            f"({held.as_of:%d %H%MZ}). State where it is now."
        )


def _check_area(state: State, area: str, body: ClaimBody | None) -> None:
    check_id("area", area)
    if body is None:
        raise Malformed(f"{area}: no ground. Send the footprint in the body.")
    check_plan(ground_plan(area, "", body))


def _overlapped(state: State, content: AreaClaimed, party: str) -> tuple[str, ...]:
    """The claimed areas of others that this one touches or overlaps."""
    assert content.body is not None  # `_check_area` saw to it
    ground = ground_plan(content.area, party, content.body)
    met = state.claimed.find_conflicts(ground, lambda _a, _b: TOUCHING)
    return tuple(sorted(each.b if each.a == content.area else each.a for each in met))
