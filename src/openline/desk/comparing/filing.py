"""What holds for all that suppliers file: whose it is, which version, when, and how long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from openline.desk.state import State
from openline.detection.extents import Extent, covers
from openline.domain.airspace import Volume4D
from openline.domain.constraint import Constraint
from openline.domain.errors import Malformed, NotPermitted, StaleVersion, TooLarge
from openline.domain.intent import Intent, SupplierDown
from openline.domain.supplier import Availability

LATEST: Final = timedelta(days=1_830)
"""Nothing is filed for later than five years from now."""
_ROUNDED_M: Final = 0.001
"""Heights are rounded by less on their way."""
_OVN_LENGTHS: Final = range(16, 129)


def check_turn(thing: str, held: Intent | Constraint | None, replaces: str, party: str) -> None:
    """Nothing happens if a change is its owner's, and made knowing what it changes.

    Raises:
        NotPermitted: it is another's.
        StaleVersion: it is there already, is not, or has another OVN by now.
    """
    if held is not None and held.party != party:
        raise NotPermitted(f"{thing}: another supplier manages it. Only they may change it.")
    if held is None and replaces:
        raise StaleVersion(f"{thing}: nothing is here to be changed. File it without an OVN.")
    if held is not None and held.ovn != replaces:
        raise StaleVersion(f"{thing}: it is here, with another OVN. Show the current one.")


def check_up(state: State, thing: str, party: str) -> None:
    """Raises SupplierDown if the supplier is marked as down: nobody could ask it about this."""
    held = state.suppliers.get(party)
    if held is not None and held.availability is Availability.DOWN:
        raise SupplierDown(f"{thing}: its supplier is marked as down. Have that changed first.")


def check_ovn(thing: str, ovn: str, before: str) -> None:
    """Raises Malformed unless an OVN has a length that all can carry, and is not the one before."""
    if len(ovn) not in _OVN_LENGTHS:
        raise Malformed(f"{thing}: an OVN has 16 to 128 characters. Make another.")
    if ovn == before:
        raise Malformed(f"{thing}: each version has an OVN of its own. Make another.")


def check_span(
    thing: str, volumes: Iterable[Volume4D], starts_at: datetime, ends_at: datetime
) -> None:
    """Raises Malformed unless each volume states both its times, within those of the whole."""
    for volume in volumes:
        times = volume.times
        if times.starts_at is None or times.ends_at is None:
            raise Malformed(f"{thing}: an extent without a start or an end. State both.")
        if not starts_at <= times.starts_at <= times.ends_at <= ends_at:
            raise Malformed(f"{thing}: an extent's times lie outside the whole's. Correct them.")


def check_end(thing: str, ends_at: datetime, now: datetime) -> None:
    """Raises Malformed if it is over already; TooLarge if it goes on for longer than anything."""
    if ends_at < now:
        raise Malformed(f"{thing}: it is over already. What has been needs no filing.")
    check_near(thing, ends_at, now)


def check_near(thing: str, at: datetime, now: datetime) -> None:
    """Raises TooLarge if it lies farther ahead than anybody plans."""
    if at - now > LATEST:
        raise TooLarge(f"{thing}: a time of over five years from now. Bring it nearer.")


def is_held(around: Extent, extent: Extent) -> bool:
    """Whether the heights and the ground of an extent lie within another's, edges included."""
    low_m, high_m = around.box[:, 4] + (-_ROUNDED_M, _ROUNDED_M)
    is_level = low_m <= extent.box[0, 4] and extent.box[1, 4] <= high_m
    return bool(is_level) and covers(around, extent)
