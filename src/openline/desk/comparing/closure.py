"""How near two forces are, how near they may soon be, and so how often contact is due.

The forecast is the desk's alone: any distance in it would place the other side. What both sides
are told is the band.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from openline.desk.comparing.crossings import Crosser, is_across
from openline.desk.ruling import Conclusion
from openline.desk.shelf import Look
from openline.desk.sides import backers_of, parties_of_kind, same_side
from openline.desk.state import State
from openline.detection import forecast_closure
from openline.domain.cadence import Cadence, CadenceSet, CadenceWider, ContactRate, WhyCadence
from openline.domain.edge import ForecastBody, ForecastMade, pair_key
from openline.domain.forecast import EdgeReport, Forecast
from openline.domain.party import PartyKind

TIGHTEST = 0


def conclude_closure(
    state: State,
    party: str,
    reports: tuple[EdgeReport, ...],
    crossers: Iterable[Crosser],
    now: datetime,
) -> tuple[Conclusion, ...]:
    """A force has said where its edge is: a forecast for each force across, and the cadence due."""
    crossers = list(crossers)
    concluded: list[Conclusion] = []
    for other in opposing_forces(state, party):
        edge = state.edges.get(other)
        forecast = forecast_closure(reports, edge.reports, now) if edge is not None else None
        if forecast is None:
            continue
        a, b = sorted((party, other))
        made = ForecastMade(pair=pair_key(a, b), a=a, b=b, body=ForecastBody(forecast=forecast))
        concluded.append(Conclusion(content=made, readers=()))
        across = is_across(state, (a, b), crossers)
        concluded += conclude_cadence(state, a, b, _band(state, forecast, across), across=across)
    return tuple(concluded)


def conclude_cadence_after_crossings(
    state: State, crossers: Iterable[Crosser]
) -> tuple[Conclusion, ...]:
    """How forces stand to a line has changed, and their edges have not: the cadence due now."""
    crossers = list(crossers)
    pairs = {
        pair_key(each.party, other): tuple(sorted((each.party, other)))
        for each in crossers
        for other in opposing_forces(state, each.party)
    }
    concluded: list[Conclusion] = []
    for pair, (a, b) in sorted(pairs.items()):
        held = state.forecasts.get(pair)
        across = is_across(state, (a, b), crossers)
        if across or held is not None:
            band = _band(state, held.forecast if held else None, across)
            concluded += conclude_cadence(state, a, b, band, across=across)
    return tuple(concluded)


def conclude_cadence(
    state: State, a: str, b: str, band: int, *, across: bool = False
) -> tuple[Conclusion, ...]:
    """Tightens at once. That the forces lie wider apart is only noted: loosening takes both."""
    held = state.cadences.get(pair_key(a, b))
    if held is None or band < held.band:
        why = WhyCadence.FIRST if held is None else WhyCadence.NEARER
        return (set_cadence(state, a, b, band, WhyCadence.CROSSING if across else why),)
    wider = band > held.band
    if wider == (held.wider_since is not None):
        return ()
    noted = CadenceWider(pair=held.pair, wider=wider)
    return (Conclusion(content=noted, readers=()),)


def set_cadence(state: State, a: str, b: str, band: int, why: WhyCadence) -> Conclusion:
    """Read by the two forces, those who stand behind them, and conduits: the band and no more."""
    content = CadenceSet(
        pair=pair_key(a, b),
        a=a,
        b=b,
        band=band,
        every_s=state.rules.cadence[band].every_s,
        why=why,
    )
    return Conclusion(content=content, readers=cadence_readers(state, a, b))


def cadence_readers(state: State, a: str, b: str) -> tuple[str, ...]:
    """The two forces, their backers, and the conduits."""
    sides = (*side_of_party(state, a), *side_of_party(state, b))
    return tuple(sorted({*sides, *parties_of_kind(state, PartyKind.CONDUIT)}))


def band_now(state: State, cadence: Cadence) -> int:
    """The band in which two forces lie by the last forecast and what is known of crossings."""
    held = state.forecasts.get(cadence.pair)
    across = is_across(state, (cadence.a, cadence.b))
    return _band(state, held.forecast if held else None, across, or_else=cadence.band)


def opposing_forces(state: State, party: str) -> list[str]:
    """Every other force that stands with neither the party nor its backers."""
    return [
        other
        for other in parties_of_kind(state, PartyKind.FORCE)
        if not same_side(state, party, other)
    ]


def side_of_party(state: State, party: str) -> tuple[str, ...]:
    """A force and those who stand behind it: contact with any of them is contact with that side."""
    return (party, *backers_of(state, party))


def contact_rate(state: State, a: str, b: str, day: date) -> ContactRate:
    """How often two parties were in contact on a UTC day, beside how often it was due.

    Where no cadence joins their sides yet, the widest band's is what would be due.
    """
    tallies = state.contacts.get(pair_key(a, b), ())
    counted = sum(each.count for each in tallies if each.day == day.isoformat())
    joining = [each.every_s for each in cadences_between(state, a, b)]
    every_s = min(joining, default=state.rules.cadence[-1].every_s)
    return ContactRate(per_day=float(counted), due_per_day=86_400 / every_s)


def cadences_between(state: State, a: str, b: str) -> list[Cadence]:
    """The cadences for whose two sides contact between these two parties counts."""
    if not state.cadences:
        # Asked at every contact: no force has told its edge yet.
        return []
    forces_of_a, forces_of_b = (
        (party, *(each.id for each in state.parties.under(Look.BACKER, party))) for party in (a, b)
    )
    pairs = sorted({pair_key(one, other) for one in forces_of_a for other in forces_of_b})
    return [state.cadences[pair] for pair in pairs if pair in state.cadences]


def _band(state: State, forecast: Forecast | None, across: bool, or_else: int = TIGHTEST) -> int:
    """By the nearer of the present distance and the forecast's p10; a crossing is the tightest."""
    if across:
        return TIGHTEST
    if forecast is None:
        return or_else
    return state.rules.cadence_band(forecast.distance_m, forecast.p10_distance_m)
