"""Plans and measures whose time is over: they leave, and what they would have met is eased."""

from __future__ import annotations

from datetime import datetime

from openline.desk.comparing.detect_on import conclude_eased, conclude_eased_by_measure
from openline.desk.comparing.ground import measure_readers
from openline.desk.comparing.published import conclude_notices
from openline.desk.ruling import Conclusion
from openline.desk.state import State
from openline.domain.conflict import WhyEased
from openline.domain.measure import MeasureEnded
from openline.domain.plan import PlanEnded


def plan_over(state: State, thing: str, _due_at: datetime, _now: datetime) -> list[Conclusion]:
    """Nothing filed from now on can meet this plan."""
    held = state.plans[thing]
    ended = Conclusion(
        content=PlanEnded(plan=thing),
        readers=(held.party, *held.released_to),
        refs=(held.entry,),
    )
    return [ended, *conclude_eased(state, thing, WhyEased.ENDED)]


def measure_over(state: State, thing: str, _due_at: datetime, now: datetime) -> list[Conclusion]:
    """The time for which this version of a measure was agreed has run out."""
    held = state.measures[thing]
    ended = Conclusion(
        content=MeasureEnded(measure=held.id, version=held.version),
        readers=measure_readers(state, held),
        refs=(held.entry,),
    )
    if state.standing.get(held.id) != held.version:
        return [ended]
    return [
        ended,
        *conclude_eased_by_measure(state, held, WhyEased.ENDED),
        *conclude_notices(state, held, now, holds=False),
    ]
