"""How plans come, change and leave."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from openline.desk.deadlines import What
from openline.desk.state import State, evolves, rebuilds
from openline.domain.plan import (
    FiledPlan,
    PlanEnded,
    PlanFiled,
    PlanReleased,
    PlanReleaseEnded,
    PlanWithdrawn,
    filed_plan,
)
from openline.domain.statement import Entry


@evolves(PlanFiled)
def plan_filed(state: State, entry: Entry, content: PlanFiled) -> None:
    """It leaves once nothing filed from then on could meet it: its end, and the longest slack."""
    held = state.plans.get(content.plan)
    filed = filed_plan(content, entry.author.party, entry=entry.index, before=held)
    state.plans[filed.id] = filed
    _keep_in_index(state, filed)
    slack_s = max(each.time_s for each in state.rules.separation.values())
    state.deadlines.set(What.PLAN_ENDS, filed.id, filed.ends_at + timedelta(seconds=slack_s))


@evolves(PlanWithdrawn)
def plan_withdrawn(state: State, _entry: Entry, content: PlanWithdrawn) -> None:
    _leave(state, content.plan)


@evolves(PlanEnded)
def plan_ended(state: State, _entry: Entry, content: PlanEnded) -> None:
    _leave(state, content.plan)


@evolves(PlanReleased)
def plan_released(state: State, _entry: Entry, content: PlanReleased) -> None:
    held = state.plans[content.plan]
    shown_to = tuple(dict.fromkeys((*held.released_to, *content.to)))
    state.plans[held.id] = replace(held, released_to=shown_to)


@evolves(PlanReleaseEnded)
def plan_release_ended(state: State, _entry: Entry, content: PlanReleaseEnded) -> None:
    held = state.plans[content.plan]
    shown_to = tuple(party for party in held.released_to if party not in content.to)
    state.plans[held.id] = replace(held, released_to=shown_to)


@rebuilds
def index_plans(state: State) -> None:
    """After a snapshot: every plan that can be judged is in the index again."""
    plans = (filed.as_plan() for filed in state.plans.values())
    state.index.insert_all([plan for plan in plans if plan is not None])


def _keep_in_index(state: State, filed: FiledPlan) -> None:
    plan = filed.as_plan()
    if plan is None:
        state.index.withdraw(filed.id)
    else:
        state.index.insert(plan)


def _leave(state: State, plan: str) -> None:
    """An ended or withdrawn plan leaves the live state; the record keeps it."""
    del state.plans[plan]
    state.index.withdraw(plan)
    state.deadlines.drop(plan, What.PLAN_ENDS)
