"""What can be said of a version of a measure as it is now, and by which of its parties."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from openline.domain.measure import (
    MeasureCosigned,
    MeasureObjected,
    MeasureResumed,
    MeasureState,
    MeasureSuspended,
    MeasureWithdrawn,
)


class Whose(StrEnum):
    """Which of a measure's parties an act is open to."""

    ANY_PARTY = "any_party"
    AUTHOR = "author"
    SUSPENDER = "suspender"


_ASKED: Final = {
    MeasureState.PROPOSED: Whose.ANY_PARTY,
    MeasureState.OBJECTED: Whose.ANY_PARTY,
}

MEASURE_ACTS: Final[Mapping[str, Mapping[MeasureState, Whose]]] = MappingProxyType(
    {
        MeasureCosigned.KIND: _ASKED,
        MeasureObjected.KIND: _ASKED,
        MeasureSuspended.KIND: {MeasureState.IN_FORCE: Whose.ANY_PARTY},
        MeasureResumed.KIND: {MeasureState.SUSPENDED: Whose.SUSPENDER},
        MeasureWithdrawn.KIND: {
            MeasureState.PROPOSED: Whose.AUTHOR,
            MeasureState.OBJECTED: Whose.AUTHOR,
            MeasureState.IN_FORCE: Whose.ANY_PARTY,
            MeasureState.SUSPENDED: Whose.ANY_PARTY,
        },
    }
)
"""By the kind of statement: in which states it can be made, and by whom. Cosigning is done once."""
