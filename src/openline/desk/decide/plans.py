"""Plans: filed, amended, withdrawn, and shown to others by their party's recorded consent."""

from __future__ import annotations

from datetime import datetime, timedelta

from openline.desk.comparing.detect_on import conclude_conflicts, conclude_eased
from openline.desk.ids import check_free, check_parties
from openline.desk.ruling import Conclusion, Ruling, decides
from openline.desk.state import State
from openline.domain.airspace import Corridor, Volume4D
from openline.domain.conflict import WhyEased
from openline.domain.errors import Malformed, StaleVersion, UnknownThing
from openline.domain.instant import in_utc
from openline.domain.plan import (
    FiledPlan,
    PlanBody,
    PlanFiled,
    PlanReleased,
    PlanReleaseEnded,
    PlanWithdrawn,
    filed_plan,
)
from openline.domain.release import EntriesReleased
from openline.domain.statement import Statement, check_id


@decides(PlanFiled)
def plan_filed(state: State, said: Statement, content: PlanFiled, now: datetime) -> Ruling:
    """Taken, always; and whatever it would meet is found against all that was decided before."""
    check_id("plan", content.plan)
    party = said.author.party
    held = state.plans.get(content.plan)
    if held is None or held.party != party:
        check_free(state, content.plan)
        held = None
    _check_version(content, held)
    _check_times(content, now)
    if content.body is None:
        raise Malformed(f"{content.plan}: no volumes. Send where and when in the body.")
    _check_inside(content, content.body)
    filed = filed_plan(content, party, entry=state.size, before=held)
    plan = filed.as_plan()
    assert plan is not None  # it has a body
    # What cannot be judged is refused here, by whoever looks for what it would meet.
    concluded = conclude_conflicts(state, plan, now, entry=state.size)
    return Ruling(
        readers=(party, *filed.released_to),
        refs=(held.entry,) if held else (),
        concluded=concluded,
    )


@decides(PlanWithdrawn)
def plan_withdrawn(state: State, said: Statement, content: PlanWithdrawn, _now: datetime) -> Ruling:
    held = _own_plan(state, content.plan, said.author.party)
    return Ruling(
        readers=(held.party, *held.released_to),
        refs=(held.entry,),
        concluded=conclude_eased(state, held.id, WhyEased.WITHDRAWN),
    )


@decides(PlanReleased)
def plan_released(state: State, said: Statement, content: PlanReleased, _now: datetime) -> Ruling:
    """The entry that holds the plan as it is now may be read by these as well."""
    held = _own_plan(state, content.plan, said.author.party)
    check_parties(state, held.id, content.to)
    released = EntriesReleased(entries=(held.entry,), to=content.to)
    readers = tuple(dict.fromkeys((held.party, *content.to)))
    return Ruling(
        readers=readers,
        refs=(held.entry,),
        concluded=(Conclusion(content=released, readers=readers),),
    )


@decides(PlanReleaseEnded)
def plan_release_ended(
    state: State, said: Statement, content: PlanReleaseEnded, _now: datetime
) -> Ruling:
    """They are told that they are shown no more; what they were told cannot be untold."""
    held = _own_plan(state, content.plan, said.author.party)
    for party in content.to:
        if party not in held.released_to:
            raise UnknownThing(f"{held.id}: it is not released to {party}. Nothing to end.")
    return Ruling(readers=(held.party, *content.to), refs=(held.entry,))


def _own_plan(state: State, plan: str, party: str) -> FiledPlan:
    held = state.plans.get(plan)
    if held is None or held.party != party:
        raise UnknownThing(f"{plan}: {party} has no such plan here. See your own plans.")
    return held


def _check_version(content: PlanFiled, held: FiledPlan | None) -> None:
    following = held.version + 1 if held else 1
    if content.version != following:
        raise StaleVersion(
            f"{content.plan}: version {content.version} does not follow what is filed. "
            f"Send it as version {following}."
        )


def _check_times(content: PlanFiled, now: datetime) -> None:
    starts_at = in_utc(content.starts_at, f"{content.plan}: starts_at")
    ends_at = in_utc(content.ends_at, f"{content.plan}: ends_at")
    if ends_at < starts_at:
        raise Malformed(
            f"{content.plan}: it ends before it starts "
            f"({starts_at:%d %H%MZ} → {ends_at:%d %H%MZ}). Swap the times."
        )
    if ends_at < now:
        raise Malformed(f"{content.plan}: it is over already. What has been is no plan.")


def _check_inside(content: PlanFiled, body: PlanBody) -> None:
    """No volume reaches outside the stated start and end: by them the plan leaves the desk."""
    for number, volume in enumerate(body.volumes, start=1):
        for at in _instants_of(volume):
            if not content.starts_at <= at <= content.ends_at:
                raise Malformed(
                    f"{content.plan}: volume {number} reaches outside the plan's start and end. "
                    "Widen starts_at and ends_at, slack included."
                )


def _instants_of(volume: Volume4D) -> list[datetime]:
    """The instants that bound a volume, as far as it states any."""
    stated = [volume.times.starts_at, volume.times.ends_at]
    footprint = volume.footprint
    if isinstance(footprint, Corridor):
        slack = timedelta(seconds=footprint.slack_s)
        stated += [at - slack for at in footprint.times] + [at + slack for at in footprint.times]
    return [in_utc(at, "volume") for at in stated if at is not None]
