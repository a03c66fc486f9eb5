"""What a plan or a track does not say, and what it is judged as then: told, never silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from msgspec import Struct

_NAMED: Final = 3


class Unsaid(StrEnum):
    """What was left out of a plan or a fix."""

    KIND = "kind"
    HEIGHTS = "heights"
    LOWER = "lower_m"
    UPPER = "upper_m"
    TIMES = "times"
    START = "starts_at"
    END = "ends_at"
    CLIMB = "climb_mps"
    GAPS = "gaps"


_JUDGED_AS: Final[Mapping[Unsaid, str]] = MappingProxyType(
    {
        Unsaid.KIND: "no kind: judged as air, which keeps the most distance",
        Unsaid.HEIGHTS: "no height: judged at every height",
        Unsaid.LOWER: "no lower_m: judged from the ground and below it up",
        Unsaid.UPPER: "no upper_m: judged up to every height",
        Unsaid.TIMES: "no time: judged as there at any time",
        Unsaid.START: "no starts_at: judged as there from long before",
        Unsaid.END: "no ends_at: judged as there for ever after",
        Unsaid.CLIMB: "no climb_mps: judged as flying level",
        Unsaid.GAPS: "nothing between the pieces of a track: judged as going straight across",
    }
)


class Assumed(Struct, frozen=True, kw_only=True):
    """What was taken for granted of the things named, and the sentence that says so."""

    what: str
    ids: tuple[str, ...]
    text: str


def unsaid_heights(lower_m: float | None, upper_m: float | None) -> Iterator[Unsaid]:
    """Which heights a band leaves open."""
    return _open_ends(lower_m, upper_m, Unsaid.HEIGHTS, Unsaid.LOWER, Unsaid.UPPER)


def unsaid_times(starts_at: datetime | None, ends_at: datetime | None) -> Iterator[Unsaid]:
    """Which ends a span leaves open."""
    return _open_ends(starts_at, ends_at, Unsaid.TIMES, Unsaid.START, Unsaid.END)


def _open_ends(
    low: object, high: object, both: Unsaid, lower: Unsaid, upper: Unsaid
) -> Iterator[Unsaid]:
    if low is None and high is None:
        yield both
    elif low is None:
        yield lower
    elif high is None:
        yield upper


def assumed_of(unsaid: Mapping[Unsaid, Mapping[str, None]]) -> tuple[Assumed, ...]:
    """One sentence for each thing left out, of all that left it out."""
    return tuple(_assumed(what, tuple(unsaid[what])) for what in Unsaid if what in unsaid)


def _assumed(what: Unsaid, ids: tuple[str, ...]) -> Assumed:
    named = ", ".join(ids[:_NAMED])
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    state = "states" if len(ids) == 1 else "state"
    return Assumed(what=what, ids=ids, text=f"{named}{more} {state} {_JUDGED_AS[what]}.")
