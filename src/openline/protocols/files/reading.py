"""What reading a file yields, and the small words its readers share."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar

from msgspec import Struct, field

from openline.detection import find_mgrs_difference
from openline.domain.airspace import Position
from openline.domain.errors import Malformed, Refused
from openline.domain.finding import Finding
from openline.domain.instant import parse_instant
from openline.domain.plan import Kind, Plan
from openline.domain.track import Fix
from openline.protocols.files.assumed import Unsaid

WIDEST_KIND: Final = Kind.AIR
"""A thing of unstated kind is judged as the kind with the widest separation: it errs outward."""


class Swapped(Malformed):
    """The latitude can be none, and would be one in the place of the longitude."""

    slug = "lat_lon_swapped"


class FileFault(Struct, frozen=True, kw_only=True):
    """Something in a file that could not be judged, or was judged with a doubt worth telling."""

    id: str
    fault: str
    text: str


class Reading(Struct, kw_only=True):
    """The plans and fixes of one or several files, and what was wrong in them.

    `not_judged` counts the files, plans and fixes among the faults that were left out; `unsaid`
    holds, in the order in which they were read, the things that do not say this or that.
    """

    plans: list[Plan] = field(default_factory=list)
    fixes: list[Fix] = field(default_factory=list)
    faults: list[FileFault] = field(default_factory=list)
    not_judged: int = 0
    unsaid: dict[Unsaid, dict[str, None]] = field(default_factory=dict)

    def add_fault(self, id: str, fault: str, text: str) -> None:
        fault = fault.replace("-", "_")  # one spelling for what is refused and what is found
        self.faults.append(FileFault(id=writable(id), fault=fault, text=writable(text)))

    def add_refused(self, id: str, fault: str, text: str) -> None:
        """A fault of something that is left out: it is not judged."""
        self.not_judged += 1
        self.add_fault(id, fault, text)

    def note_unsaid(self, thing: str, whats: Iterable[Unsaid]) -> None:
        """Keeps what a thing that is judged does not say."""
        for what in whats:
            self.unsaid.setdefault(what, {})[writable(thing)] = None

    def add_finding(self, finding: Finding | None) -> None:
        """A doubt about what is judged all the same."""
        if finding is not None:
            self.add_fault(finding.thing, finding.fault, finding.sentence)

    def extend(self, other: Reading) -> None:
        """Takes in what another file held."""
        self.plans += other.plans
        self.fixes += other.fixes
        self.faults += other.faults
        self.not_judged += other.not_judged
        for what, things in other.unsaid.items():
            self.unsaid.setdefault(what, {}).update(things)


T = TypeVar("T")


def writable(text: str) -> str:
    """The text with half characters, which JSON can escape and nothing can write, made whole."""
    return text.encode("utf-8", "replace").decode()


def read_or_fault(reading: Reading, id: str, read: Callable[[], T]) -> T | None:
    """What `read` gives; or None, its refusal kept as a fault of the thing that is left out."""
    try:
        return read()
    except Refused as refused:
        reading.add_refused(id, refused.slug, refused.sentence)
        return None


def read_text(properties: Mapping[str, Any], name: str) -> str:
    """The text or number under a name as text; empty where there is none."""
    value = properties.get(name)
    told = isinstance(value, str | int | float) and not isinstance(value, bool)
    return writable(str(value).strip()) if told else ""


def read_number(
    properties: Mapping[str, Any], name: str, thing: str, default: float | None = None
) -> float | None:
    """A finite number under a name; the default where it is absent, null or blank.

    Raises:
        Malformed: it is there and no finite number.
    """
    value = properties.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        return default
    number = _number(value)
    if not math.isfinite(number):
        raise Malformed(
            f"{thing}: {name} is no finite number. Write it in plain digits with a decimal point, "
            "without its unit."
        )
    return number


def _number(value: Any) -> float:
    """NaN for whatever is no number; Python's own 1_000 is none to anybody else."""
    if isinstance(value, bool) or (isinstance(value, str) and "_" in value):
        return math.nan
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return math.nan


def read_extent(properties: Mapping[str, Any], name: str, thing: str) -> float:
    """A length or duration under a name: absent is zero.

    Raises:
        Malformed: it is negative, or no finite number.
    """
    length = read_number(properties, name, thing, 0.0) or 0.0
    if length < 0:
        raise Malformed(f"{thing}: {name} is negative. Write zero or more.")
    return length


def read_instant(properties: Mapping[str, Any], name: str, thing: str) -> datetime | None:
    """An instant under a name; None where it is absent, null or blank.

    Raises:
        Malformed: it is there and states no instant.
    """
    value = properties.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise Malformed(f"{thing}: {name} is no text. Write it as 2017-09-16T00:30:00Z.")
    return parse_instant(value, f"{thing}: {name}")


def read_kind(reading: Reading, properties: Mapping[str, Any], thing: str) -> Kind:
    """The kind stated; where it is none of ours, the widest, and a fault says so."""
    stated = read_text(properties, "kind").lower()
    if stated in list(Kind):
        return Kind(stated)
    if stated:
        reading.add_fault(
            thing,
            "kind_unknown",
            f"{thing}: its kind is none of {', '.join(Kind)}; judged as {WIDEST_KIND}.",
        )
    return WIDEST_KIND


def read_party(reading: Reading, properties: Mapping[str, Any], thing: str) -> str:
    """The party stated; where none is, the empty one, which nothing shares, and a fault says so."""
    party = read_text(properties, "party")
    if not party:
        reading.add_fault(
            thing,
            "party_missing",
            f"{thing}: it states no party; judged against everything. State whose it is.",
        )
    return party


def check_against_grid(
    reading: Reading, properties: Mapping[str, Any], position: Position, thing: str
) -> None:
    """Tells where a grid reference stated beside a position names another place, or none."""
    reference = read_text(properties, "mgrs")
    if reference:
        try:
            reading.add_finding(find_mgrs_difference(thing, position, reference))
        except Refused as refused:  # its position stands without the reference
            reading.add_fault(thing, refused.slug, refused.sentence)


def check_not_swapped(lon_deg: float, lat_deg: float, thing: str) -> None:
    """Raises Swapped if no latitude stands where the latitude should, and one beside it."""
    if abs(lat_deg) > 90.0 and abs(lon_deg) <= 90.0:
        raise Swapped(f"{thing}: latitude and longitude are swapped. Write them in order.")
