"""Following assurances: what a party tells of itself, held against what was declared for it.

LIMIT: an edge is a line. A party that went all the way round an area, its edge never touching
that area, is not found to have departed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from openline.desk.comparing.ground import find_in_force, volumes_of
from openline.desk.ruling import Conclusion
from openline.desk.shelf import Look
from openline.desk.state import State
from openline.detection import TOUCHING, find_conflicts_among, judge_edge_crossing
from openline.domain.airspace import Circle, Corridor, Footprint, Position, Volume4D
from openline.domain.assurance import (
    ASSURANCE_TRANSITIONS,
    Assurance,
    AssuranceAssessed,
    AssuranceState,
)
from openline.domain.crossing import Crossed, Side
from openline.domain.forecast import EdgeReport
from openline.domain.measure import LINES
from openline.domain.plan import Kind, Plan

_OF_CROSSED: Final = {
    Crossed.CROSSED: AssuranceState.DEPARTED,
    Crossed.MAY_HAVE_CROSSED: AssuranceState.MAY_HAVE_DEPARTED,
    Crossed.NOT_CROSSED: AssuranceState.KEPT,
}


def follow_assurances(
    state: State, party: str, report: EdgeReport, by: str
) -> tuple[Conclusion, ...]:
    """What a party's newly stated edge, of id `by`, shows of the assurances given for it.

    A departure beyond the errors is told to those it was given to; within them, only to the
    giver's side, which is asked first.
    """
    return tuple(
        conclusion
        for assurance in _following(state, party)
        for conclusion in _assess(assurance, _judge(state, assurance, report), by)
    )


def _following(state: State, party: str) -> Iterator[Assurance]:
    for assurance in state.assurances.under(Look.PARTY, party):
        if assurance.on_behalf_of == party and ASSURANCE_TRANSITIONS[assurance.state]:
            yield assurance


def _assess(assurance: Assurance, now: AssuranceState | None, by: str) -> Iterable[Conclusion]:
    if now is None or now not in ASSURANCE_TRANSITIONS[assurance.state]:
        return ()
    own_side = {assurance.giver, assurance.on_behalf_of}
    told = own_side | ({*assurance.to} if now is AssuranceState.DEPARTED else set())
    assessed = AssuranceAssessed(assurance=assurance.id, state=now, by=by)
    return (Conclusion(content=assessed, readers=tuple(sorted(told)), refs=(assurance.entry,)),)


def _judge(state: State, assurance: Assurance, report: EdgeReport) -> AssuranceState | None:
    """Where the edge stands to what the assurance is about; None where that cannot be judged."""
    measure = find_in_force(state, assurance.about)
    if measure is not None and measure.kind in LINES:
        home = measure.body.homes.get(assurance.on_behalf_of) if measure.body is not None else None
        path = measure.body.footprint if measure.body is not None else None
        if home in (None, Side.UNKNOWN) or not isinstance(path, Corridor):
            return None
        crossing = judge_edge_crossing(report, path.path, path.accuracy_m, home)
        return _OF_CROSSED[crossing.answer]
    if measure is not None:
        return _judge_area(assurance, report, volumes_of(state, measure))
    claim = state.claims.get(assurance.about)
    if claim is None or claim.body is None:
        return None
    return _judge_area(assurance, report, (Volume4D(footprint=claim.body.footprint),))


def _judge_area(
    assurance: Assurance, report: EdgeReport, area: tuple[Volume4D, ...]
) -> AssuranceState | None:
    if not area:
        return None
    edge = Plan(
        id="edge",
        party=assurance.on_behalf_of,
        kind=Kind.GROUND,
        volumes=(Volume4D(footprint=_footprint_of(report)),),
    )
    ground = Plan(id="area", party="", kind=Kind.GROUND, volumes=area)
    met = find_conflicts_among([edge], lambda _a, _b: TOUCHING, measures=[ground])
    if not met:
        return AssuranceState.KEPT
    within_error = all(each.within_error for each in met)
    return AssuranceState.MAY_HAVE_DEPARTED if within_error else AssuranceState.DEPARTED


def _footprint_of(report: EdgeReport) -> Footprint:
    if len(report.path) > 1:
        return Corridor(path=report.path, accuracy_m=report.accuracy_m)
    lon_deg, lat_deg = report.path[0]
    return Circle(center=Position(lat_deg=lat_deg, lon_deg=lon_deg, accuracy_m=report.accuracy_m))
