"""UUIDs, which suppliers name their things by."""

from __future__ import annotations

import re
from typing import Final

from openline.domain.errors import Malformed

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NO_SUBSCRIPTION: Final = "00000000-0000-4000-8000-000000000000"
"""Stands where an intent depends on no subscription; no subscription has this id."""


def check_uuid(what: str, value: str) -> None:
    """Nothing happens if it is a UUID in its usual form, in lower case.

    Raises:
        Malformed: it is not, or is the one that stands for none.
    """
    if _UUID.fullmatch(value) is None or value == NO_SUBSCRIPTION:
        raise Malformed(f"{what}: its id is no UUID. Make one, and send it in lower case.")
