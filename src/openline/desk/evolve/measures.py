"""How measures are proposed, agreed on, hold, and end."""

from __future__ import annotations

from msgspec.structs import replace

from openline.desk.comparing.ground import find_in_force, find_standing, keep_in_index
from openline.desk.comparing.published import keep_published
from openline.desk.deadlines import What
from openline.desk.evolve.lines import climb, end_deliveries
from openline.desk.owing.deliveries import delivery_id
from openline.desk.state import State, evolves, rebuilds
from openline.domain.delivery import RECEIPT_TRANSITIONS, Rung
from openline.domain.measure import (
    AmendmentDrafted,
    Measure,
    MeasureCosigned,
    MeasureEnded,
    MeasureEstablished,
    MeasureInForce,
    MeasureKind,
    MeasureObjected,
    MeasureProposed,
    MeasureResumed,
    MeasureSaid,
    MeasureState,
    MeasureSuspended,
    MeasureWithdrawn,
    measure_said,
    version_key,
)
from openline.domain.statement import Entry


@evolves(MeasureProposed)
@evolves(MeasureEstablished)
def measure_said_by(state: State, entry: Entry, content: MeasureSaid) -> None:
    """A proposal not yet agreed on is superseded by the next."""
    before = state.measures.get(version_key(content.measure, content.version - 1))
    if before is not None and before.state in (MeasureState.PROPOSED, MeasureState.OBJECTED):
        _over(state, before, MeasureState.SUPERSEDED, entry)
    measure = measure_said(content, entry.author.party, entry=entry.index)
    state.measures[measure.key] = measure


@evolves(MeasureCosigned)
def measure_cosigned(state: State, entry: Entry, content: MeasureCosigned) -> None:
    """Cosigning lifts one's own objection, and ends the silence on what one was owed."""
    held = state.measures[version_key(content.measure, content.version)]
    party = entry.author.party
    objected = tuple(each for each in held.objected if each != party)
    state.measures[held.key] = replace(
        held,
        cosigned=(*held.cosigned, party),
        objected=objected,
        state=MeasureState.OBJECTED if objected else MeasureState.PROPOSED,
    )
    read_back = content.body is not None
    _answer(state, held, Rung.READ_BACK if read_back else Rung.ACKNOWLEDGED, entry)


@evolves(MeasureObjected)
def measure_objected(state: State, entry: Entry, content: MeasureObjected) -> None:
    held = state.measures[version_key(content.measure, content.version)]
    party = entry.author.party
    state.measures[held.key] = replace(
        held,
        state=MeasureState.OBJECTED,
        objected=tuple(dict.fromkeys((*held.objected, party))),
        cosigned=tuple(each for each in held.cosigned if each != party),
    )
    _answer(state, held, Rung.OBJECTED, entry)


@evolves(MeasureInForce)
def measure_in_force(state: State, entry: Entry, content: MeasureInForce) -> None:
    """It takes the place of the version before, and buffers are drawn around it from here on."""
    before = find_standing(state, content.measure)
    if before is not None:
        _over(state, before, MeasureState.SUPERSEDED, entry)
    held = replace(
        state.measures[version_key(content.measure, content.version)],
        state=MeasureState.IN_FORCE,
        in_force_since=entry.recorded_at,
    )
    state.measures[held.key] = held
    state.standing[held.id] = held.version
    state.deadlines.set(What.MEASURE_ENDS, held.key, held.ends_at)
    _keep(state, held)


@evolves(MeasureSuspended)
def measure_suspended(state: State, entry: Entry, content: MeasureSuspended) -> None:
    held = state.measures[version_key(content.measure, content.version)]
    held = replace(held, state=MeasureState.SUSPENDED, suspended_by=entry.author.party)
    state.measures[held.key] = held
    _forget_crossings(state, held)
    _keep(state, held)


@evolves(MeasureResumed)
def measure_resumed(state: State, _entry: Entry, content: MeasureResumed) -> None:
    held = state.measures[version_key(content.measure, content.version)]
    held = replace(held, state=MeasureState.IN_FORCE, suspended_by=None)
    state.measures[held.key] = held
    _keep(state, held)


@evolves(MeasureWithdrawn)
def measure_withdrawn(state: State, entry: Entry, content: MeasureWithdrawn) -> None:
    held = state.measures[version_key(content.measure, content.version)]
    _over(state, held, MeasureState.WITHDRAWN, entry)


@evolves(MeasureEnded)
def measure_ended(state: State, entry: Entry, content: MeasureEnded) -> None:
    held = state.measures[version_key(content.measure, content.version)]
    _over(state, held, MeasureState.ENDED, entry)


@evolves(AmendmentDrafted)
def amendment_drafted(_state: State, _entry: Entry, _content: AmendmentDrafted) -> None:
    """A request and no more: the next version exists once a party proposes it."""


@rebuilds
def index_measures(state: State) -> None:
    """After a snapshot: every measure in force is in the index again."""
    state.index.air.measure_of_constraint.update(
        {constraint: measure for measure, constraint in state.published.items()}
    )
    for measure in sorted(state.standing):
        held = find_in_force(state, measure)
        if held is not None:
            _keep(state, held)


def _keep(state: State, measure: Measure) -> None:
    keep_in_index(state, measure)
    keep_published(state, measure)


def _over(state: State, measure: Measure, how: MeasureState, entry: Entry) -> None:
    """A version is over, and nothing more is owed of it; another version's ladder goes on.

    Its geometry stays on the record alone.
    """
    end_deliveries(state, measure.id, entry.recorded_at, version=measure.version)
    over = replace(measure, state=how, body=None)
    state.measures[measure.key] = over
    state.deadlines.drop(measure.key, What.MEASURE_ENDS)
    if state.standing.get(measure.id) == measure.version:
        del state.standing[measure.id]
        _forget_crossings(state, measure)
        _keep(state, over)


def _forget_crossings(state: State, measure: Measure) -> None:
    """Nobody is across a line that does not hold."""
    if measure.kind is MeasureKind.SEPARATION_LINE:
        gone = [key for key, held in state.crossings.items() if held.measure == measure.id]
        for key in gone:
            del state.crossings[key]


def _answer(state: State, measure: Measure, rung: Rung, entry: Entry) -> None:
    owed = state.deliveries.get(delivery_id(measure.id, measure.version, entry.author.party))
    if owed is not None and rung in RECEIPT_TRANSITIONS[owed.rung]:
        climb(state, owed.id, rung, entry)
