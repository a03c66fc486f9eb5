"""A notification or a measure judged before it is said, and the phrase of what one sees. Pure.

Both use only what the asker may already see: a form held against anything else would be a way to
ask where it is.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from openline.desk.comparing.ground import (
    buffers_of,
    find_met_among,
    find_standing,
    find_version,
    latest_version,
    spares,
    volumes_of,
)
from openline.desk.comparing.notification_faults import find_doubts
from openline.desk.comparing.occupied import Occupied
from openline.desk.decide.measures import check_proposal, check_shape
from openline.desk.decide.notifications import check_content
from openline.desk.decide.questions import other_of, tellers_to
from openline.desk.spoken import spoken_of
from openline.desk.state import State
from openline.desk.view.sight import sees_measure, sees_plan, sees_thing, things_seen, tier_for
from openline.detection import Sort
from openline.domain.airspace import Volume4D
from openline.domain.check_phrase import check_phrase
from openline.domain.drafting import MeasureJudged, NotificationJudged, PhraseTold
from openline.domain.errors import UnknownThing
from openline.domain.form import Tier
from openline.domain.measure import Measure, MeasureProposed
from openline.domain.notification import plan_of, timeliness_of
from openline.domain.notification_said import NotificationSubmitted, notification_of
from openline.domain.plan import Kind, Plan
from openline.domain.rules import Rules
from openline.domain.statement import check_id


def judge_notification(
    state: State, asker: str, content: NotificationSubmitted, now: datetime
) -> NotificationJudged:
    """What filing it now would show its author: its ground, its phrase, how late it is, its faults.

    Raises:
        Malformed: it would be refused when filed, with this same sentence.
        TooLarge: likewise.
    """
    check_id("notification", content.notification)
    check_content(content)
    notification = notification_of(
        content, submitter=asker, entry=state.size, now=now, rules=state.rules
    )
    plan = plan_of(notification)
    volumes = plan.volumes if plan is not None else ()
    doubts = find_doubts(state, notification, lambda thing: sees_thing(state, asker, thing))
    return NotificationJudged(
        volumes=volumes,
        kind=plan.kind if plan is not None else Kind.GROUND,
        check_phrase=check_phrase(volumes),
        timeliness=timeliness_of(notification.kind, notification.starts_at, now, state.rules),
        faults=tuple(doubts),
    )


class MeasureDraft(Struct, frozen=True, kw_only=True):
    """A measure not proposed yet, and all that it is held against: what its author may see.

    It is a copy of values out of the state, so that the judging, which may take seconds, holds up
    nobody; and as it holds nothing hidden, neither does the time that it takes tell of any.
    """

    comers: tuple[tuple[Measure, tuple[Volume4D, ...]], ...]
    """The measure and the buffers that would move with it, each with the ground it would take."""
    among: dict[Sort, tuple[Plan, ...]]
    rules: Rules
    told_by: int


def draft_measure(state: State, asker: str, content: MeasureProposed) -> MeasureDraft:
    """What it takes to judge a measure; nothing of any shape is reckoned here.

    Raises:
        Refused: it would be refused when proposed, with this same sentence.
    """
    measure = check_proposal(state, content, asker)
    around = buffers_of(state, measure.id)
    moving = (measure, *(each for each in around if sees_measure(state, asker, each)))
    return MeasureDraft(
        comers=tuple((each, volumes_of(state, each, measure)) for each in moving),
        among=_seen_of(state, asker),
        rules=state.rules,
        told_by=len(tellers_to(state, asker)),
    )


def _seen_of(state: State, asker: str) -> dict[Sort, tuple[Plan, ...]]:
    """The plans and sites of which the asker sees where they are, as they are compared."""
    seen: dict[Sort, list[Plan]] = {Sort.PLAN: [], Sort.SITE: []}
    for thing in things_seen(state, asker):
        sort, plan = state.index.things.sort_of(thing), state.index.things.get(thing)
        if sort in seen and plan is not None:
            seen[sort].append(plan)
    return {sort: tuple(those) for sort, those in seen.items()}


def judge_measure(draft: MeasureDraft) -> MeasureJudged:
    """What the measure, once in force, would meet among the things that its author may already see.

    So would the buffers around it that its author sees: they move with it.

    Raises:
        Refused: it would be refused when proposed, with this same sentence.
    """
    (measure, volumes), *_ = draft.comers
    check_shape(measure, volumes)
    among = Occupied()
    for sort, those in draft.among.items():
        among.insert_all(those, sort)
    met = (
        met
        for comer, ground in draft.comers
        for met in find_met_among(among, draft.rules, comer, ground)
        for other in (other_of(met, comer.id),)
        if not spares(comer, other, among.party_of(other))
    )
    return MeasureJudged(
        volumes=volumes,
        check_phrase=check_phrase(volumes),
        met=tuple(met),
        told_by=draft.told_by,
    )


def phrase_for(state: State, reader: str, thing: str, version: int | None) -> PhraseTold:
    """The check phrase of a measure, a notification or a plan, as the reader sees its ground.

    Args:
        version: which of a measure's; None is the one that stands, else the last one said.

    Raises:
        UnknownThing: no such thing, or none whose ground this reader sees: the same sentence.
    """
    found = (
        _of_measure(state, reader, thing, version)
        or _of_notification(state, reader, thing, version)
        or _of_plan(state, reader, thing, version)
    )
    if found is None or not found[1]:
        raise UnknownThing(f"{thing}: no geometry of it to read a phrase of. See what you may see.")
    return spoken_of(state, reader, thing, *found)


Found = tuple[int, tuple[Volume4D, ...]] | None
"""The version, and the ground it takes."""


def _of_measure(state: State, reader: str, thing: str, version: int | None) -> Found:
    held = _measure(state, thing, version)
    if held is None or not sees_measure(state, reader, held):
        return None
    return held.version, volumes_of(state, held)


def _measure(state: State, thing: str, version: int | None) -> Measure | None:
    if version is not None:
        return find_version(state, thing, version)
    return find_standing(state, thing) or find_version(state, thing, latest_version(state, thing))


def _of_notification(state: State, reader: str, thing: str, version: int | None) -> Found:
    held = state.notifications.get(thing)
    if held is None or version not in (None, held.version):
        return None
    plan = plan_of(held)
    if plan is None or tier_for(state, reader, held) is Tier.CONDUIT_ONLY:
        return None
    return held.version, plan.volumes


def _of_plan(state: State, reader: str, thing: str, version: int | None) -> Found:
    held = state.plans.get(thing)
    if held is None or version not in (None, held.version):
        return None
    if held.body is None or not sees_plan(state, reader, held):
        return None
    return held.version, held.body.volumes
