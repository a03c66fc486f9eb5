"""Which measures hold now, the ground they take, and their place in the index."""

from __future__ import annotations

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
from openline.domain.plan import Kind, Plan


def find_version(state: State, measure: str, version: int) -> Measure | None:
    """One version of a measure, whatever has become of it."""
    return state.measures.get(version_key(measure, version))


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
    held = (find_in_force(state, each) for each in sorted(state.standing))
    return [
        (measure, measure.body.footprint, measure.body.homes)
        for measure in held
        if measure is not None
        and measure.kind is MeasureKind.SEPARATION_LINE
        and measure.body is not None
        and isinstance(measure.body.footprint, Corridor)
    ]


def volumes_of(state: State, measure: Measure) -> tuple[Volume4D, ...]:
    """The ground a measure takes: none once erased, nor around a measure that does not stand."""
    times = TimeSpan(starts_at=measure.starts_at, ends_at=measure.ends_at)
    if measure.kind is not MeasureKind.BUFFER:
        return ground_of(measure.body, times) if measure.body is not None else ()
    base = find_standing(state, measure.of or "")
    if base is None or base.body is None or base.body.footprint is None:
        return ()
    heights = measure.body.heights if measure.body is not None else base.body.heights
    return ground_around(base.body.footprint, measure.within_m, heights, times)


def buffers_of(state: State, measure: str) -> list[Measure]:
    """The buffers in force around a measure."""
    held = (find_in_force(state, each) for each in sorted(state.standing))
    return [each for each in held if each is not None and each.of == measure]


def keep_in_index(state: State, measure: Measure) -> None:
    """For evolvers alone: the index holds this measure as it now is, or no longer."""
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


def find_met_by(state: State, measure: Measure) -> list[Conflict]:
    """The plans and sites that a measure would meet if it came into force as it is."""
    volumes = volumes_of(state, measure)
    if not volumes:
        return []
    plan = _as_plan(measure, volumes)
    if measure.kind is MeasureKind.SEPARATION_LINE:
        return state.index.find_met_by_line(plan, state.rules)
    if measure.kind is MeasureKind.COORDINATING_ALTITUDE:
        return state.index.find_met_by_altitude(*_split(measure), state.rules)
    return state.index.find_met_by_area(plan, state.rules)


def _as_plan(measure: Measure, volumes: tuple[Volume4D, ...]) -> Plan:
    return Plan(id=measure.id, party=_owner(measure), kind=Kind.GROUND, volumes=volumes)


def _split(measure: Measure) -> tuple[Plan, Plan]:
    assert measure.body is not None  # it has volumes
    times = TimeSpan(starts_at=measure.starts_at, ends_at=measure.ends_at)
    return split_at_altitude(measure.id, _owner(measure), measure.body, times)


def _owner(measure: Measure) -> str:
    """Whose it is to the index: nobody's when agreed, so that it meets its own parties' plans."""
    return "" if measure.agreed else measure.author
