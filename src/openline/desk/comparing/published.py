"""Measures that everybody may know of, as the constraints that suppliers are shown.

The measure is the truth and the constraint a view of it: it comes, changes and goes with it. What
is not published is not here, so no question about constraints touches it.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from openline.desk.comparing.ground import (
    base_of,
    buffers_of,
    find_in_force,
    find_standing,
    is_public,
    volumes_of,
)
from openline.desk.comparing.subscribers import concerned_by_constraint, urls_of
from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.detection.extents import Extent, extents_of_ground
from openline.domain.constraint import (
    OPEN_ENDED,
    Constraint,
    ConstraintNoticesBody,
    ConstraintNoticesOwed,
)
from openline.domain.filed import FiledBody
from openline.domain.measure import Measure
from openline.domain.statement import DESK
from openline.domain.subscription import Notified


def find_constraint(state: State, constraint: str) -> Constraint | None:
    """A supplier's constraint, or the measure in force that is shown under that id."""
    measure = state.index.air.measure_of_constraint.get(constraint)
    if measure is None:
        return state.constraints.get(constraint)
    return _shown(state, measure) if measure in state.index.air.published else None


def is_named(state: State, constraint: str) -> bool:
    """Whether a measure is or was shown under that id, so that nothing else may have it."""
    return constraint in state.index.air.measure_of_constraint


def find_constraints(state: State, extents: Sequence[Extent]) -> list[Constraint]:
    """The constraints, of suppliers and of the desk, that share a point with any of these."""
    air = state.index.air
    found = [state.constraints[each] for each in air.constraints.find_meeting(extents)]
    found += [_shown(state, each) for each in air.published.find_meeting(extents)]
    return sorted(found, key=lambda each: each.id)


def keep_published(state: State, measure: Measure) -> None:
    """For evolvers alone: this measure and its buffers are shown as they now are, or not at all."""
    for each in (measure, *buffers_of(state, measure.id)):
        state.index.air.published.withdraw(each.id)
        extents = _extents(state, each) if find_in_force(state, each.id) == each else ()
        if extents:
            state.published.setdefault(each.id, _id_for(state, each))
            state.index.air.measure_of_constraint[state.published[each.id]] = each.id
            state.index.air.published.insert(each.id, extents)


def conclude_notices(
    state: State, measure: Measure, now: datetime, *, holds: bool
) -> tuple[Conclusion, ...]:
    """Whom the desk has to notify that a measure, and the buffers around it, change for suppliers.

    Args:
        holds: it is in force from now on; else no longer.
    """
    so_far: Counter[str] = Counter()
    concluded = []
    for each in (measure, *buffers_of(state, measure.id)):
        before = state.index.air.published.extents(each.id)
        after = _extents(state, each, measure) if holds else ()
        told = concerned_by_constraint(state, (*before, *after), now) if before or after else []
        if told:
            so_far.update(held.id for held in told)
            owed = ConstraintNoticesOwed(
                constraint=state.published.get(each.id) or _id_for(state, each),
                measure=each.id,
                holds=len(after) > 0,
                notified=tuple(
                    Notified(subscription=held.id, index=held.index + so_far[held.id])
                    for held in told
                ),
                body=ConstraintNoticesBody(notify_urls=urls_of(told)),
            )
            concluded.append(Conclusion(content=owed, readers=()))
    return tuple(concluded)


def _extents(state: State, measure: Measure, coming: Measure | None = None) -> tuple[Extent, ...]:
    """What a measure shows of itself: nothing unless it is for all to know; see `volumes_of`."""
    if not is_public(state, measure, coming):
        return ()
    return extents_of_ground(volumes_of(state, measure, coming))


def _shown(state: State, measure: str) -> Constraint:
    held = find_standing(state, measure)
    assert held is not None  # it is published
    assert held.in_force_since is not None
    base = base_of(state, held)
    return Constraint(
        id=state.published[measure],
        party=DESK,
        version=held.version + (base.version if base else 0),
        ovn=_ovn(state, held, base),
        starts_at=held.starts_at or held.in_force_since,
        ends_at=held.ends_at or OPEN_ENDED,
        leaves_at=held.ends_at or OPEN_ENDED,
        entry=held.entry,
        body=FiledBody(volumes=volumes_of(state, held)),
    )


def _ovn(state: State, measure: Measure, base: Measure | None) -> str:
    """Another for each version, of it or of what it is drawn around; whoever asks is told it."""
    entries = f"{measure.entry}/{base.entry if base else ''}"
    digest = hashlib.sha256(f"{state.origin}|{measure.key}|{entries}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _id_for(state: State, measure: Measure) -> str:
    """The same UUID for a measure for ever, which nothing has that suppliers set."""
    number = 0
    while True:
        digits = hashlib.sha256(f"{state.origin}|{measure.id}|{number}".encode()).hexdigest()
        found = f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"
        if found not in state.constraints and not is_named(state, found):
            return found
        number += 1
