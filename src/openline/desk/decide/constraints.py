"""Constraints: set, changed and lifted by one authority, by way of its supplier.

Source: ASTM F3548-21, constraint management.
"""

from __future__ import annotations

from datetime import datetime

from openline.desk.comparing.filing import check_end, check_ovn, check_span, check_turn
from openline.desk.comparing.published import find_constraint, is_named
from openline.desk.comparing.subscribers import concerned_by_constraint, notices_to, urls_of
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.state import State
from openline.detection.extents import Extent, extents_of
from openline.domain.constraint import (
    Constraint,
    ConstraintChanged,
    ConstraintPut,
    ConstraintRemoved,
)
from openline.domain.errors import Malformed, NotPermitted, UnknownThing
from openline.domain.filed import ChangedBody
from openline.domain.statement import Statement
from openline.domain.uuid import check_uuid


@decides(ConstraintPut)
def constraint_put(state: State, said: Statement, content: ConstraintPut, now: datetime) -> Ruling:
    """Holds from its start on; told to whoever asked to hear of constraints there."""
    check_uuid(content.constraint, content.constraint)
    check_ovn(content.constraint, content.ovn, content.replaces)
    body = content.body
    if body is None:
        raise Malformed(f"{content.constraint}: no extents. Say where and when in the body.")
    extents = extents_of(content.constraint, body.volumes)
    check_span(content.constraint, body.volumes, content.starts_at, content.ends_at)
    check_end(content.constraint, content.ends_at, now)
    held = find_constraint(state, content.constraint)
    if held is None and is_named(state, content.constraint):
        raise NotPermitted(f"{content.constraint}: a measure of others has this id. Make another.")
    check_turn(content.constraint, held, content.replaces, said.author.party)
    told = concerned_by_constraint(state, (*extents, *_extents(held)), now)
    changed = ConstraintChanged(
        constraint=content.constraint,
        version=held.version + 1 if held else 1,
        ovn=content.ovn,
        starts_at=content.starts_at,
        ends_at=content.ends_at,
        notified=notices_to(told),
        body=ChangedBody(base_url=body.base_url, notify_urls=urls_of(told)),
    )
    return _ruling(said, held, changed)


@decides(ConstraintRemoved)
def constraint_removed(
    state: State, said: Statement, content: ConstraintRemoved, now: datetime
) -> Ruling:
    held = find_constraint(state, content.constraint)
    if held is None:
        raise UnknownThing(f"{content.constraint}: no such constraint is here. Nothing to lift.")
    check_turn(held.id, held, content.ovn, said.author.party)
    told = concerned_by_constraint(state, _extents(held), now)
    changed = ConstraintChanged(
        constraint=held.id,
        version=held.version,
        ovn=held.ovn,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        notified=notices_to(told),
        body=ChangedBody(
            base_url=held.body.base_url if held.body else "", notify_urls=urls_of(told)
        ),
    )
    return _ruling(said, held, changed)


def _extents(held: Constraint | None) -> tuple[Extent, ...]:
    return extents_of(held.id, held.body.volumes) if held and held.body else ()


def _ruling(said: Statement, held: Constraint | None, changed: ConstraintChanged) -> Ruling:
    """Its leaf holds its OVN, which only its supplier may tell: others see it by view."""
    readers = (said.author.party,)
    return Ruling(
        readers=readers,
        refs=(held.entry,) if held else (),
        concluded=(Conclusion(content=changed, readers=readers),),
    )
