"""What suppliers have filed, searchable: intents, subscriptions and constraints by where and when.

Derived from the sections of the state beside it, so never part of a snapshot.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from openline.detection.extents import ExtentIndex

_MINUTE: Final = timedelta(minutes=1)


class Airspace:
    """Intents, subscriptions and constraints by their ids; what cannot be judged is not indexed."""

    def __init__(self) -> None:
        self.intents: Final = ExtentIndex()
        self.subscriptions: Final = ExtentIndex()
        """Those that have a volume of their own."""
        self.constraints: Final = ExtentIndex()
        self.intent_of_ovn: Final[dict[str, str]] = {}
        """The intent whose current OVN it is."""
        self.dependents: Final[dict[str, dict[str, None]]] = {}
        """The intents that depend on a subscription."""
        self.leaving: Final[dict[str, dict[str, None]]] = {}
        """The things that are over by an instant, under `leaves_with` of it."""


def leaves_with(at: datetime) -> str:
    """The minute in which something is over: all that end in one minute leave together."""
    return (at.replace(second=0, microsecond=0) + _MINUTE).isoformat(timespec="minutes")
